"""Noise to noise: the network learns from pairs of noisy versions and never sees clean music.

The mean of all noisy versions is the clean one where the noises have no mean and do not depend on
one another; so what a network can do best about a target it cannot know is to give the clean one.

References:
    Lehtinen et al., "Noise2Noise: Learning Image Restoration without Clean Data", ICML 2018.
    Choi et al., "Phase-aware Speech Enhancement with Deep Complex U-Net", ICLR 2019: weighted SDR.
"""

from dataclasses import dataclass

import torch
from torch import Tensor
from typing_extensions import override

from engine.errors import SettingsError
from engine.models.network import Network
from training.dataset import Batch
from training.families.base import Family, Figures, Ground
from training.families.supervised import si_sdr_db
from training.loss import weighted_sdr_loss

_LOSSES = ("weighted_sdr", "square")


@dataclass(frozen=True)
class NoiseToNoiseSettings:
    """What a step pays.

    Attributes:
        loss: weighted_sdr, the likeness of music and noise; or square, the plain squared error,
            whose best answer is the clean version even where noise is strong.
        square: weight of the squared error, relative to the energy of the target, beside
            weighted_sdr: it sets the level.
    """

    loss: str = "weighted_sdr"
    square: float = 0.0

    def __post_init__(self) -> None:
        if self.loss not in _LOSSES:
            raise SettingsError(f"loss = '{self.loss}' is none of: {', '.join(_LOSSES)}")


class NoiseToNoise(Family):
    """For restorers; recipes of it have target = "noisy"."""

    name = "noise_to_noise"
    kinds = ("restorer", "prior")
    best = "agreement"
    settings_type = NoiseToNoiseSettings

    def __init__(self, network: Network, settings: NoiseToNoiseSettings, ground: Ground) -> None:
        if ground.recipe.data.target != "noisy":
            raise SettingsError('noise_to_noise learns from noisy pairs: say target = "noisy"')
        super().__init__(network, settings, ground)

    @override
    def step(self, batch: Batch) -> Figures:
        self.shared.train()
        with self.ground.computing():
            restored = self.shared(batch.degraded)
        loss = self._loss(restored.float(), batch).mean()
        slope = self.learn(loss)
        return {"loss": loss.item(), "slope": slope}

    @override
    def validate(self, network: Network, batch: Batch) -> dict[str, Tensor]:
        restored = self.restored(network, batch)
        assert restored is not None
        loss = self._loss(restored, batch)
        gain = _snr_db(batch.clean, restored) - _snr_db(batch.clean, batch.degraded)
        sdr = si_sdr_db(batch.clean, restored) - si_sdr_db(batch.clean, batch.degraded)
        return {"loss": loss, "agreement": -loss, "snr_gain": gain, "si_sdr_gain": sdr}

    def _loss(self, restored: Tensor, batch: Batch) -> Tensor:
        settings: NoiseToNoiseSettings = self.settings
        error = (restored - batch.target).square().flatten(1).mean(1)
        relative = error / (batch.target.square().flatten(1).mean(1) + 1e-8)
        if settings.loss == "square":
            return relative
        cosine = weighted_sdr_loss(batch.degraded, batch.target, restored)
        return cosine + settings.square * relative if settings.square else cosine


def _snr_db(clean: Tensor, restored: Tensor) -> Tensor:
    """Signal to noise of each example (batch), dB."""
    x, y = (each.flatten(1).double() for each in (clean, restored))
    noise = (x - y).square().sum(1)
    return 10.0 * torch.log10((x.square().sum(1) + 1e-12) / (noise + 1e-12))
