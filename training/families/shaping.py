"""Shaping: a critic learns to tell clean samples from what collaborative sampling makes with it.

The generator of [family.generator] restores, the samples are refined until the critic of the moment
takes them for real, and the critic learns to tell them from clean ones. So it is not fooled by what
the refinement does. Generator and critic stay in eval mode: norms keep their statistics and
dropout rests, so that the critic is shaped as it will judge.

References:
    Liu, Kothari & Alahi, "Collaborative Sampling in Generative Adversarial Networks", AAAI 2020.
"""

from dataclasses import dataclass
from typing import ClassVar, cast

from torch import Tensor, nn
from typing_extensions import override

from engine.models.collaborative import Collaboration, Refined, refine
from engine.models.critic import Critic, critic_loss
from engine.models.network import Network
from engine.models.waveform_unet import WaveformUNet
from training.dataset import Batch
from training.families.adversarial import find_objective
from training.families.base import Family, Figures, Ground
from training.families.companion import need_companion
from training.families.judging import Judging


@dataclass(frozen=True)
class ShapingSettings:
    """How samples are refined; see Collaboration.

    Attributes:
        objective: what the critic was trained with: cross_entropy, or least_squares.
        up_block: the block whose output is moved, counted from the bottleneck, from 0.
        threshold: probability of being real from which on an item is let be.
        longest_step: length of the longest first move, as a share of that of the features.
        n_iterations: patience for each item.
    """

    objective: str = "cross_entropy"
    up_block: int = 1
    threshold: float = 0.5
    longest_step: float = 0.1
    n_iterations: int = 10

    def collaboration(self) -> Collaboration:
        """The same as the engine takes it."""
        return Collaboration(
            self.up_block, self.threshold, self.longest_step, self.n_iterations,
            find_objective(self.objective),
        )  # fmt: skip


class Shaping(Family):
    """For critics."""

    name = "shaping"
    kinds: ClassVar[tuple[str, ...]] = ("discriminator",)
    best = "agreement"
    settings_type = ShapingSettings

    def __init__(self, network: Network, settings: ShapingSettings, ground: Ground) -> None:
        super().__init__(network, settings, ground)
        self.generator = need_companion(ground, "generator", WaveformUNet)
        self.generator.eval().requires_grad_(False)
        self._collaboration = settings.collaboration()

    @override
    def asked(self, network: Network) -> nn.Module:
        return Judging(cast(Critic, network))

    @override
    def modules(self) -> dict[str, nn.Module]:
        return {"network": self.network, "generator": self.generator}

    @override
    def step(self, batch: Batch) -> Figures:
        self.shared.eval()
        refined = self._refined(self.network, batch)
        objective = self._collaboration.objective
        loss = critic_loss(self.shared, batch.target, refined.samples, batch.degraded, objective)
        slope = self.learn(loss)
        figures = {"before": refined.before, "after": refined.after, "tries": refined.n_iterations}
        means = {name: float(each.float().mean()) for name, each in figures.items()}
        return {"loss": loss.item(), "slope": slope, **means}

    @override
    def validate(self, network: Network, batch: Batch) -> dict[str, Tensor]:
        critic = cast(Critic, network)
        refined = self._refined(network, batch)
        objective = self._collaboration.objective
        costs = [
            objective.loss(critic.verdicts(samples, batch.degraded), is_real=is_real)
            for samples, is_real in ((batch.clean, True), (refined.samples, False))
        ]
        loss = 0.5 * (costs[0] + costs[1])
        return {"loss": loss, "agreement": -loss, "before": refined.before, "after": refined.after}

    @override
    def restored(self, network: Network, batch: Batch) -> Tensor | None:
        return self._refined(network, batch).samples

    def _refined(self, critic: Network, batch: Batch) -> Refined:
        return refine(self.generator, cast(Critic, critic), batch.degraded, self._collaboration)
