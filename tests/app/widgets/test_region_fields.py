import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.widgets.region_fields import RegionFields
from app.widgets.region_text import region_text
from engine.region import Region


@pytest.fixture
def fields(qtbot):
    fields = RegionFields()
    qtbot.addWidget(fields)
    return fields


@pytest.fixture
def edited(fields):
    told: list[object] = []
    fields.edited.connect(told.append)
    return told


def enter(qtbot, field, text):
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def test_a_region_is_typed_where_none_was(fields, edited, qtbot):
    enter(qtbot, fields._start, "1.5")
    enter(qtbot, fields._stop, "2.25")
    assert edited == [Region(1.5, 2.25)]


def test_tab_goes_on_from_the_stop_to_the_length(fields, edited, qtbot):
    """It is free only once there is a region, which the stop makes."""
    fields.edited.connect(lambda region: fields.show_region(region, 22050.0))
    fields.show()
    fields.activateWindow()
    fields._start.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(fields._start.hasFocus)
    for text, following in (("1.5", fields._stop), ("2.25", fields._length)):
        qtbot.keyClicks(QApplication.focusWidget(), text)
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        assert QApplication.focusWidget() is following
    assert edited == [Region(1.5, 2.25)]


def test_showing_a_region_tells_nobody(fields, edited):
    fields.show_region(Region(1.0, 2.0, 300.0, 4000.0), 22050.0)
    assert edited == []
    assert fields._length.time_s() == 1.0


def test_a_start_beyond_the_stop_moves_the_region(fields, edited, qtbot):
    fields.show_region(Region(1.0, 2.0), 22050.0)
    enter(qtbot, fields._start, "3")
    assert edited == [Region(3.0, 4.0)]


def test_length_keeps_the_start(fields, edited, qtbot):
    fields.show_region(Region(1.0, 2.0), 22050.0)
    enter(qtbot, fields._length, "0.25")
    assert edited == [Region(1.0, 1.25)]


def test_a_low_edge_alone_reaches_up_to_the_highest_frequency(fields, edited, qtbot):
    fields.show_region(Region(1.0, 2.0), 22050.0)
    enter(qtbot, fields._low, "800")
    assert edited == [Region(1.0, 2.0, 800.0, 22050.0)]


def test_a_high_edge_alone_begins_at_zero(fields, edited, qtbot):
    fields.show_region(Region(1.0, 2.0), 22050.0)
    enter(qtbot, fields._high, "3000")
    assert edited == [Region(1.0, 2.0, 0.0, 3000.0)]


def test_an_edge_keeps_the_digits_that_are_not_shown(fields, edited, qtbot):
    fields.show_region(Region(1.0, 2.0, 432.144019, 1854.127736), 22050.0)
    assert fields._low.text() == "432.1 Hz"
    enter(qtbot, fields._start, "1.5")
    assert edited == [Region(1.5, 2.0, 432.144019, 1854.127736)]
    fields.show_region(edited[-1], 22050.0)
    enter(qtbot, fields._low, "500")
    assert edited[-1] == Region(1.5, 2.0, 500.0, 1854.127736)


def test_clear_selects_nothing(fields, edited, qtbot):
    fields.show_region(Region(1.0, 2.0), 22050.0)
    qtbot.mouseClick(fields._clear, Qt.MouseButton.LeftButton)
    assert edited == [None]


def test_without_a_region_only_start_and_stop_can_be_entered(fields):
    fields.show_region(None, 22050.0)
    enabled = [
        f.isEnabled()
        for f in (fields._start, fields._stop, fields._length, fields._low, fields._high)
    ]
    assert enabled == [True, True, False, False, False]


def test_a_region_reads_in_milliseconds_and_hertz():
    assert region_text(Region(12.3, 72.4204)) == "0:12.300 – 1:12.420"
    assert region_text(Region(1.0, 2.0, 432.144, 1854.13)) == "0:01.000 – 0:02.000, 432 – 1854 Hz"


def test_in_a_narrow_panel_the_fields_stand_below_one_another(fields, qtbot):
    fields.show()
    every = (fields._start, fields._stop, fields._length, fields._low, fields._high)
    fields.resize(340, 300)
    fields.layout().activate()
    assert len({field.x() for field in every}) == 2
    narrow = fields.minimumSizeHint().width()
    assert narrow < 200
    fields.resize(narrow, 300)
    fields.layout().activate()
    assert len({field.x() for field in every}) == 1
    assert max(field.geometry().right() for field in every) < narrow
    fields.resize(340, 300)
    fields.layout().activate()
    assert len({field.x() for field in every}) == 2


def test_without_a_band_the_fields_say_that_all_of_it_is_meant(fields):
    fields.show_region(Region(1.0, 2.0), 22050.0)
    assert (fields._low.text(), fields._high.text()) == ("all", "all")
    fields.show_region(Region(1.0, 2.0, 300.0, 4000.0), 22050.0)
    assert (fields._low.text(), fields._high.text()) == ("300 Hz", "4000 Hz")
