from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest
from typing_extensions import override

from engine.audio import Audio, MemoryRecording
from engine.equipment import Equipment, Estimate
from engine.errors import EngineError, SettingsError
from engine.event import Event
from engine.jobs import restore as module
from engine.jobs.restore import RestoreJob, restore
from engine.mapped import is_mapped
from engine.progress import Cancelled, Progress, ignore
from engine.project import State
from engine.region import Region
from engine.shape import ALL_HZ, BOX, Shape, Stroke
from engine.tasks.base import LocalTask, Reach, Restored
from engine.tasks.gain import Gain
from tests.signals import noise


@dataclass(frozen=True)
class Average(LocalTask):
    """A mean over 0.1 s around each sample: shows whether the context is real."""

    name: ClassVar[str] = "average"
    title: ClassVar[str] = "Average"
    context_s: ClassVar[float] = 0.05
    segment_s: ClassVar[float | None] = 0.3

    def apply(self, degraded: Audio, inner: slice, progress: Progress = ignore) -> Restored:
        progress(0.5)
        width = round(0.1 * degraded.sample_rate) | 1
        kernel = np.ones(width) / width
        rows = [np.convolve(row, kernel, "same") for row in degraded.samples]
        event = Event(inner.start, inner.start + 3, 0, 1.0, -20.0)
        outside = Event(max(0, inner.start - 5), inner.start, 0, 1.0, -20.0)
        events = (event, outside) if inner.start else (event,)
        return Restored(Audio(np.array(rows, np.float32), degraded.sample_rate), events)


@dataclass(frozen=True)
class Broken(LocalTask):
    """Makes a sample that is not a number."""

    name: ClassVar[str] = "broken"
    title: ClassVar[str] = "Broken"
    needs_region: ClassVar[bool] = True

    def apply(self, degraded: Audio, inner: slice, progress: Progress = ignore) -> Restored:
        samples = degraded.samples.copy()
        samples[0, inner.start] = np.nan
        return Restored(Audio(samples, degraded.sample_rate))


@dataclass(frozen=True)
class Louder(LocalTask):
    """Adds a constant, in pieces that overlap."""

    name: ClassVar[str] = "louder"
    title: ClassVar[str] = "Louder"
    step: float = 0.0

    @override
    def reach(self) -> Reach:
        return Reach(segment_s=0.5, join_s=0.1)

    def apply(self, degraded: Audio, inner: slice, progress: Progress = ignore) -> Restored:
        samples = degraded.samples + np.float32(self.step)
        event = Event(inner.start, inner.stop, 0, 1.0, -20.0)
        late = Event(inner.stop - 1, inner.stop, 0, 1.0, -20.0)
        return Restored(Audio(samples, degraded.sample_rate), (event, late))


@pytest.fixture
def state(rng: np.random.Generator) -> State:
    return State(MemoryRecording(noise(rng, 2.0, 8000, n_channels=2)))


def restored(state: State, task: LocalTask, *regions: Region) -> np.ndarray:
    operation = restore(state, task, regions)
    assert operation.outside_changed == 0
    return state.with_operation(operation).read(0, state.n_samples).samples


def test_pieces_with_context_make_what_the_whole_makes(state: State):
    whole = Average().apply(state.read(0, 16000), slice(0, 16000)).audio.samples
    np.testing.assert_allclose(restored(state, Average()), whole, atol=1e-6)


def test_pieces_that_overlap_join_without_a_trace_where_they_agree(state: State):
    after = restored(state, Louder(step=0.25))
    np.testing.assert_array_equal(after, state.read(0, 16000).samples + np.float32(0.25))


def test_memory_is_handed_back_between_pieces_and_not_after_small_repairs(state, monkeypatch):
    handed_back = []
    monkeypatch.setattr("engine.jobs.restore.give_back", lambda: handed_back.append(1))
    restored(state, Louder(step=0.25))
    assert len(handed_back) == 4
    restored(state, Louder(step=0.25), Region(0.1, 0.2), Region(0.5, 0.6))
    assert len(handed_back) == 4


def test_pieces_that_differ_cross_fade_where_they_overlap(state: State):
    class Odd(Louder):
        def apply(self, degraded: Audio, inner: slice, progress: Progress = ignore) -> Restored:
            self.heard.append(inner.stop - inner.start)
            more = np.float32(0.1 * len(self.heard))
            return Restored(Audio(degraded.samples + more, degraded.sample_rate))

        heard: ClassVar[list[int]] = []

    change = restored(state, Odd()) - state.read(0, 16000).samples
    assert Odd.heard == [4800, 4800, 4800, 4000]
    np.testing.assert_allclose(change[:, [0, 3999]], 0.1, atol=1e-6)
    assert (np.diff(change[:, 4000:4800], axis=1) > -1e-6).all()
    np.testing.assert_allclose(change[:, 4400], 0.15, atol=1e-3)
    np.testing.assert_allclose(change[:, [4800, 7999]], 0.2, atol=1e-6)


def test_events_in_an_overlap_are_told_once(state: State):
    operation = restore(state, Louder(), ())
    assert [event.start for event in operation.events] == [0, 4000, 8000, 12000, 15999]


def test_estimates_are_told_where_they_lie_in_the_recording(state: State):
    @dataclass(frozen=True)
    class Guess(Average):
        equipment: Equipment = Equipment()

        @override
        def equip(self, equipment: Equipment) -> "Guess":
            return Guess(equipment)

        def apply(self, degraded: Audio, inner: slice, progress: Progress = ignore) -> Restored:
            self.equipment.preview(Estimate(inner.start, degraded))
            return Restored(degraded)

    starts: list[int] = []
    equipment = Equipment(preview=lambda estimate: starts.append(estimate.start))
    restore(state, Guess(), (Region(0.5, 1.0),), ignore, equipment)
    assert starts == [4000, 6000]


def test_no_sample_outside_a_region_is_changed(state: State):
    before = state.read(0, 16000).samples
    after = restored(state, Gain(gain_db=-6.0), Region(0.5, 0.75), Region(1.0, 1.5))
    changed = np.flatnonzero((after != before).any(axis=0))
    inside = np.concatenate([np.arange(4000, 6000), np.arange(8000, 12000)])
    assert set(changed) <= set(inside)
    assert len(changed) > 0.98 * len(inside)
    np.testing.assert_allclose(after[:, 4500:5500], 0.501187 * before[:, 4500:5500], rtol=1e-5)


def test_a_region_fades_in_and_out_but_not_at_the_ends_of_the_recording(state: State):
    before = state.read(0, 16000).samples
    after = restored(state, Gain(gain_db=-6.0), Region(0.0, 0.5))
    assert after[0, 0] == pytest.approx(0.501187 * before[0, 0], rel=1e-5)
    assert after[0, 3999] == pytest.approx(before[0, 3999], rel=1e-2)


def test_a_band_keeps_what_lies_outside_of_it(state: State):
    before = state.read(0, 16000).samples
    change = restored(state, Gain(gain_db=-60.0), Region(0.2, 1.8, 1000.0, 2000.0)) - before
    power = np.abs(np.fft.rfft(change, axis=1)) ** 2
    frequency_hz = np.fft.rfftfreq(16000, 1 / 8000)
    inside = power[:, (frequency_hz >= 1000) & (frequency_hz < 2000)].mean()
    outside = power[:, (frequency_hz < 980) | (frequency_hz > 2020)].mean()
    assert 10 * np.log10(outside / inside) < -60


def test_events_are_counted_in_samples_of_the_recording_and_none_twice(state: State):
    operation = restore(state, Average(), [Region(0.5, 1.5)])
    starts = [event.start for event in operation.events]
    assert starts[0] == 4000
    assert starts == sorted(set(starts))
    assert len(starts) == 4


def test_only_changed_samples_are_kept(state: State):
    operation = restore(state, Gain(gain_db=0.0), [])
    assert (operation.patches, operation.changed) == ((), 0)


def test_tasks_of_a_job_build_on_one_another(state: State):
    job = RestoreJob("twice", state, (Gain(gain_db=6.0), Gain(gain_db=-12.0)), ())
    first, second = job.run(ignore)
    both = state.with_operation(first).with_operation(second).read(0, 16000).samples
    np.testing.assert_allclose(both, 0.501187 * state.read(0, 16000).samples, rtol=1e-5)


def test_a_long_recording_keeps_its_patches_on_disk(state: State, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "SPOOL_BYTES", 1000)
    operation = restore(state, Gain(gain_db=-6.0), [])
    assert is_mapped(operation.patches[0].samples)
    after = state.with_operation(operation).read(0, 16000).samples
    np.testing.assert_allclose(after, 0.501187 * state.read(0, 16000).samples, rtol=1e-5)


def test_a_job_stops_when_asked(state: State):
    def stop(fraction: float, message: str = "") -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        RestoreJob("stop", state, (Gain(gain_db=3.0),), ()).run(stop)


def test_samples_that_are_no_numbers_are_never_kept(state: State):
    with pytest.raises(EngineError, match="not numbers"):
        restore(state, Broken(), [Region(0.5, 1.0)])


def test_what_needs_a_region_says_so(state: State):
    with pytest.raises(SettingsError, match="broken needs a region"):
        restore(state, Broken(), [])


def test_a_band_above_nyquist_is_refused(state: State):
    with pytest.raises(SettingsError, match="above 4000 Hz"):
        restore(state, Gain(), [Region(0.0, 1.0, 5000.0, 6000.0)])


def test_parts_of_a_drawn_region_are_done_one_by_one_and_nothing_between(state: State):
    boxes = [Stroke(BOX, ((a, 0.0), (b, ALL_HZ))) for a, b in ((0.2, 0.3), (0.6, 0.7))]
    region = Region.drawn(Shape(tuple(boxes)), 1.0, state.sample_rate / 2)
    assert region is not None
    operation = restore(state, Gain(gain_db=6.0), [region])
    assert operation.regions == (Region(0.2, 0.3), Region(0.6, 0.7))
    assert operation.outside_changed == 0
    n_samples = round(0.1 * state.sample_rate)
    assert (
        1.9 * n_samples * state.n_channels < operation.changed <= 2 * n_samples * state.n_channels
    )


def test_a_feather_of_the_region_outlasts_that_of_the_task(state: State):
    plain, soft = Region(0.2, 0.8), Region(0.2, 0.8, feather_s=0.2)
    start, stop = round(0.2 * state.sample_rate), round(0.4 * state.sample_rate)
    before = state.read(start, stop).samples
    gains = []
    for region in (plain, soft):
        after = state.with_operation(restore(state, Gain(gain_db=6.0), [region]))
        change = np.abs(after.read(start, stop).samples - before).mean()
        gains.append(change / np.abs(before).mean())
    assert gains[0] == pytest.approx(0.995, abs=0.02)
    assert gains[1] == pytest.approx(0.4976, abs=0.03)
