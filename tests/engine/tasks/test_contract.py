"""What every task promises, over the table."""

from contextlib import suppress

import numpy as np
import pytest

from engine.audio import Audio, MemoryRecording
from engine.errors import SettingsError
from engine.jobs.restore import restore
from engine.progress import Cancelled
from engine.project import State
from engine.region import Region
from engine.tasks import TASKS, LocalTask, StageTask, Task
from tests.signals import music, noise

RATE = 22050
ALL = tuple(task() for task in TASKS.values() if not task.needs_model())
LOCAL = tuple(task for task in ALL if isinstance(task, LocalTask))
STAGE = tuple(task for task in ALL if isinstance(task, StageTask))


def over(tasks: tuple[Task, ...]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("task", tasks, ids=[task.name for task in tasks])


every_task, every_local_task, every_stage_task = over(ALL), over(LOCAL), over(STAGE)


def region_for(task: Task) -> tuple[Region, ...]:
    return (Region(0.5, 0.51),) if task.needs_region else ()


def run(task: Task, audio: Audio, *regions: Region) -> np.ndarray:
    state = State(MemoryRecording(audio))
    after = state.with_operation(restore(state, task, regions or region_for(task)))
    return after.read(0, after.n_samples).samples


@every_local_task
@pytest.mark.parametrize("n_channels", [1, 2, 5])
def test_shape_and_type_are_kept(task: Task, n_channels: int, rng: np.random.Generator):
    audio = music(rng, 1.0, RATE, n_channels)
    after = run(task, audio)
    assert after.shape == audio.samples.shape
    assert after.dtype == np.float32
    assert np.isfinite(after).all()


@every_task
def test_the_source_is_never_written_to(task: Task, rng: np.random.Generator):
    audio = music(rng, 1.0, RATE, 2)
    before = audio.samples.copy()
    run(task, audio)
    np.testing.assert_array_equal(audio.samples, before)


@every_local_task
def test_silence_stays_silent(task: Task):
    silence = Audio(np.zeros((1, RATE), np.float32), RATE)
    assert np.abs(run(task, silence)).max() == 0.0


@every_local_task
def test_nothing_outside_a_region_changes(task: Task, rng: np.random.Generator):
    audio = Audio(music(rng, 1.0, RATE).samples + noise(rng, 1.0, RATE, 0.02).samples, RATE)
    after = run(task, audio, Region(0.4, 0.45))
    changed = np.flatnonzero((after != audio.samples).any(axis=0))
    assert not len(changed) or (changed[0] >= round(0.4 * RATE) and changed[-1] < 0.45 * RATE)


@every_task
def test_the_same_settings_make_the_same_bits(task: Task, rng: np.random.Generator):
    audio = music(rng, 1.0, RATE, 2)
    np.testing.assert_array_equal(run(task, audio), run(task, audio))


@every_local_task
@pytest.mark.parametrize("n_samples", [1, 2, 17, 300])
def test_recordings_of_a_few_samples_are_no_trouble(
    task: Task, n_samples: int, rng: np.random.Generator
):
    audio = noise(rng, n_samples / RATE, RATE)
    with suppress(SettingsError):  # a gap with nothing around it is refused, in a sentence
        after = run(task, audio, Region(0.0, n_samples / RATE))
        assert after.shape == (1, n_samples)


@every_task
def test_every_task_stops_when_asked(task: Task, rng: np.random.Generator):
    reports = []

    def stop_soon(fraction: float, message: str = "") -> None:
        assert 0.0 <= fraction <= 1.0
        reports.append(fraction)
        raise Cancelled

    state = State(MemoryRecording(music(rng, 1.0, RATE, 2)))
    with pytest.raises(Cancelled):
        restore(state, task, region_for(task), stop_soon)
    assert len(reports) == 1


@every_task
def test_every_setting_is_explained(task: Task):
    assert task.title
    assert type(task).__doc__
    for each in task.params():
        assert each.label, each.name
        assert each.description.endswith("."), each.name


@every_local_task
def test_every_changed_sample_lies_in_an_event_where_events_are_told(
    task: Task, rng: np.random.Generator
):
    audio = Audio(music(rng, 1.0, RATE, 2).samples, RATE)
    audio.samples[:, rng.integers(100, RATE - 100, 20)] += np.float32(0.7)
    state = State(MemoryRecording(audio))
    operation = restore(state, task, region_for(task))
    if not operation.events:
        return
    changed = state.with_operation(operation).read(0, RATE).samples != audio.samples
    for event in operation.events:
        changed[event.channel, event.start : event.stop] = False
    assert not changed.any()


def _a_stage_recording(rng: np.random.Generator, seconds: float) -> State:
    return State(MemoryRecording(music(rng, seconds, RATE, 2)))


@every_stage_task
@pytest.mark.parametrize("seconds", [1.0, 0.01, 1 / RATE])
def test_a_stage_is_as_long_as_the_task_has_said(
    task: StageTask, seconds: float, rng: np.random.Generator
):
    state = _a_stage_recording(rng, seconds)
    stage = restore(state, task, ()).stage
    assert stage is not None
    shape = task.fit(state).shape(state)
    assert (stage.sample_rate, stage.n_channels, stage.n_samples) == (
        shape.sample_rate,
        shape.n_channels,
        shape.n_samples,
    )
    assert np.isfinite(stage.read(0, stage.n_samples).samples).all()


@every_stage_task
def test_a_stage_task_refuses_a_region(task: StageTask, rng: np.random.Generator):
    with pytest.raises(SettingsError, match="takes no region"):
        restore(_a_stage_recording(rng, 0.5), task, (Region(0.1, 0.2),))


def test_steps_are_offered_in_the_order_of_work():
    wanted = ["groove", "speed", "declick", "inpaint", "denoise", "replay-eq", "rumble", "gain"]
    assert [name for name in TASKS if name in wanted] == wanted
