"""Supervised: the network learns to give the clean samples for the degraded ones.

What a step pays is the logarithm of three errors, so that excerpts of any level and any noise
weigh alike: of the samples, of the compressed spectrum with its phase, and of its sizes; beside
them, where the recipe wants it, the multi-resolution STFT loss of auraloss.

References:
    Braun & Tashev, "A consolidated view of loss functions for supervised deep learning-based
    speech enhancement", TSP 2021: compressed spectra.
    Steinmetz & Reiss, "auraloss: Audio-focused loss functions in PyTorch", DMRN+15, 2020;
    Yamamoto, Song & Kim, "Parallel WaveGAN", ICASSP 2020: multi-resolution STFT loss.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from torch import Tensor
from typing_extensions import override

from engine.models.network import Network
from engine.transforms.stft import STFT
from training.dataset import Batch
from training.families.base import Family, Figures, Ground

_FAINT = 1e-4
_COMPRESSION = 0.3
_CLEAN_DB = 40.0
"""From here on an example counts as clean, lest undamaged ones outweigh all others."""


@dataclass(frozen=True)
class SupervisedSettings:
    """What the terms of the loss weigh.

    Attributes:
        samples: the error of the samples.
        spectrum: that of the compressed spectrum.
        sizes: share of the sizes in that; the rest is complex.
        resolutions: the multi-resolution STFT loss; 0 leaves auraloss alone.
        least_error: below this share of the energy an error costs no less.
        n_fft: of the compressed spectrum.
    """

    samples: float = 0.5
    spectrum: float = 1.0
    sizes: float = 0.5
    resolutions: float = 0.0
    least_error: float = 1e-4
    n_fft: int = 1024


class Supervised(Family):
    """For restorers, and for priors that are used as restorers."""

    name = "supervised"
    kinds: ClassVar[tuple[str, ...]] = ("restorer", "prior", "autoencoder")
    best = "agreement"
    settings_type = SupervisedSettings

    def __init__(self, network: Network, settings: SupervisedSettings, ground: Ground) -> None:
        super().__init__(network, settings, ground)
        self._transform = STFT(settings.n_fft, settings.n_fft // 4)
        self._resolutions = _resolution_loss() if settings.resolutions else None

    @override
    def step(self, batch: Batch) -> Figures:
        self.shared.train()
        with self.ground.computing():
            restored = self.shared(batch.degraded)
        loss = self.loss(restored.float(), batch.target).mean()
        slope = self.learn(loss)
        return {"loss": loss.item(), "slope": slope}

    @override
    def validate(self, network: Network, batch: Batch) -> dict[str, Tensor]:
        restored = self.restored(network, batch)
        assert restored is not None
        loss = self.loss(restored, batch.target)
        sdr_db = [
            si_sdr_db(batch.clean, each).clamp_max(_CLEAN_DB) for each in (batch.degraded, restored)
        ]
        return {"loss": loss, "agreement": -loss, "si_sdr_gain": sdr_db[1] - sdr_db[0]}

    def loss(self, restored: Tensor, clean: Tensor) -> Tensor:
        """What each example costs (batch)."""
        weights: SupervisedSettings = self.settings
        energy = clean.square().mean((1, 2)) + 1e-8
        error = (restored - clean).square().mean((1, 2)) / energy
        total = weights.samples * torch.log10(error + weights.least_error)
        if weights.spectrum:
            spectral = self._spectral_error(restored, clean)
            total = total + weights.spectrum * torch.log10(spectral + weights.least_error)
        if self._resolutions is not None:
            distance = torch.stack(
                [self._resolutions(a[None], b[None]) for a, b in zip(restored, clean, strict=True)]
            )
            total = total + weights.resolutions * distance
        return total

    def _spectral_error(self, restored: Tensor, clean: Tensor) -> Tensor:
        share: float = self.settings.sizes
        found, wanted = self._transform.forward(restored), self._transform.forward(clean)
        size, aim = found.abs().clamp_min(_FAINT), wanted.abs().clamp_min(_FAINT)
        power = _COMPRESSION - 1.0
        phased = (found * size**power - wanted * aim**power).abs().square().mean((1, 2, 3))
        sized = (size**_COMPRESSION - aim**_COMPRESSION).square().mean((1, 2, 3))
        return (1.0 - share) * phased + share * sized


def si_sdr_db(clean: Tensor, restored: Tensor) -> Tensor:
    """Scale-invariant signal-to-distortion ratio of each example (batch), dB.

    References:
        Le Roux et al., "SDR - half-baked or well done?", ICASSP 2019.
    """
    x, y = (each.flatten(1).double() for each in (clean, restored))
    x, y = x - x.mean(1, keepdim=True), y - y.mean(1, keepdim=True)
    target = (x * y).sum(1, keepdim=True) / (x.square().sum(1, keepdim=True) + 1e-12) * x
    noise = (y - target).square().sum(1)
    return 10.0 * torch.log10((target.square().sum(1) + 1e-12) / (noise + 1e-12))


def _resolution_loss() -> Any:
    from auraloss.freq import MultiResolutionSTFTLoss  # loads librosa's parts on first use

    return MultiResolutionSTFTLoss()
