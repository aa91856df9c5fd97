import numpy as np
import pytest

from engine.dsp.level import FULL_SCALE, Level, LevelWatch
from engine.units import SILENCE_DB
from tests.signals import noise

RATE = 44100


def level_of(samples, block=1024, rate=RATE) -> Level:
    watch = LevelWatch(rate, 1)
    for start in range(0, samples.shape[-1], block):
        watch.add(np.atleast_2d(samples)[:, start : start + block].astype(np.float32))
    return watch.take()[0]


def sine(frequency_hz, phase, amplitude=0.5):
    return amplitude * np.sin(2 * np.pi * frequency_hz * np.arange(RATE) / RATE + phase)


def test_the_true_peak_of_a_sine_lies_between_its_samples():
    level = level_of(sine(RATE / 4, np.pi / 4))
    inner_db = 20 * np.log10(0.5)
    assert level.peak_dbfs == pytest.approx(inner_db - 3.01, abs=0.01)
    assert level.true_peak_dbfs == pytest.approx(inner_db, abs=0.4)  # with its sudden start


@pytest.mark.parametrize("frequency_hz", [100.0, 997.0, 5011.0, 9973.0, 15013.0, 19001.0])
def test_the_true_peak_is_right_at_all_frequencies(frequency_hz):
    fade = np.minimum(1.0, np.arange(RATE) / 4410)
    level = level_of(fade * sine(frequency_hz, 0.3))
    assert -0.6 < level.true_peak_dbfs - 20 * np.log10(0.5) < 0.3


def test_blocks_of_any_length_give_the_same(rng):
    samples = noise(rng, 0.5, RATE, 0.2).samples
    first, second = level_of(samples, 1024), level_of(samples, 441)
    assert first.peak_dbfs == second.peak_dbfs
    assert first.true_peak_dbfs == pytest.approx(second.true_peak_dbfs, abs=1e-4)


def test_rms_is_that_of_the_last_300_ms():
    quiet, loud = sine(1000.0, 0.0, 0.1), sine(1000.0, 0.0, 0.5)
    level = level_of(np.concatenate((loud, quiet)))
    assert level.rms_dbfs == pytest.approx(20 * np.log10(0.1) - 3.01, abs=0.02)
    assert level_of(np.zeros(RATE)).rms_dbfs == SILENCE_DB


def test_samples_that_reach_full_scale_are_counted():
    samples = np.zeros((1, 3000), np.float32)
    samples[0, [5, 1500, 1501]] = (1.0, -1.0, FULL_SCALE)
    samples[0, 2000] = 0.9999
    assert level_of(samples).clipped == 3


def test_peaks_and_counts_begin_anew_each_time_they_are_told(rng):
    watch = LevelWatch(RATE, 2)
    watch.add(np.ones((2, 1024), np.float32))
    assert [each.clipped for each in watch.take()] == [1024, 1024]
    watch.add(np.zeros((2, 1024), np.float32))
    watch.take()
    watch.add(np.zeros((2, 1024), np.float32))
    assert watch.take()[0].peak_dbfs == SILENCE_DB
