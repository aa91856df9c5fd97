"""Publishing: whole or not at all, with papers, and never in another model's place by itself."""

import csv
import dataclasses
import errno
import shutil

import numpy as np
import pytest

from engine.catalog_file import load_catalog
from engine.errors import ModelError, StorageError
from engine.model_folder import remove_model
from engine.progress import Cancelled
from tests.training.wizard.judging import trained, write_weights
from training.wizard.exam import Size
from training.wizard.judge import JudgeJob
from training.wizard.plan import Goal, Judged, Music
from training.wizard.publish import Publication, PublishJob, licence_of, name_problem
from training.wizard.template import template_of

SAID = Publication("toy-own", "Toy on my discs")


@pytest.fixture(scope="module")
def training(tmp_path_factory):
    """Plan, base, folder of a training that was judged, and its cache."""
    folder = tmp_path_factory.mktemp("publish")
    plan, template, own = trained(folder, np.random.default_rng(20260178))
    JudgeJob(plan, template, own, folder / "cache", size=Size(2, 0.5, 2)).run()
    plan = plan.changed(judged=Judged(votes=("yours", "base")))
    return plan, template, own, folder / "cache"


def job(training, models, said=SAID, **more):
    plan, template, folder, cache = training
    return PublishJob(plan, template, folder, said, models, cache, **more)


def test_a_published_model_has_its_papers_and_goes_with_them(training, tmp_path):
    models, template = tmp_path / "models", training[1]
    entry = job(training, models, dataclasses.replace(SAID, signed="A. Archivist")).run()
    catalog = load_catalog([models, template.entry.path.parent])
    (found,) = [each for each in catalog.entries if each.name == "toy-own"]
    assert found == entry
    assert (entry.tasks, entry.method, entry.licence) == (("denoise",), "light", "CC-BY-SA-4.0")
    assert {"si_sdr_gain_own_discs_db", "clean_snr_db"} <= entry.scores.keys()
    assert entry.sources == ("tones", "music of the user (CC0-1.0)")
    assert (entry.signed, entry.optional, entry.is_experimental) == ("A. Archivist", True, False)
    papers = models / "toy-own"
    card = (papers / "card.md").read_text()
    assert "- Signed by: A. Archivist" in card
    assert entry.sha256 in card
    assert "Preferred: yours 1, base 1" in card
    with (papers / "manifest.csv").open() as lines:
        rows = list(csv.DictReader(lines))
    sides = [row["side"] for row in rows]
    assert sides.count("trained on") == sides.count("held to judge by") == 2
    assert sides.count("noise held to judge by") == 1
    assert all(len(row["sha256_of_decoded_audio"]) == 64 for row in rows)
    assert rows[0]["seconds"] == "2.0"
    assert (papers / "curve.csv").is_file()
    again = template_of(entry, tmp_path, catalog)
    assert again.recipe.name == "toy-own"
    remove_model("toy-own", models)
    assert not any(models.iterdir())


def test_what_nobody_has_signed_is_experimental_and_replaces_nothing(training, tmp_path):
    wished = dataclasses.replace(SAID, is_default=True)
    entry = job(training, tmp_path, wished).run()
    assert (entry.optional, entry.is_experimental) == (True, True)
    shipped = training[1].entry
    catalog = dataclasses.replace(load_catalog([tmp_path]), entries=(shipped, entry))
    assert catalog.find("denoise", "light") is shipped
    assert "nobody yet: experimental" in (tmp_path / "toy-own" / "card.md").read_text()


def test_what_is_signed_for_daily_use_comes_first(training, tmp_path):
    said = dataclasses.replace(SAID, signed="A. Archivist", is_default=True)
    assert job(training, tmp_path, said).run().optional is False


def test_a_name_that_is_taken_or_none_is_refused(training, tmp_path):
    job(training, tmp_path).run()
    with pytest.raises(ModelError, match="you have a model 'toy-own' already"):
        job(training, tmp_path).run()
    assert "ships with Runout is called 'toy'" in name_problem("toy", tmp_path, ("toy",))
    assert "cannot be called 'My Model'" in name_problem("My Model", tmp_path)
    assert name_problem("toy-2", tmp_path) == ""


def test_weights_that_are_others_than_those_judged_are_not_published(training, tmp_path):
    plan, template, folder, cache = training
    own = tmp_path / "own"
    shutil.copytree(folder, own)
    write_weights(own / "run" / "best.safetensors", 3)
    with pytest.raises(ModelError, match="trained further since it was judged; judge it again"):
        job((plan, template, own, cache), tmp_path / "models").run()
    shutil.rmtree(own / "judge")
    with pytest.raises(ModelError, match="has not been judged yet"):
        job((plan, template, own, cache), tmp_path / "models").run()
    assert not (tmp_path / "models").exists()


def test_a_full_disk_leaves_nothing_behind(training, tmp_path, monkeypatch):
    models = tmp_path / "models"

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("engine.model_folder._copy", full)
    with pytest.raises(StorageError, match="cannot be written: No space left on device"):
        job(training, models).run()
    assert list(models.iterdir()) == []


def test_publishing_that_is_stopped_leaves_nothing_behind(training, tmp_path):
    def stop(fraction, message=""):
        if fraction > 0.7:
            raise Cancelled

    with pytest.raises(Cancelled):
        job(training, tmp_path / "models").run(stop)
    assert list((tmp_path / "models").iterdir()) == []


@pytest.mark.parametrize(
    ("said", "is_fresh", "licence"),
    [
        ("", False, "CC-BY-SA-4.0"),
        ("CC0-1.0", False, "CC-BY-SA-4.0"),
        ("CC-BY-4.0", False, "CC-BY-SA-4.0"),
        ("our own recordings, all rights ours", False, "CC-BY-SA-4.0"),
        ("CC-BY-NC-4.0", False, "CC-BY-SA-4.0 AND CC-BY-NC-4.0"),
        ("CC-BY-4.0", True, "CC-BY-4.0"),
        ("our own recordings", True, "LicenseRef-own"),
        ("", True, "NOASSERTION"),
    ],
)
def test_the_licence_is_what_base_and_music_ask_for(training, said, is_fresh, licence):
    plan, template, _, _ = training
    plan = plan.changed(goal=Goal(is_fresh=is_fresh), music=Music(licence=said))
    assert licence_of(plan, template) == licence
