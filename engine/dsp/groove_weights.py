"""The best mix of both walls of a mono groove, at every moment and in every band.

Both walls carry the same music and each its own noise. Of all mixes that keep the music, the one
with the least noise weights each wall by the noise power of the other. As the difference D of the
walls is noise alone, that mix is M - share D, M being their mean and share the regression of M on
D: -0.5 is the left wall, 0 the sum, 0.5 the right wall. The music in M is what disturbs the
regression, so every bin counts by one over the power of the music in it, and least of all where the
music is so loud that the match of the walls is no longer good enough. What a moment cannot tell is
taken from the seconds around it, what those cannot from the whole recording, and what a band cannot
from all bands.

Only the difference is filtered: the music passes as it is.

Shapes:
    spectrum   (frame bin)     complex64
    num, den   (frame band)    float64, weighted products of D with M, and of D with itself
    share      (group band)    float32, a group being GROUP_FRAMES frames

References:
    Capon, "High-Resolution Frequency-Wavenumber Spectrum Analysis", Proc. IEEE 57(8), 1969.
    Griffiths & Jim, "An Alternative Approach to Linearly Constrained Adaptive Beamforming",
    IEEE Trans. Antennas and Propagation 30(1), 1982.
    The Packburn 323 Audio Noise Suppressor, whose switcher played the quieter wall at each moment.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d
from scipy.signal import lfilter

from engine.audio import Samples
from engine.dsp.groove_clicks import OVERLAP, look_for_clicks, split_clicks
from engine.dsp.groove_match import Matched
from engine.dsp.groove_noise import Noise
from engine.dsp.short_time import ShortTime, Spectrum
from engine.progress import Progress, ignore

Real = NDArray[np.float64]

BLOCK_S = 5.0
GROUP_FRAMES = 4
_HOP_MS = 5
"""Of the grid that clicks are looked for on; that of the weights has twice the hop."""
_CONTEXT_FRAMES = 12
_BANDS, _LOWEST_HZ, _HIGHEST_HZ = 28, 60.0, 20000.0
RUMBLE_HZ = 30.0
_SHORT_S, _LONG_S = 0.06, 0.5
_PRIOR, _MOST_STEADY = 80.0, 300.0
"""Information of what is expected of bands, and most that is given to what is expected of moments:
shares are thought to differ by about 0.1, and by 0.06."""
_CHANCE, _WELL_KNOWN = 0.8, 0.02
"""Measured variance of a share times its information, walls being equal; and a variance that is
small."""
_UNSEEN = 3.0
"""How much more shares vary than what long times show of it."""
_MISMATCH = 0.03
"""How well the match of the walls is trusted, as a ratio of amplitudes."""
_PASSES = 3
_SILENCE = 1e-20


@dataclass(frozen=True, eq=False)
class Weights:
    """What is known of a recording's walls.

    usual: information of moments without clicks, one figure for every BLOCK_S.
    left_share: part of the time, by noise, that the left wall was the quieter one.
    """

    share: NDArray[np.float32]
    usual: Samples
    noise: Noise
    left_share: float


@dataclass(frozen=True, eq=False)
class Layout:
    """Grids, bands and blocks for a sample rate."""

    sample_rate: int
    clicks: ShortTime
    grid: ShortTime
    bands: NDArray[np.float32]
    """How much of each bin belongs to each band: (band bin); a bin adds up to 1."""
    heard: NDArray[np.float32]
    """The same without rumble."""

    @staticmethod
    def of(sample_rate: int) -> "Layout":
        """For a rate in Hz."""
        clicks = ShortTime.of(sample_rate, _HOP_MS, OVERLAP)
        grid = ShortTime(2 * clicks.hop_samples, OVERLAP)
        hz = np.arange(grid.n_bins) * sample_rate / grid.frame_samples
        centres = np.append(0.0, np.geomspace(_LOWEST_HZ, _HIGHEST_HZ, _BANDS))
        place = np.interp(hz, centres, np.arange(len(centres)))
        distance = np.abs(place - np.arange(len(centres))[:, None])
        bands = np.maximum(0.0, 1.0 - distance).astype(np.float32)
        heard = np.where(hz >= RUMBLE_HZ, bands, np.float32(0.0))
        return Layout(sample_rate, clicks, grid, bands, heard)

    def spans(self, n_samples: int) -> Iterator[tuple[int, int]]:
        """Blocks that begin on the grid, and on a group of frames."""
        starts = range(0, n_samples, self.block_samples)
        return ((at, min(at + self.block_samples, n_samples)) for at in starts)

    @property
    def block_samples(self) -> int:
        """Length of a block, whole groups of frames."""
        unit = GROUP_FRAMES * self.grid.hop_samples
        return max(1, round(BLOCK_S * self.sample_rate / unit)) * unit

    @property
    def context(self) -> int:
        """Samples a block wants to see on both sides."""
        return _CONTEXT_FRAMES * self.grid.hop_samples


def measure_weights(matched: Matched, progress: Progress = ignore) -> Weights:
    """Read a whole recording once and find the best mix for every moment and band."""
    n_samples = matched.recording.n_samples
    layout = Layout.of(matched.recording.sample_rate)
    sums: list[Real] = []
    usual, clicks = [], Noise()
    for start, stop in layout.spans(n_samples):
        progress(start / n_samples, "measuring the walls")
        middle, difference = matched.read(start - layout.context, stop + layout.context)
        evidence = look_for_clicks(middle, difference, layout.sample_rate, layout.clicks)
        usual.append(evidence.usual)
        rest = split_clicks(middle, difference, evidence, evidence.usual)
        inner = slice(layout.context, layout.context + stop - start)
        clicks = clicks.plus(_clicks_noise(middle, difference, *rest, inner))
        sums.append(_group_sums(layout, *rest, stop - start))
    num, den, power = np.concatenate(sums, axis=1) if sums else np.zeros((3, 1, len(layout.bands)))
    group_s = GROUP_FRAMES * layout.grid.hop_samples / layout.sample_rate
    share = _smoothed_shares(num, den, 1.0 / group_s)
    noise = Noise(
        float(power.sum()),
        float((share * power).sum()),
        float((share**2 * power).sum()),
        float(((0.25 - share**2) * power).sum()),
    )
    left = float(power[share < 0.0].sum() + 0.5 * power[share == 0.0].sum())
    return Weights(
        share.astype(np.float32),
        np.array(usual, np.float32),
        noise.plus(clicks),
        left / noise.difference if noise.difference > 0.0 else 0.5,
    )


def best_mix(matched: Matched, weights: Weights, progress: Progress = ignore) -> Iterator[Samples]:
    """Mix the walls as the weights say, block by block: (1 time)."""
    n_samples = matched.recording.n_samples
    layout = Layout.of(matched.recording.sample_rate)
    for start, stop in layout.spans(n_samples):
        progress(start / n_samples)
        yield mix_block(matched, weights, layout, start, stop)


def mix_block(matched: Matched, weights: Weights, layout: Layout, start: int, stop: int) -> Samples:
    """The samples [start, stop) of the best mix, start being that of a block: (1 time)."""
    middle, difference = matched.read(start - layout.context, stop + layout.context)
    evidence = look_for_clicks(middle, difference, layout.sample_rate, layout.clicks)
    block = (np.arange(len(middle)) + (start - layout.context)) / layout.block_samples - 0.5
    usual = np.interp(block, np.arange(len(weights.usual)), weights.usual)
    middle, difference = split_clicks(middle, difference, evidence, usual.astype(np.float32))
    spectrum = layout.grid.forward(difference[None])
    first = (start - layout.context) // layout.grid.hop_samples
    spectrum[0] *= _frame_shares(weights.share, first, spectrum.shape[1]) @ layout.bands
    taken = layout.grid.inverse(spectrum, len(middle))
    return (middle - taken)[:, layout.context : layout.context + stop - start]


def _frame_shares(share: NDArray[np.float32], first: int, n_frames: int) -> NDArray[np.float32]:
    """The shares of frames that begin with frame `first`, between those of groups: (frame band)."""
    lead = OVERLAP - 1  # forward() has that many frames before its first sample
    position = (np.arange(first - lead, first - lead + n_frames) + 0.5) / GROUP_FRAMES - 0.5
    position = np.clip(position, 0.0, len(share) - 1.0)
    low = np.minimum(position.astype(np.int64), max(0, len(share) - 2))
    high = np.minimum(low + 1, len(share) - 1)
    between = (position - low).astype(np.float32)[:, None]
    mixed: NDArray[np.float32] = share[low] * (1.0 - between) + share[high] * between
    return mixed


def _group_sums(layout: Layout, middle: Samples, difference: Samples, n_samples: int) -> Real:
    """Products num, den and energy of the difference of each group of frames: (3 group band)."""
    spectrum = layout.grid.forward(np.stack((middle, difference)))
    num, den = _regressions(layout, spectrum)
    energy = np.square(np.abs(spectrum[1])) @ layout.heard.T
    energy *= 4.0 / (layout.grid.frame_samples * OVERLAP)  # Parseval, both halves of the spectrum
    first = _CONTEXT_FRAMES + OVERLAP - 1
    n_groups = -(-n_samples // (GROUP_FRAMES * layout.grid.hop_samples))
    sums = np.stack((num, den, energy)).astype(np.float64)
    sums = sums[:, first : first + n_groups * GROUP_FRAMES]
    missing = n_groups * GROUP_FRAMES - sums.shape[1]
    sums = np.pad(sums, ((0, 0), (0, missing), (0, 0)))
    grouped: Real = sums.reshape(3, n_groups, GROUP_FRAMES, -1).sum(axis=2)
    return grouped


def _regressions(layout: Layout, spectrum: Spectrum) -> tuple[Real, Real]:
    """Products num and den of every frame; the music is known better from pass to pass."""
    middle, difference = spectrum
    product = (difference.conj() * middle).real
    power = np.square(np.abs(difference))
    near = uniform_filter1d(uniform_filter1d(power, 9, axis=0), 9, axis=1) + np.float32(_SILENCE)
    music = np.square(np.abs(middle))
    music = uniform_filter1d(uniform_filter1d(music, 5, axis=0), 3, axis=1)
    frames_per_s = layout.sample_rate / layout.grid.hop_samples
    for again in reversed(range(_PASSES)):
        music += np.float32(_SILENCE)
        doubt = music + np.square(np.float32(_MISMATCH) * music) / near
        num, den = (
            ((each / doubt) @ layout.bands.T).astype(np.float64) for each in (product, power)
        )
        if again:
            share = _smoothed_shares(num, den, frames_per_s).astype(np.float32)
            music = np.square(np.abs(middle - (share @ layout.bands) * difference))
            music = uniform_filter1d(music, 3, axis=0)
    return num, den


def _smoothed_shares(num: Real, den: Real, per_s: float) -> Real:
    """The share of each frame and band, as far as known, else of longer times and all bands."""
    expected = _ratio(num.sum(), den.sum(), 0.0, _PRIOR)
    expected = _ratio(num.sum(axis=0), den.sum(axis=0), expected, _PRIOR)
    for time_s in (_LONG_S, _SHORT_S):
        decay = np.exp(-1.0 / (time_s * per_s))
        top, bottom = _both_ways(num, decay), _both_ways(den, decay)
        expected = _ratio(top, bottom, expected, _steadiness(top, bottom, expected))
    return expected


def _steadiness(num: Real, den: Real, expected: Real) -> float:
    """How well shares are known beforehand: one over how much they differ from what is expected.

    What they differ by for want of information does not count; those known best count most.
    """
    den = den + _SILENCE
    surest = 1.0 / np.square(1.0 / den + _WELL_KNOWN)
    differing = np.square(np.clip(num / den, -1.0, 1.0) - expected) - _CHANCE / den
    variance = float((surest * differing).sum() / surest.sum())
    return 1.0 / max(_UNSEEN * variance, 1.0 / _MOST_STEADY)


def _ratio(num: Real | float, den: Real | float, expected: Real | float, prior: float) -> Real:
    return np.clip((num + prior * np.asarray(expected)) / (den + prior), -0.5, 0.5)


def _both_ways(values: Real, decay: float) -> Real:
    """Exponentially weighted sums over the past and the future."""
    before = lfilter([1.0], [1.0, -decay], values, axis=0)
    after = lfilter([1.0], [1.0, -decay], values[::-1], axis=0)[::-1]
    summed: Real = before + after - values
    return summed


def _clicks_noise(
    middle: Samples, difference: Samples, clean: Samples, rest: Samples, inner: slice
) -> Noise:
    """What the clicks that were split off add to the energies."""
    taken = (middle - clean)[inner].astype(np.float64)
    gone = difference[inner].astype(np.float64)
    kept = rest[inner].astype(np.float64)
    return Noise(float(gone @ gone - kept @ kept), float(taken @ gone), float(taken @ taken), 0.0)
