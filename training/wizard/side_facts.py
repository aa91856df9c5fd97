"""Side facts: what a transfer sounds like, measured so that simulated sides can be held against it.

Levels of noise are medians over short windows, so that the clicks in it do not count; clicks are
those that Declick finds at half its sensitivity.

Shapes:
    samples   (time)   float32, mono
    noise_db  (band)   third octaves
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.audio import Samples
from engine.audio_file import open_audio, shown
from engine.errors import SettingsError
from engine.progress import Progress, ignore
from training.wizard.clean_excerpts import mono
from training.wizard.plan import Plan, Stretch

Real = NDArray[np.float64]

BANDS_HZ: Real = 1000.0 * 2.0 ** (np.arange(-15, 14) / 3.0)
"""Centres of third octaves, 31 Hz to 20 kHz."""
LEAST_NOISE_S = 0.3
_N_FFT = 8192
_PLACES, _PLACE_S = 8, 3.0
_MOST_NOISE_S = 20.0
_LIMIT, _WIDEST_S = 4.0, 0.005
_LOWEST_DB = -30.0
_TINY = 1e-14


@dataclass(frozen=True, eq=False)
class SideAudio:
    """What is measured of a transfer: pieces of noise and of music, mono, at one rate."""

    noise: tuple[Samples, ...]
    music: tuple[Samples, ...]
    sample_rate: int

    @property
    def noise_s(self) -> float:
        """How much noise there is."""
        return sum(map(len, self.noise)) / self.sample_rate


@dataclass(frozen=True, eq=False)
class SideFacts:
    """What it sounds like.

    Attributes:
        noise: (band) power in each band of BANDS_HZ, of the steady noise.
        music: (band) likewise of music and noise together.
        clicks_db: by how much clicks raise the power of the noise they are in.
        snr_db: (excerpt) of excerpts as long as the examples of a training.
        clicks_per_second: in the music.
        noise_clicks_per_second: in the noise alone.
        click_sizes_db: (click) heights, relative to the highest peak of the music.
        hum_db: hum relative to the rest of the noise; none that is heard below -30.
        noise_s: how much noise there was.
    """

    noise: Real
    music: Real
    clicks_db: float
    snr_db: Real
    clicks_per_second: float
    noise_clicks_per_second: float
    click_sizes_db: Real
    hum_db: float
    noise_s: float

    @property
    def noise_db(self) -> Real:
        """Of each band, dB relative to all noise."""
        return to_db(self.noise / (self.noise.sum() + _TINY))


def read_side(plan: Plan, path: Path, sample_rate: int, progress: Progress = ignore) -> SideAudio:
    """Read the noise that was taken of a transfer, and music from all over it.

    Raises:
        SettingsError: no noise of it was taken, or too little.
        AudioFormatError, StorageError: it cannot be read.
    """
    own = [each for each in plan.noise.stretches if Path(each.path) == path]
    taken = [each for each in own if each.is_taken]
    with open_audio(path) as file:
        rate = file.sample_rate
        noise, left_s = [], _MOST_NOISE_S
        for each in sorted(taken, key=lambda one: one.start_s - one.stop_s):
            stop_s = min(each.stop_s, each.start_s + left_s, file.n_samples / rate)
            start, stop = round(each.start_s * rate), round(stop_s * rate)
            if stop - start >= LEAST_NOISE_S * rate:
                noise.append(mono(file.read(start, stop).samples, rate, sample_rate))
                left_s -= stop_s - each.start_s
        if not noise:
            raise SettingsError(
                f"no noise of {shown(path)} is ticked, or none of {LEAST_NOISE_S:g} s; tick some "
                "on the page Noise of your discs, or choose another side"
            )
        music: list[Samples] = []
        for start_s in _places(file.n_samples / rate, own):
            progress(len(music) / _PLACES, f"reading {path.name}")
            first = round(start_s * rate)
            stop = min(file.n_samples, first + round(_PLACE_S * rate))
            music.append(mono(file.read(first, stop).samples, rate, sample_rate))
    return SideAudio(tuple(noise), tuple(music), sample_rate)


def measure_side(side: SideAudio, segment_s: float, progress: Progress = ignore) -> SideFacts:
    """Measure it.

    Args:
        side: its noise and its music.
        segment_s: length of the excerpts whose signal-to-noise ratios are told.
        progress: told what is being done.

    Raises:
        SettingsError: there is no music in it.
    """
    rate = side.sample_rate
    powers = noise_powers(side.noise, rate)
    noise_power = float(powers.sum()) + _TINY
    looked = [_clicks(each, rate) for each in side.noise]
    whole = float(np.mean(np.square(np.concatenate([_centred(each) for each in side.noise]))))
    repaired, heights, n_clicks = [], [], 0
    for number, each in enumerate(side.music):
        progress(number / len(side.music), "looking for clicks")
        found = _clicks(each, rate)
        repaired.append(found.repaired)
        heights.append(found.heights / (float(np.abs(found.repaired).max()) + _TINY))
        n_clicks += len(found.heights)
    if not repaired:
        raise SettingsError("the side has no music beside its noise; choose another side")
    n_noise_clicks = sum(len(each.heights) for each in looked)
    music_s = sum(map(len, repaired)) / rate
    return SideFacts(
        noise=powers,
        music=music_powers(repaired, rate),
        clicks_db=float(to_db(np.array(max(1.0, whole / noise_power)))),
        snr_db=_snrs_db(repaired, noise_power, round(segment_s * rate)),
        clicks_per_second=n_clicks / music_s,
        noise_clicks_per_second=n_noise_clicks / side.noise_s,
        click_sizes_db=20.0 * np.log10(np.concatenate(heights) + _TINY),
        hum_db=_hum_db(side.noise, rate),
        noise_s=side.noise_s,
    )


def noise_powers(pieces: Sequence[NDArray[np.floating]], sample_rate: int) -> Real:
    """Power of noise (band) in third octaves: the median over windows, so that clicks pass by."""
    power = _spectra(pieces)
    # of noise the median of a bin's power is its mean times ln 2, once there are many windows
    middle = np.median(power, axis=0) / np.log(2.0) if len(power) > 2 else power.mean(axis=0)
    return _in_bands(middle, sample_rate)


def music_powers(pieces: Sequence[NDArray[np.floating]], sample_rate: int) -> Real:
    """Power of music (band) in third octaves: the mean over windows."""
    return _in_bands(_spectra(pieces).mean(axis=0), sample_rate)


def count_clicks(samples: Samples, sample_rate: int) -> tuple[int, Real]:
    """How many clicks Declick finds, and their heights relative to the highest peak otherwise."""
    found = _clicks(samples, sample_rate)
    return len(found.heights), found.heights / (float(np.abs(found.repaired).max()) + _TINY)


def to_db(power: Real) -> Real:
    """Power ratios in dB."""
    levels: Real = 10.0 * np.log10(np.maximum(power, _TINY))
    return levels


@dataclass(frozen=True, eq=False)
class _Found:
    repaired: Real
    heights: Real


def _clicks(samples: Samples, sample_rate: int) -> _Found:
    from engine.dsp.click_detector import find_clicks

    exact = _centred(samples)
    found = find_clicks(exact, sample_rate, _LIMIT, round(_WIDEST_S * sample_rate))
    removed = np.abs(exact - found.repaired)
    heights = [float(removed[start:stop].max()) for start, stop in found.spans]
    return _Found(found.repaired, np.array(heights))


def _centred(samples: NDArray[np.floating]) -> Real:
    exact = samples.astype(np.float64)
    centred: Real = exact - exact.mean() if exact.size else exact
    return centred


def _spectra(pieces: Sequence[NDArray[np.floating]]) -> Real:
    """Power (window bin); the powers of all bins add up to the mean square."""
    window = np.hanning(_N_FFT + 1)[:-1]
    scale = 2.0 / (_N_FFT * np.square(window).sum())
    found = []
    for each in pieces:
        padded = np.pad(_centred(each), (0, max(0, _N_FFT - len(each))))
        cut = np.lib.stride_tricks.sliding_window_view(padded, _N_FFT)[:: _N_FFT // 2]
        share = min(1.0, len(each) / _N_FFT)
        found.append(scale / share * np.square(np.abs(np.fft.rfft(cut * window))))
    spectra: Real = np.concatenate(found)
    return spectra


def _in_bands(power: Real, sample_rate: int) -> Real:
    """Sums of the power of bins, those at an edge shared out."""
    sums = np.concatenate([[0.0], np.cumsum(power)])
    edges_hz = np.append(BANDS_HZ * 2.0 ** (-1 / 6), BANDS_HZ[-1] * 2.0 ** (1 / 6))
    places = np.minimum(edges_hz * _N_FFT / sample_rate + 0.5, float(len(power)))
    return np.diff(np.interp(places, np.arange(len(sums)), sums))


def _snrs_db(music: Sequence[Real], noise_power: float, length: int) -> Real:
    """Of excerpts; those in which next to nothing but noise is heard are left out."""
    snrs = []
    for each in music:
        size = min(length, len(each))
        for start in range(0, len(each) - size + 1, size):
            power = float(np.mean(np.square(each[start : start + size])))
            snrs.append(float(to_db(np.array(max(power / noise_power - 1.0, 1e-3)))))
    heard = [each for each in snrs if each > -20.0]
    return np.array(heard or snrs)


def _hum_db(pieces: Sequence[Samples], sample_rate: int) -> float:
    """Power at the harmonics of 50 or 60 Hz beyond that around them, relative to the rest."""
    longest = max(pieces, key=len)
    size = min(len(longest), round(2.0 * sample_rate))
    if size < sample_rate // 2:
        return _LOWEST_DB
    window = np.hanning(size)
    power = np.square(np.abs(np.fft.rfft(_centred(longest[:size]) * window)))
    bin_hz = sample_rate / size
    total = float(power.sum()) + _TINY
    best = 0.0
    for mains_hz in (50.0, 60.0):
        lines = 0.0
        for harmonic in range(1, 9):
            at = mains_hz * harmonic / bin_hz
            near = max(2, round(1.5 / bin_hz))
            line = power[max(0, round(at) - near) : round(at) + near + 1]
            around = power[max(0, round(at) - 8 * near) : round(at) + 8 * near + 1]
            floor = float(np.median(around)) / np.log(2.0) * len(line)
            lines += max(0.0, float(line.sum()) - 2.0 * floor) if line.sum() > 4.0 * floor else 0.0
        best = max(best, lines)
    return max(_LOWEST_DB, float(to_db(np.array(best / max(total - best, _TINY)))))


def _places(duration_s: float, stretches: Sequence[Stretch]) -> list[float]:
    """Where music is looked at: evenly spread, away from all stretches of noise."""
    last_s = max(0.0, duration_s - _PLACE_S)
    tried = np.linspace(0.0, last_s, 4 * _PLACES) if last_s else np.zeros(1)
    free = [
        float(start)
        for start in tried
        if not any(each.start_s < start + _PLACE_S and start < each.stop_s for each in stretches)
    ]
    if not free:
        return []
    chosen = np.linspace(0, len(free) - 1, min(_PLACES, len(free))).round().astype(int)
    return [free[number] for number in dict.fromkeys(chosen.tolist())]
