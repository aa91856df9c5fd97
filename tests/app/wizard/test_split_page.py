"""Two lists: what is learnt from, and what is kept to judge by."""

import pytest
import soundfile
from PySide6.QtCore import Qt

from app.wizard.recording_list import RecordingList
from app.wizard.split_page import SplitPage
from training.wizard.plan import Music, Split
from training.wizard.split import WholeRecording

RATE = 8000


@pytest.fixture
def folder(tmp_path, rng):
    folder = tmp_path / "music"
    folder.mkdir()
    for number in range(6):
        soundfile.write(folder / f"piece {number}.wav", 0.1 * rng.standard_normal(RATE), RATE)
    return folder


@pytest.fixture
def page(work, qtbot, folder, tmp_path, monkeypatch):
    monkeypatch.setattr("app.paths.cache", lambda: tmp_path / "cache")
    work.change(music=Music((str(folder),)))
    page = SplitPage(work)
    qtbot.addWidget(page)
    page.resize(900, 600)
    page.show()
    enter(page, qtbot)
    return page


def enter(page, qtbot):
    page.enter()
    settled(page, qtbot)


def settled(page, qtbot):
    qtbot.waitUntil(lambda: page._worker is None)


def names(view):
    return [each.name for each in view.recordings]


def test_the_music_is_divided_by_recordings(page):
    assert sorted(names(page.training) + names(page.held)) == [f"piece {n}" for n in range(6)]
    assert len(names(page.held)) >= 1
    assert page.problem() == ""
    n_training = len(names(page.training))
    assert page.training_told.text() == f"Learnt from: 0.1 minutes, recordings: {n_training}"
    assert "s are kept to judge by" in page.told.text()
    assert not page.automatic.isEnabled()


def test_recordings_are_moved_by_hand_and_back(page, qtbot):
    before = names(page.held)
    assert not page.keep.isEnabled()
    page.training.setCurrentIndex(page.training.model().index(0, 0))
    moved = page.training.chosen[0]
    page.keep.click()
    settled(page, qtbot)
    assert sorted(names(page.held)) == sorted([*before, moved])
    split = page.work.plan.split
    assert split == Split(0.0, tuple(sorted([*before, moved])))
    page.held.setCurrentIndex(page.held.model().index(names(page.held).index(moved), 0))
    qtbot.keyClick(page.held, Qt.Key.Key_Return)
    settled(page, qtbot)
    assert names(page.held) == before
    assert "by hand" in page.more.text()
    page.automatic.click()
    settled(page, qtbot)
    assert page.work.plan.split == Split()
    assert names(page.held) == before


def test_sides_that_cannot_be_are_told(page, qtbot):
    page.held.selectAll()
    page.learn.click()
    settled(page, qtbot)
    assert page.problem() == "Nothing is kept to judge by; move at least one recording over."
    page.training.selectAll()
    page.keep.click()
    settled(page, qtbot)
    assert page.problem().startswith("All recordings are kept to judge by; move at least one")
    assert len(names(page.held)) == 6


def test_one_recording_alone_is_told_and_does_not_stop_the_user(page, qtbot, folder):
    page.work.change(music=Music((str(folder / "piece 0.wav"),)))
    enter(page, qtbot)
    assert page.told.text().startswith("There is only one recording, so none can be kept")
    assert page.problem() == ""


def test_music_that_is_gone_is_told(page, qtbot, tmp_path):
    page.work.change(music=Music((str(tmp_path / "gone"),)))
    enter(page, qtbot)
    assert "is missing" in page.problem()
    assert names(page.training) == []


def test_files_of_one_recording_are_one_row(qtbot, tmp_path):
    view = RecordingList("x")
    qtbot.addWidget(view)
    files = (tmp_path / "air part 1.wav", tmp_path / "air part 2.wav")
    view.show_recordings([WholeRecording("air", files, 125.0)])
    index = view.model().index(0, 0)
    assert view.model().data(index) == "air   2:05, 2 files"
    assert str(files[1]) in view.model().data(index, Qt.ItemDataRole.ToolTipRole)
