"""The trial: what it measures, and what is told of that."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.errors import StorageError
from engine.progress import Cancelled
from tests.training.test_loop import RECIPE
from training.config import TrainingConfig
from training.wizard.estimate import Estimate, Ground, Tried, estimate
from training.wizard.plan import Budget
from training.wizard.trial import TrialJob
from training.wizard.trial_run import Measured

GB = 1_000_000_000
MEASURED = Measured(
    "cpu", 8, 0.5, 16, 0.25, 2.0, 1.0, 2 * GB, 0, 40_000_000, 400_000, 90.0, 3_000_000
)  # fmt: skip
TRAINING = TrainingConfig(
    max_minutes=60.0, max_steps=10_000_000, validate_steps=10_000_000, validate_s=300.0,
    n_validation=24, checkpoint_s=100.0, preview_steps=100,
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, rng: np.random.Generator) -> Path:
    (tmp_path / "music").mkdir()
    for number in range(3):
        samples = 0.1 * rng.standard_normal(16000)
        soundfile.write(tmp_path / "music" / f"piece{number}.wav", samples, 8000)
    recipe = RECIPE.format(steps=9, validate=3, family="supervised", more="")
    (tmp_path / "recipe.toml").write_text(recipe)
    return tmp_path


def told(measured: Measured = MEASURED, training: TrainingConfig = TRAINING, **there: int):
    ground = Ground(Path("/"), Path("/"), **{"memory_bytes": 8 * GB, **there})
    return estimate(Tried(measured, ground), training)


def test_a_trial_measures_in_a_process_of_its_own_and_leaves_nothing(folder: Path):
    tried = TrialJob(folder, Budget(device="cpu", threads=1), folder / "cache").run()
    found = tried.measured
    assert (found.device, found.batch, found.device_bytes, found.decode_s) == ("cpu", 4, 0, 0.0)
    assert 0.001 < found.step_s < 5.0
    assert 1 <= found.n_steps <= 20
    assert 0.2 * GB < found.memory_bytes < 3 * GB
    assert 5_000 < found.checkpoint_bytes < 1_000_000
    assert 50_000 < found.preview_bytes < 500_000
    assert sorted(each.name for each in folder.iterdir()) == ["cache", "music", "recipe.toml"]


def test_a_recipe_that_cannot_be_trained_is_one_sentence(folder: Path):
    shutil.rmtree(folder / "music")
    with pytest.raises(StorageError, match="music is missing"):
        TrialJob(folder, Budget(device="cpu", threads=1), folder / "cache").run()


def test_a_trial_that_is_cancelled_ends_at_once_and_leaves_nothing(folder: Path):
    def stop(fraction: float, message: str = "") -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        TrialJob(folder, Budget(device="cpu"), folder / "cache").run(stop)
    assert sorted(each.name for each in folder.iterdir()) == ["music", "recipe.toml"]


def test_the_minutes_hold_what_is_left_beside_judging_and_writing():
    found = told()
    # of 3600 s: 12 x (24 x 0.25 + 1) judging, 36 x 1 writing, and 2 s for each 100 steps
    assert found.steps == pytest.approx((3600 - 12 * 7 - 36) / 0.52, abs=2)
    assert found.first_figure_s == pytest.approx(90 + 300 + 7)
    assert found.figures == 12
    assert found.run_bytes == 40_000_000 + 66 * 400_000
    assert (found.problems, found.notes) == ((), ())


def test_memory_that_is_not_there_is_told_with_numbers():
    (problem,) = told(memory_bytes=round(1.2 * GB)).problems
    assert problem == (
        "The training needs 2.0 GB of memory and 1.2 GB are free: choose a batch of 4, or close "
        "other programs."
    )
    assert "Memory is tight" in told(memory_bytes=round(2.05 * GB)).notes[0]
    on_gpu = replace(MEASURED, device="cuda", device_bytes=3 * GB, device_free_bytes=GB, batch=1)
    (problem,) = told(on_gpu).problems
    assert problem.endswith("3.0 GB of memory on cuda and 1.0 GB are free: start from a lighter "
                            "model.")  # fmt: skip


def test_a_disk_that_is_too_small_is_told_with_numbers():
    (problem,) = told(replace(MEASURED, decode_bytes=10**18)).problems
    assert "1000000000.1 GB on the disk of / and " in problem
    assert problem.endswith("make room there, or choose less music.")


def test_too_few_steps_to_learn_from_are_told():
    (note,) = told(training=replace(TRAINING, max_minutes=1.0)).notes
    assert "In 1 min only 111 steps" in note


def test_without_minutes_the_steps_end_it():
    found = told(training=replace(TRAINING, max_minutes=0.0, max_steps=300))
    assert isinstance(found, Estimate)
    assert 200 < found.steps <= 300
