"""KeyBindings: which keys do what: those of a scheme, with what the user has changed of it.

A scheme is a file of resources/keys that names keys by the ids of actions. What it leaves out keeps
the keys of its row, unless the scheme needs them elsewhere; what the user has changed comes before
both. So no key ever does two things.
"""

import contextlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol, cast

from PySide6.QtCore import QKeyCombination, QObject, Signal, Slot
from PySide6.QtGui import QKeySequence

from app import settings
from app.settings import Settings
from engine.documents import parse_json, read_toml, reason
from engine.errors import EngineError, SettingsError

RUNOUT = "runout"
"""The scheme of the rows themselves, which has no file."""
Keys = tuple[str, ...]


class Keyed(Protocol):
    """What a key can do: a row of the table of actions."""

    @property
    def id(self) -> str:
        """Its name in schemes and settings."""

    @property
    def text(self) -> str:
        """What it is called in its menu."""

    @property
    def menu(self) -> str:
        """The menu, `Menu` or `Menu/Submenu`."""

    @property
    def keys(self) -> Keys:
        """Its own keys, the first of which the menu shows."""


class KeyBindings(QObject):
    """The keys in force, kept up with the settings; an edit is kept as a difference."""

    changed = Signal()
    """Other keys are in force."""

    def __init__(
        self,
        rows: Mapping[str, Keyed],
        store: Settings,
        folder: Path,
        parent: QObject | None = None,
    ) -> None:
        """Read the schemes.

        Args:
            rows: what there is to be done, by id.
            store: where scheme and edits are remembered.
            folder: holds a file for each scheme but that of the rows.
            parent: the owner.
        """
        super().__init__(parent)
        self.rows = rows
        self._store = store
        self._schemes: dict[str, Mapping[str, Keys]] = {RUNOUT: {}}
        for path in sorted(folder.glob("*.toml")):
            with contextlib.suppress(EngineError):  # the window has keys without it
                self._schemes[path.stem] = read_scheme(path)
        self._own = {name: tuple(map(portable, row.keys)) for name, row in rows.items()}
        self._known = dict(self._own)
        self._read()
        store.changed.connect(self._on_setting_changed)

    @property
    def schemes(self) -> tuple[str, ...]:
        """The schemes there are, that of the rows first."""
        return tuple(self._schemes)

    def keys(self, name: str) -> Keys:
        """The keys of an action, as Qt writes them on every system."""
        return self._known.get(name, ())

    def shown(self, name: str) -> str:
        """The first key of an action as this system writes it; empty where it has none."""
        return native(self.keys(name)[0]) if self.keys(name) else ""

    def owner(self, key: str) -> str | None:
        """The action that a key belongs to, if any."""
        return next((name for name, keys in self._known.items() if key in keys), None)

    def is_edited(self, name: str) -> bool:
        """Whether the user has given an action other keys."""
        return name in self._edits

    def set_keys(self, name: str, keys: Iterable[str]) -> None:
        """Give an action these keys and no others; whoever had one of them has it no longer."""
        wanted = tuple(map(portable, keys))
        edits = dict(self._edits)
        for other, held in self._known.items():
            if other != name and set(held) & set(wanted):
                edits[other] = tuple(key for key in held if key not in wanted)
        edits[name] = wanted
        usual = self._usual()
        kept = {each: keys for each, keys in edits.items() if usual.get(each) != keys}
        self._store.set(settings.edited_keys, json.dumps(kept) if kept else "")

    def reset(self, name: str) -> None:
        """Give an action the keys of the scheme again."""
        self.set_keys(name, self._usual().get(name, ()))

    def reset_all(self) -> None:
        """Give all actions the keys of the scheme again."""
        self._store.set(settings.edited_keys, "")

    def _usual(self) -> dict[str, Keys]:
        """The keys as they are where nothing was changed."""
        scheme = self._schemes.get(self._store.get(settings.key_scheme), {})
        return settled((scheme, self._own))

    def _read(self) -> None:
        scheme = self._schemes.get(self._store.get(settings.key_scheme), {})
        self._edits = _edits(self._store.get(settings.edited_keys))
        self._known = settled((self._edits, scheme, self._own))

    @Slot(str)
    def _on_setting_changed(self, key: str) -> None:
        if key in (settings.key_scheme.key, settings.edited_keys.key):
            self._read()
            self.changed.emit()


def portable(key: str) -> str:
    """A key as Qt writes it on every system; empty if it is none."""
    return QKeySequence(key, QKeySequence.SequenceFormat.PortableText).toString()


def native(key: str) -> str:
    """A key as this system writes it."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def key_number(key: str) -> int:
    """What Qt calls a key in the events of the keyboard, whatever is held down with it."""
    first = cast(Sequence[QKeyCombination], QKeySequence(key))[0]
    return int(first.key())


def read_scheme(path: Path) -> dict[str, Keys]:
    """The keys that a file names, by the ids of actions.

    Raises:
        SettingsError: it cannot be read, or is no list of keys for each id.
    """
    try:
        named = read_toml(path)
    except (OSError, ValueError) as error:
        raise SettingsError(f"the keys {path.name} cannot be read: {reason(error)}") from error
    for name, keys in named.items():
        if not isinstance(keys, list) or not all(isinstance(each, str) for each in keys):
            raise SettingsError(f"the keys {path.name} must give {name} a list of keys")
    return {name: tuple(map(portable, keys)) for name, keys in named.items()}


def settled(layers: Sequence[Mapping[str, Keys]]) -> dict[str, Keys]:
    """The keys of each id: those of the first layer that names it, less what is taken by then."""
    found: dict[str, Keys] = {}
    taken: set[str] = set()
    for layer in layers:
        for name, keys in layer.items():
            if name not in found:
                found[name] = tuple(key for key in keys if key and key not in taken)
                taken.update(found[name])
    return found


def _edits(text: str) -> dict[str, Keys]:
    """What was remembered; nothing where that cannot be read."""
    try:
        read = parse_json(text or "{}")
    except ValueError:
        return {}
    if not isinstance(read, dict):
        return {}
    return {
        name: tuple(portable(key) for key in keys if isinstance(key, str))
        for name, keys in read.items()
        if isinstance(keys, list)
    }
