from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt

from app.panels.history import ROW, HistoryPanel
from app.panels.history_rows import details
from engine.event import Decision
from engine.region import Region
from engine.review import decide
from engine.tasks.declick import Declick
from engine.tasks.gain import Gain
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


def test_what_was_undone_is_told_to_screen_readers_too(panel, session):
    session.document.jump_to(1)
    spoken = [panel._list.item(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(4)]
    assert ["undone" in text for text in spoken] == [False, False, True, True]


def test_details_tell_what_where_and_how_long(session, panel):
    operation = session.document.operations[0]
    told = details(operation)
    assert f"{operation.changed:,} samples".replace(",", " ") in told
    assert "0:00.500 – 0:01.000" in told


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
