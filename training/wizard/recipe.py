"""Recipe: the file that `runout train` takes, made of what a user said on all pages.

It is the recipe of the base with the user's music, the noise of the user's discs, and the schedule
of a short training that begins with good weights. Music is named by its whole path; all else lies
in the folder of the training, where paths start.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.catalog_file import is_name
from engine.sync import write_whole
from training.config import recipe_from_mapping
from training.splits import exactly
from training.wizard.plan import RECIPE, RUN, Plan
from training.wizard.recipe_damage import base_material, damage_tables, uses_own_noise
from training.wizard.template import Template, own_tables
from training.wizard.toml_text import toml_text

_ENTRIES = ("name", "title", "data", "material", "damage", "network", "training", "family", "model")
_MOST_STEPS = 10_000_000
"""Minutes end it, and not steps."""
_VALIDATIONS = 12
_BETWEEN_S = (15.0, 300.0)
_CHECKPOINT_S = 30.0
_WARM_UP_STEPS = 50
"""Over which a good base learns what its slopes are like before it moves by much."""
_EMA_DECAY = 0.99
_SHORT_MINUTES = 60.0
_SPDX = re.compile(r"[A-Za-z0-9.+-]+(?: (?:AND|OR|WITH) [A-Za-z0-9.+-]+)*")


def recipe_tables(plan: Plan, template: Template, folder: Path) -> dict[str, Any]:
    """The tables of a recipe.

    Args:
        plan: what the user wants.
        template: of the base.
        folder: of the training.

    Raises:
        SettingsError: something that was said cannot stand in a recipe.
    """
    tables = own_tables(template, plan.goal.is_fresh)
    tables["name"] = plan.goal.name or fallback_name(template)
    tables["title"] = plan.goal.title or tables["name"]
    tables["data"] = _data(plan, tables["data"])
    tables["material"] = [dict(each) for each in plan.damage.material or base_material(template)]
    tables["damage"] = damage_tables(plan, template, folder)
    tables["training"] = _training(plan, tables["training"])
    tables["model"] = _model(plan, template, tables["model"])
    ordered = {name: tables[name] for name in _ENTRIES if tables.get(name)}
    recipe_from_mapping(ordered, folder)
    return ordered


def recipe_text(tables: Mapping[str, Any]) -> str:
    """A recipe as a file has it.

    Raises:
        SettingsError: something cannot stand in a file.
    """
    head = (
        f"# What {tables.get('title', tables['name'])} is trained on, and how.\n"
        f"# In its folder: runout train {RECIPE} -o {RUN}\n"
    ).replace("\x7f", "")
    return head + toml_text(tables)


def write_recipe(plan: Plan, template: Template, folder: Path) -> Path:
    """Write the recipe into the folder of its training.

    Raises:
        SettingsError: something that was said cannot stand in a recipe.
        StorageError: it cannot be written.
    """
    path = folder / RECIPE
    write_whole(path, recipe_text(recipe_tables(plan, template, folder)).encode("utf-8"))
    return path


def fallback_name(template: Template) -> str:
    """What a model is called that nobody has named."""
    name = f"{template.entry.name}-own"
    return name if is_name(name) else template.entry.name


def _data(plan: Plan, base: Mapping[str, Any]) -> dict[str, Any]:
    own = {
        "clean": [os.path.abspath(each) for each in plan.music.places],
        "left_out": [os.path.abspath(each) for each in plan.music.left_out],
        "validation_share": plan.split.share,
        "validation": [exactly(each) for each in plan.split.held],
    }
    kept = {name: value for name, value in base.items() if name not in (*own, "synth_hours")}
    return {name: value for name, value in {**own, **kept}.items() if value != []}


def _training(plan: Plan, base: Mapping[str, Any]) -> dict[str, Any]:
    """The schedule: looked at a dozen times, kept twice a minute, slow at the start."""
    budget = plan.budget
    low_s, high_s = _BETWEEN_S
    values: dict[str, Any] = {**base}
    if budget.learning_rate:
        values["learning_rate"] = budget.learning_rate
    if budget.batch:
        values["batch"] = budget.batch
    if not plan.goal.is_fresh:
        values["warm_up_steps"] = max(_WARM_UP_STEPS, int(base.get("warm_up_steps", 0)))
    if budget.minutes <= _SHORT_MINUTES:
        values["ema_decay"] = min(_EMA_DECAY, float(base.get("ema_decay", 1.0)))
    values.update(
        max_steps=_MOST_STEPS,
        max_minutes=budget.minutes,
        half=budget.half,
        validate_steps=_MOST_STEPS,
        validate_s=round(min(max(60.0 * budget.minutes / _VALIDATIONS, low_s), high_s), 1),
        checkpoint_s=_CHECKPOINT_S,
        preview_steps=budget.preview_steps,
    )
    return values


def _model(plan: Plan, template: Template, base: Mapping[str, Any]) -> dict[str, Any]:
    """What the catalogue will say; weights that began with others keep the licence of those."""
    entry, own = template.entry, ["music of the user"]
    if plan.music.licence:
        own = [f"music of the user ({plan.music.licence})"]
    if uses_own_noise(plan, template):
        own.append("noise of the user's discs")
    if plan.goal.is_fresh:
        sources, licence = own, _licence(plan.music.licence)
        description = f"{entry.title}, trained from scratch on music"
    else:
        sources, licence = [*entry.sources, *own], entry.licence
        description = f"{entry.title}, trained further on music"
    if uses_own_noise(plan, template):
        description += " and the noise of discs"
    return {
        **base,
        "licence": licence,
        "sources": list(dict.fromkeys(sources)),
        "description": f"{description} of the user's own.",
    }


def _licence(said: str) -> str:
    """As SPDX, where what was said is none."""
    return said if _SPDX.fullmatch(said) else "LicenseRef-own"
