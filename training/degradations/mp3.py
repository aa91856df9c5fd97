"""MP3: a file as archives put it on their sites, encoded and decoded.

What the encoder puts in front is told by a frame of its own, which small files leave out: there it
is 1105 samples, and is taken off here.
"""

import io
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from typing_extensions import override

from engine.audio import Audio, Samples
from engine.params import param
from training.degradations.base import Degradation

_RATES_KBPS = {
    48000: (32, 320), 44100: (32, 320), 32000: (32, 320),
    24000: (8, 160), 22050: (8, 160), 16000: (8, 160),
    12000: (8, 64), 11025: (8, 64), 8000: (8, 64),
}  # fmt: skip
"""Sample rates of MPEG-1, 2 and 2.5, and from where to where their bit rates go."""
_DELAY_SAMPLES = 1105
_MOST = 0.99
"""The highest compression; at 1.0 the encoder does not start."""


@dataclass(frozen=True)
class Mp3(Degradation):
    """At a constant bit rate; a sample rate that no MP3 has is changed and changed back."""

    name: ClassVar[str] = "mp3"
    kbps: int = param(96, 16, 320, unit="kbit/s", label="Bit rate", description="Of all channels.")

    @override
    def apply(self, clean: Audio) -> Audio:
        if not clean.n_samples:
            return Audio(clean.samples.copy(), clean.sample_rate)
        peak = max(1.0, float(np.abs(clean.samples).max()))  # a file holds no more than full scale
        step = 2 if clean.n_channels == 2 else 1
        rows = [
            self._coded(clean.samples[first : first + step] / np.float32(peak), clean.sample_rate)
            for first in range(0, clean.n_channels, step)
        ]
        samples = np.concatenate(rows) * np.float32(peak)
        return Audio(np.ascontiguousarray(samples, np.float32), clean.sample_rate)

    def _coded(self, samples: Samples, sample_rate: int) -> Samples:
        import soxr

        rate = sample_rate
        if rate not in _RATES_KBPS:
            rate = min((each for each in _RATES_KBPS if each >= rate), default=48000)
            samples_there = np.asarray(soxr.resample(samples.T, sample_rate, rate, "HQ")).T
            back = soxr.resample(self._decoded(samples_there, rate).T, rate, sample_rate, "HQ").T
            missing = max(0, samples.shape[1] - back.shape[1])
            return np.pad(back, ((0, 0), (0, missing)))[:, : samples.shape[1]]
        return self._decoded(samples, rate)

    def _decoded(self, samples: Samples, rate: int) -> Samples:
        """What comes back of samples (channel time)."""
        import soundfile

        low, high = _RATES_KBPS[rate]
        level = np.clip((high - self.kbps) / (high - low), 0.0, _MOST)
        file = io.BytesIO()
        soundfile.write(
            file, samples.T, rate, "MPEG_LAYER_III", format="MP3",
            compression_level=float(level), bitrate_mode="CONSTANT",
        )  # fmt: skip
        file.seek(0)
        decoded, _ = soundfile.read(file, dtype="float32", always_2d=True)
        n_samples = samples.shape[1]
        if len(decoded) > n_samples:
            decoded = decoded[_DELAY_SAMPLES:]
        missing = max(0, n_samples - len(decoded))
        return np.asarray(np.pad(decoded.T, ((0, 0), (0, missing)))[:, :n_samples], np.float32)
