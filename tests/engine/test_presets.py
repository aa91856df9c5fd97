import os
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest

from engine.errors import SettingsError
from engine.params import param
from engine.presets import find_preset, load_preset, load_presets, with_noise, with_seed
from engine.region import Region
from engine.tasks.base import Task
from engine.tasks.denoise import Denoise
from engine.tasks.gain import Gain
from engine.tasks.rumble import Rumble

SHIPPED = Path(__file__).parents[2] / "resources" / "presets"


def written(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_presets_load_and_say_when_to_take_them():
    presets = load_presets([SHIPPED])
    assert set(presets) == {
        "78rpm", "acoustic", "declick-only", "electrical", "gentle", "none",
    }  # fmt: skip
    assert all(preset.description.endswith(".") for preset in presets.values())
    assert presets["none"].tasks == ()
    assert [task.name for task in presets["78rpm"].tasks] == ["declick", "decrackle", "denoise"]


def test_presets_by_era_take_rumble_out_and_guess_no_replay_curve():
    presets = load_presets([SHIPPED])
    for name, cutoff_hz in (("acoustic", 100.0), ("electrical", 30.0)):
        tasks = {task.name: task for task in presets[name].tasks}
        assert tasks["rumble"] == Rumble(cutoff_hz=cutoff_hz)
        assert "replay-eq" not in tasks
        assert list(tasks)[0] == "declick"
        assert list(tasks)[-1] == "denoise"


def test_a_preset_lists_tasks_in_order(tmp_path: Path):
    path = written(
        tmp_path,
        'title = "Mine"\n[[task]]\nname = "gain"\ngain_db = 3\n[[task]]\nname = "gain"\n',
    )
    preset = load_preset(path)
    assert (preset.name, preset.title) == ("mine", "Mine")
    assert preset.tasks == (Gain(gain_db=3.0), Gain())


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("title = ", "is not valid TOML"),
        ("steps = 3", "unknown entry 'steps'"),
        ("task = 3", r"must write each task as \[\[task\]\]"),
        ('[[task]]\nname = "magic"', "names the task 'magic'"),
        ('[[task]]\nname = "gain"\nvolume = 3', "no setting 'volume'"),
        ('[[task]]\nname = "gain"\ngain_db = 300', "gain_db = 300 is outside"),
    ],
)
def test_a_damaged_preset_is_refused_in_one_sentence(tmp_path: Path, text: str, sentence: str):
    with pytest.raises(SettingsError, match=sentence) as refusal:
        load_preset(written(tmp_path, text))
    assert "mine.toml" in str(refusal.value)


def test_marked_noise_reaches_the_tasks_that_learn_from_it_and_no_other():
    noise, other = Region(0.0, 1.0), Region(3.0, 4.0)
    tasks = (Gain(gain_db=3.0), Denoise(), Denoise(noise=other))
    assert with_noise(tasks, noise) == (tasks[0], Denoise(noise=noise), tasks[2])
    assert with_noise(tasks, None) == tasks


def test_a_blind_method_gives_way_to_one_that_learns_from_marked_noise():
    noise, kept = Region(0.0, 1.0), Path("a.noise")
    blind, asked = Denoise(method="light", reduction_db=20.0), Denoise(method="diffusion-78")
    assert with_noise((blind,), noise) == (Denoise(noise=noise, reduction_db=20.0),)
    assert with_noise((blind,), kept) == (Denoise(profile=kept, reduction_db=20.0),)
    assert with_noise((asked,), noise) == (Denoise(method="diffusion-78", noise=noise),)
    assert with_noise((blind,), None) == (blind,)


def test_a_kept_noise_profile_reaches_the_tasks_that_name_no_noise():
    kept, other = Path("a.noise"), Path("b.noise")
    tasks = (Gain(), Denoise(), Denoise(noise=Region(3.0, 4.0)), Denoise(profile=other))
    assert with_noise(tasks, kept) == (tasks[0], Denoise(profile=kept), tasks[2], tasks[3])
    assert with_noise(tasks, Region(0.0, 1.0))[3] == tasks[3]


def test_the_users_own_preset_wins_over_a_shipped_one(tmp_path: Path):
    (tmp_path / "78rpm.toml").write_text('title = "My own"\n')
    assert find_preset("78rpm", [SHIPPED, tmp_path]).title == "My own"


def test_an_unknown_name_is_answered_with_those_there_are():
    with pytest.raises(SettingsError, match="there is no preset 'x'; there are: 78rpm"):
        find_preset("x", [SHIPPED])


def test_a_seed_reaches_the_tasks_that_draw_at_random_and_no_other():
    @dataclass(frozen=True)
    class Drawn(Task):
        name: ClassVar[str] = "drawn"
        seed: int = param(0, 0, 100)

    drawn, fixed = with_seed((Drawn(), Gain(gain_db=1.0)), 7)
    assert drawn == Drawn(seed=7)
    assert fixed == Gain(gain_db=1.0)
    assert with_seed((Drawn(3),), None) == (Drawn(3),)


@pytest.mark.parametrize(
    "text",
    ["title = " + "[" * 100_000, "title = " + "9" * 5000, "[[task]]\nname = {a = 1}",
     "[[task]]\nname = [1]", '[[task]]\nname = "' + "x" * 200_000 + '"', "a = nan", "# " * 600_000],
)  # fmt: skip
def test_a_hostile_preset_is_refused_in_one_short_sentence_with_its_name(tmp_path, text):
    with pytest.raises(SettingsError, match="the preset mine.toml") as caught:
        load_preset(written(tmp_path, text))
    assert len(str(caught.value)) < 500


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes have names on Unix alone")
def test_a_preset_that_is_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "mine.toml")
    with pytest.raises(SettingsError, match="the preset mine.toml cannot be read: it is a device"):
        load_preset(tmp_path / "mine.toml")
