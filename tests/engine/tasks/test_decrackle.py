from pathlib import Path

import numpy as np
import pytest

from engine.audio import Audio, MemoryRecording
from engine.event import Event
from engine.jobs.restore import restore
from engine.presets import load_presets
from engine.project import State
from engine.tasks import LocalTask
from engine.tasks.declick import Declick
from engine.tasks.decrackle import Decrackle
from tests.signals import clicks, crackle, music, noise, snr_db, stack

RATE = 44100
PRESETS = Path(__file__).parents[3] / "resources" / "presets"


def band(rng: np.random.Generator, duration_s: float) -> Audio:
    """Music over the hiss of a good disc."""
    hiss = noise(rng, duration_s, level=0.002).samples
    return Audio(music(rng, duration_s).samples + hiss, RATE)


def run(audio: Audio, task: LocalTask | None = None) -> tuple[Audio, tuple[Event, ...]]:
    restored = (task or Decrackle()).apply(audio, slice(0, audio.n_samples))
    return restored.audio, restored.events


def covers(audio: Audio, events: tuple[Event, ...]) -> np.ndarray:
    """How many events hold each sample (channel time)."""
    count = np.zeros(audio.samples.shape, int)
    for event in events:
        count[event.channel, event.start : event.stop] += 1
    return count


def test_dense_crackle_is_taken_out(rng):
    clean = band(rng, 2.0)
    degraded = crackle(rng, clean)
    restored, events = run(degraded)
    gained = snr_db(clean.samples, restored.samples) - snr_db(clean.samples, degraded.samples)
    assert gained > 10.0
    assert 250 < len(events) < 600


def test_crackle_that_declick_leaves_is_taken_out(rng):
    clean = band(rng, 2.0)
    after_declick, _ = run(crackle(rng, clean), Declick())
    restored, _ = run(after_declick)
    assert snr_db(clean.samples, restored.samples) > 3.0 + snr_db(
        clean.samples, after_declick.samples
    )


def test_music_without_crackle_comes_back_as_the_same_samples(rng):
    clean = band(rng, 2.0)
    restored, events = run(clean)
    assert events == ()
    np.testing.assert_array_equal(restored.samples, clean.samples)


@pytest.mark.parametrize("task", [Declick(sensitivity=1.0), Decrackle(sensitivity=0.8)])
@pytest.mark.parametrize("segment_s", [15.0, 0.8])
def test_putting_all_events_back_gives_the_degraded_bit_for_bit(rng, monkeypatch, task, segment_s):
    monkeypatch.setattr(type(task), "segment_s", segment_s)
    clean = band(rng, 1.5)
    both = Audio(stack(crackle(rng, clean).samples, clicks(rng, clean)[0].samples), RATE)
    state = State(MemoryRecording(both))
    operation = restore(state, task, ())
    restored = state.with_operation(operation).read(0, both.n_samples)
    counts = covers(both, operation.events)
    changed = restored.samples != both.samples
    assert changed.sum() > 1000
    assert set(np.unique(counts)) == {0, 1}
    assert not changed[counts == 0].any()
    put_back = restored.samples.copy()
    for event in operation.events:
        span = event.channel, slice(event.start, event.stop)
        put_back[span] = both.samples[span]
    assert put_back.tobytes() == both.samples.tobytes()
    for channel in (0, 1):
        own = [event for event in operation.events if event.channel == channel]
        assert all(a.stop <= b.start for a, b in zip(own[:-1], own[1:], strict=True))


def test_events_stay_inside_what_was_asked_for(rng):
    degraded = crackle(rng, band(rng, 2.0))
    events = run(degraded)[1]
    cut = next(e for e in events if e.start > RATE and e.stop - e.start > 4).start + 2
    restored = Decrackle().apply(degraded, slice(cut, degraded.n_samples))
    assert restored.events[0].start == cut
    np.testing.assert_array_equal(
        restored.audio.samples[:, :cut], degraded.samples[:, :cut], strict=True
    )


def test_an_event_tells_the_power_removed(rng):
    degraded = crackle(rng, band(rng, 2.0))
    restored, events = run(degraded)
    for event in events[::20]:
        span = slice(event.start, event.stop)
        removed = degraded.samples[0, span].astype(float) - restored.samples[0, span]
        assert event.removed_db == pytest.approx(10 * np.log10(np.mean(removed**2)), abs=0.01)


def test_the_surer_an_event_the_oftener_it_is_damage(rng):
    clean = band(rng, 2.0)
    degraded = crackle(rng, clean, per_second=150.0, snr_db=20.0)
    _, events = run(degraded, Decrackle(sensitivity=1.0))
    bumps = np.abs(degraded.samples[0] - clean.samples[0]) > 0.002
    damaged = np.array([bumps[e.start : e.stop].any() for e in events])
    confidence = np.array([event.confidence for event in events])
    assert 0.1 < confidence.min() < 0.3
    assert 0.95 < confidence.max() < 1.0
    shares = [damaged[(confidence >= a) & (confidence < a + 0.25)].mean() for a in (0.2, 0.45, 0.7)]
    assert shares == sorted(shares)
    assert shares[2] > 0.9


def test_more_sensitivity_removes_more(rng):
    degraded = crackle(rng, band(rng, 2.0))
    counts = [covers(degraded, run(degraded, Decrackle(sensitivity=s))[1]).sum() for s in (0, 0.5)]
    assert 0 < counts[0] < counts[1] < 0.3 * degraded.n_samples


@pytest.mark.parametrize("level", [0.0, 0.5, 1e-40, 1.0])
def test_a_constant_is_no_crackle(level):
    constant = Audio(np.full((1, 30000), level, np.float32), RATE)
    restored, events = run(constant)
    assert events == ()
    np.testing.assert_array_equal(restored.samples, constant.samples)


@pytest.mark.parametrize("sample_rate", [8000, 96000])
def test_other_sample_rates_gain_too(rng, sample_rate):
    clean = music(rng, 1.0, sample_rate)
    hiss = noise(rng, 1.0, sample_rate, level=0.002).samples
    clean = Audio(clean.samples + hiss, sample_rate)
    degraded = crackle(rng, clean, per_second=150.0)
    restored, _ = run(degraded)
    gained = snr_db(clean.samples, restored.samples) - snr_db(clean.samples, degraded.samples)
    assert gained > 4.0


def test_presets_take_crackle_once_the_clicks_are_gone_and_the_noise_is_not():
    tasks = {name: [t.name for t in p.tasks] for name, p in load_presets([PRESETS]).items()}
    with_crackle = {name: names for name, names in tasks.items() if "decrackle" in names}
    assert {"78rpm", "gentle"} <= set(with_crackle)
    for names in with_crackle.values():
        assert names.index("decrackle") == names.index("declick") + 1 < names.index("denoise")
