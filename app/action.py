"""Action: one entry of a menu, with its keys, as a row of a table."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from app.desk import Desk
from app.settings import Setting, T
from app.view_commands import choose, is_chosen

Check = Callable[[Desk], bool]


def _always(desk: Desk) -> bool:
    return True


@dataclass(frozen=True)
class Action:
    """A menu entry.

    menu: where it stands, `Menu` or `Menu/Submenu`; rows of one group stand together.
    keys: shortcuts, the first of which the menu shows.
    release: what happens when the key is let go, for keys that are held.
    checked: for entries that are on or off.
    repeats: whether a key that is held acts over and over.
    tip_now: for a tip that depends on how things stand; where it is empty `tip` stands.
    """

    id: str
    text: str
    menu: str
    run: Callable[[Desk], object]
    keys: tuple[str, ...] = ()
    tip: str = ""
    enabled: Check = _always
    checked: Check | None = None
    release: Callable[[Desk], object] | None = None
    group: int = 0
    icon: str = ""
    short: str = ""
    tip_now: Callable[[Desk], str] | None = None
    repeats: bool = False


def choices(
    prefix: str,
    title: str,
    setting: Setting[T],
    values: Mapping[T, str],
    group: int = 1,
    menu: str = "View",
    enabled: Check = _always,
) -> Iterator[Action]:
    """A submenu that chooses one value of a setting."""
    for value, text in values.items():
        yield Action(
            f"{prefix}_{value}".replace(" ", "_"),
            text,
            f"{menu}/{title}",
            choose(setting, value),
            enabled=enabled,
            checked=is_chosen(setting, value),
            group=group,
        )
