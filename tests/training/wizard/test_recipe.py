"""Recipes of the wizard: `runout train` takes them, for every model that ships."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from engine.catalog_file import load_catalog
from engine.errors import SettingsError
from tests.conftest import REPOSITORY
from training.config import read_recipe
from training.wizard.plan import Budget, Damage, Goal, Music, Noise, Plan, Split, Stretch
from training.wizard.recipe import recipe_tables, recipe_text, write_recipe
from training.wizard.recipe_damage import Table, base_steps
from training.wizard.template import Template, templates

TEMPLATES = {
    each.entry.name: each
    for each in templates(
        load_catalog([REPOSITORY / "resources" / "models"]), REPOSITORY / "training" / "recipes"
    )
}
PLAN = Plan(
    goal=Goal(name="mine", title="Mine"),
    music=Music(
        ("/music/box",), left_out=("/music/box/torn.wav",), is_permitted=True, licence="CC0-1.0"
    ),
    noise=Noise(stretches=(Stretch("side.wav", 0.0, 2.0, is_taken=True),)),
    split=Split(0.2, ("waltz",)),
    budget=Budget(minutes=10.0, half=True, batch=3),
)
each_template = pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)


def damage_of(name: str, plan: Plan, folder: Path) -> list[Table]:
    found: list[Table] = recipe_tables(plan, TEMPLATES[name], folder).get("damage", [])
    return found


def odds_of(steps: list[Table]) -> dict[str, float]:
    return {each["name"]: each.get("probability", 1.0) for each in steps}


@each_template
def test_a_recipe_is_read_back_as_it_was_meant(template: Template, tmp_path: Path):
    path = write_recipe(PLAN, template, tmp_path)
    tables = recipe_tables(PLAN, template, tmp_path)
    assert path == tmp_path / "recipe.toml"
    assert tomllib.loads(path.read_text(encoding="utf-8")) == tables
    recipe = read_recipe(path, tmp_path)
    assert (recipe.name, recipe.title) == ("mine", "Mine")
    assert recipe.network.start == "base.safetensors"
    assert recipe.data.sample_rate == template.sample_rate
    assert recipe.data.segment_samples == template.segment_samples
    assert [Path(each).name for each in recipe.data.clean] == ["box"]
    assert [Path(each).name for each in recipe.data.left_out] == ["torn.wav"]
    assert (recipe.data.validation_share, recipe.data.validation) == (0.2, ("=waltz",))
    assert recipe.model["tasks"] == list(template.entry.tasks)
    assert recipe.model["method"] == template.method
    assert recipe.model["licence"] == template.entry.licence
    assert "music of the user (CC0-1.0)" in recipe.model["sources"]


@each_template
def test_ten_minutes_are_judged_a_dozen_times_and_kept_twice_a_minute(
    template: Template, tmp_path: Path
):
    training = recipe_tables(PLAN, template, tmp_path)["training"]
    assert training["max_minutes"] == 10.0
    assert 60.0 * training["max_minutes"] / training["validate_s"] == 12.0
    assert training["checkpoint_s"] == 30.0
    assert training["learning_rate"] == pytest.approx(template.learning_rate)
    assert training["warm_up_steps"] >= 50
    assert (training["batch"], training["half"], training["preview_steps"]) == (3, True, 50)


@each_template
def test_no_path_leads_to_what_the_user_does_not_have(template: Template, tmp_path: Path):
    text = recipe_text(recipe_tables(PLAN, template, tmp_path))
    assert "train/" not in text
    assert "models/" not in text
    assert "synth" not in text


def test_from_scratch_the_network_is_that_of_the_base_without_its_weights(tmp_path: Path):
    plan = PLAN.changed(goal=replace(PLAN.goal, is_fresh=True))
    tables = recipe_tables(plan, TEMPLATES["waveform-sr"], tmp_path)
    assert "start" not in tables["network"]
    assert tables["network"]["config"]["channels"] == [24, 48, 96, 96, 96]
    assert tables["model"]["licence"] == "CC0-1.0"
    assert tables["model"]["sources"] == ["music of the user (CC0-1.0)"]
    spoken = plan.changed(music=replace(plan.music, licence="our own, not for others"))
    model = recipe_tables(spoken, TEMPLATES["denoise-light"], tmp_path)["model"]
    assert model["licence"] == "LicenseRef-own"


def test_own_noise_has_its_share_and_the_rest_keeps_its_proportions(tmp_path: Path):
    plan = PLAN.changed(damage=Damage(own_share=0.5, snr_low_db=3.0, snr_high_db=17.0))
    steps = damage_of("denoise-light", plan, tmp_path)
    own = steps[0]
    assert (own["name"], own["path"], own["snr_db"]) == ("noise_bank", "noise", [3.0, 17.0])
    # of the base: 0.5 surface and 0.36 of a bank that is not here, 0.07 white
    assert odds_of(steps) == {
        "noise_bank": 0.5, "surface": 0.43, "white_noise": 0.035, "clicks": 0.2, "crackle": 0.1
    }  # fmt: skip
    assert {each["name"] for each in steps if each.get("group") == "noise"} == {
        "noise_bank", "surface", "white_noise"
    }  # fmt: skip


def test_without_noise_of_their_own_the_base_keeps_all_its_room(tmp_path: Path):
    plan = PLAN.changed(noise=Noise())
    assert odds_of(damage_of("denoise-light", plan, tmp_path)) == {
        "surface": 0.86, "white_noise": 0.07, "clicks": 0.2, "crackle": 0.1
    }  # fmt: skip


def test_noise_of_a_base_that_is_there_stays(tmp_path: Path):
    (tmp_path / "train" / "noise_78").mkdir(parents=True)
    steps = base_steps(TEMPLATES["denoise-light"], tmp_path)
    assert [each["name"] for each in steps] == [
        "surface", "noise_bank", "white_noise", "clicks", "crackle"
    ]  # fmt: skip


def test_pairs_of_noises_get_own_noise_and_no_folder_of_others(tmp_path: Path):
    tables = recipe_tables(PLAN, TEMPLATES["dcunet-n2n-mixed"], tmp_path)
    assert "pairs" not in tables
    assert tables["data"]["target"] == "noisy"
    assert odds_of(tables["damage"]) == {"noise_bank": 0.6, "white_noise": 0.2, "surface": 0.2}
    white = recipe_tables(PLAN, TEMPLATES["dcunet-n2n-white"], tmp_path)
    assert odds_of(white["damage"]) == {"noise_bank": 0.6, "white_noise": 0.4}


@pytest.mark.parametrize("name", ["cqtdiff-piano", "waveform-sr"])
def test_what_does_not_take_noise_away_keeps_its_damage(name: str, tmp_path: Path):
    assert damage_of(name, PLAN, tmp_path) == list(TEMPLATES[name].tables.get("damage", ()))


def test_what_is_judged_by_has_noise_of_other_sides_where_there_is_any(tmp_path: Path):
    (tmp_path / "noise_held").mkdir()
    assert "held" not in damage_of("denoise-light", PLAN, tmp_path)[0]
    (tmp_path / "noise_held" / "side.flac").touch()
    assert damage_of("denoise-light", PLAN, tmp_path)[0]["held"] == {"path": "noise_held"}
    recipe = read_recipe(write_recipe(PLAN, TEMPLATES["denoise-light"], tmp_path), tmp_path)
    assert recipe.damage[0].judging().ranges["path"] == tmp_path / "noise_held"


def test_steps_of_the_user_stand_for_those_of_the_base(tmp_path: Path):
    steps = ({"name": "surface", "probability": 1.0}, {"name": "hum", "probability": 0.3},
             {"name": "clicks", "probability": 0.0})  # fmt: skip
    material = ({"name": "low_pass", "cutoff_hz": 7000.0},)
    plan = PLAN.changed(damage=Damage(steps=steps, material=material, own_share=0.75))
    tables = recipe_tables(plan, TEMPLATES["denoise-light"], tmp_path)
    assert odds_of(tables["damage"]) == {"noise_bank": 0.75, "surface": 0.25, "hum": 0.3}
    assert tables["material"] == list(material)


def test_a_base_that_was_trained_on_own_noise_before_gets_the_new_one_alone(tmp_path: Path):
    first = recipe_tables(PLAN, TEMPLATES["denoise-light"], tmp_path)
    before = replace(TEMPLATES["denoise-light"], tables=first)
    again = odds_of(damage_of_template(before, tmp_path))
    assert again == pytest.approx(odds_of(first["damage"]), abs=1e-3)


def damage_of_template(template: Template, folder: Path) -> list[Table]:
    found: list[Table] = recipe_tables(PLAN, template, folder)["damage"]
    return found


def test_a_file_name_that_no_text_can_hold_is_refused(tmp_path: Path):
    plan = PLAN.changed(music=Music(("/music/caf\udce9",)))
    with pytest.raises(SettingsError, match="rename the file or folder"):
        write_recipe(plan, TEMPLATES["denoise-light"], tmp_path)
    assert not (tmp_path / "recipe.toml").exists()
