"""A table whose rows are chosen whole."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel

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
