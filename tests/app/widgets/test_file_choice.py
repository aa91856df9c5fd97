from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QLabel

from app.widgets.file_choice import FileChoice


@pytest.fixture
def choice(qtbot):
    choice = FileChoice()
    qtbot.addWidget(choice)
    choice.offer(lambda: [Path("a/run-in.noise"), Path("b/R&B.noise")], "Noise profiles (*.noise)")
    choice.fill_menu()
    return choice


def named(choice: FileChoice, text: str):
    return next(each for each in choice.menu.actions() if each.text() == text)


def test_what_is_at_hand_is_taken_from_the_menu(choice, qtbot):
    with qtbot.waitSignal(choice.changed):
        named(choice, "run-in").trigger()
    assert choice.path() == Path("a/run-in.noise")
    assert choice.findChild(QLabel).text() == "run-in"
    named(choice, "R&&B").trigger()
    assert choice.path() == Path("b/R&B.noise")


def test_a_file_that_was_taken_can_be_given_up(choice):
    assert not named(choice, "None").isEnabled()
    choice.set_path(Path("a/run-in.noise"))
    choice.fill_menu()
    named(choice, "None").trigger()
    assert choice.path() is None
    assert choice.findChild(QLabel).text() == "none chosen"


def test_any_other_file_is_taken_from_a_dialog(choice, monkeypatch):
    asked = []

    def answer(*words: object) -> tuple[str, str]:
        asked.append(words)
        return "c/x.noise", ""

    monkeypatch.setattr(QFileDialog, "getOpenFileName", answer)
    named(choice, "Other file…").trigger()
    assert choice.path() == Path("c/x.noise")
    assert asked[0][3] == "Noise profiles (*.noise);;All files (*)"
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *words: ("", ""))
    named(choice, "Other file…").trigger()
    assert choice.path() == Path("c/x.noise")
