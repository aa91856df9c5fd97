import numpy as np
import pytest

from engine.audio import MemoryRecording
from engine.errors import SettingsError
from engine.jobs.put_back import PutBackJob
from engine.jobs.restore import RestoreJob
from engine.project import State
from engine.region import Region
from engine.storage.opaque import task_of
from engine.tasks.gain import Gain
from tests.signals import music

RATE = 44100


@pytest.fixture
def lowered(rng):
    """A second of music, and the same 6 dB lower from 0.2 to 0.8 s."""
    state = State(MemoryRecording(music(rng, 1.0, RATE, 2)))
    job = RestoreJob("Gain", state, (Gain(gain_db=-6.0),), (Region(0.2, 0.8),))
    return state.with_operation(job.run()[0])


def put_back(state, *regions):
    (operation,) = PutBackJob("Put back", state, regions).run()
    return operation, state.with_operation(operation)


def test_the_original_is_back_bit_for_bit_and_all_else_stays(lowered):
    operation, after = put_back(lowered, Region(0.3, 0.5))
    start, stop = round(0.3 * RATE), round(0.5 * RATE)
    found, before = after.read(0, RATE).samples, lowered.read(0, RATE).samples
    source = lowered.source.read(0, RATE).samples
    assert np.array_equal(found[:, start:stop], source[:, start:stop])
    outside = np.r_[0:start, stop:RATE]
    assert np.array_equal(found[:, outside], before[:, outside])
    assert operation.changed == np.count_nonzero(before[:, start:stop] != source[:, start:stop])


def test_of_a_band_only_what_lies_inside_comes_back(lowered):
    _, after = put_back(lowered, Region(0.3, 0.7, 500.0, 2000.0))
    middle = slice(round(0.4 * RATE), round(0.6 * RATE))
    window = np.hanning(middle.stop - middle.start)
    spectra = [
        np.abs(np.fft.rfft(window * each.read(0, RATE).samples[0, middle]))
        for each in (after, lowered, lowered.source)
    ]
    hz = np.fft.rfftfreq(len(window), 1 / RATE)
    inside, outside = (hz > 700) & (hz < 1500), (hz < 300) | (hz > 3000)
    error = np.linalg.norm((spectra[0] - spectra[2])[inside]) / np.linalg.norm(spectra[2][inside])
    kept = np.linalg.norm((spectra[0] - spectra[1])[outside]) / np.linalg.norm(spectra[1][outside])
    assert error < 0.02
    assert kept < 0.02


def test_where_nothing_was_done_that_is_said(lowered):
    with pytest.raises(SettingsError, match="nothing was changed"):
        put_back(lowered, Region(0.9, 1.0))


def test_a_project_knows_it_again(lowered):
    operation, _ = put_back(lowered, Region(0.3, 0.5))
    task, problem = task_of(operation.task.name, {})
    assert problem is None
    assert task == operation.task
