"""Recordings in the form of a network, and back."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.audio import Audio, MemoryRecording
from engine.card import Card
from engine.models.adapt import Adapted, Measured, adapt, measure
from engine.progress import Cancelled
from tests.signals import music, noise, sine, snr_db, stack


def card(sample_rate: int = 22050, level: float = 0.0) -> Card:
    return Card("toy", {}, sample_rate, sample_rate, 0.1, level)


def whole(audio: Audio) -> slice:
    return slice(0, audio.n_samples)


def unchanged(adapted: Adapted) -> Audio:
    return adapted.restored(adapted.examples[..., adapted.inner])


@settings(max_examples=40, deadline=None)
@given(
    rate=st.sampled_from([11025, 22050, 44100, 48000, 96000]),
    n_samples=st.integers(1, 3000),
    n_channels=st.integers(1, 4),
    n_taken=st.integers(1, 2),
    level=st.sampled_from([0.0, 0.063]),
    mid_side=st.booleans(),
)
def test_what_is_not_changed_comes_back_bit_for_bit(
    rate, n_samples, n_channels, n_taken, level, mid_side
):
    samples = np.random.default_rng(n_samples).standard_normal((n_channels, n_samples))
    audio = Audio((0.1 * samples).astype(np.float32), rate)
    inner = slice(n_samples // 3, n_samples)
    adapted = adapt(audio, inner, card(level=level), n_taken, None, mid_side)
    np.testing.assert_array_equal(unchanged(adapted).samples, audio.samples)


@pytest.mark.parametrize("rate", [22050, 44100, 48000, 96000])
def test_the_band_the_network_cannot_see_is_kept(rate):
    """Silence for the band of the network takes out what lies in it, and nothing of the rest."""
    low = sine(1000.0, 1.0, rate, 0.25)
    high = sine(0.45 * rate, 1.0, rate, 0.25) if rate > 30000 else Audio(0 * low.samples, rate)
    audio = Audio(low.samples + high.samples, rate)
    adapted = adapt(audio, whole(audio), card())
    restored = adapted.restored(np.zeros_like(adapted.examples[..., adapted.inner]))
    inside = slice(rate // 10, -rate // 10)
    left = restored.samples[:, inside] - high.samples[:, inside]
    assert np.std(left) < 10 ** (-75 / 20) * np.std(low.samples)


def test_pieces_of_a_resampled_recording_meet_without_a_step(rng):
    """What a network takes away is taken away up to the last sample of a piece."""
    audio = Audio(0.1 * music(rng, 2.0).samples, 44100)

    def halved(inner: slice) -> np.ndarray:
        start, stop = max(0, inner.start - 9000), min(audio.n_samples, inner.stop + 9000)
        piece = Audio(audio.samples[:, start:stop], 44100)
        adapted = adapt(piece, slice(inner.start - start, inner.stop - start), card())
        made = adapted.restored(0.5 * adapted.examples[..., adapted.inner]).samples
        return made[:, inner.start - start : inner.stop - start]

    pieces = [slice(0, 30001), slice(30001, 61111), slice(61111, audio.n_samples)]
    joined = np.concatenate([halved(each) for each in pieces], axis=1)
    inside = slice(200, -200)  # beyond both ends there is nothing to see
    assert snr_db(0.5 * audio.samples[:, inside], joined[:, inside]) > 70


def test_the_level_of_what_sounds_is_brought_to_that_of_the_card(rng):
    quiet = np.zeros((1, 3 * 22050), np.float32)
    quiet[:, :22050] = noise(rng, 1.0, 22050, 0.02).samples
    audio = Audio(quiet, 22050)
    adapted = adapt(audio, whole(audio), card(level=0.063))
    assert np.std(adapted.examples[..., :22050]) == pytest.approx(0.063, rel=0.01)
    doubled = adapted.restored(2 * adapted.examples)
    np.testing.assert_allclose(doubled.samples, 2 * quiet, atol=1e-7)


def test_a_level_of_the_whole_recording_serves_all_its_pieces(rng):
    audio = noise(rng, 1.0, 22050, 0.3)
    known = Measured(level=0.1, is_dual_mono=False)
    adapted = adapt(audio, whole(audio), card(level=0.05), measured=known)
    np.testing.assert_allclose(adapted.examples[0], 0.5 * audio.samples, rtol=1e-6)


def test_silence_is_measured_as_such_and_left_at_its_level():
    audio = Audio(np.zeros((2, 5000), np.float32), 22050)
    assert measure(MemoryRecording(audio)) == Measured(0.0, True)
    np.testing.assert_array_equal(
        adapt(audio, whole(audio), card(level=0.1)).examples, np.zeros((1, 1, 5000))
    )


def test_a_recording_without_samples_can_be_measured():
    nothing = MemoryRecording(Audio(np.zeros((1, 0), np.float32), 22050))
    assert measure(nothing) == Measured(0.0, False)


@pytest.mark.parametrize(("difference_db", "expected"), [(-55.0, True), (-45.0, False)])
def test_channels_count_as_one_when_they_differ_by_less_than_50_db(rng, difference_db, expected):
    one = noise(rng, 12.0, 22050, 0.1)
    other = one.samples + noise(rng, 12.0, 22050, 0.1 * 10 ** (difference_db / 20)).samples
    measured = measure(MemoryRecording(Audio(stack(one.samples, other), 22050)))
    assert measured.level == pytest.approx(0.1, rel=0.01)
    assert measured.is_dual_mono is expected


def test_measuring_is_asked_about_and_can_be_stopped(rng):
    def stop(fraction: float, message: str = "") -> None:
        if fraction > 0.3:
            raise Cancelled

    with pytest.raises(Cancelled):
        measure(MemoryRecording(noise(rng, 25.0, 8000)), stop)


@pytest.mark.parametrize("n_channels", [2, 3])
def test_dual_mono_is_one_example_and_comes_back_identical(rng, n_channels):
    audio = Audio(np.tile(noise(rng, 1.0, 22050).samples, (n_channels, 1)), 22050)
    audio.samples[1] += noise(rng, 1.0, 22050, 1e-5).samples[0]
    adapted = adapt(audio, whole(audio), card())
    assert adapted.examples.shape == (1, 1, 22050)
    restored = adapted.restored(0.5 * adapted.examples).samples
    for other in restored[1:]:
        np.testing.assert_array_equal(other, restored[0])


@pytest.mark.parametrize(
    ("n_channels", "n_taken", "mid_side", "shape"),
    [
        (1, 1, True, (1, 1)),
        (2, 1, True, (2, 1)),
        (2, 1, False, (2, 1)),
        (4, 1, True, (4, 1)),
        (1, 2, True, (1, 2)),
        (2, 2, True, (1, 2)),
        (3, 2, True, (3, 2)),
    ],
)
def test_channels_become_examples_and_come_back(rng, n_channels, n_taken, mid_side, shape):
    audio = noise(rng, 0.5, 22050, n_channels=n_channels)
    adapted = adapt(audio, whole(audio), card(), n_taken, None, mid_side)
    assert adapted.examples.shape[:2] == shape
    tripled = adapted.restored(3 * adapted.examples)
    np.testing.assert_allclose(tripled.samples, 3 * audio.samples, atol=1e-6)


def test_a_pair_goes_as_middle_and_side(rng):
    audio = noise(rng, 0.5, 22050, n_channels=2)
    left, right = audio.samples
    examples = adapt(audio, whole(audio), card()).examples
    np.testing.assert_allclose(examples[0, 0], (left + right) / 2, atol=1e-7)
    np.testing.assert_allclose(examples[1, 0], (left - right) / 2, atol=1e-7)
    examples = adapt(audio, whole(audio), card(), mid_side=False).examples
    np.testing.assert_array_equal(examples[:, 0], audio.samples)


def test_places_of_the_source_are_found_among_the_examples_and_back():
    audio = sine(100.0, 1.0, 44100)
    adapted = adapt(audio, slice(2000, 40000), card())
    assert adapted.place(slice(1000, 44100)) == slice(500, 22050)
    assert adapted.place_back(slice(500, 22050)) == slice(1000, 44100)
    assert adapted.inner == slice(1000 - 441, 20000 + 441)
