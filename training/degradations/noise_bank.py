"""Noise bank: real noise from files, in whole turns of a disc where it has to go on."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
from typing_extensions import override

from engine.audio import Audio, Samples
from engine.params import param
from training.degradations.base import RandomDegradation, add_at_snr
from training.degradations.noise_files import read_noise, sound_files, stretch

_AROUND_SAMPLES = 2048
_MIDDLE_HZ = 1000.0


@dataclass(frozen=True)
class NoiseBank(RandomDegradation):
    """A random piece of a random file; its colour may be changed, to make more of few files."""

    name: ClassVar[str] = "noise_bank"
    is_additive: ClassVar[bool] = True
    path: Path | None = param(None, label="File or folder of noise")
    snr_db: float = param(12.0, -10.0, 40.0, unit="dB", label="Signal to noise")
    rpm: float = param(
        78.0, 1.0, label="Turns per minute", description="What is too short goes on by whole turns."
    )
    tilt_db_per_octave: float = param(0.0, -3.0, 3.0, unit="dB", label="Tilt")
    low_cut_hz: float = param(0.0, 0.0, 300.0, unit="Hz", label="Bass that is taken out")

    @override
    def apply(self, clean: Audio) -> Audio:
        if not clean.n_samples:
            return Audio(clean.samples.copy(), clean.sample_rate)
        rng = self.rng()
        files = sound_files(self.path, "path")
        noise = read_noise(files[int(rng.integers(len(files)))], clean.sample_rate)
        turn_samples = 60.0 / self.rpm * clean.sample_rate
        piece = stretch(noise, clean.n_samples + 2 * _AROUND_SAMPLES, turn_samples, rng)
        piece = self._coloured(piece, clean.sample_rate)[_AROUND_SAMPLES:-_AROUND_SAMPLES]
        return add_at_snr(clean, (piece - piece.mean(dtype=np.float64))[None], self.snr_db)

    def _coloured(self, noise: Samples, sample_rate: int) -> Samples:
        """The same with another tilt and less bass; its ends are not to be used."""
        if self.tilt_db_per_octave == 0.0 and self.low_cut_hz == 0.0:
            return noise
        from scipy import fft

        length = fft.next_fast_len(len(noise), real=True)
        frequency_hz = np.maximum(np.arange(length // 2 + 1) * (sample_rate / length), 20.0)
        gain = (frequency_hz / _MIDDLE_HZ) ** (self.tilt_db_per_octave / (20 * np.log10(2.0)))
        gain /= 1.0 + (self.low_cut_hz / frequency_hz) ** 3
        spectrum = fft.rfft(noise, length) * gain.astype(np.float32)
        return np.asarray(fft.irfft(spectrum, length)[: len(noise)], np.float32)
