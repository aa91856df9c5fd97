import pytest
from PySide6.QtWidgets import QPushButton, QWidget

from app.widgets.folding_row import FoldingRow


@pytest.fixture
def buttons(qtbot):
    return [QPushButton(text) for text in ("Accept", "Reject", "Revert it", "Open again")]


@pytest.fixture
def row(buttons, qtbot):
    row = FoldingRow(buttons)
    qtbot.addWidget(row)
    row.show()
    return row


def width_of(buttons):
    return max(button.sizeHint().width() for button in buttons)


def test_all_stand_side_by_side_where_there_is_room(row, buttons):
    row.resize(row.sizeHint().width(), 100)
    assert row.across == 4
    assert len({button.y() for button in buttons}) == 1


@pytest.mark.parametrize("across", [3, 2, 1])
def test_they_fold_into_rows_and_back(row, buttons, across):
    width = across * width_of(buttons) + (across - 1) * 8
    row.resize(width, 200)
    assert row.across == across
    row.layout().activate()
    assert max(button.geometry().right() for button in buttons) < width
    assert all(button.width() >= button.sizeHint().width() for button in buttons)
    row.resize(1000, 200)
    assert row.across == 4


def test_it_asks_for_no_more_than_the_widest_and_as_much_height_as_that_takes(row, buttons):
    assert row.minimumSizeHint().width() == width_of(buttons)
    low = row.minimumSizeHint().height()
    row.resize(row.minimumSizeHint().width(), 300)
    assert row.minimumSizeHint().height() == 4 * low + 3 * 8


def test_shares_hold_in_one_row_alone(qtbot):
    wide, slim = QWidget(), QWidget()
    row = FoldingRow((wide, slim), (3, 1))
    qtbot.addWidget(row)
    row.resize(408, 20)
    row.show()
    assert (wide.width(), slim.width()) == (300, 100)
