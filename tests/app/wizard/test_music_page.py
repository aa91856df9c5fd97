"""Clean music in the window: found, measured, ticked, and permitted to be used."""

import time
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from app.wizard.music_model import FILE, NOTE, MusicModel, told_doubts
from app.wizard.music_page import MusicPage
from app.wizard.music_places import without
from tests import signals
from training.wizard.plan import Goal, load_plan
from training.wizard.scan import Scan, Scanned
from training.wizard.sound_facts import SoundFacts

RATE = 44100
FACTS = SoundFacts(RATE, 2, 180.0, 22000.0, 0.0, 0, -15.0, -60.0)


@pytest.fixture
def page(work, qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr("app.paths.cache", lambda: tmp_path / "cache")
    work.change(goal=Goal(base="denoise-light", title="Mine", name="mine"))
    page = MusicPage(work)
    qtbot.addWidget(page)
    page.resize(1000, 700)
    page.show()
    page.enter()
    return page


@pytest.fixture
def folder(tmp_path, rng):
    """Two minutes and a half of music, a copy in MP3, and a file that cannot be read."""
    folder = tmp_path / "music"
    folder.mkdir()
    for name in ("air", "waltz"):
        seconds = (
            signals.music(rng, 1.0, RATE).samples + signals.noise(rng, 1.0, RATE, 0.01).samples
        )
        soundfile.write(folder / f"{name}.wav", np.tile(seconds[0], 75), RATE, subtype="PCM_16")
    hiss = signals.noise(rng, 2.0, RATE).samples[0]
    soundfile.write(folder / "old.mp3", hiss, RATE)
    (folder / "broken.wav").write_bytes(b"RIFF")
    return folder


def settled(page, qtbot):
    qtbot.waitUntil(lambda: page._worker is None, timeout=60_000)


def rows(page):
    return {each.path.name: page.model.is_used(each) for each in page.model.files}


def test_without_music_the_page_says_so_and_offers_a_place_to_drop(page):
    assert page.drop.isVisible()
    assert page.problem() == (
        "There is no clean music yet; add recordings without noise, best as WAV or FLAC."
    )
    assert not page.listing.use.isVisible()


def test_a_folder_is_measured_and_what_speaks_against_a_file_is_told(page, qtbot, folder):
    page.add([str(folder)])
    assert page.problem() == "The files are being looked at."
    settled(page, qtbot)
    assert rows(page) == {"air.wav": True, "waltz.wav": True, "old.mp3": False, "broken.wav": False}
    notes = {each.path.name: told_doubts(each) for each in page.model.files}
    assert notes["air.wav"] == ""
    assert notes["old.mp3"] == "Lossy (MP3)."
    assert notes["broken.wav"] != ""
    assert "broken.wav" not in notes["broken.wav"]
    assert page.listing.told.text() == "Used: 2 of 4 files, 2.5 minutes"
    assert "2.5 minutes of clean music is little" in page.listing.doubts.text()
    assert page.problem() == "Say below that you may train on these recordings."
    page.permission.tick.click()
    qtbot.keyClicks(page.permission.licence, "CC0-1.0")
    qtbot.keyClick(page.permission.licence, Qt.Key.Key_Return)
    assert page.problem() == ""
    music = load_plan(page.work.folder).music
    assert music.places == (str(folder),)
    assert music.left_out == (str(folder / "broken.wav"), str(folder / "old.mp3"))
    assert (music.is_permitted, music.licence) == (True, "CC0-1.0")


def test_ticks_are_kept_and_come_back(page, qtbot, folder):
    page.add([str(folder)])
    settled(page, qtbot)
    place = [each.path.name for each in page.model.files].index("old.mp3")
    page.table.selectRow(place)
    page.table.setCurrentIndex(page.model.index(place, FILE))
    qtbot.keyClick(page.table, Qt.Key.Key_Space)
    assert rows(page)["old.mp3"]
    assert "The music that is used holds lossy files (1)" in page.listing.doubts.text()
    page.table.selectRow(0)
    page.listing.leave_out.click()
    page.leave()
    music = page.work.plan.music
    assert music.kept_in == (str(folder / "old.mp3"),)
    assert str(folder / "air.wav") in music.left_out
    again = MusicPage(page.work)
    qtbot.addWidget(again)
    again.enter()
    settled(again, qtbot)
    assert rows(again) == rows(page)


def test_a_file_that_cannot_be_read_cannot_be_ticked(page, qtbot, folder):
    page.add([str(folder)])
    settled(page, qtbot)
    page.table.selectAll()
    page.listing.use.click()
    assert not rows(page)["broken.wav"]
    place = [each.path.name for each in page.model.files].index("broken.wav")
    assert not page.model.flags(page.model.index(place, FILE)) & Qt.ItemFlag.ItemIsUserCheckable
    assert not page.model.setData(page.model.index(place, NOTE), 2, Qt.ItemDataRole.CheckStateRole)


def test_rows_are_removed_and_a_folder_gives_way_to_its_other_files(page, qtbot, folder):
    page.add([str(folder)])
    settled(page, qtbot)
    page.table.selectRow(0)
    qtbot.keyClick(page.table, Qt.Key.Key_Delete)
    settled(page, qtbot)
    assert sorted(rows(page)) == ["broken.wav", "old.mp3", "waltz.wav"]
    assert str(folder / "air.wav") not in page.work.plan.music.places
    page.table.selectAll()
    page.listing.remove.click()
    assert page.model.files == []
    assert page.work.plan.music.places == ()
    assert page.drop.isVisible()


def test_a_look_that_is_stopped_can_be_gone_on_with(page, qtbot, folder):
    page.add([str(folder)])
    page.listing.stop.click()
    settled(page, qtbot)
    assert page.problem() == "Not all files have been looked at; go on with that."
    assert page.listing.again.isVisible()
    page.listing.again.click()
    settled(page, qtbot)
    assert len(page.model.files) == 4
    assert not page.listing.again.isVisible()


def test_what_is_dropped_is_taken_in(page, qtbot, tmp_path, rng):
    samples = signals.noise(rng, 5.0, RATE).samples[0]
    soundfile.write(tmp_path / "short.wav", samples, RATE)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "short.wav")), QUrl("https://else.where/x")])
    where, button = QPointF(QPoint(20, 20)), Qt.MouseButton.LeftButton
    event = QDropEvent(
        where, Qt.DropAction.CopyAction, mime, button, Qt.KeyboardModifier.NoModifier
    )
    page.dropEvent(event)
    settled(page, qtbot)
    assert page.work.plan.music.places == (str(tmp_path / "short.wav"),)
    assert page.problem().startswith("5 s of clean music is too little to learn from")


def test_five_thousand_files_keep_the_window_quick(page, qtbot):
    files = tuple(Scanned(Path(f"/music/piece {number:04d}.wav"), FACTS) for number in range(5000))
    page.model.show_scan(Scan(files))
    page._check()
    page.table.selectAll()
    began = time.perf_counter()
    page.listing.leave_out.click()
    page.listing.use.click()
    assert time.perf_counter() - began < 0.2  # for both; the watchdog allows each 0.1 s
    assert page.listing.told.text() == "Used: 5 000 of 5 000 files, 15000.0 minutes"


def test_doubts_are_told_in_words():
    def told(**facts):
        return told_doubts(Scanned(Path("x.wav"), SoundFacts(**{**vars(FACTS), **facts})))

    assert told(cut_hz=16000.0) == "Cut off at 16.0 kHz, as by a lossy codec."
    assert told(cut_hz=11000.0) == "Cut off at 11.0 kHz: made of a recording at a lower rate."
    assert told(n_clipped=12345) == "Clipped: 12 345 samples."
    assert told(loudest_dbfs=-80.0) == "Silent."
    copy = Scanned(Path("b.wav"), FACTS, copy_of=Path("/far/a.wav"))
    assert told_doubts(copy) == "The same as a.wav."
    assert not MusicModel().is_used(copy)


def test_a_folder_of_which_nothing_is_taken_away_stays_a_folder():
    files = [Path("/a/1.wav"), Path("/a/2.wav"), Path("/b/3.wav"), Path("/c.wav")]
    places = ("/a", "/b", "/c.wav")
    assert without(places, files, {Path("/a/1.wav")}) == ("/a/2.wav", "/b", "/c.wav")
    assert without(places, files, {Path("/b/3.wav"), Path("/c.wav")}) == ("/a",)
