import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from app.dialogs.export import ExportDialog
from app.marks import MUSIC, NOISE
from engine.audio import Audio
from engine.region import Region
from engine.storage.contents import Mark
from engine.storage.label_file import MOST_MARKS
from tests.app.conftest import RATE, sessions, write_side
from tests.signals import music, noise


@pytest.fixture
def marks(opened, session):
    return session.document.marks


@pytest.fixture
def view_state(session):
    return session.view_state


@pytest.fixture
def key(opened, qtbot):
    def press(key, modifier=Qt.KeyboardModifier.NoModifier, widget=None):
        qtbot.keyClick(widget or opened.views.spectrogram, key, modifier)

    return press


def told(marks):
    return [(each.kind, each.start_s, each.stop_s, each.name) for each in marks.items]


def test_m_sets_a_marker_at_the_playhead_and_a_name_is_typed_there(
    opened, key, marks, view_state, qtbot
):
    view_state.set_playhead(0.5)
    key(Qt.Key.Key_M)
    strip = opened.views.marks
    qtbot.waitUntil(lambda: strip.editor.isVisible())
    qtbot.keyClicks(strip.editor, "Solo")
    qtbot.keyClick(strip.editor, Qt.Key.Key_Return)
    assert told(marks) == [("marker", 0.5, 0.5, "Solo")]
    assert not strip.editor.isVisible()


def test_m_while_playing_sets_one_after_the_other_and_playing_goes_on(
    opened, act, marks, view_state, session
):
    act("play")
    for at_s in (0.25, 0.75):
        session.player.position_changed.emit(at_s)
        act("add_marker")
    assert [mark.start_s for mark in marks.items] == [0.25, 0.75]
    assert session.player.is_playing
    assert not opened.views.marks.editor.isVisible()


def test_a_selection_becomes_a_stretch_and_undo_and_redo_take_it_in_turn(
    opened, act, marks, view_state, gain, session
):
    view_state.select(Region(0.5, 1.0))
    act("add_marker")
    gain(-6.0)
    act("mark_music")
    assert [mark.kind for mark in marks.items] == ["marker", MUSIC]
    act("undo")
    assert (len(marks.items), session.document.head) == (1, 1)
    act("undo")
    assert (len(marks.items), session.document.head) == (1, 0)
    act("undo")
    assert marks.items == ()
    for _ in range(3):
        act("redo")
    assert (len(marks.items), session.document.head) == (2, 1)


def test_keys_go_from_mark_to_mark_and_select_between_markers(opened, act, key, marks, view_state):
    marks.add_all([Mark(0.5, 0.5, "a"), Mark(1.5, 1.5, "b"), Mark(0.9, 1.0, "", NOISE)])
    key(Qt.Key.Key_Period)
    key(Qt.Key.Key_Period)
    assert (view_state.playhead_s, marks.current.kind) == (0.9, NOISE)
    key(Qt.Key.Key_Comma)
    assert (view_state.playhead_s, marks.current.name) == (0.5, "a")
    view_state.set_playhead(1.2)
    act("select_between")
    assert view_state.selection == Region(0.5, 1.5)
    view_state.select(Region(0.52, 1.47))
    act("snap_marks")
    assert view_state.selection == Region(0.5, 1.5)


def test_a_flag_is_dragged_renamed_and_deleted(opened, marks, qtbot, key):
    marks.add(Mark(1.0, 1.0, "a"))
    strip = opened.views.marks
    qtbot.waitUntil(strip.isVisible)
    box = strip.flags[0].box
    scale = strip._scale
    qtbot.mousePress(strip, Qt.MouseButton.LeftButton, pos=box.center())
    for step in range(1, 6):
        qtbot.mouseMove(strip, box.center() + QPoint(step * 10, 0))
    qtbot.mouseRelease(strip, Qt.MouseButton.LeftButton, pos=box.center() + QPoint(50, 0))
    assert marks.items[0].start_s == pytest.approx(1.0 + 50 * scale.seconds_per_pixel)
    strip.setFocus()
    assert strip.spoken()[0].startswith("Marker a at 0:01.")
    key(Qt.Key.Key_F2, widget=strip)
    qtbot.keyClicks(strip.editor, "cough")
    qtbot.keyClick(strip.editor, Qt.Key.Key_Return)
    assert marks.items[0].name == "cough"
    strip.setFocus()
    key(Qt.Key.Key_Delete, widget=strip)
    assert marks.items == ()
    assert opened.session.document.head == 0


def test_the_table_lists_filters_renames_and_deletes(opened, marks, qtbot, view_state):
    opened.docks.show("marks")
    panel = opened.marks.panel
    marks.add_all([Mark(0.5, 0.5, "Solo"), Mark(1.0, 1.5, "", MUSIC)])
    marks.set_noise(Region(0.0, 0.25))
    shown = [[panel.table.item(r, c).text() for c in range(4)] for r in range(3)]
    assert shown == [
        ["Noise ✓", "0:00.000", "0.250", ""],
        ["Marker", "0:00.500", "", "Solo"],
        ["Music", "0:01.000", "0.500", ""],
    ]
    panel.table.item(1, 3).setText("Chorus")
    qtbot.waitUntil(lambda: marks.items[1].name == "Chorus")
    panel.kind.setCurrentIndex(panel.kind.findData(MUSIC))
    assert panel.table.rowCount() == 1
    panel.table.setFocus()
    panel.table.setCurrentCell(0, 3)
    qtbot.keyClick(panel.table, Qt.Key.Key_Return)
    assert view_state.playhead_s == 1.0
    qtbot.keyClick(panel.table, Qt.Key.Key_Delete)
    assert [mark.kind for mark in marks.items] == [NOISE, "marker"]


def test_marks_without_any_operation_outlive_a_crash(opened, act, session, open_, qtbot, marks):
    session.view_state.select(Region(0.25, 0.5))
    act("mark_music")
    session.view_state.select(Region(0.0, 0.2))
    act("mark_noise")
    qtbot.waitUntil(lambda: session.document.folder is not None, timeout=60_000)
    folder = session.document.folder
    assert sessions() == [folder.path.name]
    assert [mark.kind for mark in folder.marks] == [NOISE, MUSIC]
    assert folder.noise == Region(0.0, 0.2)
    assert not session.document.head


def test_marks_come_back_with_a_project(opened, act, session, save_to, open_, tmp_path, marks):
    session.view_state.set_playhead(0.5)
    marks.add(Mark(0.5, 0.5, "Solo"))
    save_to(tmp_path / "side.runout")
    marks.add(Mark(0.75, 0.8, "", MUSIC))
    act("close")
    assert open_(tmp_path / "side.runout")
    assert told(session.document.marks) == [
        ("marker", 0.5, 0.5, "Solo"),
        (MUSIC, 0.75, 0.8, ""),
    ]


def test_labels_go_out_and_come_in(opened, marks, tmp_path, monkeypatch, act):
    marks.add_all([Mark(0.5, 0.5, "Solo"), Mark(1.0, 1.5, "", MUSIC)])
    path = tmp_path / "out.txt"
    monkeypatch.setattr("app.mark_commands.QFileDialog.getSaveFileName", lambda *_: (str(path), ""))
    act("export_marks")
    path.write_text(path.read_text() + "9.0\t9.0\tbehind the end\n")
    marks.remove(marks.items)
    monkeypatch.setattr("app.mark_commands.QFileDialog.getOpenFileName", lambda *_: (str(path), ""))
    act("import_marks")
    assert [(mark.name, mark.kind) for mark in marks.items] == [("Solo", "marker"), ("", MUSIC)]
    assert "1 lie behind the end" in opened.status.word


def test_groove_noise_is_found_outside_of_music_and_selected(
    window, act, session, tmp_path, rng, qtbot
):
    hiss = np.concatenate([noise(rng, 1.5, RATE, 0.002).samples, music(rng, 2.0, RATE).samples], 1)
    hiss = np.concatenate([hiss, noise(rng, 1.5, RATE, 0.004).samples], axis=1)
    assert window.open(write_side(tmp_path / "lead.wav", Audio(hiss, RATE)))
    act("find_noise")
    qtbot.waitUntil(lambda: session.view_state.selection is not None)
    assert session.view_state.selection.stop_s <= 1.5
    act("mark_music")
    session.view_state.select(None)
    act("find_noise")
    qtbot.waitUntil(lambda: session.view_state.selection is not None)
    assert session.view_state.selection.start_s >= 3.5


def test_a_thousand_markers_do_not_hold_the_window_up(opened, marks, qtbot):
    opened.docks.show("marks")
    marks.add_all([Mark(0.001 * n, 0.001 * n, f"{n}") for n in range(MOST_MARKS - 1)])
    qtbot.wait(50)
    marks.add(Mark(1.9995, 1.9995, "last"))
    qtbot.wait(50)
    assert opened.marks.panel.table.rowCount() == MOST_MARKS


def test_markers_go_into_an_export_as_cue_points(opened, act, marks, tmp_path):
    marks.add_all([Mark(0.5, 0.5, "Solo"), Mark(0.6, 0.8, "", MUSIC)])
    act("export")
    dialog = next(each for each in QApplication.topLevelWidgets() if type(each) is ExportDialog)
    assert [cue.name for cue in dialog._wish(tmp_path / "out.wav").cues] == ["Solo"]
    dialog.close()
