"""The models that ship: whole, known by their recipe, licensed, and small enough to travel."""

import subprocess
import tomllib

import pytest
import torch

from app import paths
from app.equipment import load_equipment
from engine.catalog import Entry
from engine.catalog_file import load_catalog
from engine.models.critic import Critic
from engine.models.weights import load_weights
from engine.tasks import TASKS
from tests.conftest import REPOSITORY

RECIPES = REPOSITORY / "training" / "recipes"
ENTRIES = load_catalog([paths.models()]).entries
MOST_MB = 30.0

each_model = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)


def test_some_models_ship():
    assert "cqtdiff-piano" in {entry.name for entry in ENTRIES}


@each_model
def test_its_weights_are_those_of_the_catalogue(entry: Entry):
    model = load_weights(entry.path, entry.sha256)
    assert (model.network.name, model.card.sample_rate) == (entry.network, entry.sample_rate)


@each_model
def test_it_serves_methods_that_tasks_have(entry: Entry):
    for name in entry.tasks:
        task = TASKS[name]
        own = {task.model_method(each) for each in task.model_methods}
        assert entry.method in own | set(task.critic_methods.values())


@each_model
def test_it_says_how_it_was_made_from_what_and_under_which_licence(entry: Entry):
    recipe = tomllib.loads((RECIPES / entry.recipe).read_text(encoding="utf-8"))
    assert recipe["name"] == entry.name
    assert entry.licence in ("CC-BY-SA-4.0", "CC0-1.0", "MIT")
    assert entry.sources
    assert entry.title
    assert entry.description
    assert (RECIPES / "curves" / f"{entry.name}.csv").is_file()


@each_model
def test_it_gives_finite_samples_for_noise_silence_and_very_little(entry: Entry):
    torch.set_num_threads(1)
    model = load_weights(entry.path, entry.sha256)
    for n_samples in (1, 5000):
        for scale in (0.0, model.card.level or 0.1):
            samples = scale * torch.randn(1, model.network.n_channels, n_samples)
            if isinstance(model.network, Critic):
                continue  # its verdicts are not samples
            with torch.inference_mode():
                level = (torch.zeros(1),) if model.card.sigma_data else ()
                given = model.network(samples, *level)
            assert given.shape == samples.shape
            assert torch.isfinite(given).all()


def test_those_that_ship_are_preferred_in_the_order_of_the_catalogue():
    names = [entry.name for entry in load_equipment().catalog.entries]
    assert [name for name in names if name in {e.name for e in ENTRIES}] == [
        entry.name for entry in ENTRIES
    ]


def test_the_tracked_tree_is_small():
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a clone")
    sizes = [(REPOSITORY / name).stat().st_size for name in listed.stdout.split("\0") if name
             and (REPOSITORY / name).is_file()]  # fmt: skip
    assert sum(sizes) < MOST_MB * 1e6
