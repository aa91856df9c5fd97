"""Surface noise of records, made from numbers alone.

Hiss of a drawn spectrum whose level follows the turns, crackle, clicks, scratches that come back in
every turn, pops with the thump of the tone arm, rumble and hum; all at one signal-to-noise ratio.
The base spectra are coarse levels of real grooves; tilt, corner, bumps and peaks carry them well
beyond those few, as a network that has to do with any disc must not learn the discs we have.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from typing_extensions import override

from engine.audio import Audio, Samples
from engine.params import param
from training.degradations.base import RandomDegradation, add_at_snr
from training.degradations.pulses import Pulses, Real, Rng, log_uniform, moments, render, signs
from training.degradations.shaping import (
    drawn_bumps_db,
    normalised,
    returning,
    shaped_noise,
    wandering,
)

OCTAVES_HZ = (28.0, 56.0, 112.0, 225.0, 450.0, 900.0, 1800.0, 3600.0, 7200.0, 14400.0, 18000.0)
LEVELS_DB: dict[str, tuple[float, ...]] = {
    "shellac": (24, 18, 11, 5, 0, 0, -1, -2, -6, -13, -17),
    "cylinder": (-36, -34, -26, -3, 0, -1, -4, -5, -15, -30, -60),
    "vinyl": (10, 12, 5, 1, 0, -3, -5, -6, -14, -27, -35),
    "even": (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
}
"""Spectral density of the hiss of grooves, in dB about its middle."""
_RPM = ("78.26", "76", "80", "33.33", "160")
_LOWEST_RATE, _HIGHEST_RATE = 2.0, 400.0
_GRAIN_HZ = 600.0
_STEEPNESS = (2.0, 10.0)
"""Of the end of the hiss; the first number that a disc draws."""


@dataclass(frozen=True)
class Surface(RandomDegradation):
    """Noise of a groove, another disc with each seed; the same on all channels."""

    name: ClassVar[str] = "surface"
    is_additive: ClassVar[bool] = True
    snr_db: float = param(12.0, -10.0, 40.0, unit="dB", label="Signal to noise")
    groove: str = param("shellac", choices=tuple(LEVELS_DB), label="Groove")
    rpm: str = param("78.26", choices=_RPM, label="Turns per minute")
    tilt_db_per_octave: float = param(0.0, -3.0, 3.0, unit="dB", label="Tilt of the hiss")
    corner_hz: float = param(14000.0, 2500.0, 22000.0, unit="Hz", label="Where the hiss ends")
    bumps_db: float = param(2.0, 0.0, 6.0, unit="dB", label="Unevenness of the hiss")
    turn_db: float = param(1.5, 0.0, 5.0, unit="dB", label="Change of level within a turn")
    crackle: float = param(
        0.5, 0.0, 1.0, label="Crackle", description="Its rate: 0 is 2 a second, 1 is 400."
    )
    crackle_db: float = param(6.0, -6.0, 16.0, unit="dB", label="Crackle above hiss")
    clicks_per_second: float = param(1.0, 0.0, 6.0, unit="1/s", label="Clicks")
    click_db: float = param(16.0, 4.0, 28.0, unit="dB", label="Clicks above hiss")
    scratches: int = param(1, 0, 3, label="Scratches that return")
    pops_per_second: float = param(0.3, 0.0, 1.0, unit="1/s", label="Pops")
    with_rumble: bool = param(True, label="Rumble")
    rumble_db: float = param(-8.0, -26.0, 18.0, unit="dB", label="Rumble to hiss")
    with_hum: bool = param(False, label="Hum")
    hum_db: float = param(-14.0, -32.0, -2.0, unit="dB", label="Hum to hiss")
    is_limited: bool = param(
        False,
        label="Clicks end there too",
        description="Whether what is sudden went through the chain that the hiss ends with.",
    )

    @override
    def apply(self, clean: Audio) -> Audio:
        return add_at_snr(clean, self.noise(clean.n_samples, clean.sample_rate)[None], self.snr_db)

    def noise(self, n_samples: int, sample_rate: int) -> Samples:
        """The noise alone, (time), with its hiss at a root mean square of about 1."""
        rng = self.rng()
        noise = self._hiss(n_samples, sample_rate, rng)
        sudden = render(self._pulses(n_samples, sample_rate, rng), n_samples, sample_rate)
        noise += self._limited(sudden, sample_rate) if self.is_limited else sudden
        if self.with_rumble:
            noise += 10 ** (self.rumble_db / 20) * _rumble(n_samples, sample_rate, rng)
        if self.with_hum:
            noise += 10 ** (self.hum_db / 20) * _hum(n_samples, sample_rate, rng)
        return noise

    @property
    def _turn_s(self) -> float:
        return 60.0 / float(self.rpm)

    def _hiss(self, n_samples: int, sample_rate: int, rng: Rng) -> Samples:
        steepness = rng.uniform(*_STEEPNESS)
        peaks = [(log_uniform(120, 9000, 1, rng)[0], rng.uniform(0, 10)) for _ in range(2)]

        def gain_db(frequency_hz: Real) -> Real:
            octave = np.log2(frequency_hz)
            level: Real = np.interp(octave, np.log2(OCTAVES_HZ), LEVELS_DB[self.groove])
            level += self.tilt_db_per_octave * (np.maximum(octave, 5.0) - 10.0)
            level += drawn_bumps_db(frequency_hz, self.bumps_db, 1.5, rng)
            for middle_hz, height_db in peaks:
                level += height_db / (1.0 + np.square(4.0 * (octave - np.log2(middle_hz))))
            level -= 10 * np.log10(1.0 + (frequency_hz / self.corner_hz) ** steepness)
            level -= 10 * np.log10(1.0 + (15.0 / frequency_hz) ** 4)
            return level

        hiss = shaped_noise(n_samples, sample_rate, gain_db, rng)
        level = returning(n_samples, self._turn_s * sample_rate, self.turn_db, rng)
        level *= wandering(n_samples, sample_rate, 1.0, rng.uniform(0.0, 2.0), rng)
        level *= wandering(n_samples, sample_rate, _GRAIN_HZ, rng.uniform(0.0, 4.0), rng)
        return normalised(hiss * level.astype(np.float32))

    def _limited(self, sudden: Samples, sample_rate: int) -> Samples:
        """What is left of it behind a filter about as steep as the end of the hiss."""
        from scipy.signal import butter, sosfilt

        if self.corner_hz >= 0.5 * sample_rate or not len(sudden):
            return sudden
        order = round(self.rng().uniform(*_STEEPNESS) / 2.0)
        sections = butter(order, self.corner_hz, fs=sample_rate, output="sos")
        return np.asarray(sosfilt(sections, sudden.astype(np.float64)), np.float32)

    def _pulses(self, n_samples: int, sample_rate: int, rng: Rng) -> Pulses:
        """All that is sudden, at sizes relative to the hiss."""
        rate = _LOWEST_RATE * (_HIGHEST_RATE / _LOWEST_RATE) ** self.crackle
        crackle_s = moments(n_samples, sample_rate, rate, rng)
        turn = returning(64, 64.0, 6.0, rng)
        likely = turn / turn.max()
        angle = np.floor(crackle_s / self._turn_s % 1.0 * 64).astype(np.int64)
        crackle_s = crackle_s[rng.random(len(crackle_s)) < likely[angle]]
        click_s = moments(n_samples, sample_rate, self.clicks_per_second, rng)
        pop_s = moments(n_samples, sample_rate, self.pops_per_second, rng)
        sizes_db = (self.crackle_db, self.click_db, self.click_db, self.click_db - 10.0)
        parts = [
            _pulses(crackle_s, sizes_db[0], (0.03e-3, 0.4e-3), (300.0, 9000.0), rng),
            _pulses(click_s, sizes_db[1], (0.05e-3, 1.0e-3), (200.0, 6000.0), rng),
            _pulses(pop_s, sizes_db[2], (0.2e-3, 1.3e-3), (30.0, 500.0), rng),
            _pulses(pop_s, sizes_db[3], (8e-3, 30e-3), (12.0, 60.0), rng),
        ]
        duration_s = n_samples / sample_rate
        parts += [self._scratch(duration_s, rng) for _ in range(self.scratches)]
        highest_hz = 0.45 * sample_rate
        columns = [np.concatenate(each) for each in zip(*map(_columns, parts), strict=True)]
        return Pulses(columns[0], columns[1], np.minimum(columns[2], highest_hz), *columns[3:])

    def _scratch(self, duration_s: float, rng: Rng) -> Pulses:
        """One shape, once in every turn for a while."""
        turns = int(rng.integers(3, 40))
        first_s = rng.uniform(-turns * self._turn_s, duration_s)
        at_s = first_s + self._turn_s * np.arange(turns) + rng.normal(0.0, 3e-4, turns)
        same = _pulses(np.zeros(1), self.click_db, (0.05e-3, 1.2e-3), (150.0, 5000.0), rng)
        size = np.repeat(same.amplitude, turns) * rng.uniform(0.5, 1.2, turns)
        width_s, frequency_hz = (
            np.repeat(each, turns) for each in (same.width_s, same.frequency_hz)
        )
        strikes = Pulses(at_s, width_s, frequency_hz, np.repeat(same.phase, turns), size)
        return strikes.chosen((at_s > -0.1) & (at_s < duration_s))


def _columns(pulses: Pulses) -> tuple[Real, ...]:
    return (pulses.at_s, pulses.width_s, pulses.frequency_hz, pulses.phase, pulses.amplitude)


def _pulses(
    at_s: Real,
    size_db: float,
    widths_s: tuple[float, float],
    frequencies_hz: tuple[float, float],
    rng: Rng,
) -> Pulses:
    """Pulses of log-normal sizes, their median at `size_db`."""
    count = len(at_s)
    return Pulses(
        at_s,
        log_uniform(*widths_s, count, rng),
        log_uniform(*frequencies_hz, count, rng),
        rng.uniform(0.0, 2 * np.pi, count),
        signs(count, rng) * 10 ** (rng.normal(size_db, 5.0, count) / 20),
    )


def _rumble(n_samples: int, sample_rate: int, rng: Rng) -> Samples:
    corner_hz, slope = rng.uniform(18.0, 120.0), rng.uniform(2.0, 6.0)
    return shaped_noise(
        n_samples,
        sample_rate,
        lambda f: -10 * np.log10((1.0 + (12.0 / f) ** 4) * (1.0 + (f / corner_hz) ** slope)),
        rng,
    )


def _hum(n_samples: int, sample_rate: int, rng: Rng) -> Samples:
    mains_hz = rng.choice([50.0, 60.0]) * rng.uniform(0.98, 1.02)
    time_s = np.arange(n_samples) / sample_rate
    hum = np.zeros(n_samples, np.float32)
    for harmonic in range(1, 9):
        size, phase = rng.uniform(0.1, 1.0) / harmonic, rng.uniform(0.0, 2 * np.pi)
        hum += (size * np.sin(2 * np.pi * harmonic * mains_hz * time_s + phase)).astype(np.float32)
    return normalised(hum)
