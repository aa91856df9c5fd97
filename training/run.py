"""Run: a training in its folder; begun by a recipe, or found where it was.

The folder holds

    recipe.toml            as it was given
    checkpoint.safetensors all that training goes on from, of one step
    curve.csv              a line a validation; lines after the checkpoint are taken back
    best.safetensors       weights that judged best on recordings that are not trained on
    last.safetensors       weights of the last checkpoint
    critic.safetensors     of another network that learns, named so, then
    previews/              pictures and sounds of an example that is not trained on
    status.json lock wish  see training.run_status and training.run_control
"""

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from engine.card import Card
from engine.errors import ModelError, SettingsError
from engine.models.network import Network
from engine.models.weights import build_network, load_weights, save_weights
from engine.weights_header import file_sha256
from training.checkpoint import load_checkpoint, save_checkpoint
from training.config import NetworkConfig, Recipe, section
from training.ema import Ema
from training.families import FAMILIES
from training.families.base import Family, Figures, Ground
from training.run_curve import shorten_curve
from training.run_folder import CHECKPOINT, LAST
from training.workers import Workers


@dataclass
class Spent:
    """What a training has behind it.

    Attributes:
        step: steps done.
        seconds: of all runs together.
        rollbacks: how often it went back, each time to half the learning rate.
        best: the best figure so far.
        best_step: after how many steps that was.
        sums: of what steps have cost since the last validation, by name.
        n_summed: how many steps those are.
        judged_s: of all runs together, when the last validation was.
        base: figures of the weights it started from; none where it started from fresh ones.
    """

    step: int = 0
    seconds: float = 0.0
    rollbacks: int = 0
    best: float = -math.inf
    best_step: int = 0
    sums: Figures = field(default_factory=dict)
    n_summed: int = 0
    judged_s: float = 0.0
    base: Figures = field(default_factory=dict)

    def add(self, cost: Figures) -> None:
        """One more step."""
        self.step += 1
        self.n_summed += 1
        self.sums = {name: self.sums.get(name, 0.0) + value for name, value in cost.items()}

    def taken_means(self) -> Figures:
        """What a step has cost on average since this was asked last."""
        means = {name: value / self.n_summed for name, value in self.sums.items()}
        self.sums, self.n_summed = {}, 0
        return means


@dataclass
class Run:
    """A training in its folder: the family, the averaged weights and what was spent.

    figures: of the last validation since it was opened.
    """

    recipe: Recipe
    folder: Path
    workers: Workers
    family: Family
    ema: Ema
    spent: Spent = field(default_factory=Spent)
    figures: Figures = field(default_factory=dict)

    @classmethod
    def open(cls, recipe: Recipe, folder: Path, workers: Workers, data: Path) -> "Run":
        """Begin a training in a folder, or find where it was.

        Raises:
            ModelError, SettingsError, StorageError: the recipe asks for what there is not, or the
                folder holds a checkpoint that does not fit.
        """
        torch.manual_seed(recipe.training.seed)
        network = make_network(recipe.network, data).to(workers.device)
        kind = FAMILIES.get(recipe.training.family)
        if kind is None:
            known = ", ".join(sorted(FAMILIES))
            raise SettingsError(f"family = '{recipe.training.family}' is none of: {known}")
        if network.kind not in kind.kinds:
            raise SettingsError(f"{kind.name} cannot train a network that is a {network.kind}")
        own, others = _family_settings(kind, recipe)
        companions = {
            name: make_network(section(NetworkConfig, table, name), data).to(workers.device)
            for name, table in others.items()
        }
        family = kind(network, own, Ground(recipe, workers, companions))
        run = cls(recipe, folder, workers, family, Ema(network, recipe.training.ema_decay))
        if (folder / CHECKPOINT).is_file():
            run.load()
        return run

    def save(self) -> None:
        """Write the checkpoint and the averaged weights as they are now."""
        if self.workers.rank:
            return
        state = {
            "family": self.family.state(),
            "ema": self.ema.network.state_dict(),
            "spent": vars(self.spent),
        }
        save_checkpoint(self.folder / CHECKPOINT, state)
        save_weights(self.folder / LAST, self.ema.network, self.card(self.ema.network))
        for name, network in self.family.companions().items():
            save_weights(self.folder / f"{name}.safetensors", network, self.card(network))

    def load(self) -> None:
        """Go back to the checkpoint, and take back the curve that came after it."""
        state = load_checkpoint(self.folder / CHECKPOINT)
        try:
            self.family.load_state(state["family"])
            self.ema.network.load_state_dict(state["ema"])
            self.spent = Spent(**state["spent"])
        except (KeyError, RuntimeError, TypeError, ValueError) as error:
            raise ModelError(
                f"{self.folder / CHECKPOINT} is of another network or family than the recipe says; "
                "train into another folder, or remove it"
            ) from error
        if not self.workers.rank:
            shorten_curve(self.folder, self.spent.step)

    def card(self, network: Network) -> Card:
        """What the weights of a network of this training say of themselves."""
        data = self.recipe.data
        sigmas = {
            name: float(getattr(self.family.settings, name, 0.0))
            for name in ("sigma_data", "sigma_min", "sigma_max")
        }
        receptive = getattr(network, "receptive_samples", data.sample_rate)
        return Card(
            network.name,
            network.config.to_mapping(),
            data.sample_rate,
            int(self.recipe.model.get("segment_samples", data.segment_samples)),
            context_s=float(self.recipe.model.get("context_s", receptive / 2 / data.sample_rate)),
            level=data.level,
            **sigmas,
            training={
                "recipe": self.recipe.name,
                "family": self.family.name,
                "steps": self.spent.step,
                "minutes": round(self.spent.seconds / 60.0, 1),
            },
        )


def make_network(config: NetworkConfig, data: Path) -> Network:
    """A network as a recipe names it: from weights, or fresh.

    Raises:
        ModelError: unknown, or weights that do not fit, or are others than the recipe says.
    """
    if config.start:
        _check_start(config, data)
        network = load_weights(data / config.start).network
        if config.name and network.name != config.name:
            raise ModelError(f"{config.start} holds a {network.name}, and not a {config.name}")
        return network.requires_grad_(True)
    network = build_network(config.name, {})
    presets = network.presets
    if config.preset and config.preset not in presets:
        raise ModelError(
            f"{config.name} has no preset '{config.preset}'; it has {', '.join(presets)}"
        )
    settings = (presets[config.preset] if config.preset else network.config).to_mapping()
    return build_network(config.name, {**settings, **config.config})


def _check_start(config: NetworkConfig, data: Path) -> None:
    """Whether weights to start from are those that the recipe was written for."""
    path = data / config.start
    if config.sha256 and (found := file_sha256(path)) != config.sha256:
        raise ModelError(
            f"{path} has changed since the recipe was written (its SHA-256 begins with "
            f"{found[:8]} and should with {config.sha256[:8]}); choose the model to start from "
            "again, or put the file back"
        )


def _family_settings(kind: type[Family], recipe: Recipe) -> tuple[Any, dict[str, Any]]:
    """The settings of a family, and the tables of other networks beside them."""
    tables = {key: value for key, value in recipe.family.items() if isinstance(value, dict)}
    values = {key: value for key, value in recipe.family.items() if key not in tables}
    return section(kind.settings_type, values, "family"), tables
