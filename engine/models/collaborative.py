"""Collaborative sampling: the discriminator corrects what the generator made, item by item.

What an up block gave is moved against the slope of -log D until the discriminator takes the item
for real, or patience ends; the skips stay as they were. A move is the smallest one that reaches the
threshold, were the slope straight, and no longer than the item's step; a move that does not help
is taken back and the step halved, one that helps doubles it. So D never falls, nothing is changed
more than it takes, and the length finds itself; the original's factor on the slope does nothing or
harm, as slopes are as steep as the networks happen to be. Items taken for real at once are not
touched, and none depends on the others of its batch. Nothing is drawn: the same samples give the
same result.

Training of the family `shaping` goes before: there the discriminator learns what refined samples
look like, so that it is not fooled by what the refinement does to them.

Shapes, as einops patterns:
    degraded, samples   (batch 1 time)
    features            (batch feature frame)

References:
    Liu, Kothari & Alahi, "Collaborative Sampling in Generative Adversarial Networks", AAAI 2020.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from engine.errors import SettingsError
from engine.models.critic import Critic
from engine.models.objective import CROSS_ENTROPY, Objective
from engine.models.waveform_unet import Halfway, WaveformUNet
from engine.progress import Progress, ignore

_AIM = 0.98
"""Moves aim a little beyond the threshold, by this share of what may lack there."""
_SHORTEST_STEP = 1e-6
_FLAT = 1e-30
"""A slope below it leads nowhere."""


@dataclass(frozen=True)
class Collaboration:
    """How samples are refined.

    Attributes:
        up_block: the block whose output is moved, counted from the bottleneck, from 0.
        threshold: probability of being real from which on an item is let be.
        step: length of the longest first move, as a share of that of the features.
        n_iterations: patience for each item.
        objective: what the discriminator was trained with.
    """

    up_block: int = 1
    threshold: float = 0.5
    step: float = 0.1
    n_iterations: int = 50
    objective: Objective = CROSS_ENTROPY

    def __post_init__(self) -> None:
        if not 0.0 < self.threshold < 1.0:
            raise SettingsError(f"threshold = {self.threshold} is outside 0 .. 1")
        if not self.step > 0.0:
            raise SettingsError(f"step = {self.step} must be above 0")
        if self.n_iterations < 0:
            raise SettingsError(f"n_iterations = {self.n_iterations} must be at least 0")


@dataclass(frozen=True, eq=False)
class Refined:
    """What came of it.

    Attributes:
        samples: (batch 1 time).
        before, after: (batch), probability of being real of what the generator made, and of these.
        n_iterations: (batch), how often each item was tried.
    """

    samples: Tensor
    before: Tensor
    after: Tensor
    n_iterations: Tensor


def refine(
    generator: WaveformUNet,
    critic: Critic,
    degraded: Tensor,
    collaboration: Collaboration | None = None,
    progress: Progress = ignore,
) -> Refined:
    """Restore, and correct each item until the critic takes it for real.

    Both networks are held in eval mode with their parameters frozen meanwhile.

    Raises:
        ModelError: the generator has no such up block.
    """
    settings = collaboration or Collaboration()
    # Slopes are needed whatever mode the caller is in.
    with torch.inference_mode(False), torch.enable_grad(), held(generator, critic):
        degraded = degraded.detach().clone()
        with torch.no_grad():
            start = generator.head(degraded, settings.up_block)
        items = _Items(generator, critic, start, degraded, settings)
        before = items.probability()
        for iteration in range(settings.n_iterations):
            refused = items.refused()
            if not len(refused):
                break
            n_all = degraded.shape[0]
            progress(iteration / settings.n_iterations, f"{len(refused)} of {n_all} to refine")
            items.try_step(refused)
        progress(1.0)
        return Refined(items.samples, before, items.probability(), items.n_tried)


class _Items:
    """The best found so far for every item of a batch, and where to try next."""

    def __init__(
        self,
        generator: WaveformUNet,
        critic: Critic,
        start: Halfway,
        degraded: Tensor,
        settings: Collaboration,
    ) -> None:
        self._generator, self._critic = generator, critic
        self._start, self._degraded, self._settings = start, degraded, settings
        self._features = start.features.clone()
        self.samples, self._shortfall, self._slope = self._judge(start, degraded)
        self._step = torch.full_like(self._shortfall, settings.step)
        self._wanted = settings.objective.loss_at(settings.threshold)
        self.n_tried = torch.zeros(len(degraded), dtype=torch.long, device=degraded.device)

    def probability(self) -> Tensor:
        """Of being real, for each item."""
        return self._settings.objective.probability(self._shortfall)

    def refused(self) -> Tensor:
        """Indices of the items that are not taken for real yet, and that a step may still help."""
        is_refused = self._shortfall > self._wanted
        return torch.nonzero(is_refused & (self._step > _SHORTEST_STEP)).flatten()

    def try_step(self, refused: Tensor) -> None:
        """One step for these items; kept where it helps."""
        tried = Halfway(
            samples=self._start.samples[refused],
            skips=tuple(skip[refused] for skip in self._start.skips),
            features=self._features[refused] - self._move(refused),
            up_block=self._start.up_block,
            n_samples=self._start.n_samples,
        )
        samples, shortfall, slope = self._judge(tried, self._degraded[refused])
        helps = shortfall < self._shortfall[refused]
        kept = refused[helps]
        self._features[kept] = tried.features[helps]
        self.samples[kept] = samples[helps]
        self._shortfall[kept] = shortfall[helps]
        self._slope[kept] = slope[helps]
        self._step[refused] *= torch.where(helps, 2.0, 0.5)
        self.n_tried[refused] += 1

    def _move(self, refused: Tensor) -> Tensor:
        """Along the slopes: as far as it takes, if they were straight, and the steps allow."""
        slope = self._slope[refused]
        steepness = torch.linalg.vector_norm(slope, dim=(1, 2)).clamp(min=_FLAT)
        lacking = self._shortfall[refused] - _AIM * self._wanted
        allowed = torch.linalg.vector_norm(self._features[refused].float(), dim=(1, 2))
        length = torch.minimum(lacking / steepness, self._step[refused] * allowed)
        move: Tensor = (length / steepness)[:, None, None] * slope
        return move.to(self._features.dtype)

    def _judge(self, halfway: Halfway, degraded: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Samples, what each lacks to be real, and the slope of that over the features."""
        features = halfway.features.detach().requires_grad_()
        samples = self._generator.tail(replace(halfway, features=features))
        verdicts = self._critic.verdicts(samples, degraded)
        shortfall = self._settings.objective.loss(verdicts, is_real=True)
        (slope,) = torch.autograd.grad(shortfall.sum(), features)
        return samples.detach(), shortfall.detach(), slope.float()


@contextmanager
def held(*networks: nn.Module) -> Iterator[None]:
    """Networks in eval mode with frozen parameters, and as they were afterwards."""
    modules = [module for network in networks for module in network.modules()]
    parameters = [each for network in networks for each in network.parameters()]
    modes = [module.training for module in modules]
    frozen = [not each.requires_grad for each in parameters]
    try:
        for network in networks:
            network.eval().requires_grad_(False)
        yield
    finally:
        for module, mode in zip(modules, modes, strict=True):
            module.training = mode
        for each, was_frozen in zip(parameters, frozen, strict=True):
            each.requires_grad_(not was_frozen)
