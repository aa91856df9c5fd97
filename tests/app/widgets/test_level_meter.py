import pytest
from PySide6.QtCore import Qt, QTimer
from pytestqt.qtbot import QtBot

from app.widgets.colours import colours_of
from app.widgets.level_meter import (
    GAP,
    HOLD_S,
    LAMP_WIDTH,
    LOWEST_DBFS,
    TOLD_WIDTH,
    Bar,
    LevelMeter,
    level_to_x,
)
from engine.dsp.level import Level


@pytest.fixture
def meter(qtbot: QtBot) -> LevelMeter:
    meter = LevelMeter()
    meter.resize(200 + GAP + LAMP_WIDTH + TOLD_WIDTH, 26)
    qtbot.addWidget(meter)
    return meter


def colour_at(meter: LevelMeter, x: int, y: int) -> str:
    return meter.grab().toImage().pixelColor(x, y).name()


def test_a_bar_rises_at_once_and_falls_thirty_db_a_second() -> None:
    bar = Bar()
    bar.rise(Level(-6.0))
    assert bar.level_dbfs == -6.0
    bar.fall(0.5)
    assert bar.level_dbfs == pytest.approx(-21.0)
    bar.rise(Level(-40.0))
    assert bar.level_dbfs == pytest.approx(-21.0)


def test_a_peak_is_held_and_then_follows_the_bar() -> None:
    bar = Bar()
    bar.rise(Level(-6.0))
    bar.fall(HOLD_S)
    assert bar.held_dbfs == -6.0
    bar.fall(0.1)
    assert bar.held_dbfs == bar.level_dbfs == pytest.approx(-6.0 - 30.0 * (HOLD_S + 0.1))
    bar.fall(1.0)
    assert bar.is_at_rest


def test_a_level_reaches_as_far_as_its_decibels() -> None:
    assert level_to_x(0.0, 200.0) == level_to_x(3.0, 200.0) == 200.0
    assert level_to_x(-30.0, 200.0) == 100.0
    assert level_to_x(LOWEST_DBFS, 200.0) == level_to_x(-200.0, 200.0) == 0.0


def test_bars_are_painted_as_long_as_their_levels(meter: LevelMeter) -> None:
    meter.show_levels((Level(-15.0), Level(-45.0)))
    colours = colours_of(meter.palette())
    assert colour_at(meter, 145, 7) == colours.wave.name()
    assert colour_at(meter, 149, 7) == colours.text.name()
    assert colour_at(meter, 153, 7) == colours.lane.name()
    assert colour_at(meter, 45, 20) == colours.wave.name()
    assert colour_at(meter, 53, 20) == colours.lane.name()


def test_a_mono_recording_has_one_bar(meter: LevelMeter) -> None:
    meter.show_levels((Level(-15.0),))
    assert len(meter.bars) == 1
    assert colour_at(meter, 100, 13) == colours_of(meter.palette()).wave.name()


def test_the_lamp_of_the_channel_that_clips_stays_lit_until_it_is_clicked(
    meter: LevelMeter, qtbot: QtBot
) -> None:
    lamp_x, colours = 200 + GAP + LAMP_WIDTH // 2, colours_of(meter.palette())
    meter.show_levels((Level(-0.1), Level(0.0, clipped=3)))
    meter.show_levels((Level(-20.0), Level(-20.0)))
    assert colour_at(meter, lamp_x, 7) == colours.lane.name()
    assert colour_at(meter, lamp_x, 20) == colours.clipped.name()
    qtbot.mouseClick(meter, Qt.MouseButton.LeftButton)
    assert not meter.has_clipped
    assert colour_at(meter, lamp_x, 20) == colours.lane.name()


def test_the_meter_tells_in_words_what_it_shows(meter: LevelMeter) -> None:
    assert meter.accessibleName() == "Output level"
    assert "\n".join(meter.spoken()).startswith("Peak: silent, silent\n")
    meter.show_levels((Level(-3.2, -2.6, -18.0), Level(-70.0)))
    assert "\n".join(meter.spoken()).splitlines()[:4] == [
        "Peak: -3 dBFS, silent",
        "RMS of 300 ms: -18 dBFS, silent",
        "Highest true peak: -3 dBTP, silent",
        "Clipped samples: 0, 0",
    ]
    meter.show_levels((Level(0.5, 0.8, -6.0, 7), Level(-70.0)))
    assert "Clipped samples: 7, 0" in "\n".join(meter.spoken())
    assert meter.toolTip() == "\n".join(meter.spoken())


def test_the_highest_true_peak_and_the_count_stay_until_enter_is_pressed(
    meter: LevelMeter, qtbot: QtBot
) -> None:
    meter.show_levels((Level(-1.0, 0.4, -20.0, 2), Level()))
    meter.show_levels((Level(-30.0, -29.0, -40.0, 1), Level()))
    assert (meter.bars[0].true_peak_dbfs, meter.bars[0].clipped) == (0.4, 3)
    qtbot.keyClick(meter, Qt.Key.Key_Return)
    assert (meter.bars[0].true_peak_dbfs, meter.bars[0].clipped) == (LOWEST_DBFS, 0)
    assert not meter.has_clipped


def test_the_rms_fills_its_bar_and_the_peak_goes_on_thinner(meter: LevelMeter) -> None:
    meter.show_levels((Level(-15.0, -15.0, -30.0),))
    colours = colours_of(meter.palette())
    assert colour_at(meter, 95, 4) == colours.wave.name()
    assert colour_at(meter, 105, 4) == colours.lane.name()
    assert colour_at(meter, 105, 13) == colours.wave.name()


def test_a_meter_at_rest_repaints_no_more(meter: LevelMeter, qtbot: QtBot) -> None:
    meter.show_levels((Level(-58.0), Level(-58.0)))
    for bar in meter.bars:
        bar.held_for_s = HOLD_S
    qtbot.waitUntil(lambda: all(bar.is_at_rest for bar in meter.bars))
    assert not any(timer.isActive() for timer in meter.findChildren(QTimer))
