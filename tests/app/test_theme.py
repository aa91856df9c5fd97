import re

import pytest
from PySide6.QtGui import QColor, QIcon, QPalette
from PySide6.QtWidgets import QComboBox

from app import paths
from app.actions import ACTIONS
from app.widgets.transport_bar import ICON


def test_every_colour_the_rules_name_is_in_both_themes(window):
    rules = (paths.resources() / "themes" / "style.qss").read_text(encoding="utf-8")
    named = set(re.findall(r"@(\w+)", rules)) - {"icons", "scheme"}
    for choice in ("dark", "light"):
        window.theme.choose(choice)
        assert named <= set(window.theme.colours)


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("state", [QIcon.State.Off, QIcon.State.On])
def test_icons_are_as_fine_as_the_screen(window, ratio, state):
    pixmap = window.theme.icon("tool_box").pixmap(ICON, ratio, QIcon.Mode.Normal, state)
    assert pixmap.width() == round(ratio * ICON.width())
    image = pixmap.toImage()
    alphas = {
        image.pixelColor(x, y).alpha() for x in range(image.width()) for y in range(image.height())
    }
    assert 255 in alphas


def test_dark_and_light_are_told_apart_by_the_palette(window, qapp):
    window.theme.choose("dark")
    assert qapp.palette().color(QPalette.ColorRole.Window).lightnessF() < 0.5
    window.theme.choose("light")
    assert qapp.palette().color(QPalette.ColorRole.Window).lightnessF() > 0.5


@pytest.mark.parametrize("choice", ["dark", "light"])
def test_what_is_chosen_in_an_open_list_is_on_the_accent(window, qtbot, choice):
    window.theme.choose(choice)
    box = QComboBox(window)
    box.addItems(["one", "two", "three"])
    box.setCurrentIndex(1)
    box.showPopup()
    view = box.view()
    qtbot.waitExposed(view)
    row = view.visualRect(box.model().index(1, 0))
    image = view.viewport().grab(row).toImage()
    accent = QColor(window.theme.colours["accent"])
    at = [image.pixelColor(x, 2) for x in range(4, image.width() - 4)]
    assert at.count(accent) == len(at)
    box.hidePopup()


def test_every_icon_an_action_names_can_be_drawn(window):
    for name in {row.icon for row in ACTIONS.values() if row.icon} | {"stop", "close"}:
        icon: QIcon = window.theme.icon(name)
        image = icon.pixmap(32, 32).toImage()
        inked = sum(image.pixelColor(x, y).alpha() > 0 for x in range(32) for y in range(32))
        assert inked > 20, name
