from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

from engine.audio import MemoryRecording, Recording, Samples
from engine.errors import SettingsError
from engine.jobs import stage as module
from engine.jobs.restore import RestoreJob, restore
from engine.mapped import is_mapped
from engine.progress import Progress, ignore
from engine.project import State
from engine.region import Region
from engine.tasks.base import Shape, StageTask
from engine.tasks.gain import Gain
from tests.signals import noise


@dataclass(frozen=True)
class FirstHalf(StageTask):
    """The first half of the first channel."""

    name: ClassVar[str] = "first-half"
    title: ClassVar[str] = "First half"

    def shape(self, recording: Recording) -> Shape:
        return Shape(recording.sample_rate, 1, recording.n_samples // 2)

    def blocks(self, recording: Recording, progress: Progress = ignore) -> Iterator[Samples]:
        for start in range(0, recording.n_samples // 2, 100):
            progress(start / recording.n_samples)
            stop = min(start + 100, recording.n_samples // 2)
            yield recording.read(start, stop).samples[:1]


@pytest.fixture
def state(rng: np.random.Generator) -> State:
    return State(MemoryRecording(noise(rng, 0.1, 10000, n_channels=2)))


def test_a_stage_is_what_the_task_makes_and_later_tasks_work_on_it(state: State):
    job = RestoreJob("side", state, (FirstHalf(), Gain(gain_db=6.0)))
    operations = job.run()
    after = State(state.source, operations)
    assert (after.n_channels, after.n_samples) == (1, 500)
    expected = state.read(0, 500).samples[:1] * np.float32(10 ** (6 / 20))
    np.testing.assert_array_equal(after.read(0, 500).samples, expected)


def test_a_stage_takes_no_region(state: State):
    with pytest.raises(SettingsError, match="first-half changes the whole recording"):
        restore(state, FirstHalf(), [Region(0.0, 0.01)])


def test_a_long_stage_lies_on_disk(state: State, monkeypatch: pytest.MonkeyPatch):
    in_memory = restore(state, FirstHalf(), ())
    monkeypatch.setattr(module, "MEMORY_BYTES", 100)
    on_disk = restore(state, FirstHalf(), ())
    assert isinstance(on_disk.stage, MemoryRecording)
    assert is_mapped(on_disk.stage.audio.samples)
    assert in_memory.stage is not None
    np.testing.assert_array_equal(
        on_disk.stage.read(0, 500).samples, in_memory.stage.read(0, 500).samples
    )
