"""Joins of segments, method by method: nothing of them is to be heard, whatever the weights.

A recording is restored twice, the second time from a later start, so that joins lie elsewhere. In
each short window the level of the two differs by some amount; at a join that amount must not jump.
"""

import numpy as np
import pytest

from engine.audio import Audio, MemoryRecording
from engine.catalog import Catalog
from engine.equipment import Equipment
from engine.jobs.restore import restore
from engine.models import restorer
from engine.progress import ignore
from engine.project import State
from engine.tasks import TASKS
from engine.transforms.overlap_add import Segments
from tests.engine.tasks.toy_models import METHODS, RATE, toy_entry
from tests.signals import music, noise

SHIFT = 5 * restorer.GRID_SAMPLES
WINDOW = 1024
MOST_DB = 0.1
RESTORING = [
    (name, method)
    for name, method in METHODS
    if method in getattr(TASKS[name], "restorer_methods", ()) and name != "declick"
]
"""Declick has joins of its own: its network tells where, and what is there is predicted."""


def restored(name: str, method: str, audio: Audio, equipment: Equipment) -> np.ndarray:
    state = State(MemoryRecording(audio))
    told = {"cutoff_hz": 3000.0} if name == "extend" else {}
    task = TASKS[name].from_mapping({"method": method, **told})
    operation = restore(state, task, (), ignore, equipment)
    samples: np.ndarray = state.with_operation(operation).read(0, audio.n_samples).samples
    return np.asarray(samples[0])


def windows_db(samples: np.ndarray) -> np.ndarray:
    """Level of every window, in octave bands and as a whole: (band window)."""
    frames = samples[: len(samples) // WINDOW * WINDOW].reshape(-1, WINDOW).astype(np.float64)
    power = np.abs(np.fft.rfft(frames * np.hanning(WINDOW))) ** 2
    edges = (1, 16, 32, 64, 128, 256, 512)
    bands = [power[:, a:b].sum(1) for a, b in zip(edges[:-1], edges[1:], strict=True)]
    levels = np.log10(np.stack([np.square(frames).sum(1), *bands]) + 1e-12)
    return np.asarray(10 * levels)


@pytest.fixture
def cuts(monkeypatch) -> list[Segments]:
    """How recordings were cut, into short segments."""
    made: list[Segments] = []
    plan = restorer.plan_segments

    def told(*given):
        made.append(plan(*given))
        return made[-1]

    monkeypatch.setattr(restorer, "SEEN_S", 1.0)
    monkeypatch.setattr(restorer, "plan_segments", told)
    return made


@pytest.mark.parametrize(("name", "method"), RESTORING)
def test_level_and_spectrum_run_on_across_joins(name, method, tmp_path, rng, cuts):
    entry = toy_entry(tmp_path, name, method, context_s=0.5, level=0.0)
    equipment = Equipment(Catalog((entry,)), "cpu")
    mixed = music(rng, 8.0, RATE).samples + noise(rng, 8.0, RATE, 0.02).samples
    first = restored(name, method, Audio(mixed, RATE), equipment)
    later = restored(name, method, Audio(mixed[:, SHIFT:].copy(), RATE), equipment)
    differs = windows_db(first[SHIFT:]) - windows_db(later)
    jumps = np.abs(np.diff(differs, axis=1))
    step = cuts[0].kept_samples - cuts[0].join_samples
    joins = [at - SHIFT for at in range(step, len(first) - step // 2, step) if at > SHIFT + RATE]
    assert joins
    near = np.zeros(jumps.shape[1], bool)
    for join in joins:
        near[join // WINDOW - 2 : (join + cuts[0].join_samples) // WINDOW + 2] = True
    elsewhere = np.quantile(jumps[:, ~near], 0.99, axis=1)
    assert (jumps[:, near].max(axis=1) <= np.maximum(elsewhere, MOST_DB)).all(), elsewhere
