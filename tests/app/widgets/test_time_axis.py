import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.widgets.time_axis import (
    LEFT_AXIS,
    RIGHT_MARGIN,
    TimeScale,
    plot_width,
    round_step,
    time_step,
    time_ticks,
    wheel_notches,
    zoom_factor,
)

spans = st.tuples(st.floats(0, 3600), st.floats(1e-4, 3600))


@given(spans, st.floats(0, 1), st.integers(50, 4000))
def test_time_to_pixel_and_back_is_the_same_time(span, share, width):
    scale = TimeScale(span[0], span[0] + span[1], LEFT_AXIS, width)
    time_s = span[0] + share * span[1]
    assert scale.time_at(scale.x_of(time_s)) == pytest.approx(time_s, abs=1e-9 * (1 + time_s))


def test_the_visible_span_fills_the_plot_exactly():
    scale = TimeScale(10.0, 20.0, LEFT_AXIS, plot_width(1000))
    assert scale.x_of(10.0) == LEFT_AXIS
    assert scale.x_of(20.0) == 1000 - RIGHT_MARGIN


@given(spans, st.integers(100, 3000))
def test_labelled_ticks_are_apart_and_inside(span, width):
    scale = TimeScale(span[0], span[0] + span[1], 0, width)
    ticks = time_ticks(scale, gap=90)
    x = [scale.x_of(tick.value) for tick in ticks if tick.label]
    assert all(b - a >= 89.9 for a, b in zip(x[:-1], x[1:], strict=True))
    assert all(-0.01 <= scale.x_of(tick.value) <= width + 0.01 for tick in ticks)
    labels = [tick.label for tick in ticks if tick.label]
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize(
    ("span", "labels"),
    [
        ((0.0, 4.0), ["0:00.0", "0:00.5", "0:01.0", "0:01.5"]),
        ((60.0, 300.0), ["1:00", "1:30", "2:00", "2:30"]),
        ((1.0, 1.01), ["0:01.000", "0:01.002", "0:01.004", "0:01.006"]),
    ],
)
def test_labels_are_minutes_seconds_and_as_many_decimals_as_needed(span, labels):
    ticks = time_ticks(TimeScale(span[0], span[1], 0, 800))
    assert [tick.label for tick in ticks if tick.label][:4] == labels


def test_steps_are_one_two_five_and_parts_of_a_minute_above_ten_seconds():
    assert [round_step(x) for x in (0.9, 1.0, 1.1, 3.0, 0.021)] == [1.0, 1.0, 2.0, 5.0, 0.05]
    assert [time_step(x) for x in (7.0, 11.0, 31.0, 200.0, 9000.0)] == [10, 20, 60, 300, 10800]


def test_a_violent_burst_of_the_wheel_is_cut_to_three_notches():
    assert wheel_notches(120) == 1.0
    assert wheel_notches(-12000) == -3.0


def test_a_notch_away_and_one_back_leave_the_zoom_as_it_was():
    assert zoom_factor(1.0) == pytest.approx(0.8)
    assert zoom_factor(1.0) * zoom_factor(-1.0) == pytest.approx(1.0)


def test_labels_beyond_an_hour_have_room_for_all_their_digits():
    for length_s in (4.0, 0.4, 0.04, 0.004, 0.0004):
        scale = TimeScale(7200.0, 7200.0 + length_s, 64, 1000)
        ticks = [tick for tick in time_ticks(scale) if tick.label]
        assert len(ticks) >= 4
        apart = (ticks[1].value - ticks[0].value) / scale.seconds_per_pixel
        assert apart >= 7 * max(len(tick.label) for tick in ticks) + 12
        assert all(tick.label.startswith("2:00:0") for tick in ticks)
