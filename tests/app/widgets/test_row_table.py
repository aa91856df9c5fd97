"""A table whose rows are chosen whole."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QApplication

from app.widgets.row_table import RowTable


def test_a_click_chooses_the_whole_row_and_titles_have_room(qtbot):
    model = QStandardItemModel(3, 2)
    model.setHorizontalHeaderLabels(["A title longer than its column", "B"])
    for row in range(3):
        for column in range(2):
            model.setItem(row, column, QStandardItem(f"{row} {column}"))
    table = RowTable(model, (10, 60))
    qtbot.addWidget(table)
    table.resize(500, 200)
    table.show()
    at = table.visualRect(model.index(1, 1)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert {(each.row(), each.column()) for each in table.selectedIndexes()} == {(1, 0), (1, 1)}
    assert table.columnWidth(0) > 100
    assert {table.rowHeight(row) for row in range(3)} == {table.fontMetrics().height() + 8}


@pytest.fixture
def shared(qtbot):
    """Four columns of 60, 100, 80 and 90, two of which share what is left over as 1 to 3."""
    model = QStandardItemModel(2, 4)
    model.setHorizontalHeaderLabels(["A", "B", "C", "D"])
    table = RowTable(model, (60, 100, 80, 90), shares={1: 1, 3: 3})
    qtbot.addWidget(table)
    table.show()
    return table


def widths(table, room):
    """Of the columns, where there is so much room for them."""
    table.resize(room + table.width() - table.viewport().width(), 200)
    QApplication.processEvents()
    return [table.columnWidth(column) for column in range(table.model().columnCount())]


def test_columns_share_what_is_left_over(shared):
    scale = max(1.0, shared.fontMetrics().height() / 17)
    least = [round(scale * width) for width in (60, 100, 80, 90)]
    left = 700 - sum(least)
    assert widths(shared, 700) == [
        least[0], least[1] + left // 4, least[2], least[3] + left - left // 4
    ]  # fmt: skip
    assert not shared.horizontalScrollBar().isVisible()


def test_a_table_scrolls_where_the_least_widths_have_no_room(shared):
    narrow = widths(shared, 250)
    assert sum(narrow) > 250
    assert shared.horizontalScrollBar().isVisible()
    assert widths(shared, 200) == narrow


def test_a_width_that_is_dragged_stays_and_what_is_at_its_right_gives_way(shared):
    before = widths(shared, 700)
    shared.horizontalHeader().resizeSection(1, 150)
    dragged = [shared.columnWidth(column) for column in range(4)]
    assert dragged == [before[0], 150, before[2], 700 - before[0] - 150 - before[2]]
    assert widths(shared, 800) == [before[0], 150, before[2], dragged[3] + 100]
