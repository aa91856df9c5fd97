"""Run watch: one trainer a folder, what it tells and how it obeys."""

import math
import os
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from engine.errors import ModelError, StorageError
from engine.progress import Cancelled, ignore
from training import run_status
from training.run_control import KEEP_BEST, PAUSE, STOP, WISH, ask, asked
from training.run_status import DONE, ENDED, FAILED, KILLED, PAUSED, RUNNING, STOPPED, read_status
from training.run_watch import RunFollower, RunWatch


class Workers:
    """Processes that agree at once."""

    def __init__(self, size: int = 1) -> None:
        self.size, self.device = size, "cpu"
        self.told = 0.0

    def agreed(self, value: float) -> float:
        self.told = max(self.told, value)
        return self.told


def run_of(step: int = 3, size: int = 1):
    spent = SimpleNamespace(
        step=step, seconds=6.0, best=-math.inf, best_step=0, sums={"loss": 1.5}, n_summed=3,
        rollbacks=1, base={},
    )  # fmt: skip
    training = SimpleNamespace(max_steps=12)
    return SimpleNamespace(
        spent=spent, figures={}, workers=Workers(size), family=SimpleNamespace(best="agreement"),
        recipe=SimpleNamespace(training=training),
    )  # fmt: skip


def work_for(watch: RunWatch, seconds: float, after_a_step: Callable[[], None]) -> None:
    watch.follow(run_of())
    watch(0.1)
    after_a_step()
    stop_s = time.monotonic() + seconds
    while time.monotonic() < stop_s:
        watch(0.2)
        time.sleep(0.01)


def test_it_tells_what_the_run_does(tmp_path: Path):
    with RunWatch(tmp_path, ignore) as watch:
        assert read_status(tmp_path).condition == RUNNING
        watch.follow(run_of())
        watch(0.25, "step 3")
        told = read_status(tmp_path)
        assert (told.step, told.max_steps, told.share, told.left_s) == (3, 12, 0.25, 18.0)
        assert (told.losses, told.best, told.rollbacks) == ({"loss": 0.5}, None, 1)
        assert (told.note, told.figure, told.device) == ("step 3", "agreement", "cpu")
    ended = read_status(tmp_path)
    assert (ended.condition, ended.state, ended.share, ended.step) == (ENDED, DONE, 1.0, 3)


def test_a_second_trainer_is_refused_with_a_sentence(tmp_path: Path):
    with (
        RunWatch(tmp_path, ignore),
        pytest.raises(StorageError, match=r"is being trained in already by process \d+ on this"),
    ):
        RunWatch(tmp_path, ignore)


def test_a_trainer_that_says_no_last_word_was_killed(tmp_path: Path):
    watch = RunWatch(tmp_path, ignore)
    assert watch._lock is not None
    watch._lock.close()  # as the system does
    assert read_status(tmp_path).condition == KILLED


@pytest.mark.parametrize(
    ("wish", "state"), [(PAUSE, PAUSED), (KEEP_BEST, STOPPED), (STOP, STOPPED)]
)
def test_a_wish_ends_it_within_a_second(tmp_path: Path, wish: str, state: str):
    with pytest.raises(Cancelled), RunWatch(tmp_path, ignore) as watch:
        work_for(watch, 1.0, lambda: ask(tmp_path, wish))
    assert read_status(tmp_path).state == state
    assert asked(tmp_path) == ""


def test_a_wish_of_before_is_none(tmp_path: Path):
    ask(tmp_path, STOP)
    os.utime(tmp_path / WISH, (1e9, 1e9))
    with RunWatch(tmp_path, ignore) as watch:
        watch(0.5)
    assert read_status(tmp_path).state == DONE


def test_all_steps_that_are_judged_for_a_wish_end_as_stopped(tmp_path: Path):
    with RunWatch(tmp_path, ignore) as watch:
        ask(tmp_path, KEEP_BEST)
        with pytest.raises(Cancelled):
            watch(0.5)
        watch(0.5)
        time.sleep(0.3)
        watch(0.5)
    assert read_status(tmp_path).state == STOPPED


def test_what_the_terminal_stops_is_paused(tmp_path: Path):
    with pytest.raises(Cancelled), RunWatch(tmp_path, ignore):
        raise Cancelled
    assert read_status(tmp_path).state == PAUSED


def test_a_failure_is_told_by_its_sentence(tmp_path: Path):
    with pytest.raises(ModelError), RunWatch(tmp_path, ignore):
        raise ModelError("the loss was not a number")
    found = read_status(tmp_path)
    assert (found.state, found.sentence) == (FAILED, "the loss was not a number")
    with pytest.raises(ZeroDivisionError), RunWatch(tmp_path, ignore):
        raise ZeroDivisionError("1 / 0")
    assert "a defect of Runout: ZeroDivisionError" in read_status(tmp_path).sentence


def test_a_status_that_cannot_be_written_stops_no_training(tmp_path: Path, monkeypatch):
    with RunWatch(tmp_path, ignore) as watch:
        watch.follow(run_of())
        with monkeypatch.context() as patched:
            patched.setattr(run_status, "write_status", lambda *_: False)
            watch(0.5)
    assert read_status(tmp_path).state == DONE


def test_several_processes_end_at_the_same_step(tmp_path: Path):
    run = run_of(size=2)
    follower = RunFollower(ignore)
    with RunWatch(tmp_path, ignore) as watch, follower:
        watch.follow(run)
        follower.follow(run)
        watch(0.1)
        follower(0.1)
        ask(tmp_path, PAUSE)
        for each in (watch, follower):
            with pytest.raises(Cancelled):
                each(0.2)
    assert (watch.wish, follower.wish) == (PAUSE, PAUSE)
