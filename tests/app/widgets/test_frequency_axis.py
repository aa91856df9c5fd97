import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.widgets.frequency_axis import (
    FREQUENCY_SCALES,
    FrequencyScale,
    format_hz,
    frequency_ticks,
    note_name,
    with_unit,
)


@given(st.sampled_from(FREQUENCY_SCALES), st.floats(20, 20000))
def test_frequency_to_pixel_and_back_is_the_same_frequency(kind, hz):
    scale = FrequencyScale(kind, 20.0, 22050.0, 5, 400)
    assert scale.hz_at(scale.y_of(hz)) == pytest.approx(hz, rel=1e-9)


@pytest.mark.parametrize("kind", FREQUENCY_SCALES)
def test_the_band_fills_the_height_with_the_highest_frequency_on_top(kind):
    scale = FrequencyScale(kind, 50.0, 8000.0, 5, 400)
    assert scale.y_of(8000.0) == pytest.approx(5.0)
    assert scale.y_of(50.0) == pytest.approx(405.0)
    edges = scale.edges_hz(400)
    assert edges[[0, -1]] == pytest.approx([50.0, 8000.0])
    assert (np.diff(edges) > 0).all()


@pytest.mark.parametrize("kind", FREQUENCY_SCALES)
def test_a_zoom_keeps_the_frequency_where_it_is(kind):
    scale = FrequencyScale(kind, 50.0, 8000.0, 0, 400)
    low_hz, high_hz = scale.zoomed(1000.0, 0.5)
    zoomed = FrequencyScale(kind, low_hz, high_hz, 0, 400)
    assert zoomed.y_of(1000.0) == pytest.approx(scale.y_of(1000.0))


def test_octaves_are_equally_high_on_the_log_scale():
    scale = FrequencyScale("log", 20.0, 20480.0, 0, 1000)
    assert scale.y_of(100) - scale.y_of(200) == pytest.approx(100.0)


def test_ticks_of_the_whole_band_are_the_rounded_frequencies():
    ticks = frequency_ticks(FrequencyScale("log", 20.0, 22050.0, 0, 400))
    labels = {tick.label for tick in ticks}
    assert {"50", "100", "200", "500", "1k", "2k", "5k", "10k"} <= labels


@pytest.mark.parametrize("kind", FREQUENCY_SCALES)
@pytest.mark.parametrize("band", [(20.0, 22050.0), (300.0, 700.0), (1000.0, 1030.0)])
def test_labels_never_overlap_and_there_are_at_least_three(kind, band):
    scale = FrequencyScale(kind, band[0], band[1], 0, 300)
    y = sorted(scale.y_of(tick.value) for tick in frequency_ticks(scale))
    assert len(y) >= 3
    assert min(np.diff(y)) >= 20.0


@pytest.mark.parametrize(
    ("hz", "name"),
    [(440.0, "A4 +0"), (261.63, "C4 +0"), (445.0, "A4 +20"), (27.5, "A0 +0"), (3.0, "–")],
)
def test_notes_are_named_with_their_distance_in_cents(hz, name):
    assert note_name(hz) == name


def test_the_unit_follows_the_prefix():
    assert [with_unit(label) for label in ("800", "20k", "2.5k")] == ["800 Hz", "20 kHz", "2.5 kHz"]


def test_labels_are_short():
    assert [format_hz(x) for x in (50.0, 1000.0, 2500.0, 12345.0)] == [
        "50",
        "1k",
        "2.5k",
        "12.345k",
    ]
