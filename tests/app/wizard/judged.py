"""A training that was judged, opened as the wizard opens it."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np

from engine.catalog_file import entry_to_toml
from tests.training.wizard.judging import trained
from training.wizard.exam import Size
from training.wizard.judge import JudgeJob
from training.wizard.plan import save_plan

SIZE = Size(2, 0.5, 3)


def make_judged(folder: Path) -> Path:
    """A folder with everything: catalogue, recipes, training, cache of recordings."""
    plan, template, own = trained(folder, np.random.default_rng(20260178))
    entry = template.entry
    (entry.path.parent / "catalog.toml").write_text(entry_to_toml(entry))
    JudgeJob(plan, template, own, folder / "cache" / "recordings", size=SIZE).run()
    return folder


def open_copy(judged: Path, target: Path, monkeypatch) -> Path:
    """A copy of its training for one test, with the folders of the application led to the rest."""
    shutil.copytree(judged / "training", target)
    monkeypatch.setattr("app.paths.models", lambda: judged / "models")
    monkeypatch.setattr("app.paths.recipes", lambda: judged / "recipes")
    monkeypatch.setattr("app.paths.cache", lambda: judged / "cache")
    return target


def say(folder: Path, plan, **judged: object) -> None:
    """Change what was said of the result."""
    save_plan(plan.changed(judged=replace(plan.judged, **judged)), folder)
