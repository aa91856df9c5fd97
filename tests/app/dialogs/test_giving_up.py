from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton, QWidget

from app.dialogs.giving_up import ask_clean_up, ask_discarding
from engine.project import Operation
from engine.storage.folder import Sizes
from engine.storage.recovery import Unclosed
from engine.tasks.gain import Gain


@pytest.fixture
def answered(qtbot):
    """Presses a button of the box that will come up; what the box says."""
    said: list[str] = []

    def press(text):
        def act():
            box = QApplication.activeModalWidget()
            assert isinstance(box, QMessageBox)
            said.append(f"{box.text()} {box.informativeText()}")
            buttons = {each.text().replace("&", ""): each for each in box.findChildren(QPushButton)}
            buttons[text].click()

        QTimer.singleShot(0, act)
        return said

    return press


@pytest.fixture
def parent(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


@pytest.mark.parametrize(("button", "answer"), [("Discard", True), ("Cancel", False)])
def test_discarding_tells_folder_size_and_trash(answered, parent, button, answer):
    left = Unclosed(Path("/d/side.runout"), "side.wav", datetime.now(UTC), 3, crashed_before=False)
    said = answered(button)
    assert ask_discarding(parent, left, 12_340_000, Path("/d/trash")) is answer
    for words in ("side.wav, 3 operations", "/d/side.runout (12.3 MB)", "/d/trash", "30 days"):
        assert words in said[0]


def attempt(title):
    return Operation(Gain(), title, (), (), (), 0, 0, datetime.now(UTC), 0.0)


def test_cleaning_up_names_what_goes(answered, parent):
    said = answered("Clean Up")
    others = [attempt(f"Gain {n}") for n in range(10)]
    assert ask_clean_up(parent, "Side A", Sizes(20_000_000, 5_000_000), others)
    assert "Side A takes 20.0 MB. 5.0 MB serve steps" in said[0]
    assert "for good: Gain 0, Gain 1" in said[0]
    assert "Gain 7 and 2 more." in said[0]


def test_where_nothing_can_go_nothing_is_asked(answered, parent):
    said = answered("OK")
    assert not ask_clean_up(parent, "Side A", Sizes(2_000, 0), [])
    assert "nothing can go" in said[0]
