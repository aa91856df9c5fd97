"""The plan of a training: kept whole, read back as it was, refused when it is something else."""

import json

import pytest

from engine.errors import SettingsError, StorageError
from training.wizard.plan import (
    FILE,
    PAGES,
    Damage,
    Goal,
    Music,
    Noise,
    Plan,
    Stretch,
    load_plan,
    new_folder,
    plan_folders,
    save_plan,
)


def test_a_plan_is_read_back_as_it_was_written(tmp_path):
    plan = Plan(
        page="damage",
        goal=Goal("denoise", "denoise-light", name="mine", title="Élise’s discs"),
        music=Music(("/music", "/one.wav"), ("/music/bad.mp3",), True, "CC0-1.0"),
        noise=Noise(("/t",), (), (Stretch("/t/a.wav", 0.0, 2.5, "lead-in", True, "lot 3", -41.0),)),
        damage=Damage(({"name": "surface", "snr_db": [0, 20]},), own_share=0.7),
    )
    save_plan(plan, tmp_path / "new")
    assert load_plan(tmp_path / "new") == plan


def test_what_is_not_said_keeps_its_default(tmp_path):
    (tmp_path / FILE).write_text('{"page": "noise", "budget": {"minutes": 10}}')
    plan = load_plan(tmp_path)
    assert plan.budget.minutes == 10.0
    assert plan.changed(page=PAGES[0]).budget == plan.budget


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", '{"page": "elsewhere"}', '{"later": 1}', '{"goal": {"task": 3}}',
     '{"noise": {"stretches": [1]}}', '{"music": {"places": "no list"}}', "[" * 100_000],
)  # fmt: skip
def test_a_file_that_is_no_plan_is_refused_in_one_sentence(tmp_path, text):
    (tmp_path / FILE).write_text(text)
    with pytest.raises(SettingsError, match="is no plan of a training"):
        load_plan(tmp_path)


def test_a_plan_that_is_missing_or_cannot_be_written_names_its_file(tmp_path):
    with pytest.raises(StorageError, match=FILE):
        load_plan(tmp_path)
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(StorageError, match="taken"):
        save_plan(Plan(), tmp_path / "taken")


def test_trainings_have_folders_of_their_own_and_the_last_comes_first(tmp_path):
    first = new_folder(tmp_path, "Parlophon 1928: R 1201!")
    assert first.name == "parlophon-1928-r-1201"
    save_plan(Plan(), first)
    second = new_folder(tmp_path, "Parlophon 1928: R 1201!")
    assert second.name == "parlophon-1928-r-1201-2"
    assert new_folder(tmp_path, "歌").name == "training"
    save_plan(Plan(), second)
    path = first / FILE
    text = json.loads(path.read_text())
    assert text["page"] == PAGES[0]
    save_plan(Plan(page="music"), first)
    assert plan_folders(tmp_path) == (first, second)
    assert plan_folders(tmp_path / "none") == ()
