"""What a side sounds like where there is no music, and how it clicks: a row of numbers.

Noise is looked at in pauses: what the search for noise finds, or, on a side without any, the
quietest two seconds, taken in cells of a quarter of a second. Clicks are those of the declicker at
its first doubt, in 30 s from the middle of the side; swish is that of 40 s.

    noise_db       density in third octaves, about its mean from 300 Hz to 4 kHz
    clicks_per_s   by how far the click stands out of what can be predicted: 12, 24, 36 dB and more
    widths_ms      of clicks: quartiles
    ticks_per_s    of the noise behind a predictor: moments beyond 5 deviations
    kurtosis       of the same; 0 where noise is Gaussian
    swish_db       how far the level of treble swings with each turn; 0.1 to 0.4 by chance
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, lfilter, sosfilt, spectrogram

from engine.audio import Audio, MemoryRecording
from engine.dsp.click_detector import choose, find
from engine.dsp.click_evidence import log_odds
from engine.dsp.noise_stretches import find_noise_stretches

Real = NDArray[np.float64]

BANDS_HZ: Real = 1000.0 * 2.0 ** (np.arange(-15, 14) / 3.0)
ALIGNED_HZ = (300.0, 4000.0)
CLASSES_DB = (12.0, 24.0, 36.0)
_N_FFT = 8192
_CELL_S, _QUIET_S, _LEAST_S = 0.25, 2.0, 0.7
_CLICKS_S, _WIDEST_MS, _LIMIT = 30.0, 5.0, 0.0
_ORDER, _TICK = 32, 5.0
_SWISH_S, _SWISH_HZ, _SWISH_CELL_S = 40.0, (4000.0, 9000.0), 0.02
_RPM = {"disc": (74.0, 82.0), "cylinder": (150.0, 170.0)}


@dataclass(frozen=True, eq=False)
class Figures:
    """Of one side; bands that it has nothing in are not numbers."""

    has_pauses: bool
    noise_db: Real
    clicks_per_s: tuple[float, ...]
    widths_ms: tuple[float, ...]
    ticks_per_s: float
    kurtosis: float
    swish_db: float


def figures(
    samples: Real, sample_rate: int, kind: str = "disc", has_pauses: bool | None = None
) -> Figures:
    """All figures of samples (time,).

    Args:
        samples: (time,).
        sample_rate: in Hz.
        kind: disc or cylinder, which turn at other speeds.
        has_pauses: False does as if there were none; None looks for them.
    """
    quiet, is_alone = pauses(samples, sample_rate, has_pauses is not False)
    noise_db = third_octaves_db(quiet if is_alone else [samples], sample_rate, is_alone)
    per_s, widths_ms = clicks(samples, sample_rate)
    ticks_per_s, kurtosis = crackle(quiet, sample_rate)
    swish_db = swish(middle(samples, sample_rate, _SWISH_S), sample_rate, _RPM[kind])
    return Figures(is_alone, noise_db, per_s, widths_ms, ticks_per_s, kurtosis, swish_db)


def pauses(samples: Real, sample_rate: int, look: bool = True) -> tuple[list[Real], bool]:
    """Pieces with noise alone, or with as little music as there is; and which of both."""
    recording = MemoryRecording(Audio(samples[None].astype(np.float32), sample_rate))
    if look and (found := find_noise_stretches(recording)):
        spans = [(each.start_s, each.stop_s) for each in found]
        pieces = [samples[round(a * sample_rate) : round(b * sample_rate)] for a, b in spans]
        if sum(b - a for a, b in spans) >= _LEAST_S:
            return pieces, True
    band = butter(2, ALIGNED_HZ, "bandpass", fs=sample_rate, output="sos")
    cell = round(_CELL_S * sample_rate)
    n_cells = len(samples) // cell
    level = np.square(sosfilt(band, samples))[: n_cells * cell].reshape(n_cells, cell).mean(axis=1)
    level[level < 1e-4 * np.median(level)] = np.inf  # silence before the needle is down
    cells = np.sort(np.argsort(level)[: round(_QUIET_S / _CELL_S)])
    return [samples[each * cell : (each + 1) * cell] for each in cells], False


def middle(samples: Real, sample_rate: int, seconds: float) -> Real:
    """As much of samples (time,), no more than there is."""
    length = min(len(samples), round(seconds * sample_rate))
    start = (len(samples) - length) // 2
    return samples[start : start + length]


def third_octaves_db(pieces: list[Real], sample_rate: int, is_alone: bool) -> Real:
    """Density of noise in third octaves, (band,), about its mean in the middle.

    Args:
        pieces: of the side.
        sample_rate: in Hz.
        is_alone: whether they hold noise alone. Under music it is what a bin holds in its quietest
            tenth of all moments, and, of the bins of a band, the median one.
    """
    levels = []
    edges = BANDS_HZ[:, None] * 2.0 ** (np.array([-1.0, 1.0]) / 6.0)
    for piece in pieces:
        hertz, _, density = spectrogram(piece, sample_rate, nperseg=min(_N_FFT, len(piece)))
        over = density.mean(axis=1) if is_alone else np.percentile(density, 10, axis=1)
        inside = (hertz >= edges[:, :1]) & (hertz < edges[:, 1:])
        join = np.mean if is_alone else np.median
        levels.append([join(over[row]) if row.any() else 0.0 for row in inside])
    level = np.average(levels, axis=0, weights=[len(piece) for piece in pieces])
    level[0.45 * sample_rate < BANDS_HZ] = np.nan
    level_db = 10 * np.log10(np.where(level > 0.0, level, np.nan))
    middle = (ALIGNED_HZ[0] < BANDS_HZ) & (ALIGNED_HZ[1] > BANDS_HZ)
    return np.asarray(level_db - np.nanmean(level_db[middle]))


def clicks(samples: Real, sample_rate: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Clicks a second by class, and quartiles of their widths in ms."""
    part = middle(samples, sample_rate, _CLICKS_S)
    finds = find(part, sample_rate, round(_WIDEST_MS / 1000 * sample_rate))
    chosen = choose(finds, log_odds(finds), _LIMIT).spans
    height_db = np.array([20 * np.log10(finds.excess[a:b].max()) for a, b in chosen])
    edges = np.array([*CLASSES_DB, np.inf])
    counts = [
        np.sum((height_db >= a) & (height_db < b)) for a, b in zip(edges, edges[1:], strict=False)
    ]
    widths = 1000 * np.diff(chosen, axis=1).ravel() / sample_rate
    quartiles = np.percentile(widths, (25, 50, 75)) if len(widths) else np.zeros(3)
    return tuple(float(n) * sample_rate / len(part) for n in counts), tuple(map(float, quartiles))


def crackle(pieces: list[Real], sample_rate: int) -> tuple[float, float]:
    """Ticks a second, and kurtosis, of what a predictor of each piece leaves."""
    errors = [error / deviation(error) for error in map(residual, pieces)]
    error = np.concatenate(errors)
    beyond = np.abs(error) > _TICK
    strikes = np.sum(beyond[1:] & ~beyond[:-1])
    return (
        float(strikes) * sample_rate / len(error),
        float(np.mean(error**4) / np.mean(error**2) ** 2 - 3.0),
    )


def residual(piece: Real) -> Real:
    """What linear prediction of a piece leaves."""
    from scipy.linalg import solve_toeplitz

    piece = piece - piece.mean()
    spectrum = np.abs(np.fft.rfft(piece, 2 * len(piece))) ** 2
    spectrum += 1e-7 * spectrum.mean()  # what a codec has emptied would rule the predictor
    correlation = np.fft.irfft(spectrum)[: _ORDER + 1]
    model = solve_toeplitz(correlation[:-1], correlation[1:])
    return np.asarray(lfilter(np.concatenate(([1.0], -model)), [1.0], piece)[_ORDER:])


def deviation(error: Real) -> float:
    """Standard deviation of what is Gaussian in it."""
    return float(1.4826 * np.median(np.abs(error))) + 1e-12


def swish(samples: Real, sample_rate: int, rpm: tuple[float, float]) -> float:
    """Peak swing in dB of the level of treble with the turns, its first two harmonics."""
    high_hz = min(_SWISH_HZ[1], 0.45 * sample_rate)
    band = butter(
        4, (min(_SWISH_HZ[0], 0.6 * high_hz), high_hz), "bandpass", fs=sample_rate, output="sos"
    )
    cell = round(_SWISH_CELL_S * sample_rate)
    n_cells = len(samples) // cell
    power = np.square(sosfilt(band, samples))[: n_cells * cell].reshape(n_cells, cell)
    level_db = 10 * np.log10(np.median(power, axis=1) + 1e-14)
    around = round(2.0 / _SWISH_CELL_S)
    slow = np.array([np.median(level_db[max(0, n - around) : n + around]) for n in range(n_cells)])
    swing = np.clip(level_db - slow, -6.0, 6.0)  # notes in the treble reach far above
    time_s = _SWISH_CELL_S * np.arange(n_cells)
    best = 0.0
    for turns_hz in np.arange(rpm[0], rpm[1], 0.1) / 60.0:
        waves = [
            np.abs(np.mean(swing * np.exp(-2j * np.pi * k * turns_hz * time_s))) for k in (1, 2)
        ]
        best = max(best, 2.0 * float(np.hypot(*waves)))
    return best
