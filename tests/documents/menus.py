"""Whether the menus and keys that a document names are those of the window."""

import re
from functools import cache

from app.actions import ACTIONS
from tests.documents.house import text_of

OF_OTHER_WINDOWS = {"4": "the clips in the wizard's page of damage"}
"""Keys that no menu has, and where they work."""
_WAY = re.compile(r"\b([A-Z]\w+)\*{0,2} > \*{0,2}([A-Z].{0,40})")
_KEY = re.compile(r"\*\*((?:(?:Ctrl|Shift|Alt)\+)*(?:[A-Z0-9]|F\d+|Del|Esc|Space|Home|End))\*\*")


def menu_faults(document: str) -> list[str]:
    """Ways such as "File > Batch" and keys such as **Ctrl+S** that lead nowhere."""
    text = " ".join(text_of(document).split())
    faults = []
    for way in _WAY.finditer(text):
        titles = _titles().get(way[1], frozenset())
        wanted = way[2].replace("*", "").lower()
        if not any(wanted.startswith(title) for title in titles):
            faults.append(f"{document}: no menu has {way[0]}")
    keys = {key for row in ACTIONS.values() for key in row.keys} | set(OF_OTHER_WINDOWS)
    return faults + [f"{document}: no action has {k}" for k in _KEY.findall(text) if k not in keys]


@cache
def _titles() -> dict[str, frozenset[str]]:
    """What stands in each menu, in small letters."""
    found: dict[str, set[str]] = {}
    for row in ACTIONS.values():
        way = [*row.menu.replace("&", "").split("/"), row.text.replace("&", "").rstrip("…")]
        for menu, title in zip(way, way[1:], strict=False):
            found.setdefault(menu, set()).add(title.lower())
    return {menu: frozenset(titles) for menu, titles in found.items()}
