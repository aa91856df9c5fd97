"""Blind low-pass estimation: what an old recording has lost at the top, found while it is restored.

The filter falls along straight lines in dB by octave, each steeper than the one before. Every
estimate of the clean recording is compared with what was observed, bin by bin of a short-time
spectrum, and the filter is fitted to what lies between them. It starts far down, and what it takes
away the prior makes up: as long as it stands too low, music of the observed is louder than the
filter allows, and it is moved up. Started too high it would stay there, as then the prior is told
that there is no treble.

The distance J^2 = sum of (H |X| - |Y|)^2 w^2 over bins and frames depends on three sums over frames
for each bin, so that a fit costs the same for a second and for an hour.

Shapes:
    x, observed   (piece signal time)
    hz, gain      (bin)   float64

References:
    Moliner, Elvander & Vaelimaeki, "Blind Audio Bandwidth Extension: A Diffusion-Based Zero-Shot
    Approach", 2023: the filter, its bounds and the weights.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.diffusion.denoise import Denoise
from engine.transforms.stft import STFT

Real = NDArray[np.float64]

N_BREAKS = 5
_FIRST_HZ, _LOWEST_HZ = 280.0, 20.0
_FIRST_SLOPES_DB = (-15.0, -17.0, -20.0, -25.0, -30.0)
_STEEPEST_DB, _FLATTEST_DB = -50.0, -0.05
_LEAST_OCTAVES = 1 / 24
"""Breaks that met could not be told apart again."""
_WHOLE = 0.84
"""What comes through within 1.5 dB comes through whole. An estimate that is guided by a little less
would come out as much louder, and agree with itself."""
_MOST_ROUNDS = 40
_STILL = 1e-7
_WINDOW_S = 4096 / 22050
_BANDS_PER_OCTAVE = 24
_SCAN_BREAKS_PER_OCTAVE, _SCAN_SLOPES_DB = 12, (-4.0, -8.0, -14.0, -22.0, -34.0, -50.0)


@dataclass(frozen=True, eq=False)
class LowPass:
    """A filter without phase.

    Attributes:
        breaks_hz: where it becomes steeper, rising; below the first it passes everything.
        slopes_db: dB by octave after each break, falling.
    """

    breaks_hz: Real
    slopes_db: Real

    @staticmethod
    def lowest() -> "LowPass":
        """Where an estimate starts from."""
        octaves = np.arange(N_BREAKS, dtype=np.float64) * _LEAST_OCTAVES
        return LowPass(_FIRST_HZ * 2**octaves, np.array(_FIRST_SLOPES_DB))

    @property
    def cutoff_hz(self) -> float:
        """Where it is 6 dB down."""
        hz = _LOWEST_HZ * 2 ** (np.arange(4000, dtype=np.float64) / 300)
        return float(hz[np.argmax(self.gain(hz) < 0.5)])

    def gain(self, hz: Real) -> Real:
        """At frequencies; in [0, 1]."""
        gain: Real = 10 ** (_falls(np.log2(self.breaks_hz), hz) @ self.slopes_db / 20)
        return gain


def _falls(breaks: Real, hz: Real) -> Real:
    """Octaves that each slope has lasted at each frequency, (bin break)."""
    octaves = np.log2(np.maximum(hz, 1e-3))[:, None]
    ends = np.append(breaks[1:], np.inf)
    return np.clip(octaves - breaks, 0.0, ends - breaks)


@dataclass(frozen=True, eq=False)
class Spectra:
    """Sums over frames for bands of a part of an octave: |X|^2, and |X| |Y|; and where they are."""

    hz: Real
    ours: Real
    both: Real

    @staticmethod
    def of(estimate: Tensor, observed: Tensor, sigma: float, sample_rate: int) -> "Spectra":
        """Compare an estimate with what was observed, both (piece signal time).

        An estimate lacks what the noise of its level hides. That much is added to its power, or
        treble that is not made up yet would be taken for treble that was never lost.
        """
        n_fft = 1 << round(_WINDOW_S * sample_rate).bit_length() - 1
        stft = STFT(n_fft, n_fft // 2, "hamming")
        x, y = (stft.forward(each).abs().double() for each in (estimate, observed))
        hidden = sigma**2 * float(np.square(np.hamming(n_fft)).sum()) * x[:, :, 0].numel()
        axes = (0, 1, 3)
        ours = x.square().sum(axes).cpu().numpy() + hidden
        both = (x * y).sum(axes).cpu().numpy()
        hz = np.arange(n_fft // 2 + 1, dtype=np.float64) * (sample_rate / n_fft)
        band = np.round(_BANDS_PER_OCTAVE * np.log2(np.maximum(hz, _LOWEST_HZ))).astype(np.int64)
        starts = np.flatnonzero(np.diff(band, prepend=-1))
        middle = np.add.reduceat(hz, starts) / np.diff(np.append(starts, len(hz)))
        return Spectra(middle, np.add.reduceat(ours, starts), np.add.reduceat(both, starts))


def fit(low_pass: LowPass, spectra: Spectra) -> LowPass:
    """Move a filter to where it explains the observed best; silence moves nothing."""
    weights = spectra.hz / spectra.hz[-1] * spectra.ours
    if not weights.any():
        return low_pass
    # completing the square: J^2 is sum of weights (H - ratio)^2 and a constant
    ratio = spectra.both / np.maximum(spectra.ours, 1e-30)
    ratio = np.where(ratio > _WHOLE, 1.0, ratio)
    target = _Target(spectra.hz, ratio, weights / weights.sum())
    candidates = (low_pass, target.scanned(spectra.hz[-1]))
    return min((target.descended(each) for each in candidates), key=target.distance)


@dataclass(frozen=True, eq=False)
class _Target:
    """The gain wanted at each frequency, and what it counts."""

    hz: Real
    ratio: Real
    weights: Real

    def distance(self, low_pass: LowPass) -> float:
        """Mean square of the error."""
        return float(self.weights @ np.square(low_pass.gain(self.hz) - self.ratio))

    def scanned(self, highest_hz: float) -> LowPass:
        """The best of filters with one break."""
        spread = 2 ** (_LEAST_OCTAVES * np.arange(N_BREAKS))
        highest = np.log2(highest_hz / spread[-1])
        octaves = np.arange(np.log2(_LOWEST_HZ), highest, 1 / _SCAN_BREAKS_PER_OCTAVE)
        falls = np.maximum(np.log2(np.maximum(self.hz, 1e-3)) - octaves[:, None], 0.0)
        gains = 10 ** (np.array(_SCAN_SLOPES_DB)[:, None, None] * falls / 20)
        distances = np.square(gains - self.ratio) @ self.weights
        slope, at = np.unravel_index(np.argmin(distances), distances.shape)
        return LowPass(2 ** octaves[at] * spread, np.full(N_BREAKS, _SCAN_SLOPES_DB[slope]))

    def descended(self, low_pass: LowPass) -> LowPass:
        """Gauss-Newton steps, each projected to the bounds, for as long as they gain anything."""
        now, damping = low_pass, 1e-3
        distance = self.distance(now)
        for _ in range(_MOST_ROUNDS):
            tried = self._step(now, damping)
            reached = self.distance(tried)
            if reached >= distance:
                damping *= 8.0
                if damping > 1e6:
                    break
                continue
            gained = distance - reached
            now, distance, damping = tried, reached, max(damping / 4.0, 1e-6)
            if gained < _STILL * distance:
                break
        return now

    def _step(self, low_pass: LowPass, damping: float) -> LowPass:
        breaks = np.log2(low_pass.breaks_hz)
        gain = low_pass.gain(self.hz)
        falls = _falls(breaks, self.hz)
        # a break moves the end of the slope before it, and the start of its own
        is_past = (np.log2(np.maximum(self.hz, 1e-3))[:, None] > breaks).astype(np.float64)
        steps = np.diff(low_pass.slopes_db, prepend=0.0)
        slope = np.concatenate((-is_past * steps, falls), axis=1)
        slope *= gain[:, None] * np.log(10) / 20
        normal = slope.T @ (self.weights[:, None] * slope)
        downhill = -slope.T @ (self.weights * (gain - self.ratio))
        scale = np.diag(normal) + 1e-12
        move = np.linalg.solve(normal + damping * np.diag(scale), downhill)
        return _bounded(
            breaks + np.clip(move[:N_BREAKS], -1.0, 1.0),
            low_pass.slopes_db + move[N_BREAKS:],
            float(self.hz[-1]),
        )


def _bounded(breaks: Real, slopes_db: Real, highest_hz: float) -> LowPass:
    """The nearest filter whose breaks rise, and whose slopes fall."""
    low, high = np.log2(_LOWEST_HZ), np.log2(highest_hz) - _LEAST_OCTAVES * (N_BREAKS - 1)
    breaks = breaks.copy()
    breaks[0] = np.clip(breaks[0], low, high)
    slopes_db = np.clip(slopes_db, _STEEPEST_DB, _FLATTEST_DB)
    for k in range(1, N_BREAKS):
        breaks[k] = max(breaks[k], breaks[k - 1] + _LEAST_OCTAVES)
        slopes_db[k] = min(slopes_db[k], slopes_db[k - 1])
    return LowPass(2**breaks, slopes_db)


class BlindGuidance:
    """Guides estimates by a low-pass that it fits to each of them; a Denoise for whole stretches.

    Of the observed as much is believed as the filter lets through: X + H (Y - H X). Dividing by H
    instead would make up treble out of nothing while the filter still stands too low.
    """

    def __init__(
        self,
        denoise: Denoise,
        observed: Tensor,
        sample_rate: int,
        low_pass: LowPass | None = None,
        fits: bool = True,
    ) -> None:
        """Take a prior and the observed.

        Args:
            denoise: the prior.
            observed: (piece signal time).
            sample_rate: in Hz.
            low_pass: the filter to start from; the lowest one by default.
            fits: whether it is fitted, or right already.
        """
        self._denoise = denoise
        self._observed = observed
        self._sample_rate = sample_rate
        self._spectrum = torch.fft.rfft(observed)
        self._fits = fits
        self.low_pass = LowPass.lowest() if low_pass is None else low_pass
        """The filter as it was fitted last."""

    def __call__(self, x: Tensor, sigma: Tensor) -> Tensor:
        """Estimate, guide and fit."""
        n_samples = x.shape[-1]
        ours = torch.fft.rfft(self._denoise(x, sigma))
        hz = np.fft.rfftfreq(n_samples, 1.0 / self._sample_rate).astype(np.float64)
        gain = torch.from_numpy(self.low_pass.gain(hz)).to(x)
        guided: Tensor = torch.fft.irfft(ours + gain * (self._spectrum - gain * ours), n_samples)
        if self._fits:
            level = float(sigma.max())
            spectra = Spectra.of(guided, self._observed, level, self._sample_rate)
            self.low_pass = fit(self.low_pass, spectra)
        return guided
