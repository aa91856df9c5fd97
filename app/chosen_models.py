"""Chosen models: which model the window takes where several serve a method."""

import logging

from app import paths
from app import settings as keys
from app.settings import Settings
from engine.catalog import Catalog, Entry
from engine.catalog_file import load_catalog
from engine.equipment import Equipment, Preview, unseen
from engine.errors import ModelError
from engine.tasks import Task

_MOST = 32


def chosen_equipment(settings: Settings, preview: Preview = unseen) -> Equipment:
    """What jobs of the window work with: models that were chosen come before all others.

    One that is no longer there is passed over, as is a damaged catalogue.
    """
    catalog = load_catalog([paths.user_models(), paths.models()], _log)
    there = {entry.name for entry in catalog.entries}
    names = [name for name in chosen_names(settings) if name in there]
    return Equipment(catalog.preferring(names), settings.get(keys.compute_device), preview)


def choose_model(settings: Settings, entry: Entry) -> None:
    """Take a model wherever it serves a method, until another is chosen there."""
    names = [entry.name, *(each for each in chosen_names(settings) if each != entry.name)]
    settings.set(keys.chosen_models, "\n".join(names[:_MOST]))


def chosen_methods(settings: Settings, task: type[Task], catalog: Catalog) -> tuple[str, ...]:
    """The methods of a task that work with the model that was chosen last; may be none."""
    last = next(iter(chosen_names(settings)), "")
    methods = (
        method
        for method in task.model_methods
        for entry in catalog.serving(task.name, task.model_method(method))
        if entry.name == last
    )
    return tuple(methods)


def chosen_names(settings: Settings) -> tuple[str, ...]:
    """The names of the models that were chosen, the last one first."""
    return tuple(dict.fromkeys(settings.get(keys.chosen_models).split()))


def _log(error: ModelError) -> None:
    logging.getLogger(__name__).warning("%s", error)
