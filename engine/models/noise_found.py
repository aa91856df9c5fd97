"""Noise found: what a network that is told the noise of a recording is told.

Either a stretch with nothing but noise was marked, or the noise is what the network reads from its
first looks at pieces spread over the recording.

Shapes, as einops patterns:
    noise      (example 2 bin)   see engine.models.noise_told; at the level of the network
"""

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from engine.audio import Audio, Recording
from engine.card import Card
from engine.models.adapt import Measured, adapt
from engine.models.informed import Informed
from engine.progress import Progress, ignore, part

_LEAST_S = 0.5
"""Shorter marks are repeated, so that frames lie within them."""
_PIECE_S, _MOST_PIECES = 8.0, 8
_N_GUESSES = 2


class NoiseFinder:
    """Measures the noise of one recording for one network."""

    def __init__(self, network: Informed, card: Card, device: str, measured: Measured) -> None:
        self._network = network
        self._card = card
        self._device = device
        self._measured = measured

    def marked(self, stretch: Audio) -> Tensor:
        """The noise of a stretch with nothing else."""
        samples = self._examples(stretch)
        least = round(_LEAST_S * self._card.sample_rate)
        samples = samples.repeat(1, 1, -(-least // samples.shape[-1]))
        with torch.inference_mode():
            return self._network.measure(samples)

    def found(self, recording: Recording, progress: Progress = ignore) -> Tensor:
        """The noise under the music of a recording.

        Raises:
            Cancelled: progress said so.
        """
        network = self._network
        seen: list[tuple[Tensor, tuple[Tensor, ...]]] = []
        spans = _spans(recording.n_samples, recording.sample_rate)
        n_steps = len(spans) * _N_GUESSES
        with torch.inference_mode():
            for index, span in enumerate(spans):
                progress(index / n_steps, "finding the noise")
                samples = self._examples(recording.read(span.start, span.stop))
                seen.append((samples, network.looks(samples)))
            noise = network.read_noise(self._pieces(seen, None))
            for guess in range(1, _N_GUESSES):
                told = part(progress, guess / _N_GUESSES, (guess + 1) / _N_GUESSES)
                noise = network.read_noise(self._pieces(seen, noise, told))
        return noise

    def _pieces(
        self,
        seen: list[tuple[Tensor, tuple[Tensor, ...]]],
        noise: Tensor | None,
        progress: Progress = ignore,
    ) -> Iterator[tuple[Tensor, Tensor]]:
        """The pieces and what is left of them, by the looks or by what was told."""
        network = self._network
        for index, (samples, looks) in enumerate(seen):
            progress(index / len(seen), "finding the noise")
            made = torch.stack(looks).mean(0) if noise is None else network(samples, noise, looks)
            yield samples, made

    def _examples(self, audio: Audio) -> Tensor:
        whole = slice(0, audio.n_samples)
        adapted = adapt(audio, whole, self._card, self._network.n_channels, self._measured)
        return torch.from_numpy(np.ascontiguousarray(adapted.examples)).to(self._device)


def _spans(n_samples: int, sample_rate: int) -> list[slice]:
    """Pieces spread evenly over a recording; all of it where that is not more."""
    length = round(_PIECE_S * sample_rate)
    if n_samples <= _MOST_PIECES * length:
        n_pieces = max(1, round(n_samples / length))
        edges = np.linspace(0, n_samples, n_pieces + 1).astype(int)
        return [slice(int(a), int(b)) for a, b in zip(edges[:-1], edges[1:], strict=True)]
    starts = np.linspace(0, n_samples - length, _MOST_PIECES).astype(int)
    return [slice(int(start), int(start) + length) for start in starts]
