import numpy as np
import pytest

from engine.audio import Audio, MemoryRecording
from engine.catalog import Catalog
from engine.equipment import Equipment
from engine.errors import ModelError
from engine.jobs.restore import restore
from engine.progress import ignore
from engine.project import State
from engine.tasks.dereverb import Dereverb
from tests.engine.tasks.toy_models import toy_entry
from tests.signals import music


@pytest.fixture
def equipment(tmp_path) -> Equipment:
    return Equipment(Catalog((toy_entry(tmp_path, "dereverb", "waveform"),)), "cpu")


def dereverb(audio: Audio, equipment: Equipment, reduction_db: float) -> np.ndarray:
    state = State(MemoryRecording(audio))
    operation = restore(state, Dereverb(reduction_db=reduction_db), (), ignore, equipment)
    return state.with_operation(operation).read(0, audio.n_samples).samples


def test_what_the_network_takes_out_comes_back_by_the_reduction(equipment, rng):
    audio = music(rng, 1.0, 22050)
    removed = audio.samples - dereverb(audio, equipment, 60.0)
    less = audio.samples - dereverb(audio, equipment, 6.0)
    kept = 10 ** (-6 / 20)
    np.testing.assert_allclose(less, (1 - kept) / (1 - 1e-3) * removed, rtol=1e-4, atol=1e-6)
    assert np.abs(removed).max() > 1e-3
    np.testing.assert_array_equal(dereverb(audio, equipment, 0.0), audio.samples)


def test_it_never_runs_without_its_model(rng):
    audio = music(rng, 0.5, 22050)
    with pytest.raises(ModelError, match="was run without its model"):
        Dereverb().apply(audio, slice(0, 100))
