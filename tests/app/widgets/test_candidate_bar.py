import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QToolButton

from app.widgets.candidate_bar import CandidateBar


@pytest.fixture
def actions(qapp):
    return {name: QAction(name) for name in ("candidate_previous", "candidate_next")}


@pytest.fixture
def bar(qtbot, actions):
    bar = CandidateBar(actions)
    qtbot.addWidget(bar)
    return bar


def test_it_is_seen_only_while_there_is_something_to_choose_from(bar):
    assert not bar.isVisibleTo(None)
    bar.show_text("Candidate 2 of 3: Gain")
    assert bar.isVisibleTo(None)
    assert bar.text == "Candidate 2 of 3: Gain"
    bar.show_text("")
    assert not bar.isVisibleTo(None)


def test_its_buttons_go_to_the_others_and_have_names(bar, actions, qtbot):
    bar.show_text("Candidate 2 of 3: Gain")
    before, after = bar.findChildren(QToolButton)
    assert (before.accessibleName(), after.accessibleName()) == (
        "candidate_previous",
        "candidate_next",
    )
    with qtbot.waitSignal(actions["candidate_next"].triggered):
        qtbot.mouseClick(after, Qt.MouseButton.LeftButton)
