import gc
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QComboBox, QPushButton, QSystemTrayIcon, QWidget

from app.batch.table import COLUMNS, NOTE
from app.batch.words import MANY
from app.widgets.question import GO_ON, STAY, STOP
from engine.audio import Audio
from engine.jobs.batch_news import SideState
from tests.app.conftest import RATE, write_side
from tests.app.test_accessibility import nameless, unreached
from tests.app.watchdog import Watchdog
from tests.signals import clicks, music


def states(window):
    return [row.state.value for row in window.queue.model.rows]


def press(qtbot, button):
    assert button.isEnabled(), button.text()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def drop(window, paths):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    event = QDropEvent(QPointF(400, 400), Qt.DropAction.CopyAction, data,
                       Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)  # fmt: skip
    window.dropEvent(event)


def test_a_folder_is_restored_with_one_failure_told(batch, fill, collection, come_to_end, qtbot,
                                                    tmp_path):  # fmt: skip
    fill(batch, collection)
    press(qtbot, batch.buttons.start)
    come_to_end(batch)
    assert states(batch) == ["done", "done", "failed", "done", "done"]
    assert (tmp_path / "out/Victor/4.wav").read_bytes() == b"restored"
    assert batch.queue.model.rows[2].told_shortly == "is empty (0 bytes); choose another file."
    assert batch.banner.text == (
        "The batch is over: 4 of 5 sides are done. Failed: 1; their notes say why."
    )
    assert batch.buttons.told.text() == "5 of 5 sides finished · 1 failed"
    assert batch.buttons.report.isEnabled()
    assert not batch.buttons.start.isEnabled()
    assert (tmp_path / "out/SHA256SUMS").read_text().count("\n") == 8


def test_two_sides_are_really_restored_by_processes(make_batch, fill, come_to_end, tmp_path, rng):
    batch = make_batch(is_real=True)
    for name in ("a", "b"):
        degraded, _ = clicks(rng, music(rng, 1.5, RATE, 1), per_second=8.0)
        write_side(tmp_path / f"{name}.wav", degraded)
    fill(batch, tmp_path / "a.wav", tmp_path / "b.wav")
    batch.queue.model.choose_preset(batch.queue.model.rows, "declick-only")
    batch.start()
    come_to_end(batch)
    assert states(batch) == ["done", "done"]
    first = batch.queue.model.rows[0]
    assert first.clicks is not None
    assert first.clicks >= 8
    assert first.removed_db is not None
    assert first.removed_db < -3.0
    assert (tmp_path / "out/a.wav").stat().st_size == (tmp_path / "a.wav").stat().st_size


@pytest.fixture
def heap_of_its_own() -> Iterator[None]:
    """What other tests have left behind is not searched for garbage: a window has none of it."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("heap_of_its_own")
def test_ten_thousand_files_are_dropped_without_halting_the_window(batch, tmp_path, qtbot):
    folder = tmp_path / "many"
    folder.mkdir()
    names = [folder / f"{number}.wav" for number in range(10_000)]
    for name in names:
        name.touch()
    qtbot.wait(1)
    watchdog = Watchdog()
    drop(batch, names)
    qtbot.waitUntil(lambda: len(batch.queue.model.rows) == 10_000, timeout=60_000)
    qtbot.wait(200)
    watchdog.stop()
    assert watchdog.longest_s < 0.1, watchdog.longest_s
    assert batch.table.isVisible()
    assert batch.banner.text.startswith(f"{10_000:,} files".replace(",", " "))
    assert MANY < 10_000


def test_what_is_in_the_list_already_is_not_taken_twice(batch, fill, collection):
    fill(batch, collection)
    fill(batch, collection, collection / "1.wav")
    assert [row.found.below for row in batch.queue.model.rows][-1] == "Victor/4.mp3"
    assert len(batch.queue.model.rows) == 5
    assert batch.banner.text == "All of that is in the list already."


def test_a_folder_without_sound_is_told(batch, fill, tmp_path):
    (tmp_path / "empty").mkdir()
    fill(batch, tmp_path / "empty")
    assert batch.banner.text == "There is no sound file in what was dropped."
    assert batch.drop.isVisible()


def test_a_pause_begins_no_further_side(batch, fill, collection, come_to_end, crew, qtbot):
    fill(batch, collection)
    crew.held = True
    press(qtbot, batch.buttons.start)
    qtbot.waitUntil(lambda: states(batch).count("running") == 2)
    press(qtbot, batch.buttons.pause)
    crew.held = False
    qtbot.waitUntil(lambda: "running" not in states(batch))
    assert states(batch).count("waiting") == 3
    assert batch.buttons.told.text().endswith("paused")
    press(qtbot, batch.buttons.pause)
    come_to_end(batch)
    assert "waiting" not in states(batch)


def test_stopping_after_these_leaves_the_rest_for_another_time(batch, fill, collection, qtbot,
                                                               come_to_end, crew):  # fmt: skip
    fill(batch, collection)
    crew.held = True
    press(qtbot, batch.buttons.start)
    qtbot.waitUntil(lambda: states(batch).count("running") == 2)
    press(qtbot, batch.buttons.after)
    crew.held = False
    come_to_end(batch)
    assert states(batch).count("done") == 2
    assert states(batch).count("waiting") == 3
    assert batch.buttons.start.text() == "&Go On"
    press(qtbot, batch.buttons.start)
    come_to_end(batch)
    assert states(batch).count("done") == 4
    assert crew.done.count("1.wav") == 1


def test_a_stop_leaves_what_ran_waiting(batch, fill, collection, qtbot, come_to_end, crew):
    fill(batch, collection)
    crew.held = True
    press(qtbot, batch.buttons.start)
    qtbot.waitUntil(lambda: states(batch).count("running") == 2)
    press(qtbot, batch.buttons.stop)
    come_to_end(batch)
    assert states(batch) == ["waiting"] * 5
    assert batch.banner.text == "Stopped; what is missing is done when it goes on."


def test_what_failed_is_tried_again_alone(batch, fill, collection, qtbot, come_to_end, crew):
    fill(batch, collection)
    batch.start()
    come_to_end(batch)
    crew.done.clear()
    press(qtbot, batch.buttons.retry)
    come_to_end(batch)
    assert crew.done == ["broken.wav"]
    assert states(batch) == ["done", "done", "failed", "done", "done"]


def test_what_was_wrong_is_forgotten_once_a_mended_file_is_done(batch, fill, tmp_path, come_to_end,
                                                                qtbot):  # fmt: skip
    side = tmp_path / "broken.wav"
    side.touch()
    fill(batch, side)
    (row,) = batch.queue.model.rows
    batch.start()
    come_to_end(batch)
    assert not batch.list_buttons.clear.isEnabled()
    assert row.told_shortly == "is empty (0 bytes); choose another file."
    row.found = type(row.found)(str(tmp_path / "mended.wav"), "mended.wav")
    (tmp_path / "mended.wav").touch()
    press(qtbot, batch.buttons.retry)
    come_to_end(batch)
    assert (row.state, row.told) == (SideState.DONE, "")
    assert batch.list_buttons.clear.isEnabled()


def test_files_dropped_while_it_runs_are_done_too(batch, fill, collection, crew, come_to_end,
                                                  qtbot, tmp_path):  # fmt: skip
    fill(batch, collection / "Victor")
    crew.held = True
    batch.start()
    qtbot.waitUntil(lambda: "running" in states(batch))
    fill(batch, collection / "1.wav")
    crew.held = False
    qtbot.waitUntil(lambda: states(batch) == ["done"] * 3, timeout=60_000)
    come_to_end(batch)
    assert (tmp_path / "out/1.wav").exists()


def test_the_list_outlives_its_window(make_batch, fill, collection, come_to_end, crew, qtbot):
    first = make_batch()
    fill(first, collection)
    crew.held = True
    first.start()
    qtbot.waitUntil(lambda: states(first).count("running") == 2)
    first.stop()
    crew.held = False
    second = make_batch()
    qtbot.waitUntil(lambda: len(second.queue.model.rows) == 5)
    assert states(second) == ["waiting"] * 5
    assert second.banner.text == "This batch was cut off; sides that are missing: 5."
    assert second.buttons.start.text() == "&Go On"
    second.start()
    come_to_end(second)
    assert states(second).count("done") == 4


def test_a_list_that_another_window_holds_is_left_to_it(make_batch):
    make_batch()
    assert make_batch().banner.text.startswith("Another window of Runout holds the list")


def test_rows_are_taken_out_and_what_is_done_is_cleared(batch, fill, collection, come_to_end,
                                                        qtbot):  # fmt: skip
    fill(batch, collection)
    batch.table.selectRow(0)
    qtbot.keyClick(batch.table, Qt.Key.Key_Delete)
    assert [row.name for row in batch.queue.model.rows][:2] == ["2.wav", "broken.wav"]
    batch.start()
    come_to_end(batch)
    press(qtbot, batch.list_buttons.clear)
    assert [row.name for row in batch.queue.model.rows] == ["broken.wav"]


def test_presets_are_chosen_for_all_and_for_some(batch, fill, collection):
    fill(batch, collection)
    batch.options.preset_chosen.emit("gentle")
    batch.table.selectRow(1)
    batch.table.preset_chosen.emit("declick-only")
    presets = [row.preset for row in batch.queue.model.rows]
    assert presets == ["gentle", "declick-only", "gentle", "gentle", "gentle"]


def test_another_output_folder_has_everything_done_again(batch, fill, collection, come_to_end,
                                                         tmp_path, qtbot):  # fmt: skip
    fill(batch, collection / "Victor")
    batch.start()
    come_to_end(batch)
    batch.options.folder.textEdited.emit(str(tmp_path / "elsewhere"))
    assert states(batch) == ["waiting", "waiting"]
    batch.start()
    come_to_end(batch)
    assert (tmp_path / "elsewhere/3.flac").exists()


def test_closing_asks_what_becomes_of_a_batch_at_work(batch, fill, collection, crew, qtbot,
                                                      come_to_end, monkeypatch):  # fmt: skip
    fill(batch, collection)
    crew.held = True
    batch.start()
    for answer, is_seen in ((STAY, True), (GO_ON, False)):
        monkeypatch.setattr("app.batch.window.ask_closing", lambda _, answer=answer: answer)
        batch.show()
        batch.close()
        assert batch.isVisible() is is_seen
        assert batch.run.is_running
    monkeypatch.setattr("app.batch.window.ask_closing", lambda _: STOP)
    batch.show()
    batch.close()
    come_to_end(batch)
    assert batch.n_missing == 5


def test_nothing_is_begun_without_a_folder(batch, fill, collection):
    fill(batch, collection)
    batch.options.folder.setText("")
    batch.options.folder.textEdited.emit("")
    batch.start()
    assert not batch.run.is_running
    assert batch.banner.text == "Name a folder for the restored sides."


def test_everything_has_a_name_and_is_reached_by_tab(batch, fill, collection, qtbot, come_to_end):
    assert nameless(batch) == []
    fill(batch, collection)
    batch.start()
    come_to_end(batch)
    assert nameless(batch) == []
    batch.activateWindow()
    batch.options.preset.setFocus()
    qtbot.waitUntil(batch.options.preset.hasFocus)
    assert unreached(batch, qtbot) == []


def test_each_key_belongs_to_one_thing(batch):
    texts = [each.text() for each in batch.findChildren(QPushButton)]
    texts += [each.text() for each in batch.findChildren(QWidget) if type(each).__name__ in
              ("QLabel", "TickField")]  # fmt: skip
    found = [text[text.index("&") + 1].lower() for text in texts if "&" in text]
    assert sorted(found) == sorted(set(found))


def test_silence_is_surveyed_in_words(make_batch, fill, come_to_end, tmp_path, settings):
    batch = make_batch(is_real=True)
    samples = np.random.default_rng(5).normal(0.0, 0.01, (1, RATE)).astype(np.float32)
    write_side(tmp_path / "noise.wav", Audio(samples, RATE))
    fill(batch, tmp_path / "noise.wav")
    batch.options.analyse.setChecked(True)
    batch.start()
    come_to_end(batch)
    (row,) = batch.queue.model.rows
    assert row.state is SideState.DONE, row.told
    assert "clicks/s, noise -4" in row.told
    assert row.output is None
    assert (tmp_path / "out/survey.html").is_file()


def test_enter_chooses_the_preset_of_the_rows_that_are_selected(batch, fill, collection, qtbot):
    fill(batch, collection)
    batch.table.selectAll()
    batch.table.setFocus()
    qtbot.keyClick(batch.table, Qt.Key.Key_Return)
    (editor,) = batch.table.viewport().findChildren(QComboBox)
    editor.hidePopup()
    place = editor.findData("gentle")
    editor.setCurrentIndex(place)
    editor.activated.emit(place)
    assert [row.preset for row in batch.queue.model.rows] == ["gentle"] * 5


def test_who_looks_elsewhere_is_told_of_the_end(batch, fill, collection, come_to_end, monkeypatch,
                                               settings):  # fmt: skip
    told = []
    monkeypatch.setattr(QApplication, "alert", lambda window: told.append("alert"))
    monkeypatch.setattr(QApplication, "beep", lambda: told.append("beep"))
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: False)
    monkeypatch.setattr(batch, "isActiveWindow", lambda: False)
    batch.options.sound.setChecked(True)
    fill(batch, collection)
    batch.start()
    come_to_end(batch)
    assert told == ["beep", "alert"]


def test_notes_have_room_beside_all_columns_in_a_narrow_window(batch, fill, collection):
    fill(batch, collection)
    batch.resize(1100, 560)
    QApplication.processEvents()
    table = batch.table
    assert not table.horizontalScrollBar().isVisible()
    assert table.columnWidth(NOTE) > 0.2 * table.viewport().width()
    assert sum(table.columnWidth(at) for at in range(len(COLUMNS))) == table.viewport().width()
