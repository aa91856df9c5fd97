"""Baselines: found by name, and run as the command line runs them."""

import sys
import types
from pathlib import Path

import numpy as np
import pytest

from app import paths
from engine.audio import MemoryRecording
from engine.catalog import Catalog, Entry
from engine.equipment import Equipment
from engine.errors import SettingsError
from engine.tasks.declip import Declip
from tests.signals import music
from training.baselines import ByTasks, Degraded, by_model, find_method

NOTHING = Equipment()


def found(name, seed=None):
    return find_method(name, [paths.presets()], NOTHING, seed)


def test_tasks_methods_and_presets_are_found_by_name():
    consistent, declick, preset = found("declip:consistent"), found("declick"), found("gentle")
    assert isinstance(consistent, ByTasks)
    assert consistent.tasks == (Declip(method="consistent"),)
    assert declick.facts()["tasks"][0]["task"] == "declick"
    assert [each["task"] for each in preset.facts()["tasks"]] == ["declick", "decrackle", "denoise"]
    assert found("inpaint:diffusion", seed=7).facts()["tasks"][0]["seed"] == 7


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("denoise:magic", "method = 'magic' is none of"),
        ("polish", "'polish' is neither a task .* there is no preset 'polish'"),
        ("noisereduce:gently", "noisereduce has no method 'gently'"),
    ],
)
def test_what_is_unknown_is_refused_in_a_sentence(name, sentence):
    with pytest.raises(SettingsError, match=sentence):
        found(name)


def test_a_library_that_is_missing_is_named_with_what_brings_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "noisereduce", None)
    with pytest.raises(SettingsError, match=r"`pip install runout\[peers\]`"):
        found("noisereduce")


def test_noisereduce_gets_samples_and_rate_and_is_told_nothing_else(monkeypatch, rng):
    asked = []

    def reduce_noise(**settings):
        asked.append(settings)
        return 0.5 * settings["y"]

    library = types.ModuleType("noisereduce")
    monkeypatch.setattr(library, "reduce_noise", reduce_noise, raising=False)
    monkeypatch.setitem(sys.modules, "noisereduce", library)
    audio = music(rng, 0.5, 22050)
    made = found("noisereduce:stationary").restore(Degraded("a", MemoryRecording(audio)))
    assert np.array_equal(made.audio.samples, np.float32(0.5) * audio.samples)
    (settings,) = asked
    assert set(settings) == {"y", "sr", "stationary"}
    assert (settings["sr"], settings["stationary"]) == (22050, True)


def test_tasks_run_one_after_the_other(rng):
    audio = music(rng, 0.5, 22050)
    from engine.tasks.gain import Gain

    method = ByTasks("twice", (Gain(gain_db=-6.0), Gain(gain_db=-6.0)))
    made = method.restore(Degraded("a", MemoryRecording(audio)))
    expected = audio.samples * 10 ** (-12.0 / 20.0)
    assert np.allclose(made.audio.samples, expected, atol=1e-6)


def test_a_model_works_as_the_method_that_asks_for_it():
    places = (Path("mine.safetensors"), "0" * 64, "CC0-1.0")
    other, mine = (
        Entry(name, name, ("inpaint", "denoise", "extend"), "diffusion", "cqt_unet", 22050, *places)
        for name in ("other", "mine")
    )
    equipment = Equipment(Catalog((other, mine)))
    first = by_model(mine, equipment)
    assert first.tasks[0].to_mapping()["method"] == "diffusion"
    assert first.equipment.catalog.find("inpaint", "diffusion") is mine
    denoise = by_model(mine, equipment, "denoise", settings={"steps": "4"}, seed=3).tasks[0]
    assert denoise.to_mapping()["method"] == "diffusion-78"
    assert (denoise.to_mapping()["steps"], denoise.to_mapping()["seed"]) == (4, 3)
    blind = by_model(mine, equipment, "extend", "blind").tasks[0]
    assert blind.to_mapping()["method"] == "blind"
    with pytest.raises(SettingsError, match="mine does not serve declip; it serves: inpaint"):
        by_model(mine, equipment, "declip")
    with pytest.raises(SettingsError, match="extend by waveform; it serves: guided, blind"):
        by_model(mine, equipment, "extend", "waveform")
