"""The recipes that ship: each can be read, and names what there is."""

import tomllib
from pathlib import Path

import pytest

from engine.models import NETWORKS
from engine.tasks import TASKS
from tests.conftest import REPOSITORY
from training.config import NetworkConfig, read_recipe, section
from training.families import FAMILIES

RECIPES = sorted((REPOSITORY / "training" / "recipes").rglob("*.toml"))

each_recipe = pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)


def check_network(config: NetworkConfig) -> None:
    """A network to start from is another run's; any other can be built as it is said."""
    if config.start:
        assert config.start.startswith("models/")
        return
    kind = NETWORKS[config.name]
    preset = kind.presets[config.preset] if config.preset else kind.config_type()
    kind.config_type.from_mapping({**preset.to_mapping(), **config.config})


@each_recipe
def test_a_recipe_names_what_there_is(path: Path):
    recipe = read_recipe(path, Path("/data"))
    assert recipe.name == path.stem
    assert recipe.title
    check_network(recipe.network)
    family = FAMILIES[recipe.training.family]
    values = {k: v for k, v in recipe.family.items() if not isinstance(v, dict)}
    section(family.settings_type, values, "family")
    for name, table in recipe.family.items():
        if isinstance(table, dict):
            check_network(section(NetworkConfig, table, name))


@each_recipe
def test_a_recipe_begins_with_what_it_is_for(path: Path):
    assert path.read_text(encoding="utf-8").startswith("# ")


@each_recipe
def test_what_ships_says_which_task_it_serves_and_under_which_licence(path: Path):
    model = tomllib.loads(path.read_text(encoding="utf-8")).get("model", {})
    for name in model.get("tasks", ()):
        assert name in TASKS
    if "licence" in model:
        assert model["sources"]
        assert model["description"]


@pytest.mark.parametrize(
    "name",
    ["denoise-light", "dcunet-n2n-white", "dcunet-n2n-mixed", "cnn-autoencoder", "waveform-sr",
     "cqt-net-denoise", "cqtdiff-piano"],
)  # fmt: skip
def test_a_recipe_for_its_full_size_stands_beside_what_ships(name: str):
    stems = {path.stem for path in RECIPES}
    assert {name, f"{name}-full"} <= stems
