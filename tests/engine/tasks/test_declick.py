import numpy as np
import pytest
from numpy.typing import NDArray

from engine.audio import Audio
from engine.catalog import Catalog
from engine.catalog_file import load_catalog
from engine.equipment import Equipment
from engine.event import Event
from engine.progress import Cancelled
from engine.tasks.declick import AR, AUTO, NETWORK, Declick
from tests.conftest import REPOSITORY
from tests.signals import clicks, music, noise, sine, snr_db, stack


def band(rng: np.random.Generator, duration_s: float, n_channels: int = 1) -> Audio:
    """Music over the hiss of a good disc."""
    clean = music(rng, duration_s, n_channels=n_channels)
    hiss = noise(rng, duration_s, level=0.002).samples
    return Audio(clean.samples + hiss, clean.sample_rate)


def declick(audio: Audio, task: Declick | None = None) -> tuple[Audio, tuple[Event, ...]]:
    restored = (task or Declick()).apply(audio, slice(0, audio.n_samples))
    return restored.audio, restored.events


def damage(audio: Audio, events: tuple[Event, ...], channel: int = 0) -> NDArray[np.bool_]:
    damaged = np.zeros(audio.n_samples, bool)
    for event in events:
        if event.channel == channel:
            damaged[event.start : event.stop] = True
    return damaged


def test_clicks_are_found_where_they_are_and_taken_out(rng):
    clean = band(rng, 4.0)
    degraded, spans = clicks(rng, clean)
    restored, events = declick(degraded)
    damaged = damage(degraded, events)
    hits = [damaged[start : start + 6].any() for start, _ in spans]
    assert np.mean(hits) > 0.95
    gained = snr_db(clean.samples, restored.samples) - snr_db(clean.samples, degraded.samples)
    assert gained > 15.0


def test_a_sample_in_no_event_keeps_its_bits(rng):
    degraded, _ = clicks(rng, band(rng, 2.0))
    restored, events = declick(degraded)
    outside = ~damage(degraded, events)
    np.testing.assert_array_equal(restored.samples[0, outside], degraded.samples[0, outside])


def test_music_without_clicks_comes_back_as_the_same_samples(rng):
    clean = band(rng, 4.0)
    restored, events = declick(clean)
    assert events == ()
    np.testing.assert_array_equal(restored.samples, clean.samples)


@pytest.mark.parametrize("level", [0.0, 0.5, 1e-40, 1.0])
def test_a_constant_is_no_click(level):
    constant = Audio(np.full((1, 30000), level, np.float32), 44100)
    restored, events = declick(constant)
    assert events == ()
    np.testing.assert_array_equal(restored.samples, constant.samples)


@pytest.mark.parametrize("n_samples", [1, 7, 60, 600, 5000])
def test_short_recordings_come_back_whole(rng, n_samples):
    short = noise(rng, n_samples / 44100)
    restored, _ = declick(short)
    assert restored.samples.shape == (1, n_samples)
    assert np.isfinite(restored.samples).all()


def test_a_click_in_silence_is_taken_out_to_the_last_bit_of_16():
    silence = np.zeros((1, 44100), np.float32)
    silence[0, 20000:20020] = 0.3
    restored, events = declick(Audio(silence, 44100))
    assert len(events) == 1
    assert np.abs(restored.samples).max() < 2.0**-16


def test_clipped_runs_leave_finite_samples():
    clipped = Audio(np.clip(sine(440.0, 1.0, amplitude=2.0).samples, -0.9, 0.9), 44100)
    restored, _ = declick(clipped)
    assert np.isfinite(restored.samples).all()


def test_both_channels_of_dual_mono_get_equal_repairs(rng):
    degraded, _ = clicks(rng, band(rng, 2.0, n_channels=2))
    restored, events = declick(degraded)
    np.testing.assert_array_equal(restored.samples[0], restored.samples[1])
    assert {event.channel for event in events} == {0, 1}


def test_a_click_of_one_channel_leaves_the_other_alone(rng):
    clean = band(rng, 2.0)
    degraded, _ = clicks(rng, clean)
    both = Audio(stack(degraded.samples, clean.samples), 44100)
    restored, events = declick(both)
    assert {event.channel for event in events} == {0}
    np.testing.assert_array_equal(restored.samples[1], clean.samples[0])


def test_an_event_tells_its_confidence_and_the_power_removed():
    tone = sine(440.0, 2.0, amplitude=0.2)
    tone.samples[0] += np.random.default_rng(1).normal(0, 1e-4, tone.n_samples).astype(np.float32)
    tone.samples[0, 40000:40010] += np.float32(0.5)
    _, events = declick(tone)
    assert len(events) == 1
    event = events[0]
    assert 39985 <= event.start <= 40000
    assert 40010 <= event.stop <= 40025
    assert 0.9 < event.confidence <= 1.0
    expected_db = 10 * np.log10(0.25 * 10 / (event.stop - event.start))
    assert event.removed_db == pytest.approx(expected_db, abs=0.5)


def test_what_is_wider_than_the_longest_click_is_left_alone(rng):
    degraded = band(rng, 2.0)
    degraded.samples[0, 40000:40100] += (0.5 * rng.standard_normal(100)).astype(np.float32)
    assert len(declick(degraded, Declick(max_width_ms=5.0))[1]) == 1
    assert declick(degraded, Declick(max_width_ms=1.0))[1] == ()


def test_more_sensitivity_finds_more(rng):
    degraded, spans = clicks(rng, band(rng, 4.0), peak=0.03)
    counts = [len(declick(degraded, Declick(sensitivity=s))[1]) for s in (0.0, 0.5, 1.0)]
    assert counts[0] < counts[1] < counts[2]
    assert counts[2] > 0.5 * len(spans)


def test_a_piece_with_context_gives_the_events_of_the_whole(rng):
    degraded, _ = clicks(rng, band(rng, 4.0))
    _, whole = declick(degraded)
    context = round(Declick.context_s * 44100)
    cut = 2 * 44100
    piece = Audio(degraded.samples[:, cut - context :], 44100)
    found = Declick().apply(piece, slice(context, piece.n_samples)).events
    late = {(e.start, e.stop) for e in whole if e.start >= cut}
    again = {(e.start + cut - context, e.stop + cut - context) for e in found}
    again = {span for span in again if span[0] >= cut}
    near = [any(abs(a - b) < 20 for b, _ in again) for a, _ in late]
    assert np.mean(near) > 0.9
    assert abs(len(again) - len(late)) <= 3


def test_it_stops_when_progress_raises(rng):
    degraded, _ = clicks(rng, band(rng, 1.0))

    def stop(fraction: float, message: str = "") -> None:
        if fraction > 0.3:
            raise Cancelled

    with pytest.raises(Cancelled):
        Declick().apply(degraded, slice(0, degraded.n_samples), stop)


def test_progress_only_grows_and_stays_in_range(rng):
    degraded, _ = clicks(rng, band(rng, 1.0, n_channels=2))
    seen: list[float] = []

    def note(fraction: float, message: str = "") -> None:
        seen.append(fraction)

    Declick().apply(degraded, slice(0, degraded.n_samples), note)
    assert len(seen) > 10
    assert seen == sorted(seen)
    assert seen[0] >= 0.0
    assert seen[-1] <= 1.0


def shipped() -> Equipment:
    return Equipment(load_catalog([REPOSITORY / "resources" / "models"]), "cpu")


@pytest.mark.parametrize("method", [AUTO, NETWORK])
def test_with_the_network_that_ships_clicks_go_and_all_else_keeps_its_bits(method, rng):
    clean = band(rng, 3.0)
    degraded, spans = clicks(rng, clean)
    task = Declick(method=method).equip(shipped())
    restored, events = declick(degraded, task)
    damaged = damage(degraded, events)
    assert np.mean([damaged[start : start + 6].any() for start, _ in spans]) > 0.9
    np.testing.assert_array_equal(restored.samples[0, ~damaged], degraded.samples[0, ~damaged])
    gained = snr_db(clean.samples, restored.samples) - snr_db(clean.samples, degraded.samples)
    assert gained > 10.0
    assert declick(clean, task)[1] == ()
    (used,) = task.models_used()
    assert used.name == "declick-network"


def test_where_no_network_is_installed_auto_is_ar_and_the_operation_says_so(rng):
    task = Declick(method=AUTO).equip(Equipment(Catalog()))
    assert task.method == AR
    assert task.models_used() == ()
    degraded, _ = clicks(rng, band(rng, 1.0))
    assert declick(degraded, task)[1] == declick(degraded, Declick(method=AR))[1]
