import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from app.dialogs.leaving import ask_leaving, ask_quitting

BUTTONS = QMessageBox.StandardButton


@pytest.mark.parametrize("answer", [BUTTONS.Save, BUTTONS.Discard, BUTTONS.Cancel])
@pytest.mark.parametrize(("count", "what"), [(1, "1 operation"), (3, "3 operations")])
def test_the_answer_is_the_button_pressed(qtbot, answer, count, what):
    parent = QWidget()
    qtbot.addWidget(parent)
    said = []

    def press():
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        said.extend([box.text(), box.button(BUTTONS.Discard).text()])
        box.button(answer).click()

    QTimer.singleShot(0, press)
    assert ask_leaving(parent, "side.wav", count) is answer
    assert said == [f"Save {what} on side.wav as a project?", "Close &Without Saving"]


@pytest.mark.parametrize(("button", "answer"), [(BUTTONS.Ok, True), (BUTTONS.Cancel, False)])
def test_unsaved_sides_are_named_before_the_end(qtbot, button, answer):
    parent = QWidget()
    qtbot.addWidget(parent)
    said = []

    def press():
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        said.append(box.informativeText())
        box.button(button).click()

    QTimer.singleShot(0, press)
    assert ask_quitting(parent, ["side a", "side b"]) is answer
    assert "side a, side b" in said[0]
