import time

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication

from app import settings as keys
from app.event_columns import Filter
from app.panels.event_model import COLUMNS
from app.panels.events import EventsPanel
from app.review import Review
from engine.event import Decision
from engine.review import decide
from tests.app.found import found, many_found

STARTS = (3000, 1000, 5000, 2000)
ROWS = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows


@pytest.fixture
def review(session):
    return Review(session)


@pytest.fixture
def panel(session, review, side, qtbot):
    """Four events on an open side, in a panel that is shown."""
    actions = {name: QAction(name) for name in ("accept", "reject", "revert", "reopen")}
    panel = EventsPanel(session, review, actions)
    qtbot.addWidget(panel)
    panel.resize(350, 400)
    session.open(side)
    document = session.document
    document.commit((found(document.source, STARTS),), document.revision)
    panel.show()
    return panel


def texts(panel, column: str) -> list[str]:
    at, model = COLUMNS.index(column), panel.model
    return [model.data(model.index(row, at)) for row in range(model.rowCount())]


def reject(session, *events: int) -> None:
    document = session.document
    done = decide(document.state, document.operations[0], events, Decision.REJECTED)
    document.commit((done,), document.revision)


def test_a_row_tells_all_that_is_known_of_an_event(panel):
    row = [panel.model.data(panel.model.index(0, at)) for at in range(len(COLUMNS))]
    assert row == ["2", "0:00.023", "0.23", "L", "75%", "-52", "pending"]
    tip = panel.model.data(panel.model.index(0, 0), Qt.ItemDataRole.ToolTipRole)
    assert tip == "Declick 2 · 0:00.023 · 0.23 ms · L · 75% sure · -52 dB removed · pending"
    assert not panel.model.data(panel.model.index(0, 6), Qt.ItemDataRole.DecorationRole).isNull()


def test_the_focus_alone_goes_to_no_event(panel, session, review, qtbot):
    """Tab on its way past the table would take the selection away from what is being typed."""
    panel.activateWindow()
    panel.table.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(panel.table.hasFocus)
    assert review.events.current is None
    assert session.view_state.selection is None
    qtbot.keyClick(panel.table, Qt.Key.Key_Down)
    assert review.events.current is not None


def test_a_click_on_a_row_goes_there(panel, session, review, qtbot):
    place = panel.table.visualRect(panel.model.index(2, 1)).center()
    qtbot.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert session.view_state.playhead_s == pytest.approx(3000 / 44100)
    assert review.events.chosen == (0,)


def test_the_row_of_the_current_event_is_selected_and_its_decision_shown(panel, review, session):
    review.go(1)
    assert panel.table.currentIndex().row() == 0
    review.decide(Decision.REJECTED)
    assert texts(panel, "decision") == ["rejected", "pending", "pending", "pending"]
    assert panel.table.currentIndex().row() == 1
    assert [index.row() for index in panel.table.selectionModel().selectedRows()] == [1]
    assert "3 pending" in panel._told.text()
    session.view_state.select(None)
    assert not panel.table.selectionModel().hasSelection()


def test_a_key_with_shift_goes_to_another_row_alone(panel, review, qtbot):
    review.go(1)
    review.go(1)
    qtbot.keyPress(panel.table, Qt.Key.Key_Shift, Qt.KeyboardModifier.ShiftModifier)
    assert QApplication.keyboardModifiers() == Qt.KeyboardModifier.ShiftModifier
    review.go(-1)
    qtbot.keyRelease(panel.table, Qt.Key.Key_Shift)
    assert [index.row() for index in panel.table.selectionModel().selectedRows()] == [0]


def test_selected_rows_are_decided_on_together(panel, review, session):
    panel.table.selectRow(0)
    panel.table.selectionModel().select(panel.model.index(3, 0), ROWS)
    assert review.events.chosen == (1, 2)
    review.decide(Decision.ACCEPTED)
    assert texts(panel, "decision") == ["accepted", "pending", "pending", "accepted"]
    assert session.document.head == 2


def test_select_all_selects_the_rows_and_not_the_side(opened, session, qtbot):
    document = session.document
    document.commit((found(document.source, STARTS),), document.revision)
    opened.docks.toggle("events")
    opened.activateWindow()
    table = opened.events.table
    table.setFocus()
    qtbot.waitUntil(table.hasFocus)
    qtbot.keyClick(table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert sorted(opened.review.events.chosen) == [0, 1, 2, 3]
    assert session.view_state.selection is None or session.view_state.selection.stop_s < 1.0


def test_filters_list_some_and_say_of_how_many(panel, review, session):
    reject(session, 1, 3)
    panel.decision.setCurrentIndex(panel.decision.findData(Decision.REJECTED))
    assert review.events.filter == Filter(decision=Decision.REJECTED)
    assert texts(panel, "number") == ["2", "4"]
    assert "2 of 4 listed" in panel._told.text()
    panel.confidence.setCurrentIndex(panel.confidence.findData(0.5))
    assert texts(panel, "number") == ["4"]
    again = found(session.document.state, (9000,), "Again")
    session.document.commit((again,), session.document.revision)
    panel.decision.setCurrentIndex(0)
    panel.confidence.setCurrentIndex(0)
    panel.operation.setCurrentIndex(panel.operation.findData(again.id))
    assert texts(panel, "time") == ["0:00.204"]
    session.document.undo()  # what it was filtered by is gone
    assert panel.operation.currentData() is None
    assert panel.model.rowCount() == 4


def test_a_click_on_a_heading_sorts_and_another_one_turns_it_round(panel, session):
    header = panel.table.horizontalHeader()
    header.sectionClicked.emit(COLUMNS.index("removed"))
    assert texts(panel, "removed") == ["-60", "-52", "-45", "-38"]
    header.sectionClicked.emit(COLUMNS.index("removed"))
    assert texts(panel, "removed") == ["-38", "-45", "-52", "-60"]
    assert session.settings.get(keys.review_order) == "-removed"
    assert header.sortIndicatorOrder() is Qt.SortOrder.DescendingOrder
    header.sectionClicked.emit(COLUMNS.index("number"))
    assert texts(panel, "time")[0] == "0:00.023"


def test_without_events_it_says_where_they_would_come_from(panel, session):
    session.document.undo()
    assert panel.model.rowCount() == 0
    assert "Declick" in panel._told.text()
    session.close()
    assert panel.model.rowCount() == 0


def test_twenty_thousand_events_are_listed_at_once(panel, session):
    operation = many_found(session.document.source, 20_000)
    began = time.perf_counter()
    session.document.commit((operation,), session.document.revision)
    QApplication.processEvents()
    panel.grab()
    took_s = time.perf_counter() - began
    assert panel.model.rowCount() == 20_004
    # 0.2 s are wanted and 0.1 usual; the limit allows for a busy machine
    assert took_s < 1.0
