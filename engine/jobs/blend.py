"""How restored samples join those around them: fades at the ends, bands, and drawn shapes.

Shapes: samples (channel time) float32.
"""

import numpy as np
from numpy.typing import NDArray

from engine.audio import Samples
from engine.region import Region

EDGE_OCTAVES = 1 / 12
"""Width of a band's edge, inside the band."""
PAD_S = 0.25
SHAPE_WINDOW_S = 0.046
_FRAMES_AT_ONCE = 512


def feather(before: Samples, after: Samples, fade_in: int, fade_out: int) -> Samples:
    """Fade from before to after over `fade_in` samples, and back over `fade_out`.

    Where the fades do not reach, the result is `after` itself, bit for bit; they are shortened
    to half of what there is.
    """
    n_samples = before.shape[1]
    fade_in, fade_out = min(fade_in, n_samples // 2), min(fade_out, n_samples // 2)
    if fade_in == fade_out == 0:
        return after
    blended = after.copy()
    for length, at in ((fade_in, slice(0, fade_in)), (fade_out, slice(n_samples - fade_out, None))):
        if length:
            rise = np.sin(0.5 * np.pi * (np.arange(length) + 0.5) / length) ** 2
            weight = (rise if at.start == 0 else rise[::-1]).astype(np.float32)
            blended[:, at] = before[:, at] + weight * (after[:, at] - before[:, at])
    return blended


def cross_fade(earlier: Samples, later: Samples) -> Samples:
    """Go over from the tail of one piece to the next, which begins where the tail does.

    Where both are equal the result is that, bit for bit. Weights add up to one, as both are
    restorations of the same samples.
    """
    length = min(earlier.shape[1], later.shape[1])
    faded = later.copy()
    rise = np.sin(0.5 * np.pi * (np.arange(length) + 0.5) / length) ** 2
    change = later[:, :length] - earlier[:, :length]
    faded[:, :length] = earlier[:, :length] + rise.astype(np.float32) * change
    return faded


def keep_band(before: Samples, after: Samples, region: Region, sample_rate: int) -> Samples:
    """Take the change only inside the region's band, with zero phase.

    The edges fall inside the band, so that outside of it nothing of the change is left.
    """
    assert region.low_hz is not None
    assert region.high_hz is not None
    pad = round(PAD_S * sample_rate)
    n_samples = before.shape[1]
    n_fft = 1 << (n_samples + 2 * pad - 1).bit_length()
    change = np.zeros((before.shape[0], n_fft), np.float32)
    change[:, pad : pad + n_samples] = after - before
    frequency_hz = np.fft.rfftfreq(n_fft, 1 / sample_rate).astype(np.float64)
    gain = band_gain(frequency_hz, region.low_hz, region.high_hz, sample_rate / 2)
    kept = np.fft.irfft(np.fft.rfft(change, axis=1) * gain, n_fft, axis=1)
    return (before + kept[:, pad : pad + n_samples]).astype(np.float32)


def keep_shape(
    before: Samples, after: Samples, region: Region, start: int, sample_rate: int
) -> Samples:
    """Take the change only inside the region's shape, in a short-time Fourier transform.

    The gain rises from the rim of the shape inwards. Samples that no window of a selected bin
    touches stay bit for bit.

    Args:
        before: the samples from `start` on.
        after: the same, restored.
        region: its shape is in seconds of the whole recording.
        start: first sample, counted from the start of the recording.
        sample_rate: Hz.
    """
    n_fft = 1 << round(np.log2(SHAPE_WINDOW_S * sample_rate))
    hop = n_fft // 4
    window = np.hanning(n_fft + 1)[:-1]
    n_samples = before.shape[1]
    n_frames = -(-n_samples // hop) + 3
    change = np.zeros((before.shape[0], (n_frames - 1) * hop + n_fft))
    change[:, n_fft - hop : n_fft - hop + n_samples] = after - before
    kept = np.zeros_like(change)
    hz = np.fft.rfftfreq(n_fft, 1 / sample_rate).astype(np.float64)
    for first in range(0, n_frames, _FRAMES_AT_ONCE):
        numbers = np.arange(first - 1, min(first + _FRAMES_AT_ONCE, n_frames) + 1)
        middles = (start + (numbers.astype(np.float64) + 1) * hop - n_fft / 2) / sample_rate
        gain = _inward(region.shape.selected(middles, hz))[:, 1:-1]
        for frame in np.flatnonzero(gain.any(axis=0)):
            at = slice((first + frame) * hop, (first + frame) * hop + n_fft)
            spectrum = np.fft.rfft(change[:, at] * window, axis=1) * gain[:, frame]
            kept[:, at] += np.fft.irfft(spectrum, n_fft, axis=1) * window
    kept /= np.square(window).sum() / hop
    return (before + kept[:, n_fft - hop : n_fft - hop + n_samples]).astype(np.float32)


def _inward(selected: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Gain in [0, 1] that is 0 where nothing is selected, and 1 a bin or a frame further in."""
    gain = selected.astype(np.float64)
    for axis in (0, 1):
        padded = np.pad(gain, [(1, 1) if each == axis else (0, 0) for each in (0, 1)], mode="edge")
        length = gain.shape[axis]
        below, above = (padded.take(range(a, a + length), axis=axis) for a in (0, 2))
        gain = 0.25 * below + 0.5 * gain + 0.25 * above
    return gain * selected


def band_gain(
    frequency_hz: NDArray[np.float64], low_hz: float, high_hz: float, nyquist_hz: float
) -> NDArray[np.float64]:
    """Gain in [0, 1]: 0 outside [low, high], raised-cosine edges inside of it.

    A band that begins below 1 Hz, or ends at Nyquist, has no edge there.
    """
    gain = np.ones_like(frequency_hz)
    octaves = np.log2(np.maximum(frequency_hz, 1e-3))
    edge = min(EDGE_OCTAVES, 0.25 * float(np.log2(high_hz / max(low_hz, 1.0)))) or EDGE_OCTAVES
    if low_hz >= 1.0:
        gain *= _rise((octaves - np.log2(low_hz)) / edge)
    if high_hz < nyquist_hz:
        gain *= _rise((np.log2(high_hz) - octaves) / edge)
    return gain


def _rise(position: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.sin(0.5 * np.pi * np.clip(position, 0.0, 1.0)) ** 2
