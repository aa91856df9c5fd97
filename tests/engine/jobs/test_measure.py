import numpy as np
import pytest

from engine.audio import Audio, MemoryRecording
from engine.jobs.measure import BLOCK_SAMPLES, MeasureJob, measure
from engine.progress import Cancelled


def recording(samples):
    return MemoryRecording(Audio(np.asarray(samples, np.float32), 44100))


def test_the_peak_of_either_sign_and_the_samples_beyond_full_scale():
    samples = np.zeros((2, BLOCK_SAMPLES + 100), np.float32)
    samples[0, 5], samples[1, -1], samples[1, 7] = 0.5, -1.25, 1.0
    peak = MeasureJob("peak", recording(samples)).run()
    assert peak.peak == 1.25
    assert peak.over == 1
    assert peak.peak_dbfs == pytest.approx(1.938, abs=1e-3)


def test_only_the_spans_asked_for_are_read():
    samples = np.zeros((1, 1000), np.float32)
    samples[0, 500] = 2.0
    assert measure(recording(samples), ((0, 500), (501, 1000))).peak == 0.0
    assert measure(recording(samples), ((500, 501),)).over == 1


def test_nothing_has_no_peak():
    assert measure(recording(np.zeros((1, 10))), ()).peak == 0.0


def test_it_stops_when_asked():
    def stop(fraction, message=""):
        raise Cancelled

    with pytest.raises(Cancelled):
        MeasureJob("peak", recording(np.zeros((1, 10)))).run(stop)
