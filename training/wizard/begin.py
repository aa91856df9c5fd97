"""Jobs of the wizard between its pages and a trainer: get the folder ready, measure, begin."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from engine.catalog import Catalog
from engine.documents import read_toml
from engine.errors import SettingsError, StorageError
from engine.progress import Progress, ignore
from training.run_status import RUNNING
from training.wizard.estimate import Estimate, Tried, estimate
from training.wizard.example import Trial
from training.wizard.plan import RECIPE, RUN, Plan
from training.wizard.recipe import recipe_tables, write_recipe
from training.wizard.template import chosen_template, copy_base
from training.wizard.trainer import Trainer, find, has_checkpoint, start_trainer
from training.wizard.trial import TrialJob

_KEPT = {
    "network": "model to start from",
    "data": "music",
    "material": "damage",
    "damage": "damage",
    "pairs": "noise",
    "family": "way of learning",
}
"""Tables of a recipe that stay as they are as long as a run goes on, and what people call them."""


@dataclass(frozen=True, eq=False)
class Ready:
    """A training whose folder can be got ready.

    Attributes:
        plan: what the user wants.
        folder: of the training.
        catalog: the models that are installed.
        recipes: folder of those that ship.
    """

    plan: Plan
    folder: Path
    catalog: Catalog
    recipes: Path

    def make(self) -> None:
        """Put the weights it starts from, the noise that is ticked and its recipe there.

        Raises:
            EngineError: something is missing or contradicts itself; the sentence says what.
        """
        template = chosen_template(self.plan.goal, self.catalog, self.recipes)
        copy_base(template, self.folder)
        Trial(self.plan, template, self.folder).ready()
        write_recipe(self.plan, template, self.folder)


@dataclass(frozen=True, eq=False)
class MeasureJob:
    """Gets the folder ready and tries a few steps; cache: where decoded music is kept."""

    ready: Ready
    cache: Path
    title: str = "Measuring a few steps"

    def run(self, progress: Progress = ignore) -> Tried:
        """Try it.

        Raises:
            EngineError: it cannot be trained; the sentence says why.
            Cancelled: progress said so.
        """
        self.ready.make()
        return TrialJob(self.ready.folder, self.ready.plan.budget, self.cache).run(progress)


@dataclass(frozen=True, eq=False)
class EstimateJob:
    """Says what to expect of other minutes, by what was measured already."""

    ready: Ready
    tried: Tried
    title: str = "Estimating"

    def run(self, progress: Progress = ignore) -> Estimate:
        """Estimate.

        Raises:
            EngineError: something is missing or contradicts itself.
        """
        from training.config import recipe_from_mapping

        ready = self.ready
        template = chosen_template(ready.plan.goal, ready.catalog, ready.recipes)
        tables = recipe_tables(ready.plan, template, ready.folder)
        return estimate(self.tried, recipe_from_mapping(tables, ready.folder).training)


@dataclass(frozen=True, eq=False)
class BeginJob:
    """Gets the folder ready and starts a trainer; is_anew: what was trained so far is deleted."""

    ready: Ready
    is_anew: bool = False
    title: str = "Starting the training"

    def run(self, progress: Progress = ignore) -> Trainer:
        """Start it.

        Raises:
            EngineError: it cannot be started; the sentence says why.
        """
        folder = self.ready.folder
        if find(folder).condition == RUNNING:
            raise StorageError(f"{folder.name} is being trained already; wait until it is done")
        self.ready.make()
        if self.is_anew:
            _remove_run(folder / RUN)
        elif has_checkpoint(folder):
            _check_unchanged(folder / RUN / RECIPE, folder / RECIPE)
        return start_trainer(folder, self.ready.plan.budget)


def _check_unchanged(begun: Path, wanted: Path) -> None:
    """Whether a run may go on by a recipe: what it learns from must be what it began with.

    Otherwise recordings that it has learnt from could be among those it is judged by.
    """
    try:
        first, second = (read_toml(each) for each in (begun, wanted))
    except (OSError, ValueError):
        return  # the trainer says what is wrong with them
    differing = [name for name in _KEPT if first.get(name) != second.get(name)]
    if differing:
        raise SettingsError(
            f"the {_KEPT[differing[0]]} of this training has changed since it began, so it cannot "
            "go on from its checkpoint; start it over, or take the change back"
        )


def _remove_run(run: Path) -> None:
    try:
        if run.exists():
            shutil.rmtree(run)
    except OSError as error:
        raise StorageError(
            f"{run} cannot be deleted: {error.strerror or error}; close what has it open"
        ) from error
