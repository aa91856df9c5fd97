"""Recordings processed in segments: exact joins, real context, any length."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from engine.progress import Cancelled
from engine.transforms.overlap_add import Segments, overlap_add
from engine.transforms.stft import STFT
from tests.signals import noise, sine

SEGMENTS = Segments(kept_samples=1000, context_samples=200, join_samples=100, batch=3)


def same(segments: Tensor) -> Tensor:
    return segments


def low_pass(segments: Tensor) -> Tensor:
    """A linear-phase low-pass of 201 taps: it sees 100 samples on each side."""
    distance = torch.arange(-100, 101)
    taps = torch.hann_window(203)[1:-1] * torch.sinc(0.2 * distance) * 0.2
    n_channels = segments.shape[1]
    kernel = taps.expand(n_channels, 1, -1)
    return torch.nn.functional.conv1d(segments, kernel, padding=100, groups=n_channels)


def gate(segments: Tensor) -> Tensor:
    """A noise gate that sees 512 samples on each side."""
    stft = STFT(512, 128)
    spectrum = stft.forward(segments.flatten(0, 1)[:, None])
    power = spectrum.abs().square()
    gain = (1 - 0.2 / (power + 1e-9)).clamp(min=0.1)
    return stft.inverse(spectrum * gain, segments.shape[-1]).view_as(segments)


@settings(max_examples=40, deadline=None)
@given(
    n_samples=st.integers(0, 5000),
    kept=st.integers(2, 1200),
    context=st.integers(0, 300),
    share=st.floats(0.0, 0.5),
    batch=st.integers(1, 5),
    grid=st.integers(1, 300),
)
def test_a_process_that_changes_nothing_changes_no_bit(
    n_samples, kept, context, share, batch, grid
):
    samples = np.random.default_rng(n_samples).standard_normal((2, n_samples)).astype(np.float32)
    segments = Segments(kept, context, int(share * kept), batch, grid)
    restored = overlap_add(samples, same, segments)
    np.testing.assert_array_equal(restored, samples)


@pytest.mark.parametrize("n_samples", [1, 2, 150, 1000, 1001, 20000])
def test_a_filter_gives_what_it_gives_on_the_whole_recording(rng, n_samples):
    samples = rng.standard_normal((2, n_samples)).astype(np.float32)
    whole = low_pass(torch.from_numpy(samples)[None])[0].numpy()
    np.testing.assert_allclose(overlap_add(samples, low_pass, SEGMENTS), whole, atol=1e-6)


def test_only_the_inner_samples_are_made_and_the_others_are_seen(rng):
    samples = rng.standard_normal((1, 8000)).astype(np.float32)
    whole = low_pass(torch.from_numpy(samples)[None])[0].numpy()
    inner = slice(1500, 6100)
    restored = overlap_add(samples, low_pass, SEGMENTS, inner)
    np.testing.assert_allclose(restored, whole[:, inner], atol=1e-6)


def test_too_little_context_is_seen_at_the_joins(rng):
    samples = rng.standard_normal((1, 8000)).astype(np.float32)
    whole = low_pass(torch.from_numpy(samples)[None])[0].numpy()
    blind = overlap_add(samples, low_pass, Segments(1000, 0, 100))
    assert np.abs(blind - whole).max() > 0.01  # 40 dB below the noise, against 1e-6


def test_steady_sound_has_no_seam_in_level_or_spectrum(rng):
    """A gate whose context is whole: 20 ms around each join are as loud and as wide as between."""
    rate = 22050
    samples = sine(1000.0, 4.0, rate).samples + noise(rng, 4.0, rate, 0.01).samples
    segments = Segments(8000, 2048, 500, 2)
    restored = overlap_add(samples, gate, segments)[0]
    whole = slice(0, samples.shape[1])
    starts = [each.kept.start for each in segments.cut(whole, samples.shape[1])][1:]
    window = np.hanning(440)

    def spectrum(at: int) -> np.ndarray:
        return np.abs(np.fft.rfft(restored[at : at + 440] * window)) ** 2

    at_joins = np.array([spectrum(at + 30) for at in starts])
    between = np.array([spectrum(at + 3000) for at in starts])
    level_db = 10 * np.log10(at_joins[:, 15:26].sum(1) / between[:, 15:26].sum(1))
    assert np.abs(level_db).max() < 0.1
    floor_db = 10 * np.log10(at_joins[:, 40:].sum(1).mean() / between[:, 40:].sum(1).mean())
    assert abs(floor_db) < 1.5  # of 8 x 180 bins of noise that a gate has thinned


def test_segments_of_a_batch_are_equally_long_and_no_more_than_asked(rng):
    shapes = []

    def look(segments: Tensor) -> Tensor:
        shapes.append(tuple(segments.shape))
        return segments

    overlap_add(noise(rng, 1.0, 7777, n_channels=2).samples, look, SEGMENTS)
    inside = [(3, 2, 1400), (3, 2, 1400), (2, 2, 1400)]
    assert shapes == [*inside, (1, 2, 777)]  # the last one ends with the recording


def test_segments_on_a_grid_give_a_process_that_hops_its_frames(rng):
    """Off the grid, a process whose frames lie elsewhere makes something else."""
    samples = noise(rng, 1.0, 20000).samples

    def flip_every_other_frame(segments: Tensor) -> Tensor:
        signs = torch.ones(segments.shape[-1])
        for start in range(0, len(signs), 512):
            signs[start : start + 256] = -1.0
        return segments * signs

    whole = flip_every_other_frame(torch.from_numpy(samples)[None])[0].numpy()
    on_grid = Segments(5000, 300, 100, 2, 512)
    np.testing.assert_array_equal(overlap_add(samples, flip_every_other_frame, on_grid), whole)
    restored = overlap_add(samples, flip_every_other_frame, on_grid, slice(3000, 19000))
    np.testing.assert_array_equal(restored, whole[:, 3000:19000])
    off_grid = Segments(5000, 300, 100, 2)
    assert np.any(overlap_add(samples, flip_every_other_frame, off_grid) != whole)


def test_every_batch_is_told_and_asked_about(rng):
    samples = noise(rng, 1.0, 7777).samples
    fractions: list[float] = []
    made: list[slice] = []

    def take(span: slice, so_far: np.ndarray) -> None:
        np.testing.assert_array_equal(so_far, samples[:, span])
        made.append(span)

    overlap_add(
        samples, same, SEGMENTS, None, lambda at, message="": fractions.append(at), on_batch=take
    )
    assert fractions == pytest.approx([0.0, 3 / 9, 6 / 9, 8 / 9, 1.0])
    assert (made[0].start, made[-1].stop) == (0, 7777)


def test_it_stops_between_two_batches(rng):
    seen = 0

    def count(segments: Tensor) -> Tensor:
        nonlocal seen
        seen += len(segments)
        return segments

    def stop(fraction: float, message: str = "") -> None:
        if fraction > 0:
            raise Cancelled

    with pytest.raises(Cancelled):
        overlap_add(noise(rng, 1.0, 7777).samples, count, SEGMENTS, None, stop)
    assert seen == SEGMENTS.batch


def test_the_recording_is_never_written_to(rng):
    samples = noise(rng, 1.0, 5000).samples
    before = samples.copy()
    overlap_add(samples, lambda segments: segments.mul_(2.0), SEGMENTS)
    np.testing.assert_array_equal(samples, before)
