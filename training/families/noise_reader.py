"""Noise reader: teaches an informed network to tell the noise of a recording where nobody does.

What an example costs is how far the logarithm of the noise's power is off in each bin, octaves
alike; what lies far below the music of a bin weighs nothing there.

Shapes, as einops patterns:
    samples    (batch 1 time)   float32
    noise      (batch 2 bin)    see engine.models.noise_told
"""

import math
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import torch
from torch import Tensor, nn
from typing_extensions import override

from engine.errors import ModelError
from engine.models.informed import Informed, InformedConfig
from engine.models.network import Network
from engine.models.noise_reader import NoiseReader, Readings
from training.dataset import Batch
from training.families.base import Family, Figures, Ground

_FAINT = 1e-8
_DB = 10.0 / math.log(10.0)


@dataclass(frozen=True)
class NoiseReaderSettings:
    """What counts.

    Attributes:
        relevant_db: noise so far below the median level of a bin weighs nothing.
        n_uses: steps for each batch: one on itself, the others on batches before it, as looking
            takes much longer than learning. What is remembered is forgotten at a stop.
        n_kept: how many batches are remembered.
    """

    relevant_db: float = -25.0
    n_uses: int = 8
    n_kept: int = 150


class NoiseReading(Family):
    """For informed networks with a reader; nothing else of them learns."""

    name = "noise-reader"
    kinds: ClassVar[tuple[str, ...]] = ("restorer",)
    best = "agreement"
    settings_type = NoiseReaderSettings

    def __init__(self, network: Network, settings: NoiseReaderSettings, ground: Ground) -> None:
        if not isinstance(network, Informed) or network.reader is None:
            raise ModelError(f"the {network.name} has no reader of noise; set has_reader = true")
        super().__init__(network, settings, ground)
        self._kept: list[_Lesson] = []

    @override
    def asked(self, network: Network) -> nn.Module:
        assert isinstance(network, Informed)
        assert isinstance(network.reader, NoiseReader)
        return network.reader

    @override
    def step(self, batch: Batch) -> Figures:
        self.shared.train()
        assert isinstance(self.network, Informed)
        settings: NoiseReaderSettings = self.settings
        self._kept.append(self._lesson(self.network, batch))
        del self._kept[: -settings.n_kept]
        picks = torch.randint(len(self._kept), (max(1, settings.n_uses) - 1,)).tolist()
        costs = [self._learnt(self._kept[index]) for index in (*picks, -1)]
        return costs[-1]

    def _learnt(self, lesson: "_Lesson") -> Figures:
        read = self.shared(lesson.features, lesson.guess)
        loss = _error_db(read, lesson.known, lesson.floor).mean()
        return {"loss": loss.item(), "slope": self.learn(loss)}

    @override
    def validate(self, network: Network, batch: Batch) -> dict[str, Tensor]:
        assert isinstance(network, Informed)
        lesson = self._lesson(network, batch)
        read = self.asked(network)(lesson.features, lesson.guess)
        errors = [_error_db(each, lesson.known, lesson.floor) for each in (read, lesson.guess)]
        return {"loss": errors[0], "agreement": -errors[0], "guess_error_db": errors[1]}

    @override
    def restored(self, network: Network, batch: Batch) -> Tensor | None:
        return None

    @torch.no_grad()
    def _lesson(self, network: Informed, batch: Batch) -> "_Lesson":
        """What a batch can teach."""
        assert isinstance(network.config, InformedConfig)
        with self.ground.computing():
            looks = network.looks(batch.degraded)
        readings = Readings(network.config.n_fft, network.config.hop_length)
        readings.add(batch.degraded, torch.stack(looks).mean(0).float())
        share = 10.0 ** (self.settings.relevant_db / 10.0)
        middle = network.spectrum(batch.degraded).abs().square().median(-1).values
        return _Lesson(
            features=readings.features(),
            guess=readings.removed.powers(),
            known=network.measure(batch.degraded - batch.clean),
            floor=(share * middle + _FAINT)[:, None],
        )


class _Lesson(NamedTuple):
    """What the reader is given, what it should tell, and the power that weighs nothing."""

    features: Tensor
    guess: Tensor
    known: Tensor
    floor: Tensor


def _error_db(found: Tensor, known: Tensor, floor: Tensor) -> Tensor:
    """Mean error of each example (batch), dB, over octaves of bins."""
    error_db = _DB * (torch.log(found + floor) - torch.log(known + floor)).abs().mean(1)
    weights = 1.0 / (8.0 + torch.arange(error_db.shape[-1], device=error_db.device))
    return (error_db * weights).sum(-1) / weights.sum()
