"""Template: how a model of the catalogue was trained, so that one can go on training it.

A model that ships names its recipe; one that was trained here has it beside its weights, in a
folder of its name. What a recipe needs besides weights of its own, such as a critic, is looked for
in the catalogue too.
"""

import contextlib
import copy
import os
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.card import Card
from engine.catalog import Catalog, Entry
from engine.catalog_file import load_catalog
from engine.documents import read_toml, reason
from engine.errors import EngineError, ModelError, StorageError
from engine.model_folder import verify_model
from engine.progress import Progress, ignore
from engine.sync import sync_file
from engine.weights_header import file_sha256, read_card
from training.config import Recipe, recipe_from_mapping
from training.wizard.plan import BASE, RECIPE, Goal

_NOISES = frozenset(
    ("noise_bank", "surface", "white_noise", "coloured_noise", "class_noise", "steady_noise",
     "crackle", "hum")
)  # fmt: skip
_COMPANIONS = {
    "critic": ("conditional_discriminator", "discriminator", "patch_discriminator"),
    "generator": ("waveform_unet",),
    "autoencoder": ("waveform_autoencoder",),
}
"""What networks can be what a family needs beside the one it trains."""
_SHAPING = "shaping"
_FRESH_RATE = 1e-3
_LIMIT = 1 << 20


@dataclass(frozen=True)
class Template:
    """A model one can go on training, with all that its training needs.

    Attributes:
        entry: in the catalogue.
        tables: of its recipe, as the TOML file has them.
        recipe: the same, read.
        card: of its weights.
        companions: other models that its family needs, by the name of their table in [family].
    """

    entry: Entry
    tables: Mapping[str, Any]
    recipe: Recipe
    card: Card
    companions: Mapping[str, Entry] = field(default_factory=dict)

    @property
    def family(self) -> str:
        """Way in which it learns, a name in FAMILIES."""
        return self.recipe.training.family

    @property
    def method(self) -> str:
        """What tasks call it."""
        return self.entry.method

    @property
    def sample_rate(self) -> int:
        """In Hz, of its examples."""
        return self.card.sample_rate

    @property
    def segment_samples(self) -> int:
        """Length of an example."""
        return self.recipe.data.segment_samples

    @property
    def wants_noise(self) -> bool:
        """Whether it learns to take noise away, so that noise of the user's discs serves it.

        What makes up treble meets noise as well, but faint white noise alone.
        """
        meets = self.recipe.pairs.kind or any(step.name in _NOISES for step in self.recipe.damage)
        return bool(meets) and "denoise" in self.entry.tasks

    @property
    def can_be_fresh(self) -> bool:
        """Whether its network can learn from nothing; a critic is shaped from one that judges."""
        return self.family != _SHAPING

    @property
    def learning_rate(self) -> float:
        """Highest rate that is suggested to go on with.

        A fifth of what fresh weights were trained with: at the whole of it the first steps undo
        more than they add, and at a tenth ten minutes of two cores change too little. A recipe that
        began with weights has come down already and halves its rate; one that went on from
        a base keeps it.
        """
        own = self.recipe.training.learning_rate
        start = self.recipe.network.start
        if start == BASE:
            return own
        return own / 2.0 if start else own / 5.0

    @property
    def fresh_learning_rate(self) -> float:
        """Highest rate that is suggested from scratch."""
        own = self.recipe.training.learning_rate
        return max(own, _FRESH_RATE) if self.recipe.network.start else own


def template_of(entry: Entry, recipes: Path, catalog: Catalog | None = None) -> Template:
    """How a model was trained.

    Args:
        entry: of the model.
        recipes: the folder of the recipes that ship.
        catalog: where other models are looked for that it needs; None for those beside it.

    Raises:
        ModelError: it has no recipe, or its weights or what it needs are not there.
    """
    path = _recipe_file(entry, recipes)
    if path is None:
        raise ModelError(
            f"the model {entry.name} does not come with its recipe, so it cannot be trained "
            "further; choose another to start from"
        )
    tables = _read(path, entry)
    try:
        recipe = recipe_from_mapping(tables, path.parent)
    except (EngineError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise ModelError(f"the recipe of the model {entry.name} cannot be used: {error}") from error
    card = read_card(entry.path)
    wanted = recipe.network.name
    if card.network != entry.network or (wanted and wanted != card.network):
        raise ModelError(
            f"the recipe of the model {entry.name} is for a {wanted or entry.network}, and its "
            f"weights are of a {card.network}; choose another to start from"
        )
    others = catalog or load_catalog([entry.path.parent], lambda _: None)
    return Template(entry, tables, recipe, card, _companions(entry, recipe, others))


def templates(catalog: Catalog, recipes: Path) -> tuple[Template, ...]:
    """All models of a catalogue that can be trained further, in its order."""
    found = []
    for entry in catalog.entries:
        try:
            found.append(template_of(entry, recipes, catalog))
        except ModelError:
            continue
    return tuple(found)


@dataclass(frozen=True)
class TemplatesJob:
    """Reads all models of a catalogue that can be trained further."""

    catalog: Catalog
    recipes: Path
    title: str = "Reading the recipes of models"

    def run(self, progress: Progress = ignore) -> tuple[Template, ...]:
        """Them, in the order of the catalogue."""
        progress(0.0)
        return templates(self.catalog, self.recipes)


def chosen_template(goal: Goal, catalog: Catalog, recipes: Path) -> Template:
    """The model that a user has chosen to start from.

    Raises:
        ModelError: none is chosen, it is no longer there, or cannot be trained.
    """
    if not goal.base:
        raise ModelError("no model to start from is chosen; choose one on the page Goal")
    for entry in catalog.entries:
        if entry.name == goal.base:
            return template_of(entry, recipes, catalog)
    raise ModelError(
        f"the model {goal.base} to start from is no longer there; import its file again, or choose "
        "another on the page Goal"
    )


def own_tables(template: Template, is_fresh: bool = False) -> dict[str, Any]:
    """The tables of a recipe that goes on with a model, or trains its network from scratch.

    Material and damage are still those of the template. The network is that of the base's weights,
    in `base.safetensors`; other networks lie beside it under the name of their table, and tables
    of networks that are not there and need not be are left out. Level, and what the weights say of
    segments, are those at which the base is used, so that what comes of it is used alike.
    """
    tables: dict[str, Any] = copy.deepcopy(dict(template.tables))
    card = template.card
    training = tables.setdefault("training", {})
    if is_fresh:
        tables["network"] = {"name": card.network, "config": dict(card.config)}
        training["learning_rate"] = template.fresh_learning_rate
    else:
        start = {"start": BASE, "sha256": template.entry.sha256}
        tables["network"] = {"name": card.network, **start}
        training["learning_rate"] = template.learning_rate
    data = tables.setdefault("data", {})
    data.update({"sample_rate": card.sample_rate, "level": card.level})
    model = tables.setdefault("model", {})
    model.update({"segment_samples": card.segment_samples, "context_s": card.context_s})
    model.update({"tasks": list(template.entry.tasks), "method": template.method})
    family = tables.setdefault("family", {})
    for name in [each for each, value in family.items() if isinstance(value, dict)]:
        if name in template.companions:
            sha256 = template.companions[name].sha256
            family[name] = {"start": companion_file(name), "sha256": sha256}
        elif "start" in family[name]:
            del family[name]
    return tables


def companion_file(name: str) -> str:
    """Of the weights of another network that a family needs, in the folder of a training."""
    return f"{name}.safetensors"


def copy_base(template: Template, folder: Path) -> None:
    """Put the weights that a training starts from into its folder, with those of its companions.

    What is there already and is right is left alone.

    Raises:
        ModelError: weights are missing, or are not those of the catalogue.
        StorageError: the folder cannot be written.
    """
    _copy(template.entry, folder / BASE)
    for name, entry in template.companions.items():
        _copy(entry, folder / companion_file(name))


def _recipe_file(entry: Entry, recipes: Path) -> Path | None:
    """The recipe beside a model that was trained here, or the one that ships."""
    own = entry.path.parent / entry.name / RECIPE
    if own.is_file():
        return own
    name = entry.recipe if entry.recipe.endswith(".toml") else f"{entry.recipe}.toml"
    shipped = recipes / name
    return shipped if Path(name).name == name and shipped.is_file() else None


def _read(path: Path, entry: Entry) -> dict[str, Any]:
    try:
        return read_toml(path, _LIMIT)
    except (OSError, ValueError) as error:
        raise ModelError(
            f"the recipe {path} of the model {entry.name} cannot be read: {reason(error)}; "
            "choose another model to start from"
        ) from error


def _companions(entry: Entry, recipe: Recipe, catalog: Catalog) -> dict[str, Entry]:
    """Models for the tables of other networks in [family], where the catalogue has them."""
    found = {}
    for name, table in recipe.family.items():
        if not isinstance(table, dict):
            continue
        called = Path(str(table.get("start", ""))).stem
        fitting = [
            each
            for each in catalog.entries
            if each.network in _COMPANIONS.get(name, ())
            and each.sample_rate == entry.sample_rate
            and each.network == table.get("name", each.network)
        ]
        named = [each for each in fitting if each.name == called]
        if fitting:
            found[name] = (named or fitting)[0]
        elif name == "generator":
            raise ModelError(
                f"the model {entry.name} learns from what another one makes, a "
                f"{_COMPANIONS[name][0]} at {entry.sample_rate} Hz, and none is installed; "
                "import its file, or choose another to start from"
            )
    return found


def _copy(entry: Entry, target: Path) -> None:
    """Copy weights, and see that the copy is what the catalogue says."""
    if target.is_file() and file_sha256(target) == entry.sha256:
        return
    verify_model(entry)
    part = target.with_name(f".{secrets.token_hex(6)}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(entry.path, part)
        sync_file(part)
        if file_sha256(part) != entry.sha256:
            raise StorageError(f"{part.parent} does not keep what is written; choose another disk")
        os.replace(part, target)
    except OSError as error:
        raise StorageError(
            f"{target} cannot be written: {error.strerror or error}; make room, or choose another "
            "folder"
        ) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
