"""Reverb: a room, made of noise that dies away, band by band.

Every setting does one thing that can be measured: how long the room sounds, how much sooner its
treble dies, how long sound takes to build up, how unlike the channels are, when it begins and how
strong it is.

References:
    Moorer, "About This Reverberation Business", Computer Music Journal 3(2), 1979: exponentially
    decaying noise as the response of a room.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from typing_extensions import override

from engine.audio import Audio, Samples
from engine.params import param
from engine.units import db_to_amplitude
from training.degradations.base import RandomDegradation
from training.degradations.shaping import Real, Rng, normalised, shaped_noise

_BANDS_HZ = (250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0, 16000.0)
_SHORTEST_S, _LONGEST_S = 0.2, 4.0
_DAMPING = 0.85
"""Share of its time that the highest band loses at full damping."""
_BUILD_UP_S = 0.05
"""Time in which sound builds up in the largest room."""
_SIXTY_DB = np.log(1000.0)


@dataclass(frozen=True)
class Reverb(RandomDegradation):
    """The sound of a room beside the dry sound; the tail beyond the end is cut off."""

    name: ClassVar[str] = "reverb"
    reverberance: float = param(
        50.0, 0.0, 100.0, unit="%", label="Reverberance", description="0 is 0.2 s, 100 is 4 s."
    )
    hf_damping: float = param(50.0, 0.0, 100.0, unit="%", label="Damping of treble")
    room_scale: float = param(
        50.0, 0.0, 100.0, unit="%", label="Room", description="How long sound builds up."
    )
    stereo_depth: float = param(100.0, 0.0, 100.0, unit="%", label="Stereo depth")
    pre_delay_ms: float = param(10.0, 0.0, 500.0, unit="ms", label="Delay")
    wet_gain_db: float = param(-10.0, -30.0, 10.0, unit="dB", label="Wet to dry")

    @property
    def decay_s(self) -> float:
        """Time in which the middle of the spectrum loses 60 dB."""
        return float(_SHORTEST_S * (_LONGEST_S / _SHORTEST_S) ** (self.reverberance / 100.0))

    @override
    def apply(self, clean: Audio) -> Audio:
        from scipy.signal import oaconvolve

        if not clean.n_samples:
            return Audio(clean.samples.copy(), clean.sample_rate)
        room = self.responses(clean.n_channels, clean.sample_rate)
        late = round(self.pre_delay_ms / 1000.0 * clean.sample_rate)
        dry = np.pad(clean.samples, ((0, 0), (late, 0)))[:, : clean.n_samples]
        wet = oaconvolve(dry, room, axes=1)[:, : clean.n_samples]
        wet *= db_to_amplitude(self.wet_gain_db)
        return Audio((clean.samples + wet).astype(np.float32), clean.sample_rate)

    def responses(self, n_channels: int, sample_rate: int) -> Samples:
        """What an impulse leaves in the room, each of energy 1: (channel time)."""
        rng = self.rng()
        n_samples = max(1, round(self.decay_s * sample_rate))
        own = self.stereo_depth / 100.0
        common = self._tail(n_samples, sample_rate, rng)
        rows = [
            np.sqrt(1.0 - own) * common + np.sqrt(own) * self._tail(n_samples, sample_rate, rng)
            for _ in range(n_channels)
        ]
        room = np.stack(rows)
        room /= np.sqrt(np.square(room).sum(axis=1, keepdims=True)) + 1e-12
        return room.astype(np.float32)

    def _tail(self, n_samples: int, sample_rate: int, rng: Rng) -> Real:
        time_s = np.arange(n_samples) / sample_rate
        tail = np.zeros(n_samples)
        for number, middle_hz in enumerate(_BANDS_HZ):
            noise = _band(n_samples, sample_rate, middle_hz, rng)
            loss = _DAMPING * (self.hf_damping / 100.0) * number / (len(_BANDS_HZ) - 1)
            decay_s = self.decay_s * (1.0 - loss)
            tail += noise * np.exp(-_SIXTY_DB * time_s / decay_s)
        build_up_s = 1e-4 + _BUILD_UP_S * self.room_scale / 100.0
        return tail * -np.expm1(-time_s / build_up_s)


def _band(n_samples: int, sample_rate: int, middle_hz: float, rng: Rng) -> Samples:
    """An octave of noise whose density is that of its neighbours."""

    def gain_db(frequency_hz: Real) -> Real:
        octaves = np.log2(frequency_hz / middle_hz)
        decibels: Real = -15.0 * np.square(octaves)
        return decibels

    return normalised(shaped_noise(n_samples, sample_rate, gain_db, rng)) * np.float32(
        np.sqrt(middle_hz / _BANDS_HZ[0])
    )
