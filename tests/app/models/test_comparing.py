"""Two of them on a few seconds: made, seen, heard, and told apart by ear alone."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app import paths
from app.document import Monitored
from app.models.comparing import CompareWindow
from engine.region import Region
from tests.app.test_accessibility import nameless


@pytest.fixture
def compare(session, theme, install, qtbot):
    """The window, with two models for one method; what they make is noise."""
    install("hall", tasks=("denoise",), method="light")
    install("room", tasks=("denoise",), method="light")
    window = CompareWindow(session, theme)
    window.show()
    yield window
    window.stop()
    window.deleteLater()


@pytest.fixture
def run(compare, qtbot):
    def begin():
        compare.begin.click()
        assert compare.is_busy
        qtbot.waitUntil(lambda: not compare.is_busy, timeout=60_000)

    return begin


@pytest.fixture
def open_side(session, side):
    assert session.open(side)


def test_without_a_recording_it_says_so(compare):
    assert compare.told == "No recording is open; open one, and select a few seconds of it."
    assert not compare.begin.isEnabled()
    assert not compare.play.isEnabled()
    assert nameless(compare) == []


def test_what_is_compared_is_told_before(compare, session, open_side):
    assert compare.told.startswith("Nothing is selected, so 2 s around the playhead: 0:00.000")
    session.view_state.select(Region(0.5, 1.0))
    assert compare.told.startswith("The selection: 0:00.500")
    compare.chooser.second.setCurrentIndex(compare.chooser.first.currentIndex())
    assert compare.told == "A and B are the same; choose another one."
    box = compare.chooser.task_box
    box.setCurrentIndex(box.findData("inpaint"))
    session.view_state.select(None)
    compare.chooser.second.setCurrentIndex(1)
    assert "needs a selection" in compare.told


def test_models_are_chosen_by_name_and_one_alone_meets_a_method_without(compare):
    compare.choose(("hall",))
    first, second = compare.chooser.chosen
    assert (first.model, second.model, second.method) == ("hall", "", "spectral")
    compare.choose(("hall", "room"))
    assert {each.model for each in compare.chooser.chosen} == {"hall", "room"}
    assert compare.chooser.first.currentText().endswith("(Light)")


def test_both_are_made_seen_and_heard_and_nothing_is_done(compare, session, open_side, run, qtbot):
    compare.choose(("hall",))
    session.view_state.select(Region(0.5, 1.5))
    run()
    assert [row.title for row in compare.rows] == [
        "Original",
        "A: Hall (Light)",
        "B: Spectral (no model)",
    ]
    assert "below the original" in compare.rows[1].figures
    assert session.document.operations == ()
    image = compare.rows[1].picture.grab().toImage()
    colours = {image.pixelColor(x, image.height() // 2).name() for x in range(0, image.width(), 7)}
    assert len(colours) > 5
    player = compare.listening._player
    compare.activateWindow()
    compare.play.click()
    assert compare.listening.is_playing
    for key, version in ((Qt.Key.Key_2, 1), (Qt.Key.Key_3, 2), (Qt.Key.Key_1, 0)):
        before_s = player.position_s
        qtbot.keyClick(compare, key)
        assert compare.listening.heard == version
        assert [row.button.isChecked() for row in compare.rows] == [v == version for v in range(3)]
        assert player.position_s == pytest.approx(before_s, abs=0.1)
        original = Monitored.ORIGINAL if version == 0 else Monitored.RESULT
        assert player.monitored is original
    document = compare.listening._document
    for version, made in enumerate(compare._compared.made, 1):
        compare.listening.choose(version)
        assert (document.shown.read(0, 100).samples == made.audio.samples[:, :100]).all()
    compare.play.click()
    assert not compare.listening.is_playing


def test_blind_nothing_tells_them_apart_until_they_are_revealed(compare, open_side, run):
    compare.choose(("hall", "room"))
    run()
    compare.blind.click()
    assert compare.is_blind
    assert {row.title for row in compare.rows} == {"Which one is it?"}
    assert {row.figures for row in compare.rows} == {""}
    assert sorted(compare.order) == [0, 1, 2]
    compare.rows[2].choose()
    assert compare.listening.heard == compare.order[2]
    compare.reveal.click()
    titles = [row.title for row in compare.rows]
    assert titles[compare.order.index(0)] == "Original"
    assert len(set(titles)) == 3
    compare.hide()
    assert not compare.listening.is_playing


def test_one_that_is_damaged_is_told_and_the_other_is_made(compare, open_side, run):
    for path in paths.user_models().glob("hall-*"):
        path.write_bytes(b"")
    compare.choose(("hall",))
    run()
    assert not compare.rows[1].button.isEnabled()
    assert "has changed" in compare.rows[1].picture._text
    assert compare.rows[2].button.isEnabled()
    assert not compare.blind.isEnabled()


def test_it_is_cancelled_and_outlived_by_nothing(compare, session, open_side, qtbot):
    compare.choose(("hall", "room"))
    compare.begin.click()
    compare.cancel.click()
    qtbot.waitUntil(lambda: not compare.is_busy, timeout=60_000)
    assert compare.rows[1].picture._text == "Nothing was compared yet."
    compare.begin.click()
    session.close()
    qtbot.waitUntil(lambda: not compare.is_busy, timeout=60_000)
    assert "No recording is open" in compare.told


def test_the_menu_opens_both_windows_and_closing_runout_closes_them(window, act, qtbot):
    act("model_manager")
    act("compare_models")
    manager, comparing = window.models.window, window.models.comparing
    assert manager.isVisible()
    assert comparing.isVisible()
    window.close()
    assert window.models.window is None
    assert not manager.isVisible()
    assert not comparing.isVisible()
    assert QApplication.activeModalWidget() is None


def test_a_new_model_is_offered_by_the_inspector_at_once(
    opened, session, install, qtbot, no_model_ships
):
    session.models.look()
    opened.inspector.choose_task("dereverb")
    form = opened.inspector.operation.form
    assert form.values()["method"] is None
    install("hall")
    session.models.look()
    assert opened.inspector.operation.form.values()["method"] == "waveform"
    for path in list(Path(paths.user_models()).iterdir()):
        path.unlink()
    session.models.look()
    assert opened.inspector.operation.form.values()["method"] is None
