"""An example to hear is made as training makes it, and all of it is as loud."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.dsp.loudness import LoudnessMeter
from engine.errors import SettingsError, StorageError
from tests.training.wizard.sides import RATE, known_side, light_template
from training.chain import apply_damage
from training.wizard.example import LOUDNESS_LUFS, ExampleJob, Trial
from training.wizard.plan import Music


def lufs(audio) -> float:
    meter = LoudnessMeter(audio.sample_rate, 1)
    meter.add(audio.samples)
    assert meter.lufs is not None
    return float(meter.lufs)


@pytest.fixture
def trial(tmp_path: Path) -> Trial:
    known = known_side(tmp_path, clicks=0.0)
    return Trial(known.plan, light_template(), tmp_path)


def test_the_damage_that_is_told_makes_the_example(trial: Trial):
    example = ExampleJob(trial, 3, 4.0).run()
    assert example.clean.n_samples == example.degraded.n_samples == 4 * RATE
    again = apply_damage(example.damage, example.clean)
    np.testing.assert_allclose(again.samples, example.degraded.samples, atol=1e-5)
    assert example.source.parent.name == "music"


def test_all_are_as_loud_and_none_clips(trial: Trial):
    example = ExampleJob(trial, 0, 4.0).run()
    assert example.yours is not None
    for each in (example.clean, example.yours):
        assert lufs(each) == pytest.approx(LOUDNESS_LUFS, abs=0.3)
        assert np.abs(each.samples).max() <= 0.9
    assert np.abs(example.degraded.samples).max() <= 0.901


def test_another_number_is_another_example_and_the_same_one_the_same(trial: Trial):
    first, again, other = (ExampleJob(trial, number, 2.0).run() for number in (5, 5, 6))
    np.testing.assert_array_equal(first.degraded.samples, again.degraded.samples)
    assert not np.array_equal(first.clean.samples, other.clean.samples)
    assert first.damage == again.damage


def test_without_a_transfer_there_is_none_to_hear(trial: Trial):
    plan = trial.plan.changed(damage=replace(trial.plan.damage, transfer=""))
    assert ExampleJob(replace(trial, plan=plan), 0, 2.0).run().yours is None


def test_music_that_is_not_there_is_named(trial: Trial, tmp_path: Path):
    for places, error, cause in (
        ((), SettingsError, "no clean music is named"),
        ((str(tmp_path / "gone"),), StorageError, "gone is missing"),
    ):
        plan = trial.plan.changed(music=Music(places))
        with pytest.raises(error, match=cause):
            ExampleJob(replace(trial, plan=plan), 0).run()
