"""Everything the keyboard reaches has a name, and text stands out from what it is on."""

import itertools
import tomllib
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QColor
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QRadioButton,
    QScrollArea,
    QWidget,
)

from app import paths
from engine.tasks import TASKS

FACTS = {"compute": [{"name": "cpu", "description": "2 threads"}], "compute_used": "cpu"}
LEAST_CONTRAST = 4.5
LEAST_RING = 3.0
RING_ON = (
    *itertools.product(("focus",), ("window", "panel", "raised", "field")),
    *itertools.product(("accent",), ("window", "panel", "field")),
    ("ring", "accent"),
)
"""Rings on what they surround; rows that are chosen and entries of menus are filled with accent."""
TEXT_ON = (
    *itertools.product(("text", "muted"), ("window", "panel", "raised", "field")),
    ("on_accent", "accent"),
)


def nameless(root: QWidget) -> list[str]:
    """Widgets that the keyboard reaches and a reader has no word for."""
    found = []
    for widget in (root, *root.findChildren(QWidget)):
        reached = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        is_hidden = widget is not root and not widget.isVisibleTo(root)
        is_elsewhere = widget.window() is not root.window() or widget.focusProxy() is not None
        if not reached or is_hidden or is_elsewhere:
            continue
        interface: Any = QAccessible.queryAccessibleInterface(widget)
        if interface is None or not interface.text(QAccessible.Text.Name).strip():
            found.append(f"{type(widget).__name__} in {type(widget.parent()).__name__}")
    return found


def unreached(root: QWidget, qtbot: Any) -> list[str]:
    """Widgets that should have the keys at some time while Tab goes round a window, and do not."""
    seen: set[QWidget] = set()
    while (focus := QApplication.focusWidget()) is not None and focus not in seen:
        seen.add(focus)
        qtbot.keyClick(focus, Qt.Key.Key_Tab)
    return [
        f"{type(widget).__name__} in {type(widget.parent()).__name__}"
        for widget in root.findChildren(QWidget)
        if (widget.focusPolicy() & Qt.FocusPolicy.TabFocus) == Qt.FocusPolicy.TabFocus
        and widget.isVisible()
        and widget.isEnabled()
        and widget.window() is root
        and not widget.visibleRegion().isEmpty()
        and widget.focusProxy() is None
        and not isinstance(widget, QScrollArea)
        and not (isinstance(widget, QRadioButton) and not widget.isChecked())
        and widget not in seen
    ]


def luminance(colour: QColor) -> float:
    """Relative luminance, WCAG 2.1."""
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: QColor, other: QColor) -> float:
    """Contrast ratio, WCAG 2.1."""
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def test_nothing_the_keyboard_reaches_is_without_a_name(window):
    assert nameless(window) == []


def test_nothing_is_without_a_name_while_a_recording_is_open(opened):
    for task in TASKS:
        opened.inspector.choose_task(task)
        assert nameless(opened) == [], task


@pytest.mark.parametrize("name", ["export", "keys", "about"])
def test_nothing_in_a_dialog_is_without_a_name(opened, act, name, qtbot):
    act(name)
    dialogs = [each for each in QApplication.topLevelWidgets() if isinstance(each, QDialog)]
    shown = [each for each in dialogs if each.isVisible()]
    assert shown
    for dialog in shown:
        assert nameless(dialog) == []
        dialog.close()


def test_tab_reaches_everything_in_the_window(opened, qtbot):
    opened.activateWindow()
    opened.focus_views()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is opened.views.spectrogram)
    assert unreached(opened, qtbot) == []


@pytest.mark.parametrize(
    "name", ["export", "keys", "about", "preferences", "first_steps", "groove_modes", "find_speed"]
)
def test_tab_reaches_everything_in_a_dialog(opened, act, name, qtbot, monkeypatch):
    monkeypatch.setattr("app.device_list.compute_facts", lambda: FACTS)
    monkeypatch.setattr("app.output_devices.output_devices", lambda rescan: ["Loudspeakers"])
    act(name)
    (dialog,) = (
        each
        for each in QApplication.topLevelWidgets()
        if isinstance(each, QDialog) and each.isVisible()
    )
    dialog.activateWindow()
    dialog.setFocus()
    dialog.focusNextChild()
    qtbot.waitUntil(lambda: dialog in (w := QApplication.focusWidget(), w and w.window()))
    assert unreached(dialog, qtbot) == []
    dialog.close()


@pytest.mark.parametrize("choice", ["dark", "light"])
@pytest.mark.parametrize(("ring", "ground"), RING_ON)
def test_where_the_keys_go_is_seen(choice, ring, ground):
    path = paths.resources() / "themes" / f"{choice}.toml"
    colours = tomllib.loads(path.read_text(encoding="utf-8"))
    assert contrast(QColor(colours[ring]), QColor(colours[ground])) >= LEAST_RING


def test_the_picture_with_the_keys_has_a_ring(opened, qtbot):
    opened.activateWindow()
    for view in opened.views.views.values():
        if view.isVisible():
            view.setFocus()
            qtbot.waitUntil(view.hasFocus)
            image = view.grab().toImage()
            edge = [image.pixelColor(x, y) for x, y in ((0, 9), (1, 9), (30, 0), (30, 1))]
            assert [each.name() for each in edge] == [opened.theme.colours["focus"]] * 4


@pytest.mark.parametrize("choice", ["dark", "light"])
@pytest.mark.parametrize(("text", "ground"), TEXT_ON)
def test_text_stands_out(choice, text, ground):
    path = paths.resources() / "themes" / f"{choice}.toml"
    colours = tomllib.loads(path.read_text(encoding="utf-8"))
    assert contrast(QColor(colours[text]), QColor(colours[ground])) >= LEAST_CONTRAST
