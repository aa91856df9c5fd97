"""Noise found: what a network that is told the noise of a recording is told.

Either a stretch with nothing but noise was marked, or the noise is what the network's first looks
take out of pieces spread over the recording, and then, twice, what the network itself takes out
when it is told that; each guess is held against the recording, see engine.models.noise_checked. A
network that reads the noise from how levels are spread in each bin, through a window of four times
the length too, was tried in place of guessing again and was no better on average.

Shapes, as einops patterns:
    noise      (example 2 bin)   see engine.models.noise_told; at the level of the network
"""

import numpy as np
import torch
from torch import Tensor

from engine.audio import Audio, Recording
from engine.card import Card
from engine.models.adapt import Measured, adapt
from engine.models.informed import Informed
from engine.models.noise_checked import hear
from engine.models.noise_told import NoiseTally, inside
from engine.progress import Progress, ignore, part

_LEAST_S = 0.5
"""Shorter marks are repeated, so that frames lie within them."""
_PIECE_S, _MOST_PIECES = 8.0, 8
_N_GUESSES = 3


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
        n_steps = len(spans) * (1 + _N_GUESSES)
        with torch.inference_mode():
            for index, span in enumerate(spans):
                progress(index / n_steps, "finding the noise")
                samples = self._examples(recording.read(span.start, span.stop))
                seen.append((samples, network.looks(samples)))
            heard = hear(network, [samples for samples, _ in seen], self._card.sample_rate)
            noise: Tensor | None = None
            for guess in range(_N_GUESSES):
                told = part(
                    progress, (1 + guess) / (1 + _N_GUESSES), (2 + guess) / (1 + _N_GUESSES)
                )
                noise = self._guessed(seen, noise, told)
                noise = noise if heard is None else heard.evened(noise)
            if heard is not None and noise is not None:
                noise = heard.raised(noise)
        assert noise is not None
        return noise

    def _guessed(
        self, seen: list[tuple[Tensor, tuple[Tensor, ...]]], noise: Tensor | None, told: Progress
    ) -> Tensor:
        """What the looks at some pieces take out; or the network, told a noise."""
        network, tally = self._network, NoiseTally()
        for index, (samples, looks) in enumerate(seen):
            made = torch.stack(looks).mean(0)
            if noise is not None:
                told(index / len(seen), "finding the noise")
                made = network(samples, noise, looks)
            tally.add(inside(network.spectrum(samples - made)))
        return tally.powers()

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
