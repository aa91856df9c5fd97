import pytest
from PySide6.QtCore import Qt

from app.widgets.number_field import NumberField, TimeField


@pytest.fixture
def field(qtbot):
    field = TimeField()
    qtbot.addWidget(field)
    return field


def enter(qtbot, field, text):
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


@pytest.mark.parametrize(("low", "high", "value"), [
    (0.0, 1.0, 0.0005), (-60.0, 60.0, -23.125), (20.0, 20000.0, 1234.5678), (None, None, 1e-7),
])  # fmt: skip
def test_no_digit_of_a_number_is_lost(qtbot, low, high, value):
    field = NumberField(low, high)
    qtbot.addWidget(field)
    field.set_number(value)
    assert field.number() == value


def test_a_whole_number_is_an_int_with_its_unit_and_no_empty_decimals(qtbot):
    field = NumberField(1, 40, "ms", whole=True)
    qtbot.addWidget(field)
    field.set_number(8)
    assert field.number() == 8
    assert isinstance(field.number(), int)
    assert field.text() == "8 ms"


def test_arrow_keys_step_by_about_a_hundredth_of_the_range(qtbot):
    field = NumberField(-60.0, 60.0, "dB")
    qtbot.addWidget(field)
    field.set_number(0.0)
    qtbot.keyClick(field, Qt.Key.Key_Up)
    assert field.number() == 1.0


def test_numbers_have_a_point_in_every_country(qtbot):
    field = NumberField(0.0, 10.0)
    qtbot.addWidget(field)
    field.set_number(2.5)
    assert field.text() == "2.5"


def test_a_comma_is_taken_for_a_point(qtbot):
    field = NumberField(0.0, 10.0, "dB")
    qtbot.addWidget(field)
    enter(qtbot, field, "2,5")
    assert field.number() == 2.5
    assert field.text() == "2.5 dB"


@pytest.mark.parametrize(("text", "time_s"), [
    ("12.3", 12.3), ("12,3", 12.3), ("1:02.35", 62.35), ("1:00:01", 3601.0),
])  # fmt: skip
def test_times_are_taken_as_people_write_them(field, qtbot, text, time_s):
    told = []
    field.edited.connect(lambda: told.append(field.time_s()))
    enter(qtbot, field, text)
    assert told == [time_s]


def test_a_wrong_time_is_marked_explained_and_not_taken(field, qtbot):
    field.set_time(5.0)
    told = []
    field.edited.connect(lambda: told.append(field.time_s()))
    enter(qtbot, field, "1:2:3:4")
    assert told == []
    assert field.time_s() == 5.0
    assert field.property("wrong") is True
    assert "not a time" in field.toolTip()
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.property("wrong") is False
    assert field.text() == "0:05.0000"


def test_arrow_keys_step_a_time_by_milliseconds(field, qtbot):
    field.set_time(1.0)
    qtbot.keyClick(field, Qt.Key.Key_Up)
    qtbot.keyClick(field, Qt.Key.Key_Up)
    qtbot.keyClick(field, Qt.Key.Key_Down)
    assert field.time_s() == pytest.approx(1.001)


def test_a_time_below_nothing_does_not_exist(field, qtbot):
    field.set_time(0.0)
    qtbot.keyClick(field, Qt.Key.Key_Down)
    assert field.time_s() == 0.0


def test_letters_are_not_taken_by_a_time(field, qtbot):
    field.set_time(None)
    qtbot.keyClicks(field, "r1")
    assert field.text() == "1"
