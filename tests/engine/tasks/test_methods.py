"""What every method that works with a model promises, whatever its weights."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import cache, partial
from typing import Any

import numpy as np
import pytest

from engine.audio import Audio, MemoryRecording
from engine.catalog import Catalog, Entry
from engine.equipment import Equipment, Estimate
from engine.errors import ModelError, SettingsError
from engine.jobs.restore import restore
from engine.progress import Cancelled, ignore
from engine.project import Operation, State
from engine.region import Region
from engine.tasks import TASKS, Task
from tests.engine.tasks.toy_models import METHODS, toy_entry
from tests.signals import music

RATE = 22050
QUICK: dict[str, Any] = {"steps": 2, "cutoff_hz": 3000.0}
"""Settings that make a method quick, and have it work on music of any kind, where it has them."""
GAP = Region(0.5, 0.55)

every_method = pytest.mark.parametrize(("name", "method"), METHODS)


@pytest.fixture(scope="module")
def entries(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Entry]:
    folder = tmp_path_factory.mktemp("models")
    return cache(partial(toy_entry, folder))


@pytest.fixture
def equipment(name: str, method: str, entries: Callable[[str, str], Entry]) -> Equipment:
    return Equipment(Catalog((entries(name, method),)), "cpu")


def made(name: str, method: str) -> Task:
    known = {each.name for each in TASKS[name].params()}
    quick = {key: value for key, value in QUICK.items() if key in known}
    return TASKS[name].from_mapping({"method": method, **quick})


def run(task: Task, audio: Audio, equipment: Equipment, *regions: Region) -> Operation:
    where = regions or ((GAP,) if task.needs_region else ())
    return restore(State(MemoryRecording(audio)), task, where, ignore, equipment)


def after(operation: Operation, audio: Audio) -> np.ndarray:
    state = State(MemoryRecording(audio), (operation,))
    return state.read(0, state.n_samples).samples


@every_method
@pytest.mark.parametrize("n_channels", [1, 2])
def test_shape_is_kept_and_samples_are_numbers(name, method, n_channels, equipment, rng):
    audio = music(rng, 1.0, RATE, n_channels)
    restored = after(run(made(name, method), audio, equipment), audio)
    assert restored.shape == audio.samples.shape
    assert restored.dtype == np.float32
    assert np.isfinite(restored).all()


@every_method
def test_nothing_outside_a_region_changes(name, method, equipment, rng):
    audio = music(rng, 1.0, RATE)
    operation = run(made(name, method), audio, equipment, GAP)
    changed = np.flatnonzero((after(operation, audio) != audio.samples).any(axis=0))
    assert operation.outside_changed == 0
    assert not len(changed) or (changed[0] >= 0.5 * RATE - 1 and changed[-1] < 0.55 * RATE + 1)


@every_method
def test_silence_stays_silent(name, method, equipment):
    silence = Audio(np.zeros((1, RATE), np.float32), RATE)
    assert np.abs(after(run(made(name, method), silence, equipment), silence)).max() < 1e-6


@every_method
def test_the_same_settings_make_the_same_bits(name, method, equipment, rng):
    audio = music(rng, 0.7, RATE, 2)
    once, again = (after(run(made(name, method), audio, equipment), audio) for _ in range(2))
    np.testing.assert_array_equal(once, again)


@every_method
@pytest.mark.parametrize("n_samples", [1, 300])
def test_recordings_of_a_few_samples_are_no_trouble(name, method, n_samples, equipment, rng):
    audio = Audio(music(rng, 0.1, RATE).samples[:, :n_samples].copy(), RATE)
    with suppress(SettingsError):  # a gap may not be all there is
        region = Region(0.0, n_samples / RATE)
        run(made(name, method), audio, equipment, region)


@every_method
def test_a_job_stops_at_the_first_report(name, method, equipment, rng):
    def stop(fraction: float, message: str = "") -> None:
        raise Cancelled

    state = State(MemoryRecording(music(rng, 0.7, RATE)))
    with pytest.raises(Cancelled):
        restore(state, made(name, method), (GAP,), stop, equipment)


@every_method
def test_the_operation_names_the_model_that_made_it(name, method, equipment, rng):
    operation = run(made(name, method), music(rng, 0.7, RATE), equipment)
    (entry,) = equipment.catalog.entries
    (used,) = operation.models
    assert (used.name, used.sha256, used.licence) == (entry.name, entry.sha256, "CC0-1.0")
    assert used.device == "cpu"


@every_method
def test_a_method_without_its_model_says_so(name, method, rng):
    with pytest.raises(ModelError, match=rf"{name} by method {method} needs a model"):
        run(made(name, method), music(rng, 0.7, RATE), Equipment())


@every_method
def test_a_model_that_was_changed_is_refused_with_both_hashes(name, method, equipment, rng):
    entry = replace(equipment.catalog.entries[0], sha256="0" * 64)
    changed = Equipment(Catalog((entry,)), "cpu")
    with pytest.raises(ModelError, match=rf"{'0' * 64}.*[0-9a-f]{{64}}|[0-9a-f]{{64}}.*{'0' * 64}"):
        run(made(name, method), music(rng, 0.7, RATE), changed)


@every_method
def test_estimates_are_shown_while_it_runs(name, method, equipment, rng):
    shown: list[Estimate] = []
    audio = music(rng, 1.0, RATE)
    np.clip(audio.samples, -0.1, 0.1, out=audio.samples)  # so that there is something to declip
    run(made(name, method), audio, replace(equipment, preview=shown.append))
    assert shown
    for estimate in shown:
        assert estimate.start >= 0
        assert estimate.start + estimate.audio.n_samples <= audio.n_samples
        assert (estimate.audio.sample_rate, estimate.audio.n_channels) == (RATE, 1)
