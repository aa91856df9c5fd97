"""Between the pages and a trainer: what a run may go on by, and what is deleted."""

from dataclasses import replace
from pathlib import Path

import pytest

from engine.catalog_file import load_catalog
from engine.errors import ModelError, SettingsError, StorageError
from engine.storage.lock import take_lock
from tests.conftest import REPOSITORY
from training.run_folder import CHECKPOINT
from training.wizard import begin
from training.wizard.begin import BeginJob, EstimateJob, Ready
from training.wizard.estimate import Ground, Tried
from training.wizard.plan import BASE, RECIPE, RUN, Budget, Goal, Music, Plan
from training.wizard.trial_run import Measured

PLAN = Plan(
    goal=Goal(base="denoise-light", name="mine"),
    music=Music(places=("/music",), is_permitted=True, licence="CC0-1.0"),
    budget=Budget(minutes=10.0),
)


@pytest.fixture
def started(monkeypatch) -> list[Budget]:
    """Budgets of trainers that were started, though none is."""
    budgets: list[Budget] = []
    monkeypatch.setattr(begin, "start_trainer", lambda folder, budget: budgets.append(budget))
    return budgets


def ready(folder: Path, plan: Plan = PLAN) -> Ready:
    catalog = load_catalog([REPOSITORY / "resources" / "models"], lambda _: None)
    return Ready(plan, folder, catalog, REPOSITORY / "training" / "recipes")


def begun(folder: Path) -> Path:
    """A training that has a checkpoint."""
    ready(folder).make()
    run = folder / RUN
    run.mkdir()
    (run / RECIPE).write_bytes((folder / RECIPE).read_bytes())
    (run / CHECKPOINT).write_bytes(b"weights")
    return run


def test_the_folder_gets_weights_and_recipe(tmp_path: Path, started: list[Budget]):
    BeginJob(ready(tmp_path)).run()
    assert sorted(each.name for each in tmp_path.iterdir()) == [BASE, RECIPE]
    assert started == [PLAN.budget]


def test_it_may_go_on_with_more_time(tmp_path: Path, started: list[Budget]):
    begun(tmp_path)
    longer = PLAN.changed(budget=Budget(minutes=30.0, batch=2))
    BeginJob(ready(tmp_path, longer)).run()
    assert started == [longer.budget]


def test_it_may_not_go_on_with_other_music(tmp_path: Path, started: list[Budget]):
    run = begun(tmp_path)
    other = PLAN.changed(music=replace(PLAN.music, places=("/music", "/more")))
    with pytest.raises(SettingsError, match="the music of this training has changed since it"):
        BeginJob(ready(tmp_path, other)).run()
    assert started == []
    BeginJob(ready(tmp_path, other), is_anew=True).run()
    assert (len(started), run.exists()) == (1, False)


def test_a_run_that_is_at_work_is_left_alone(tmp_path: Path, started: list[Budget]):
    lock = take_lock(begun(tmp_path))
    with pytest.raises(StorageError, match="is being trained already"):
        BeginJob(ready(tmp_path), is_anew=True).run()
    lock.close()


def test_a_model_that_is_not_there_is_one_sentence(tmp_path: Path):
    gone = PLAN.changed(goal=Goal(base="gone"))
    with pytest.raises(ModelError, match="the model gone to start from is no longer there"):
        BeginJob(ready(tmp_path, gone)).run()


def test_an_estimate_follows_the_minutes(tmp_path: Path):
    measured = Measured("cpu", 8, 0.5, 9, 0.25, 2.0, 1.0, 10**9, 0, 10**7, 10**5, 0.0, 0)
    tried = Tried(measured, Ground(tmp_path, tmp_path, 8 * 10**9))
    steps = []
    for minutes in (10.0, 40.0):
        plan = PLAN.changed(budget=Budget(minutes=minutes))
        steps.append(EstimateJob(ready(tmp_path, plan), tried).run().steps)
    assert 3.9 < steps[1] / steps[0] < 5.0
