"""Noise reader: teaches an informed network to tell the noise of a recording where nobody does.

What an example costs is how far the logarithm of the noise's power is off in each bin, octaves
alike; what lies far below the music of a bin weighs nothing there.

Shapes, as einops patterns:
    samples    (batch 1 time)   float32
    noise      (batch 2 bin)    see engine.models.noise_told
"""

import math
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn
from typing_extensions import override

from engine.errors import ModelError
from engine.models.informed import Informed
from engine.models.network import Network
from engine.models.noise_reader import LevelTally, NoiseReader
from engine.models.noise_told import NoiseTally
from training.dataset import Batch
from training.families.base import Family, Figures, Ground

_FAINT = 1e-8
_DB = 10.0 / math.log(10.0)


@dataclass(frozen=True)
class NoiseReaderSettings:
    """What counts.

    Attributes:
        relevant_db: noise so far below the median level of a bin weighs nothing.
    """

    relevant_db: float = -25.0


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

    @override
    def asked(self, network: Network) -> nn.Module:
        assert isinstance(network, Informed)
        assert isinstance(network.reader, NoiseReader)
        return network.reader

    @override
    def step(self, batch: Batch) -> Figures:
        self.shared.train()
        assert isinstance(self.network, Informed)
        given, known, floor = self._given(self.network, batch)
        loss = self._error_db(self.shared(*given), known, floor).mean()
        slope = self.learn(loss)
        return {"loss": loss.item(), "slope": slope}

    @override
    def validate(self, network: Network, batch: Batch) -> dict[str, Tensor]:
        assert isinstance(network, Informed)
        given, known, floor = self._given(network, batch)
        read = self._error_db(self.asked(network)(*given), known, floor)
        guessed = self._error_db(given[2].powers(), known, floor)
        return {"loss": read, "agreement": -read, "error_db": read, "guess_error_db": guessed}

    @override
    def restored(self, network: Network, batch: Batch) -> Tensor | None:
        return None

    def _given(
        self, network: Informed, batch: Batch
    ) -> tuple[tuple[LevelTally, LevelTally, NoiseTally], Tensor, Tensor]:
        """What the reader sees, the noise as it is, and the power that weighs nothing."""
        with torch.no_grad():
            with self.ground.computing():
                looks = network.looks(batch.degraded)
            spectrum = network.spectrum(batch.degraded)
            look = network.spectrum(torch.stack(looks).mean(0).float())
            levels, left, removed = LevelTally(), LevelTally(), NoiseTally()
            levels.add(spectrum)
            left.add(look)
            removed.add(spectrum - look)
            known = network.measure(batch.degraded - batch.clean)
            share = 10.0 ** (self.settings.relevant_db / 10.0)
            floor = share * spectrum.abs().square().median(-1).values + _FAINT
        return (levels, left, removed), known, floor[:, None]

    @staticmethod
    def _error_db(found: Tensor, known: Tensor, floor: Tensor) -> Tensor:
        """Mean error of each example (batch), dB, over octaves of bins."""
        error_db = _DB * (torch.log(found + floor) - torch.log(known + floor)).abs().mean(1)
        weights = 1.0 / (8.0 + torch.arange(error_db.shape[-1], device=error_db.device))
        return (error_db * weights).sum(-1) / weights.sum()
