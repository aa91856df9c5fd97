import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from engine.catalog import Catalog, Entry
from engine.catalog_file import load_catalog
from engine.errors import ModelError, StorageError
from engine.weights_header import file_sha256
from tests.conftest import REPOSITORY
from training.config import recipe_from_mapping
from training.wizard.plan import BASE, Goal
from training.wizard.template import (
    chosen_template,
    copy_base,
    own_tables,
    template_of,
    templates,
)

RECIPES = REPOSITORY / "training" / "recipes"
MODELS = REPOSITORY / "resources" / "models"


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog([MODELS])


def _entry(catalog: Catalog, name: str) -> Entry:
    return next(each for each in catalog.entries if each.name == name)


def test_every_model_that_ships_can_be_trained_further(catalog: Catalog) -> None:
    found = templates(catalog, RECIPES)
    assert [each.entry.name for each in found] == [each.name for each in catalog.entries]
    assert {each.family for each in found} == {
        "supervised", "diffusion", "noise_to_noise", "adversarial", "shaping", "informed", "treble",
        "detection",
    }  # fmt: skip
    for each in found:
        assert each.sample_rate == each.entry.sample_rate


def test_the_tables_of_every_model_begin_a_training(catalog: Catalog, tmp_path: Path) -> None:
    import torch

    from training.run import Run
    from training.workers import join_workers

    torch.set_num_threads(1)
    for template in templates(catalog, RECIPES):
        folder = tmp_path / template.entry.name
        copy_base(template, folder)
        for is_fresh in (False, True)[: 1 + template.can_be_fresh]:
            recipe = recipe_from_mapping(own_tables(template, is_fresh), folder)
            run = Run.open(recipe, folder / "run", join_workers("cpu"), folder)
            card = run.card(run.family.network)
            assert card.network == template.card.network
            assert dict(card.config) == dict(template.card.config)
            assert (card.level, card.context_s) == (template.card.level, template.card.context_s)
            assert card.segment_samples == template.card.segment_samples


def test_fresh_weights_learn_faster_than_those_that_have_learned(catalog: Catalog) -> None:
    for each in templates(catalog, RECIPES):
        assert 0.05 <= each.learning_rate / each.fresh_learning_rate <= 0.5


def test_a_restorer_with_a_critic_brings_its_critic_and_does_without_features(
    catalog: Catalog, tmp_path: Path
) -> None:
    template = template_of(_entry(catalog, "waveform-sr"), RECIPES)
    assert template.companions["critic"].name == "waveform-sr-critic"
    family = own_tables(template)["family"]
    sha256 = template.companions["critic"].sha256
    assert family["critic"] == {"start": "critic.safetensors", "sha256": sha256}
    assert "autoencoder" not in family
    copy_base(template, tmp_path)
    assert file_sha256(tmp_path / "critic.safetensors") == template.companions["critic"].sha256


def test_a_critic_without_what_it_judges_is_refused(catalog: Catalog) -> None:
    critic = _entry(catalog, "waveform-sr-critic")
    with pytest.raises(ModelError, match="waveform_unet at 10000 Hz"):
        template_of(critic, RECIPES, Catalog((critic,)))


def test_only_models_that_meet_noise_want_noise(catalog: Catalog) -> None:
    wanting = {each.entry.name: each.wants_noise for each in templates(catalog, RECIPES)}
    assert wanting["denoise-light"]
    assert wanting["dcunet-n2n-mixed"]
    assert not wanting["cqtdiff-piano"]
    assert not wanting["waveform-sr"]


def test_a_model_trained_here_has_its_recipe_beside_it(catalog: Catalog, tmp_path: Path) -> None:
    shipped = _entry(catalog, "denoise-light")
    own = replace(shipped, name="mine", path=tmp_path / shipped.path.name, recipe="mine.toml")
    shutil.copyfile(shipped.path, own.path)
    with pytest.raises(ModelError, match="the model mine does not come with its recipe"):
        template_of(own, RECIPES)
    (tmp_path / "mine").mkdir()
    text = (RECIPES / "denoise-light.toml").read_text()
    (tmp_path / "mine" / "recipe.toml").write_text(
        text.replace("models/denoise-light-pair.safetensors", BASE)
    )
    template = template_of(own, RECIPES)
    assert template.learning_rate == template.recipe.training.learning_rate


def test_a_recipe_for_another_network_is_refused(catalog: Catalog) -> None:
    wrong = replace(_entry(catalog, "denoise-light"), recipe="dcunet-n2n-white.toml")
    with pytest.raises(ModelError, match="for a dcunet, and its weights are of a light_pair"):
        template_of(wrong, RECIPES)


@pytest.mark.parametrize("recipe", ["", "../recipes/denoise-light.toml", "none.toml"])
def test_a_model_without_a_recipe_is_left_out(catalog: Catalog, recipe: str) -> None:
    entry = replace(_entry(catalog, "denoise-light"), recipe=recipe)
    assert templates(Catalog((entry,)), RECIPES) == ()


def test_a_model_that_is_gone_is_told(catalog: Catalog) -> None:
    with pytest.raises(ModelError, match="gone-one to start from is no longer there"):
        chosen_template(Goal(base="gone-one"), catalog, RECIPES)
    with pytest.raises(ModelError, match="no model to start from is chosen"):
        chosen_template(Goal(), catalog, RECIPES)
    found = chosen_template(Goal(base="denoise-light"), catalog, RECIPES)
    assert found.entry.name == "denoise-light"


def test_weights_that_were_changed_are_not_copied(catalog: Catalog, tmp_path: Path) -> None:
    shipped = _entry(catalog, "denoise-light")
    changed = replace(shipped, path=tmp_path / "denoise-light.safetensors")
    content = bytearray(shipped.path.read_bytes())
    content[-1] ^= 1
    changed.path.write_bytes(content)
    with pytest.raises(ModelError, match="has changed: its SHA-256 is"):
        copy_base(template_of(changed, RECIPES), tmp_path / "training")
    assert not list((tmp_path / "training").glob("*"))


def test_weights_are_copied_once_and_put_right(catalog: Catalog, tmp_path: Path) -> None:
    template = template_of(_entry(catalog, "dcunet-n2n-white"), RECIPES)
    copy_base(template, tmp_path)
    first = (tmp_path / BASE).stat().st_ino
    copy_base(template, tmp_path)
    assert (tmp_path / BASE).stat().st_ino == first
    (tmp_path / BASE).write_bytes(b"other")
    copy_base(template, tmp_path)
    assert file_sha256(tmp_path / BASE) == template.entry.sha256


def test_a_folder_that_cannot_be_written_is_told(catalog: Catalog, tmp_path: Path) -> None:
    template = template_of(_entry(catalog, "dcunet-n2n-white"), RECIPES)
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(StorageError, match="cannot be written"):
        copy_base(template, blocked)
