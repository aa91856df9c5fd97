import numpy as np
import pytest
from PySide6.QtCore import Qt

from app.panels.history import HistoryPanel, details
from engine.region import Region
from engine.tasks.gain import Gain


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


def test_rows_are_drawn(panel):
    panel.resize(300, 400)
    image = panel._list.grab().toImage()
    assert image.width() > 0


def test_closing_empties_it(panel, session):
    session.close()
    assert panel.rows == []
