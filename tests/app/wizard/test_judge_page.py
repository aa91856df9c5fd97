"""Judging in the window: by ear first, and only then what was which and by how much."""

import functools

import pytest
from PySide6.QtCore import QObject, Qt

from app.wizard import judge_page
from app.wizard.judge_page import JudgePage
from app.wizard.work import Work
from tests.app.wizard.judged import SIZE, make_judged, open_copy
from tests.training.wizard.judging import write_weights
from training.wizard.judge import JudgeJob
from training.wizard.plan import load_plan
from training.wizard.verdict import NONE


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    return make_judged(tmp_path_factory.mktemp("judged"))


@pytest.fixture
def work(session, theme, judged, tmp_path, monkeypatch):
    folder = open_copy(judged, tmp_path / "training", monkeypatch)
    small = functools.partial(JudgeJob, size=SIZE)
    monkeypatch.setattr(judge_page, "JudgeJob", small)
    parent = QObject()
    work = Work(session, theme, folder, parent)
    yield work
    work.close()
    parent.deleteLater()


@pytest.fixture
def page(work, qtbot):
    page = JudgePage(work)
    qtbot.addWidget(page)
    page.resize(900, 700)
    page.show()
    page.enter()
    qtbot.waitUntil(lambda: page.work.runner.current is None)
    return page


def loaded(page, qtbot):
    qtbot.waitUntil(lambda: page.test.player.duration_s > 0.0)


def test_what_was_judged_is_heard_blindly_before_anything_is_told(page, qtbot):
    loaded(page, qtbot)
    assert page.test.isVisibleTo(page)
    assert not page.view.isVisibleTo(page)
    assert page.problem() == ""
    names = " ".join(each.text() + each.accessibleName() for each in page.test.letters)
    assert not {"yours", "base", "untouched"} & set(names.lower().split())
    assert sorted(page.test.order) == ["base", "classical", "untouched", "yours"]
    assert not page.test.prefer.isEnabled()


def test_keys_switch_versions_where_they_are(page, qtbot):
    loaded(page, qtbot)
    order = page.test.order
    qtbot.keyClick(page, Qt.Key.Key_2)
    assert page.test.player.is_playing
    assert page.test.player.version == order[1]
    qtbot.keyClick(page, Qt.Key.Key_4)
    assert page.test.player.is_playing
    assert page.test.player.version == order[3]
    assert page.test.prefer.text() == "&Prefer D"
    qtbot.mouseClick(page.test.stop, Qt.MouseButton.LeftButton)
    assert not page.test.player.is_playing


def test_votes_are_kept_and_the_test_goes_on_where_it_was(page, qtbot):
    loaded(page, qtbot)
    first = page.test.order
    qtbot.keyClick(page, Qt.Key.Key_1)
    qtbot.mouseClick(page.test.prefer, Qt.MouseButton.LeftButton)
    assert load_plan(page.work.folder).judged.votes == (first[0],)
    other = JudgePage(page.work)
    qtbot.addWidget(other)
    other.enter()
    loaded(other, qtbot)
    assert "Clip 2 of 3" in other.test._told.text()


def test_the_end_of_the_test_reveals_figures_verdict_and_pictures(page, qtbot):
    for number in range(3):
        loaded(page, qtbot)
        qtbot.keyClick(page, Qt.Key.Key_1)
        qtbot.keyClick(page, Qt.Key.Key_2)
        button = page.test.same if number == 2 else page.test.prefer
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert load_plan(page.work.folder).judged.votes[-1] == NONE
    assert not page.test.isVisibleTo(page)
    assert page.view.isVisibleTo(page)
    assert page.view.head.text()
    assert "On your discs" in page.view.told.text()
    assert "of 3 clips; by chance alone" in page.view.votes.text()
    heads = [page.view.table.horizontalHeaderItem(n).text() for n in range(4)]
    assert heads == ["Clips", "Yours", "Base", "Classical"]
    last = page.view.table.rowCount() - 1
    assert page.view.table.item(last, 0).text() == "Clean music, to what is done to it"
    assert page.view.table.item(last, 1).text().endswith(" dB")
    with qtbot.waitSignal(page.view.drawn, timeout=60_000):
        pass
    assert page.view.pictures["yours"].isVisibleTo(page)
    qtbot.mouseClick(page.view.buttons["base"], Qt.MouseButton.LeftButton)
    assert page.view.player.version == "base"
    assert page.view.buttons["base"].text() == "Stop"
    page.leave()
    assert not page.view.player.is_playing


def test_the_result_can_be_shown_without_the_test_and_then_no_vote_is_blind(page, qtbot):
    qtbot.mouseClick(page.test.end, Qt.MouseButton.LeftButton)
    assert page.view.isVisibleTo(page)
    assert load_plan(page.work.folder).judged.is_revealed
    assert not page.view.votes.isVisibleTo(page.view)


def test_other_weights_are_judged_again_and_old_votes_are_gone(page, qtbot):
    page._on_voted("yours")
    write_weights(page.work.folder / "run" / "best.safetensors", 3)
    page.enter()
    qtbot.waitUntil(lambda: "trained further" in page.told.text())
    assert "judge it again" in page.problem()
    qtbot.mouseClick(page.judge, Qt.MouseButton.LeftButton)
    assert page.bar.isVisibleTo(page)
    assert "being judged" in page.problem()
    qtbot.waitUntil(lambda: page.problem() == "", timeout=60_000)
    assert page.work.plan.judged.votes == ()
    assert page.test.isVisibleTo(page)


def test_judging_can_be_cancelled(page, qtbot):
    write_weights(page.work.folder / "run" / "best.safetensors", 4)
    page.enter()
    qtbot.waitUntil(lambda: "trained further" in page.told.text())
    qtbot.mouseClick(page.judge, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(page.cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not page.bar.isVisibleTo(page), timeout=60_000)
    assert page.judge.isVisibleTo(page)


def test_without_weights_the_page_says_what_to_wait_for(page, qtbot):
    (page.work.folder / "run" / "best.safetensors").unlink()
    page.enter()
    qtbot.waitUntil(lambda: page.work.runner.current is None)
    page._refresh()
    assert not page.judge.isEnabled()
    assert "no weights to judge yet" in page.problem()
