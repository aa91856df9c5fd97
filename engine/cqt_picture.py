"""Constant-Q transform as a spectrogram picture: bins at equal ratios, tiles of 256 frames.

A tile is analysed with three times its length of context around it, longer than the longest
window, so that the circle the transform closes is not seen. More bins have longer windows, so
their frames and with them the tiles are longer too; the work per second stays the same. The frames
of an octave are pooled by their maximum to the frames of the tile, or repeated where the octave has
fewer.

Shapes:
    values   (bin frame)   uint8, as engine/spectrogram.py makes them
"""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.audio import Recording, Samples
from engine.spectrogram import (
    TILE_FRAMES,
    StftPicture,
    TileKey,
    Values,
    hop_of,
    read_padded,
    values_of,
)

BINS_PER_OCTAVE = (12, 24, 36, 48, 96)
"""Resolutions to choose from."""
_LOWEST_HZ = 20.0
_SHORTEST_FOR = 24
"""The most bins per octave with the shortest frames."""
_SKETCH_N_FFT = 4096


@dataclass(frozen=True)
class CqtPicture:
    """Octaves from Nyquist down to 20 .. 40 Hz."""

    sample_rate: int
    bins_per_octave: int = 24
    finest_level = 0

    @property
    def name(self) -> str:
        """Its bins tell it from others."""
        return f"cqt-{self.bins_per_octave}"

    @property
    def hop_samples(self) -> int:
        """Samples from frame to frame at level 0: 256 up to 48 kHz, then in proportion.

        Twice that for each doubling of the bins beyond 24.
        """
        for_rate = max(0, math.ceil(math.log2(self.sample_rate / 48000)))
        for_bins = max(0, math.ceil(math.log2(self.bins_per_octave / _SHORTEST_FOR)))
        return 256 << for_rate + for_bins

    @property
    def margin_samples(self) -> int:
        """Context on both sides of a tile."""
        return 3 * TILE_FRAMES * self.hop_samples // 2

    @property
    def n_octaves(self) -> int:
        """Octaves below Nyquist."""
        return max(1, int(math.log2(self.sample_rate / 2 / _LOWEST_HZ)))

    @cached_property
    def bins_hz(self) -> NDArray[np.float64]:
        """Centre of each bin."""
        n_bins = self.n_octaves * self.bins_per_octave
        exponents = (np.arange(n_bins, dtype=np.float64) - n_bins) / self.bins_per_octave
        centres: NDArray[np.float64] = 0.5 * self.sample_rate * np.exp2(exponents)
        return centres

    @cached_property
    def _transform(self) -> Any:
        from engine.transforms.cqt import CQT  # heavy: loads on first use

        n_samples = TILE_FRAMES * self.hop_samples + 2 * self.margin_samples
        return CQT(n_samples, self.sample_rate, self.n_octaves, self.bins_per_octave)

    def analyse(self, recording: Recording, key: TileKey) -> Values:
        """Values of a tile of level 0."""
        assert key.level == 0, key
        start = key.place * TILE_FRAMES * self.hop_samples - self.margin_samples
        power = self._power(read_padded(recording, start, start + self._transform.n_samples))
        return values_of(power)

    def sketch(self, recording: Recording, key: TileKey, limit_s: float) -> Values | None:
        """Values of a tile of any level, read off a short-time transform."""
        stft = StftPicture(self.sample_rate, _SKETCH_N_FFT)
        level = key.level + round(math.log2(self.hop_samples / stft.hop_samples))
        assert hop_of(stft, level) == hop_of(self, key.level), (level, key)
        values = stft.sketch(recording, TileKey(level, key.place), limit_s)
        if values is None:
            return None
        half_bin = 0.5 / self.bins_per_octave
        edges_hz = np.append(self.bins_hz * 2.0**-half_bin, self.bins_hz[-1] * 2.0**half_bin)
        edges = np.rint(edges_hz * (stft.n_fft / self.sample_rate)).astype(np.intp)
        stop = min(len(values), max(int(edges[-1]), int(edges[-2]) + 1))
        pooled: Values = np.maximum.reduceat(values[:stop], edges[:-1], axis=0)
        return pooled

    def _power(self, samples: Samples) -> NDArray[np.float32]:
        """Power (bin frame) of the middle of samples (channel time), mean over the channels."""
        import torch

        cqt = self._transform
        with torch.inference_mode():
            octaves = cqt.forward(torch.from_numpy(samples)[None]).octaves
        power = []
        for i, (octave, magnitude) in enumerate(zip(octaves, cqt.sine_magnitudes, strict=True)):
            level = octave[0].abs().square().mean(dim=0).numpy() / np.float32(
                magnitude[:, None] ** 2
            )
            hop = float(cqt.times_s(i)[1]) * self.sample_rate
            edges = (self.margin_samples + self.hop_samples * np.arange(TILE_FRAMES + 1)) / hop
            if hop > self.hop_samples:
                edges += 0.5 * self.hop_samples / hop
            first = np.rint(edges).astype(np.intp)
            stop = min(level.shape[1], max(int(first[-1]), int(first[-2]) + 1))
            power.append(np.maximum.reduceat(level[:, :stop], first[:-1], axis=1))
        return np.concatenate(power)
