from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QPoint, QRect, Qt
from PySide6.QtGui import QFontMetrics, QImage, QPainter, QPalette
from PySide6.QtWidgets import QApplication, QLineEdit

from app import settings as keys
from app.panels.history import HistoryPanel
from app.panels.history_drawing import ROW
from app.panels.history_rows import details
from engine.branch import left_out
from engine.containers import Encoding
from engine.event import Decision
from engine.region import Region
from engine.report import operation_mapping
from engine.review import decide
from engine.storage.folder import open_project
from engine.sum_errors import SumErrors
from engine.tasks.declick import Declick
from engine.tasks.gain import Gain
from engine.tasks.inpaint import Inpaint
from engine.tasks.speed import Speed

A, X = Decision.ACCEPTED, Decision.REJECTED


@pytest.fixture
def panel(session, side, qtbot, finish):
    panel = HistoryPanel(session)
    qtbot.addWidget(panel)
    session.open(side)
    for gain_db in (-1.0, -2.0, -3.0):
        session.restore("Gain", (Gain(gain_db=gain_db),), (Region(0.5, 1.0),))
        finish()
    return panel


def test_the_source_is_the_first_row_and_every_operation_follows(panel):
    assert panel.rows == ["Source", "Gain", "Gain", "Gain"]


def test_a_click_on_a_row_is_the_recording_after_it(panel, session):
    panel._list.itemClicked.emit(panel._list.item(0))
    assert session.document.head == 0
    source, state = session.document.source, session.document.state
    assert np.array_equal(source.read(0, 88200).samples, state.read(0, 88200).samples)
    panel._list.itemClicked.emit(panel._list.item(2))
    assert session.document.head == 2


def test_what_a_click_does_is_told_until_the_first_one(panel, session):
    assert panel.hint.startswith("Click a row")
    panel._list.itemClicked.emit(panel._list.item(1))
    assert panel.hint == ""
    assert panel._hint.isHidden()
    assert session.settings.get(keys.history_hint) is False


def test_what_was_undone_is_told_to_screen_readers_too(panel, session):
    session.document.jump_to(1)
    spoken = [panel._list.item(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(4)]
    assert ["undone" in text for text in spoken] == [False, False, True, True]


def test_details_tell_what_where_and_how_long(session, panel):
    operation = session.document.operations[0]
    told = details(operation)
    assert f"{operation.changed:,} samples".replace(",", " ") in told
    assert "0:00.500 – 0:01.000" in told


def test_attempts_by_other_methods_are_told_apart(session, finish, panel):
    for method in ("hybrid", "ar"):
        session.restore("Inpaint", (Inpaint(method=method),), (Region(0.3, 0.34),))
        finish()
    last, first = (details(each).split(" · ")[0] for each in session.document.operations[:-3:-1])
    assert (first, last) == ("hybrid", "AR")


def test_what_another_stage_took_stands_apart_from_its_shape(session, finish, panel):
    session.restore("Speed", (Speed(from_rpm=80.0),), ())
    finish()
    shape, where = details(session.document.operations[-1]).split("\n")[:2]
    assert shape.endswith(" kHz")
    assert where.startswith("whole side · ")
    assert where.endswith(" s")


def test_one_sample_is_no_samples(session, panel):
    operation = replace(session.document.operations[0], changed=1)
    assert details(operation).startswith("1 sample · ")


def test_rows_are_drawn(panel):
    panel.resize(300, 400)
    image = panel._list.grab().toImage()
    assert image.width() > 0


def test_closing_empties_it(panel, session):
    session.close()
    assert panel.rows == []


def test_what_was_left_behind_stands_below_as_other_attempts(panel, session, finish):
    session.document.jump_to(1)
    session.restore("Gain", (Gain(gain_db=4.0),), ())
    finish()
    assert panel.rows == ["Source", "Gain", "Gain", "Other attempts", "Gain", "Gain"]
    spoken = panel._list.item(4).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "another attempt" in spoken
    assert "after Gain" in spoken
    left_behind = session.document.others[-1]
    panel._list.itemClicked.emit(panel._list.item(3))  # a heading goes nowhere
    assert session.document.head == 2
    panel._list.itemClicked.emit(panel._list.item(5))
    assert session.document.state.operations[-1] is left_behind
    assert panel.rows == ["Source", "Gain", "Gain", "Gain", "Other attempts", "Gain"]
    assert panel._list.currentRow() == 3
    assert not panel._list.grab().isNull()


def test_decisions_in_a_row_are_one_row_and_are_undone_one_by_one(session, side, qtbot, finish):
    panel = HistoryPanel(session)
    qtbot.addWidget(panel)
    session.open(side)
    session.restore("Declick", (Declick(),), ())
    finish()
    document = session.document
    found = document.operations[0]
    for event, decision in enumerate((A, A, X, Decision.REVERTED, A)):
        document.commit((decide(document.state, found, (event,), decision),), document.revision)
    assert panel.rows == ["Source", "Declick", "Review of Declick"]
    assert panel._list.currentRow() == 2
    spoken = panel._list.item(2).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Review of Declick, 3 accepted, 1 rejected, 1 reverted"
    document.undo()
    document.undo()
    assert panel._list.item(2).data(ROW).told == "2 accepted, 1 rejected\n2 undone"
    assert panel._list.currentRow() == 2
    panel._list.itemClicked.emit(panel._list.item(2))
    assert document.head == 6
    document.jump_to(1)
    assert panel._list.item(2).data(ROW).is_undone
    document.commit((decide(document.state, found, (0, 1), X),), document.revision)
    assert panel.rows[2:] == ["Review of Declick", "Other attempts", "Review of Declick"]


@pytest.fixture
def apart(session, side, qtbot, finish):
    """A panel over three gains that do not overlap."""
    panel = HistoryPanel(session)
    panel.resize(300, 500)
    qtbot.addWidget(panel)
    panel.show()
    session.open(side)
    for start_s in (0.1, 0.5, 0.9):
        session.restore("Gain", (Gain(gain_db=-6.0),), (Region(start_s, start_s + 0.2),))
        finish()
    return panel


def row_of(panel, number):
    return panel._list.item(number).data(ROW)


def click_tick(panel, number, qtbot):
    rect = panel._list.visualItemRect(panel._list.item(number))
    where = rect.topLeft() + QPoint(17, 14)
    qtbot.mouseClick(panel._list.viewport(), Qt.MouseButton.LeftButton, pos=where)
    QCoreApplication.processEvents()


def test_a_click_on_a_tick_leaves_that_one_out_and_another_one_brings_it_back(
    apart, session, qtbot
):
    document = session.document
    all_on = document.state.read(0, 88200).samples
    source = document.source.read(0, 88200).samples
    click_tick(apart, 2, qtbot)
    assert document.head == 2
    off = document.state.read(0, 88200).samples
    spans = [slice(round(at * 44100), round((at + 0.2) * 44100)) for at in (0.1, 0.5, 0.9)]
    assert np.array_equal(off[:, spans[1]], source[:, spans[1]])
    assert np.array_equal(off[:, spans[0]], all_on[:, spans[0]])
    assert np.array_equal(off[:, spans[2]], all_on[:, spans[2]])
    assert apart.rows == ["Source", "Gain", "Gain", "Gain"]
    assert row_of(apart, 2).is_off
    assert "left out" in apart._list.item(2).data(Qt.ItemDataRole.AccessibleTextRole)
    apart._list.itemClicked.emit(apart._list.item(2))  # a click beside the tick goes nowhere
    assert document.head == 2
    assert "tick it" in apart.hint
    click_tick(apart, 2, qtbot)
    assert document.head == 3
    assert np.array_equal(document.state.read(0, 88200).samples, all_on)
    assert apart.rows == ["Source", "Gain", "Gain", "Gain"]


def test_the_space_bar_switches_the_row_the_focus_is_on(apart, session, qtbot):
    apart._list.setCurrentRow(1)
    qtbot.keyClick(apart._list, Qt.Key.Key_Space)
    QCoreApplication.processEvents()
    assert row_of(apart, 1).is_off
    assert session.document.head == 2


def test_why_it_cannot_be_left_out_is_said_in_one_sentence(panel, session):
    before = session.document.state.operations
    panel.switch(row_of(panel, 1))
    assert panel.hint == ("Gain was done later and is built upon Gain; switch that off first.")
    assert session.document.state.operations == before


def test_what_was_left_out_is_left_out_after_reopening(apart, session, tmp_path, qtbot, finish):
    apart.switch(row_of(apart, 1))
    document = session.document
    expected = document.state.read(0, 88200).samples
    folder = document.folder.path
    with open_project(folder.rename(tmp_path / "copy.restore"), software="test") as again:
        assert len(again.project.state.operations) == 2
        assert [each.title for each, _ in left_out(again.project)] == ["Gain"]
        found = again.project.state.read(0, 88200).samples
    assert np.array_equal(found, expected)


def test_a_note_is_shown_kept_in_the_project_and_told_in_the_report(apart, session, qtbot):
    document = session.document
    operation = document.operations[0]
    is_saved = document.n_unsaved
    apart._list.editItem(apart._list.item(1))
    editor = apart._list.findChild(QLineEdit)
    assert editor.accessibleName() == "Note on this operation"
    qtbot.keyClicks(editor, "left wall worn")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: document.operations[0].remark == "left wall worn")
    assert row_of(apart, 1).remark == "left wall worn"
    assert document.n_unsaved == is_saved
    assert "note: left wall worn" in apart._list.item(1).data(Qt.ItemDataRole.AccessibleTextRole)
    told = operation_mapping(document.operations[0], 44100, (), SumErrors((), Encoding(16)))
    assert told["remark"] == "left wall worn"
    assert document.folder.project.find(operation.id).remark == "left wall worn"
    assert "left wall worn" in (document.folder.path / "journal.jsonl").read_text()


def test_there_is_nothing_to_clean_up_before_anything_was_done(session, qtbot):
    panel = HistoryPanel(session)
    qtbot.addWidget(panel)
    panel.show()
    assert not panel._clean_up.isVisible()


def test_sizes_of_each_operation_and_of_the_project_are_told(apart, session):
    apart._on_sizes_due()
    document = session.document
    sizes = document.folder.render_sizes()
    n_bytes = 2 * 4 * round(0.2 * 44100)
    assert all(n_bytes <= sizes[each.id] <= n_bytes + 2000 for each in document.operations)
    assert apart.told_size.startswith("The project takes ")
    document.jump_to(1)
    apart._on_sizes_due()
    assert "for what is not in force" in apart.told_size
    assert not apart._list.grab().isNull()


def test_what_was_undone_is_as_easy_to_read_as_other_quiet_text(panel, session):
    session.document.jump_to(1)
    row = panel._list.item(2).data(ROW)
    assert row.is_undone
    palette = panel.palette()
    title, told = islice(panel._rows._pens(row, palette, False), 2)
    assert title == told == palette.color(QPalette.ColorRole.PlaceholderText)


def test_a_size_gives_way_to_the_title_in_a_narrow_panel(apart, session):
    row = row_of(apart, 1)
    image, font = QImage(400, 40, QImage.Format.Format_RGB32), apart._list.font()
    metrics = QFontMetrics(font)
    apart._rows.show_sizes({row.operations[0].id: 23_000})
    with QPainter(image) as painter:
        taken = [
            apart._rows._draw_right(painter, QRect(0, 0, width, 40), row, font, metrics)
            for width in (300, metrics.horizontalAdvance(row.title) + 20)
        ]
    assert taken[0] > 20
    assert taken[1] == 0


def test_what_was_made_up_has_a_badge(apart, session):
    made = replace(session.document.operations[0], task=Inpaint(method="diffusion"))
    document = session.document
    document.commit((replace(made, id="x"),), document.revision)
    assert "generative" in apart._list.item(4).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "invents sound" in apart._list.item(4).toolTip()
    assert not row_of(apart, 3).invents
    assert not apart._list.grab().isNull()


def test_the_last_one_left_out_is_undone_and_its_tick_brings_it_back(apart, session, qtbot):
    click_tick(apart, 3, qtbot)
    document = session.document
    assert (document.head, len(document.operations)) == (2, 3)
    assert row_of(apart, 3).is_undone
    click_tick(apart, 3, qtbot)
    assert document.head == 3
    assert document.others == ()


def test_in_the_window_the_space_bar_ticks_in_the_history_and_plays_elsewhere(opened, gain, qtbot):
    gain(-6.0)
    shown = opened.history._list
    shown.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is shown)
    shown.setCurrentRow(1)
    qtbot.keyClick(shown, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: opened.session.document.head == 0)
    assert not opened.session.player.is_playing
