import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from app.dialogs.leaving import ask_leaving

BUTTONS = QMessageBox.StandardButton


@pytest.mark.parametrize("answer", [BUTTONS.Save, BUTTONS.Discard, BUTTONS.Cancel])
def test_the_answer_is_the_button_pressed(qtbot, answer):
    parent = QWidget()
    qtbot.addWidget(parent)
    said = []

    def press():
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        said.append(box.text())
        box.button(answer).click()

    QTimer.singleShot(0, press)
    assert ask_leaving(parent, "side.wav", 3) is answer
    assert said == ["3 operations on side.wav would be lost."]
