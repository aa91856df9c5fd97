"""What short-time models fail to predict, in both directions of time, and how large that is.

One model is estimated for each hop, from a longer window around it.

Shapes:
    samples   (time)               float64
    models    (hop order+1)        float64, a_0 = 1
"""

from dataclasses import dataclass

import numpy as np

from engine.dsp.ar import Real, estimate

_CHUNK = 64
"""Hops done at once: bounds the memory of long recordings."""
SCALE_FLOOR = 1e-5
"""Smallest scale, about a third of a 16-bit step: what lies below is nobody's damage."""
_GAUSSIAN = 1.4826
"""Standard deviation of normal noise in units of its median magnitude."""


@dataclass(frozen=True, eq=False)
class Grid:
    """A model per hop: order, window and hop in samples."""

    order: int
    window: int
    hop: int

    def models(self, samples: Real) -> Real:
        """Estimate the models (hop order+1) of samples (time,)."""
        n_hops = self.n_hops(len(samples))
        padded = samples
        if len(samples) < self.window:
            padded = np.pad(samples, (0, self.window - len(samples)))
        centres = np.arange(n_hops) * self.hop + self.hop // 2
        starts = np.clip(centres - self.window // 2, 0, len(padded) - self.window)
        windows = np.lib.stride_tricks.sliding_window_view(padded, self.window)
        models = np.empty((n_hops, self.order + 1))
        for first in range(0, n_hops, _CHUNK):
            chunk = slice(first, first + _CHUNK)
            models[chunk] = estimate(windows[starts[chunk]], self.order)[0]
        return models

    def n_hops(self, n_samples: int) -> int:
        """How many hops cover so many samples."""
        return max(1, -(-n_samples // self.hop))


def whiten(samples: Real, models: Real, hop: int) -> tuple[Real, Real]:
    """Prediction errors of samples (time,): from the past, and from the future.

    The first and the last `order` samples have too little around them: their error is 0.
    """
    order, n_hops = models.shape[1] - 1, len(models)
    padded = np.zeros(n_hops * hop + 2 * order)
    padded[order : order + len(samples)] = samples
    span = hop + 2 * order
    pieces = np.lib.stride_tricks.sliding_window_view(padded, span)[::hop]
    n_fft = 1 << (span - 1).bit_length()
    errors = np.empty((2, n_hops, hop))
    for first in range(0, n_hops, _CHUNK):
        chunk = slice(first, first + _CHUNK)
        spectrum = np.fft.rfft(pieces[chunk], n_fft)
        response = np.fft.rfft(models[chunk], n_fft)
        errors[0, chunk] = np.fft.irfft(spectrum * response, n_fft)[:, order : order + hop]
        errors[1, chunk] = np.fft.irfft(spectrum * response.conj(), n_fft)[:, order : order + hop]
    both = errors.reshape(2, -1)[:, : len(samples)]
    both[:, :order] = 0.0
    both[:, max(0, len(samples) - order) :] = 0.0
    return both[0], both[1]


def local_scale(error: Real, block: int, reach: int) -> Real:
    """Robust standard deviation of an error (time,) around each sample.

    Medians of blocks are compared before and after: the larger counts, so that the first
    moments of a new sound are held against the level that follows.

    Args:
        error: (time,).
        block: samples that share a value.
        reach: blocks looked at on each side.
    """
    n_blocks = -(-len(error) // block)
    blocks = np.pad(np.abs(error), (0, n_blocks * block - len(error)), mode="symmetric")
    level = _GAUSSIAN * np.median(blocks.reshape(n_blocks, block), axis=1)
    padded = np.pad(level, reach, mode="edge")
    sides = np.lib.stride_tricks.sliding_window_view(padded, reach + 1)
    sides = np.median(sides, axis=1)
    scale = np.maximum(sides[:n_blocks], sides[reach : reach + n_blocks])
    return np.repeat(np.maximum(scale, SCALE_FLOOR), block)[: len(error)]
