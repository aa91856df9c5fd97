import numpy as np
import pytest
from numpy.typing import NDArray

from engine.audio import Audio, MemoryRecording
from engine.jobs.restore import restore
from engine.project import State
from engine.region import Region
from engine.tasks.declip import Declip
from tests.signals import music, noise, snr_db, stack

RATE = 22050
QUICK = Declip(rounds=60)


def clip(audio: Audio, level: float) -> Audio:
    return Audio(np.clip(audio.samples, -level, level), audio.sample_rate)


def covered(events, n_samples: int, channel: int) -> NDArray[np.bool_]:
    inside = np.zeros(n_samples, bool)
    for event in events:
        if event.channel == channel:
            inside[event.start : event.stop] = True
    return inside


def test_clipped_music_is_restored_by_more_than_ten_decibels(rng: np.random.Generator):
    clean = music(rng, 2.0, RATE)
    degraded = clip(clean, 0.08)
    restored = Declip().apply(degraded, slice(0, degraded.n_samples)).audio
    gained = snr_db(clean.samples, restored.samples) - snr_db(clean.samples, degraded.samples)
    assert gained > 10.0
    assert snr_db(clean.samples, degraded.samples) < 6.0


def test_intact_samples_keep_their_bits_and_clipped_ones_grow(rng: np.random.Generator):
    degraded = clip(music(rng, 1.0, RATE), 0.1)
    restored = QUICK.apply(degraded, slice(0, RATE)).audio.samples
    clipped = np.abs(degraded.samples) >= np.float32(0.1)
    np.testing.assert_array_equal(restored[~clipped], degraded.samples[~clipped])
    assert (restored[clipped] * np.sign(degraded.samples[clipped]) >= np.float32(0.1)).all()
    assert np.abs(restored).max() > 0.3


def test_recordings_that_were_not_clipped_come_back_as_the_same_samples(rng: np.random.Generator):
    for audio in (music(rng, 2.0, RATE), noise(rng, 1.0, RATE)):
        full = Audio(audio.samples / np.abs(audio.samples).max(), RATE)
        restored = QUICK.apply(full, slice(0, full.n_samples))
        assert restored.events == ()
        np.testing.assert_array_equal(restored.audio.samples, full.samples)


def test_every_changed_sample_lies_in_an_event_of_its_channel(rng: np.random.Generator):
    clean = music(rng, 1.5, RATE)
    both = Audio(stack(clip(clean, 0.2).samples, clean.samples), RATE)
    state = State(MemoryRecording(both))
    operation = restore(state, QUICK, (Region(0.3, 0.8), Region(1.0, 1.2)))
    after = state.with_operation(operation).read(0, both.n_samples).samples
    changed = after != both.samples
    assert changed[0].any()
    assert not changed[1].any()
    assert not (changed[0] & ~covered(operation.events, both.n_samples, 0)).any()
    assert {event.confidence for event in operation.events} == {1.0}


def test_an_event_tells_the_power_of_its_change(rng: np.random.Generator):
    degraded = clip(music(rng, 1.0, RATE), 0.15)
    restored = QUICK.apply(degraded, slice(0, RATE))
    event = max(restored.events, key=lambda each: each.removed_db)
    span = slice(event.start, event.stop)
    power = np.mean((restored.audio.samples[0, span] - degraded.samples[0, span]) ** 2)
    assert event.removed_db == pytest.approx(10 * np.log10(power), abs=0.01)


def test_a_given_level_is_taken_and_nothing_below_it_moves(rng: np.random.Generator):
    clean = music(rng, 1.0, RATE)
    restored = Declip(clip_level=0.3, rounds=40).apply(clean, slice(0, RATE)).audio.samples
    changed = restored != clean.samples
    assert changed.any()
    assert (np.abs(clean.samples[changed]) >= np.float32(0.3)).all()


def test_levels_are_learnt_from_the_whole_recording(rng: np.random.Generator):
    degraded = clip(music(rng, 2.0, RATE), 0.25)
    fitted = QUICK.fit(MemoryRecording(degraded))
    assert fitted == QUICK
    assert fitted.levels is not None
    short = Audio(degraded.samples[:, :RATE].copy(), RATE)
    restored = fitted.apply(short, slice(0, RATE)).audio.samples
    clipped = np.abs(short.samples) >= np.float32(0.25)
    np.testing.assert_array_equal((restored != short.samples) & ~clipped, False)


def test_pieces_come_out_nearly_like_the_whole(rng: np.random.Generator):
    degraded = clip(music(rng, 3.0, RATE), 0.15)
    task = QUICK.fit(MemoryRecording(degraded))
    whole = task.apply(degraded, slice(0, degraded.n_samples)).audio.samples
    piece = Audio(degraded.samples[:, RATE:], RATE)
    later = task.apply(piece, slice(RATE // 2, piece.n_samples)).audio.samples
    assert snr_db(whole[:, RATE * 3 // 2 :], later[:, RATE // 2 :]) > 25.0
