"""Where the treble of a recording ends: the low-pass that its mean spectrum tells of.

Music falls off by about 2 dB from one sixth of an octave to the next, here more and there less; a
filter adds its own fall from its cutoff on. So every filter of a grid is asked how likely it makes
the steps between bands, and the middle of the likely cutoffs is taken. Deviations are taken for
Student's, as one strong partial must not count for a filter.

Steps of 32 excerpts of music had a median of -2.0 dB, and half of the span between their quantiles
0.16 and 0.84 fell from 4.5 dB at 500 Hz to 1.8 at 10 kHz; hence the figures below.

Shapes:
    samples   (time)        float64
    power     (frame band)
    levels    (row band)    dB: of the mean power, and the mean of the level
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.audio import Recording
from engine.progress import Progress, ignore

Real = NDArray[np.float64]

_STRETCH_S, _MOST_STRETCHES = 1.5, 48
_FRAME_S = 0.046
_BANDS_PER_OCTAVE, _FIRST_HZ, _LAST_HZ = 6, 500.0, 14_000.0
_CUTOFFS_HZ = 1500.0 * 2.0 ** np.arange(0.0, 3.01, 1 / 24)
_ORDERS = np.array([2, 3, 4, 5, 6, 8, 10, 14, 20, 40])
_STOPS_DB = np.array([50.0, 80.0, 110.0, 200.0])
_STEP_DB, _SPREAD_DB, _SPREAD_HZ, _SPREAD_POWER = -2.0, 3.2, 3000.0, -0.4
_FREEDOM = 4.0
_LOUD_SHARE = 1e-4
_LEVEL = 0.06
_FLOOR_DB, _ABOVE_FLOOR_DB = -151.0, 6.0
_LEAST_EVIDENCE = 2.0


@dataclass(frozen=True)
class TrebleEnd:
    """What was found.

    Attributes:
        cutoff_hz: the likeliest.
        evidence: how much likelier a filter is than none, natural logarithm.
    """

    cutoff_hz: float
    evidence: float

    @property
    def is_filtered(self) -> bool:
        """Whether there is a low-pass at all."""
        return self.evidence >= _LEAST_EVIDENCE


def find_treble_end(recording: Recording, progress: Progress = ignore) -> TrebleEnd | None:
    """Find where the treble ends, in stretches that lie evenly over the recording.

    Returns:
        None where all is silent, or the sample rate leaves too few bands.
    """
    rate = recording.sample_rate
    length = round(_STRETCH_S * rate)
    last = max(0, recording.n_samples - length)
    n_stretches = min(_MOST_STRETCHES, 1 + last // max(1, length))
    powers = []
    for index, start in enumerate(np.linspace(0, last, n_stretches).astype(int).tolist()):
        progress(index / n_stretches)
        audio = recording.read(start, min(start + length, recording.n_samples))
        powers.append(_band_powers(audio.samples.astype(np.float64).mean(axis=0), rate))
    progress(1.0)
    power = np.concatenate(powers)
    total = power.sum(axis=1)
    if power.shape[1] < 2 * _BANDS_PER_OCTAVE or not total.any():
        return None
    loud = power[total >= _LOUD_SHARE * total.max()]
    # 1e-16 of full scale lies under what 24 bits can hold
    loud = loud * (_LEVEL**2 * 7e-4 / (loud.mean() + 1e-30)) + 1e-16
    levels = 10.0 * np.stack((np.log10(loud.mean(axis=0)), np.log10(loud).mean(axis=0)))
    return _fitted(levels)


def _middles_hz(rate: float) -> Real:
    """Of the bands below half the sample rate."""
    n_bands = 1 + int(_BANDS_PER_OCTAVE * math.log2(_LAST_HZ / _FIRST_HZ))
    middles = _FIRST_HZ * 2.0 ** (np.arange(n_bands) / _BANDS_PER_OCTAVE)
    return middles[middles < 0.47 * rate]


def _band_powers(samples: Real, rate: int) -> Real:
    """Mean power of the bins of each band in each frame."""
    n_fft = 1 << round(math.log2(_FRAME_S * rate))
    padded = np.pad(samples, (0, max(0, n_fft - len(samples))))
    frames = np.lib.stride_tricks.sliding_window_view(padded, n_fft)[:: n_fft // 2]
    power = np.abs(np.fft.rfft(frames * np.hanning(n_fft), axis=1)) ** 2 / (0.5 * n_fft) ** 2
    hz = np.fft.rfftfreq(n_fft, 1.0 / rate)
    half = 2.0 ** (0.5 / _BANDS_PER_OCTAVE)
    edges = [np.searchsorted(hz, (f / half, f * half)) for f in _middles_hz(rate)]
    return np.stack([power[:, a:b].mean(axis=1) for a, b in edges], axis=1)


def _gains_db() -> Real:
    """Of every filter (cutoff order stop band) in every band."""
    middles = _middles_hz(math.inf)
    place = middles / _CUTOFFS_HZ[:, None, None, None]
    passed = 1.0 / (1.0 + place ** (2.0 * _ORDERS[:, None, None]))
    stopped = 10.0 ** (-_STOPS_DB[:, None] / 10.0)
    return np.asarray(10.0 * np.log10(passed + stopped))


def _fitted(levels: Real) -> TrebleEnd:
    """The filter that makes the steps of levels likeliest."""
    gains = _gains_db()[..., : levels.shape[1]]
    likely = np.sum([_likelihood(row, gains) for row in levels], axis=0)
    none = sum(float(_likelihood(row, np.zeros_like(row))) for row in levels)
    shares = np.exp(likely - likely.max()).sum(axis=(1, 2))
    middle = int(np.searchsorted(np.cumsum(shares) / shares.sum(), 0.5))
    return TrebleEnd(float(_CUTOFFS_HZ[middle]), float(likely.max()) - none)


def _likelihood(row: Real, gains: Real) -> Real:
    """Logarithm of the likelihood of the steps of a row under filters (... band)."""
    floor = max(_FLOOR_DB, float(row.min()))
    ended = np.flatnonzero(row[1:] < floor + _ABOVE_FLOOR_DB)
    stop = 1 + (int(ended[0]) + 1 if len(ended) else len(row) - 1)
    before, after = row[: stop - 1], row[1:stop]
    foretold = np.maximum(before + _STEP_DB + np.diff(gains[..., :stop]), floor)
    middles = _middles_hz(math.inf)[1:stop]
    spread = _SPREAD_DB * (middles / _SPREAD_HZ) ** _SPREAD_POWER
    off = (after - foretold) / spread
    return np.asarray(-0.5 * (_FREEDOM + 1.0) * np.log1p(off**2 / _FREEDOM).sum(axis=-1))
