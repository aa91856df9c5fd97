"""Noise: white Gaussian noise that belongs to places in a recording, not to the order of work.

A field of noise has no end in either direction. What lies at sample k of draw number j depends on
the seed, on j and on k alone: overlapping segments of a recording see the same noise where they
overlap, and neither the size of a batch, nor where segments are cut, nor the device changes a bit
of it. All channels of an example take the same noise, so that a stereo image stays whole.

The numbers come from a counter-based generator, which begins anywhere at once.

References:
    Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011.
"""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.diffusion.denoise import Draw

_BLOCK_SAMPLES = 4096
_WORD = 1 << 64


def field(seed: int, draw: int, start: int, n_samples: int) -> NDArray[np.float32]:
    """Samples [start, start + n_samples) of draw number `draw` of the field of a seed.

    Args:
        seed: 0 or more.
        draw: 0 or more; each is independent of all others.
        start: may be negative.
        n_samples: how many.
    """
    first, stop = start // _BLOCK_SAMPLES, -(-(start + n_samples) // _BLOCK_SAMPLES)
    blocks = [_block(seed, draw, index) for index in range(first, stop)]
    skipped = start - first * _BLOCK_SAMPLES
    return np.concatenate([*blocks, np.empty(0, np.float32)])[skipped : skipped + n_samples]


class FieldDraw:
    """A Draw: each call reads the next draw of the field, at the place of each example."""

    def __init__(self, seeds: Sequence[int] = (0,), starts: Sequence[int] = (0,)) -> None:
        """Take a seed and a first sample for each example; one alone serves all of them.

        Args:
            seeds: equal ones for segments of one recording, others for independent results.
            starts: where in its recording each example begins, samples.
        """
        self.seeds = tuple(seeds)
        self.starts = tuple(starts)
        self.n_drawn = 0

    def __call__(self, like: Tensor) -> Tensor:
        """Noise shaped like (batch channel time), the same in every channel."""
        n_examples, n_samples = like.shape[0], like.shape[-1]
        seeds, starts = _each(self.seeds, n_examples), _each(self.starts, n_examples)
        rows = {
            place: field(place[0], self.n_drawn, place[1], n_samples)
            for place in set(zip(seeds, starts, strict=True))
        }
        self.n_drawn += 1
        noise = np.stack([rows[place] for place in zip(seeds, starts, strict=True)])
        drawn = torch.from_numpy(noise).to(like.dtype).to(like.device)
        return drawn[:, None].expand(like.shape)


class ColouredDraw:
    """A Draw of stationary noise of a given spectrum, shaped out of another Draw's white noise."""

    def __init__(self, draw: Draw, psd: Tensor) -> None:
        """Take white noise and a spectrum.

        Args:
            draw: white noise of unit variance.
            psd: (..., n_samples // 2 + 1), power of each bin; 1 everywhere leaves the noise white.
        """
        self._draw = draw
        self._amplitude = psd.sqrt()

    def __call__(self, like: Tensor) -> Tensor:
        """Noise shaped like (batch channel time)."""
        spectrum = torch.fft.rfft(self._draw(like)) * self._amplitude
        shaped: Tensor = torch.fft.irfft(spectrum, like.shape[-1])
        return shaped


def _block(seed: int, draw: int, index: int) -> NDArray[np.float32]:
    # The lowest word counts within the block, and 2^64 of its steps are more than any block needs.
    bits = np.random.Philox(key=seed, counter=(draw << 128) | (index % _WORD) << 64)
    return np.random.Generator(bits).standard_normal(_BLOCK_SAMPLES, dtype=np.float32)


def _each(values: tuple[int, ...], n_examples: int) -> tuple[int, ...]:
    assert len(values) in (1, n_examples), (values, n_examples)
    return values * n_examples if len(values) == 1 else values
