"""What the window reads when it starts: settings, keys, presets, lists and sessions."""

import gc
import json
from pathlib import Path
from random import Random

from PySide6.QtCore import QCoreApplication, QEvent, QSettings
from PySide6.QtWidgets import QApplication

from app import paths, settings
from app.application import make_window
from app.key_bindings import read_scheme
from app.language import LANGUAGES, Language
from app.settings import Setting, Settings
from app.theme import Theme
from app.translation_file import read_entries
from fuzzing.damage import damaged_any, damaged_json, damaged_text, hostile_value, number_text, word
from fuzzing.documents import Document, odd_or_damaged
from fuzzing.inputs import Files, Kind

_INI = "settings.ini"
_OTHERS = {
    "presets/mine.toml": damaged_text,
    "models/mine.toml": damaged_text,
    "batch/list.json": damaged_json,
    "trainings/one/plan.json": damaged_json,
    "sessions/a.runout/project.json": damaged_json,
    "sessions/a.runout/journal.jsonl": damaged_text,
    "profiles/a.noise": damaged_text,
}
_FOLDERS = ("sessions", "profiles", "trash", "batch", "user_models", "trainings", "user_presets")


class Windows(Kind):
    """A window, started on whatever is remembered; all of them in one process."""

    name = "window"
    share = 4
    is_alone = True
    allowed = ("",)

    def __init__(self, scratch: Path) -> None:
        QCoreApplication.setOrganizationName("Runout")
        self._application = QApplication.instance() or QApplication(["runout"])
        assert isinstance(self._application, QApplication)
        self._settings = [each for each in vars(settings).values() if isinstance(each, Setting)]
        store = QSettings(str(scratch / _INI), QSettings.Format.IniFormat)
        for each in self._settings:
            store.setValue(each.key, each.default)
        edited = json.dumps({"play": ["Space"], "loop": ["L", "Ctrl+L"]})
        store.setValue(settings.edited_keys.key, edited)
        store.setValue(settings.key_scheme.key, "audacity")
        store.setValue(settings.recent_files.key, "/music/a.wav\n/music/b.wav")
        store.sync()
        self._ini = (scratch / _INI).read_bytes()
        preset = (paths.presets() / "78rpm.toml").read_bytes()
        catalogue = (paths.models() / "catalog.toml").read_bytes()
        self._others = dict(zip(_OTHERS, (preset, catalogue, *[b'{"schema": 1}'] * 5), strict=True))
        # The first window loads libraries, which is no matter of what it reads.
        (scratch / "first").mkdir()
        self.read(scratch / "first")

    def make(self, rng: Random, number: int) -> Files:
        """Settings of hostile values, each in turn, or a damaged file; others beside it."""
        files: Files = {}
        if number % 3 == 0:
            # Qt writes through a link, which a user who keeps settings elsewhere wants.
            files[_INI] = damaged_any(rng, number // 3, self._ini, damaged_text)
        else:
            files[_INI] = self._with_values(rng, number)
        for name, meaning in _OTHERS.items():
            if rng.random() < 0.3:
                files[name] = odd_or_damaged(rng, number, self._others[name], meaning)
        return files

    def read(self, folder: Path) -> bool:
        """Start a window, let it settle, close it."""
        for name in _FOLDERS:
            place = folder / name.removeprefix("user_")
            setattr(paths, name, lambda place=place: place)
        assert isinstance(self._application, QApplication)
        store = QSettings(str(folder / _INI), QSettings.Format.IniFormat)
        kept = Settings(store)
        if not kept.get(settings.cache_folder).startswith(str(folder)):
            kept.set(settings.cache_folder, str(folder / "cache"))
        theme = Theme(self._application, kept.get(settings.theme))
        window = make_window(self._application, kept, theme)
        window.show()
        window.prepare()
        for _ in range(5):
            QApplication.processEvents()
        title = window.windowTitle()
        window.close()
        window.session.stop()
        window.session.deleteLater()
        window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        theme.setParent(None)
        store.sync()  # or it is written while the next input is read
        gc.collect()
        return bool(title)

    def _with_values(self, rng: Random, number: int) -> bytes:
        """Settings as Qt writes them, a few of them of another value or kind."""
        lines = self._ini.decode().splitlines()
        places = [at for at, line in enumerate(lines) if "=" in line]
        chosen = {places[number % len(places)], *rng.sample(places, rng.randint(0, 5))}
        for at in chosen:
            lines[at] = f"{lines[at].partition('=')[0]}={_ini_value(rng)}"
        return "\n".join(lines).encode("utf-8", "surrogatepass")


def _ini_value(rng: Random) -> str:
    text = rng.choice((word(rng), number_text(rng), json.dumps(hostile_value(rng))))[:20_000]
    quoted = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return rng.choice((
        f'"{quoted}"', text.split("\n", maxsplit=1)[0], "@ByteArray(x)", "@Invalid()",
        "@Variant(\\0\\0\\0\\x7f)", "@Size(-1 -1)", "a, b, c", "@Rect(1 2 3)", "",
    ))  # fmt: skip


class Translations(Document):
    """The .po file of a language, from which sentences are matched."""

    name = "language"
    share = 3

    def sound(self, scratch: Path) -> dict[str, bytes]:
        """Those that ship, cut to what is quick to read."""
        found = {}
        for name in LANGUAGES:
            path = paths.translations() / f"{name}.po"
            if path.is_file():
                found[path.name] = path.read_bytes()[:60_000]
        return found

    def taken(self, path: Path) -> bool:
        """As the window does when it starts in that language."""
        entries = read_entries(path)
        language = Language(entries)
        for text in (
            "side.wav is empty (0 bytes); copy it again from where it came",
            "Open…",
            "x" * 500,
        ):
            language.sentence(text)
            language.translate("", text)
        return bool(entries)


class KeySchemes(Document):
    """The keys of a scheme."""

    name = "keys"
    share = 3

    def sound(self, scratch: Path) -> dict[str, bytes]:
        """Those that ship."""
        return {each.name: each.read_bytes() for each in paths.key_schemes().glob("*.toml")}

    def taken(self, path: Path) -> bool:
        """As the window does when it starts."""
        return bool(read_scheme(path))
