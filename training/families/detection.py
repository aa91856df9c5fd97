"""Detection: the network learns which samples clicks have damaged, and what the damage is.

A sample counts as damaged where the damage, or that of a neighbour, is larger than what models of
the clean sound fail to predict: less could not be repaired by them. Finding costs cross-entropy, in
which damaged samples weigh more, as they are few. Repair costs only in damaged samples, by the
likelihood of the damage under the estimate and its uncertainty.

Shapes, as einops patterns:
    degraded, clean   (batch 1 time)
    damaged           (batch time)   bool
"""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor
from torch.nn import functional
from typing_extensions import override

from engine.errors import SettingsError
from engine.models.click_finder import ClickFinder, Verdict
from engine.models.network import Network
from training.dataset import Batch
from training.families.base import Family, Figures, Ground
from training.families.supervised import si_sdr_db

_CLEAN_DB = 60.0
"""From here on an example counts as clean, lest undamaged ones outweigh all others."""
_NEIGHBOURS = 5


@dataclass(frozen=True)
class DetectionSettings:
    """What the terms of the loss weigh.

    Attributes:
        damaged: a damaged sample, in finding, when an undamaged one is 1.
        repair: repair, when finding is 1.
        least: damage below so many times what cannot be predicted is none.
    """

    damaged: float = 3.0
    repair: float = 0.02
    least: float = 1.0

    def __post_init__(self) -> None:
        if min(self.damaged, self.least) <= 0.0 or self.repair < 0.0:
            raise SettingsError(
                f"damaged = {self.damaged:g} and least = {self.least:g} must be above 0, "
                f"repair = {self.repair:g} at least 0"
            )


class Detection(Family):
    """For networks that judge samples: click_finder."""

    name = "detection"
    kinds: ClassVar[tuple[str, ...]] = ("restorer",)
    best = "agreement"
    settings_type = DetectionSettings

    def __init__(self, network: Network, settings: DetectionSettings, ground: Ground) -> None:
        if not isinstance(network, ClickFinder):
            raise SettingsError(f"detection cannot train {network.name}, which judges no samples")
        super().__init__(network, settings, ground)

    @override
    def asked(self, network: Network) -> torch.nn.Module:
        assert isinstance(network, ClickFinder)
        return _Judging(network)

    @override
    def step(self, batch: Batch) -> Figures:
        self.shared.train()
        with self.ground.computing():
            verdict = Verdict(*self.shared(batch.degraded))
        finding, repair = self._terms(verdict, batch, self.damaged(self.network, batch))
        loss = (finding + self.settings.repair * repair).mean()
        slope = self.learn(loss)
        return {
            "loss": loss.item(), "slope": slope, "finding": finding.mean().item(),
            "repair": repair.mean().item(),
        }  # fmt: skip

    @override
    def validate(self, network: Network, batch: Batch) -> dict[str, Tensor]:
        assert isinstance(network, ClickFinder)
        with self.ground.computing():
            verdict = network.judge(batch.degraded)
            restored = network(batch.degraded).float()
        damaged = self.damaged(network, batch)
        finding, repair = self._terms(verdict, batch, damaged)
        loss = finding + self.settings.repair * repair
        found = verdict.log_odds > 0.0
        sdr_db = [
            si_sdr_db(batch.clean, each).clamp_max(_CLEAN_DB) for each in (batch.degraded, restored)
        ]
        return {
            "loss": loss,
            "agreement": -loss,
            "found": (found & damaged).sum(1) / damaged.sum(1),
            "precision": (found & damaged).sum(1) / found.sum(1),
            "si_sdr_gain": sdr_db[1] - sdr_db[0],
        }

    def damaged(self, network: Network, batch: Batch) -> Tensor:
        """Which samples (batch time) are to be found."""
        assert isinstance(network, ClickFinder)
        with torch.no_grad():
            usual = network.predict(batch.clean).scale
            damage = (batch.degraded - batch.clean).abs()
            largest = functional.max_pool1d(damage, _NEIGHBOURS, 1, _NEIGHBOURS // 2)[:, 0]
        damaged: Tensor = largest > self.settings.least * usual
        return damaged

    def _terms(self, verdict: Verdict, batch: Batch, damaged: Tensor) -> tuple[Tensor, Tensor]:
        """What finding and repair cost in each example (batch)."""
        weight = torch.tensor(self.settings.damaged, device=damaged.device)
        finding = functional.binary_cross_entropy_with_logits(
            verdict.log_odds, damaged.float(), reduction="none", pos_weight=weight
        ).mean(1)
        true = torch.asinh((batch.degraded - batch.clean)[:, 0] / verdict.scale)
        error = functional.gaussian_nll_loss(
            verdict.damage, true, verdict.spread.square(), reduction="none"
        )
        repair = (error * damaged).sum(1) / damaged.sum(1).clamp_min(1)
        return finding, repair


class _Judging(torch.nn.Module):
    """Asks the network for all it says of the samples."""

    def __init__(self, network: ClickFinder) -> None:
        super().__init__()
        self.network = network

    def forward(self, samples: Tensor) -> tuple[Tensor, ...]:
        """The parts of a verdict."""
        return tuple(self.network.judge(samples))
