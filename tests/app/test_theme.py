import re

from PySide6.QtGui import QIcon, QPalette

from app import paths
from app.actions import ACTIONS


def test_every_colour_the_rules_name_is_in_both_themes(window):
    rules = (paths.resources() / "themes" / "style.qss").read_text(encoding="utf-8")
    named = set(re.findall(r"@(\w+)", rules)) - {"icons", "scheme"}
    for choice in ("dark", "light"):
        window.theme.choose(choice)
        assert named <= set(window.theme.colours)


def test_dark_and_light_are_told_apart_by_the_palette(window, qapp):
    window.theme.choose("dark")
    assert qapp.palette().color(QPalette.ColorRole.Window).lightnessF() < 0.5
    window.theme.choose("light")
    assert qapp.palette().color(QPalette.ColorRole.Window).lightnessF() > 0.5


def test_every_icon_an_action_names_can_be_drawn(window):
    for name in {row.icon for row in ACTIONS.values() if row.icon} | {"stop", "close"}:
        icon: QIcon = window.theme.icon(name)
        image = icon.pixmap(32, 32).toImage()
        inked = sum(image.pixelColor(x, y).alpha() > 0 for x in range(32) for y in range(32))
        assert inked > 20, name
