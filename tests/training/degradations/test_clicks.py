"""Clicks: how many, how long, how high."""

import numpy as np
import pytest

from engine.audio import Audio
from training.degradations.clicks import Clicks

RATE = 44100


def added(clicks, clean):
    return (clicks.apply(clean).samples - clean.samples)[0]


def bursts(samples, level):
    """Spans in which a signal stands out, parted by 5 ms of quiet."""
    where = np.flatnonzero(np.abs(samples) > level)
    parts = np.split(where, np.flatnonzero(np.diff(where) > RATE // 200) + 1)
    return [(int(each[0]), int(each[-1]) + 1) for each in parts if len(each)]


def silent_but_for_a_peak(seconds):
    samples = np.zeros((1, round(seconds * RATE)), np.float32)
    samples[0, -1] = 0.5
    return Audio(samples, RATE)


def test_as_many_clicks_as_were_asked_for():
    clean = silent_but_for_a_peak(60.0)
    found = bursts(added(Clicks(per_second=4.0, spread_db=0.0), clean), 0.02)
    assert len(found) == pytest.approx(240, abs=45)


@pytest.mark.parametrize("shape", ["ringing", "struck", "band_limited"])
def test_clicks_last_between_a_tenth_and_two_milliseconds(shape):
    clean = silent_but_for_a_peak(30.0)
    alike = Clicks(seed=3, per_second=3.0, spread_db=0.0, level_db=0.0, shape=shape)
    found = bursts(added(alike, clean), 0.01)
    lengths_ms = 1e3 * np.array([stop - start for start, stop in found]) / RATE
    assert np.percentile(lengths_ms, 10) > 0.05
    assert 0.2 < np.median(lengths_ms) < 1.2
    assert np.percentile(lengths_ms, 85) < 2.5


def test_sizes_are_told_from_the_peak():
    clean = silent_but_for_a_peak(30.0)
    alike = Clicks(level_db=-6.0, spread_db=0.0, shape="band_limited", per_second=3.0)
    click = added(alike, clean)
    heights = [np.abs(click[start:stop]).max() for start, stop in bursts(click, 0.01)]
    assert np.median(heights) == pytest.approx(0.25, abs=0.05)


def test_sizes_are_told_from_the_music_just_there():
    samples = np.full((1, 20 * RATE), 0.5, np.float32)
    samples[0, : 10 * RATE] = 0.005
    click = added(Clicks(reference="local", per_second=10.0), Audio(samples, RATE))
    soft, loud = (np.abs(half[: 9 * RATE]).max() for half in np.split(click, 2))
    assert 20 * np.log10(loud / soft) == pytest.approx(40.0, abs=12.0)


def test_both_signs_occur_and_channels_are_hit_alike():
    clean = Audio(np.tile(silent_but_for_a_peak(10.0).samples, (2, 1)), RATE)
    degraded = Clicks(shape="ringing").apply(clean).samples - clean.samples
    assert np.allclose(degraded[0], degraded[1], atol=1e-6)
    peaks = [degraded[0, start:stop] for start, stop in bursts(degraded[0], 0.05)]
    rising = [each[np.argmax(np.abs(each))] > 0 for each in peaks]
    assert 0.2 < np.mean(rising) < 0.8
