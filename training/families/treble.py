"""Treble: the network learns to foretell the levels that a low-pass took.

Music is filtered here and not by the recipe: only levels are learnt from, so a filter is a gain,
and noise a draw for every bin. What a step pays is the distance of levels above the cutoff, as the
log-spectral distance takes it.

To find the cutoff was learnt beside it at first, from the mean spectrum in bands; after 870 steps
it was told apart from music in a quarter of recordings, where engine/dsp/treble_end.py, which
learns nothing, finds nine in ten.

References:
    Moliner & Valimaki, "BEHM-GAN: Bandwidth Extension of Historical Music Using Generative
    Adversarial Networks", IEEE/ACM TASLP 31, 2023: noise that hides residues.
"""

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import torch
from torch import Tensor
from typing_extensions import override

from engine.errors import SettingsError
from engine.models.network import Network
from engine.models.treble import Treble
from training.dataset import Batch
from training.families.base import Family, Figures, Ground

_FLOOR = -6.0
"""Level of white noise of the level the recipe has, in one bin."""
_EPSILON = 1e-15


@dataclass(frozen=True)
class TrebleSettings:
    """What is drawn, and what it weighs.

    Attributes:
        low_hz, high_hz: range of the cutoff, even in octaves.
        tilt_db: by how much an octave may lie above or below what it was, before it is filtered.
        faintest: power that the log-spectral distance takes for silence.
        off: by how many octaves the cutoff told may be wrong.
    """

    low_hz: float = 2000.0
    high_hz: float = 10000.0
    tilt_db: float = 3.0
    faintest: float = 3e-11
    off: float = 0.1


class _Drawn(NamedTuple):
    """A batch of levels, filtered."""

    degraded: Tensor
    cutoff: Tensor


class TrebleFamily(Family):
    """For the network of that name."""

    name = "treble"
    kinds: ClassVar[tuple[str, ...]] = ("restorer",)
    best = "agreement"
    settings_type = TrebleSettings

    def __init__(self, network: Network, settings: TrebleSettings, ground: Ground) -> None:
        if not isinstance(network, Treble):
            raise SettingsError(
                f"the family treble trains the network treble, and not {network.name}"
            )
        super().__init__(network, settings, ground)

    @override
    def step(self, batch: Batch) -> Figures:
        self.shared.train()
        loss = self._judged(self.network, batch, None).mean()
        slope = self.learn(loss)
        return {"loss": loss.item(), "slope": slope}

    @override
    def validate(self, network: Network, batch: Batch) -> dict[str, Tensor]:
        generator = torch.Generator(batch.clean.device).manual_seed(78)
        loss = self._judged(network, batch, generator)
        return {"loss": loss, "agreement": -loss}

    def _judged(self, network: Network, batch: Batch, generator: torch.Generator | None) -> Tensor:
        """Distance (batch) above the cutoff."""
        assert isinstance(network, Treble)
        with torch.no_grad():
            clean = self._clean(network, batch, generator)
            drawn = self._drawn(clean, generator)
            off = self.settings.off * (2.0 * _uniform(drawn.cutoff, generator) - 1.0)
            told = drawn.cutoff * 2.0**off
        with self.ground.computing():
            foretold = network.foretold(drawn.degraded, told)
        return self._distance(foretold.levels, clean, network.rise(told))

    def _distance(self, levels: Tensor, clean: Tensor, counted: Tensor) -> Tensor:
        """Log-spectral distance (batch) over the bins that count."""
        wanted, made = (
            torch.log10(10.0**each + self.settings.faintest) for each in (clean, levels)
        )
        error = counted * (wanted[:, : made.shape[1]] - made).square()
        return (error.sum(1) / (counted.sum(1) + 1e-6) + 1e-9).sqrt().mean(-1)

    def _clean(self, network: Treble, batch: Batch, generator: torch.Generator | None) -> Tensor:
        """Levels of music, a little brighter or duller than it was."""
        settings: TrebleSettings = self.settings
        clean = network.levels(network.transform.forward(batch.clean)[:, 0])
        tilt = 2.0 * _uniform(clean[:, 0, :1], generator) - 1.0
        octaves = torch.log2(self._hz(clean).clamp_min(50.0) / 1000.0)
        return clean + (0.1 * settings.tilt_db * tilt * octaves)[..., None]

    def _drawn(self, clean: Tensor, generator: torch.Generator | None) -> _Drawn:
        settings: TrebleSettings = self.settings
        rate = self.ground.recipe.data.sample_rate
        draws = torch.rand((8, len(clean), 1), generator=generator, device=clean.device)
        cutoff_hz = settings.low_hz * (settings.high_hz / settings.low_hz) ** draws[0]
        gains = _filters(self._hz(clean), cutoff_hz, draws[1:6])
        level = _FLOOR - torch.where(draws[6] < 0.4, 4.0 + 7.5 * draws[7], 12.0)
        noise = torch.empty_like(clean).exponential_(generator=generator)
        power = 10.0 ** (clean + gains[..., None]) + noise * 10.0 ** level[..., None]
        return _Drawn(torch.log10(power + _EPSILON), (cutoff_hz / rate)[:, 0])

    def _hz(self, levels: Tensor) -> Tensor:
        """Of each bin."""
        highest = 0.5 * self.ground.recipe.data.sample_rate
        return torch.linspace(0.0, highest, levels.shape[1], device=levels.device)


def _filters(hz: Tensor, cutoff_hz: Tensor, draws: Tensor) -> Tensor:
    """Gains (batch bin), log10 of power: Butterworth once or twice over, or a straight edge."""
    order = torch.round(2.0 * 6.0 ** draws[0])
    # a filter made for sampled sound has no gain at the highest frequency
    warped, ends = (torch.tan(0.4999 * torch.pi * each / hz[-1]) for each in (hz, cutoff_hz))
    once = -torch.log10(1.0 + (warped / ends) ** (2.0 * order)).clamp_max(20.0)
    recursive = torch.where(draws[1] < 0.5, once, 2.0 * once)
    width = torch.minimum(50.0 * 50.0 ** draws[2], 0.9 * cutoff_hz)
    place = ((hz - cutoff_hz) / width + 0.5).clamp(0.0, 1.0)
    stop = -5.0 - 6.0 * draws[3]
    edge = 2.0 * torch.log10(torch.cos(0.5 * torch.pi * place).square() + 10.0 ** (0.5 * stop))
    return torch.where(draws[4] < 0.6, recursive, edge)


def _uniform(like: Tensor, generator: torch.Generator | None) -> Tensor:
    return torch.rand(like.shape, generator=generator, device=like.device)
