"""Family: one way to learn; what a step does with a batch, and what a validation measures.

A family owns its networks and their optimisers, and all of them are in its state, so that a
training goes on exactly where it was. The loop knows no more of it than this file.

Shapes, as einops patterns:
    samples    (batch 1 time)   float32
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from engine.models.network import Network
from training.config import Recipe
from training.dataset import Batch
from training.workers import Workers

Figures = dict[str, float]


@dataclass(frozen=True)
class Ground:
    """What every family stands on.

    Attributes:
        recipe: of the training.
        workers: this process and its companions.
        networks: others that the recipe names and were loaded: critic, autoencoder; by name.
    """

    recipe: Recipe
    workers: Workers
    networks: Mapping[str, Network]

    def computing(self) -> AbstractContextManager[Any]:
        """Half precision, where the recipe asks for it."""
        kind = self.workers.device.type
        return torch.autocast(kind, torch.bfloat16, enabled=self.recipe.training.half)


class Family(ABC):
    """Base of all ways to learn."""

    name: ClassVar[str]
    kinds: ClassVar[tuple[str, ...]]
    """Kinds of networks that can learn so."""
    best: ClassVar[str]
    """The figure of a validation that says which weights are kept; the higher the better."""
    settings_type: ClassVar[type[Any]]
    """Frozen dataclass of what [family] in a recipe may say."""

    def __init__(self, network: Network, settings: Any, ground: Ground) -> None:
        self.network = network
        self.settings = settings
        self.ground = ground
        self.shared = ground.workers.share(self.asked(network))
        self.optimisers = {"network": self.optimiser(network)}

    @abstractmethod
    def step(self, batch: Batch) -> Figures:
        """Learn from one batch; what it cost, by name, "loss" among them."""

    @abstractmethod
    def validate(self, network: Network, batch: Batch) -> dict[str, Tensor]:
        """Figures (batch) of a network, which is in eval mode, on examples it never saw.

        What is drawn here is drawn alike each time.
        """

    def restored(self, network: Network, batch: Batch) -> Tensor | None:
        """What a network makes of degraded samples, for pictures; None if it restores nothing."""
        with self.ground.computing():
            restored: Tensor = network(batch.degraded)
        return restored.float()

    def asked(self, network: Network) -> nn.Module:
        """What a step calls where slopes are to be averaged; the network unless that is not it."""
        return network

    def modules(self) -> dict[str, nn.Module]:
        """All that has a state to be kept, the network included."""
        return {"network": self.network}

    def companions(self) -> Mapping[str, Network]:
        """Other networks that learn, whose weights are kept beside those of the network."""
        return {}

    def optimiser(self, module: nn.Module) -> torch.optim.Optimizer:
        """As the recipe wants it."""
        training = self.ground.recipe.training
        return torch.optim.AdamW(
            module.parameters(),
            training.learning_rate,
            betas=(0.9, 0.98),
            weight_decay=training.weight_decay,
            fused=self.ground.workers.device.type == "cuda",
            foreach=self.ground.workers.device.type != "cuda",
        )

    def set_learning_rate(self, share: float) -> None:
        """Bring all optimisers to a share of their highest learning rate."""
        for optimiser in self.optimisers.values():
            for group in optimiser.param_groups:
                group["lr"] = self.ground.recipe.training.learning_rate * share

    def learn(self, loss: Tensor, name: str = "network") -> float:
        """One step of an optimiser down a loss; returns the norm of the slope before it was held.

        A slope that is not finite is not followed.
        """
        optimiser, module = self.optimisers[name], self.modules()[name]
        optimiser.zero_grad()
        loss.backward()
        norm = nn.utils.clip_grad_norm_(
            module.parameters(), self.ground.recipe.training.largest_slope
        )
        if torch.isfinite(norm):
            optimiser.step()
        return float(norm)

    def state(self) -> dict[str, Any]:
        """All that it goes on from."""
        return {
            "modules": {name: each.state_dict() for name, each in self.modules().items()},
            "optimisers": {name: each.state_dict() for name, each in self.optimisers.items()},
        }

    def load_state(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state` gave."""
        for name, module in self.modules().items():
            module.load_state_dict(state["modules"][name])
        for name, optimiser in self.optimisers.items():
            optimiser.load_state_dict(state["optimisers"][name])
