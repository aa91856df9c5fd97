"""Questions before something is stopped or thrown away."""

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from app.widgets.question import GO_ON, STAY, STOP, ask_doing, ask_going_on


@pytest.fixture
def parent(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


def answer(text):
    """Press a button of the next box by its text; "" closes the box as Esc does."""

    def press():
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        found = [each for each in box.buttons() if each.text().replace("&", "") == text]
        (found[0] if found else box.escapeButton()).click()

    QTimer.singleShot(0, press)


@pytest.mark.parametrize(("text", "said"), [("On", GO_ON), ("Off", STOP), ("", STAY)])
def test_work_goes_on_stops_or_is_stayed_with(parent, text, said):
    answer(text)
    assert ask_going_on(parent, "Go on?", "More.", "&On", "O&ff") == said


@pytest.mark.parametrize(("text", "said"), [("Do", True), ("", False)])
def test_nothing_is_done_unless_that_is_said(parent, text, said):
    answer(text)
    assert ask_doing(parent, "Do it?", "More.", "&Do") is said
