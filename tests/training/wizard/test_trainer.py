"""The trainer as a process of its own: started, found, paused, killed and gone on with."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.errors import StorageError
from tests.training.test_loop import RECIPE, curve
from training.run_status import KILLED, NONE, PAUSED, RUNNING
from training.wizard.plan import RUN, Budget
from training.wizard.trainer import NICENESS, Trainer, find, has_checkpoint, pause, start_trainer

BUDGET = Budget(device="cpu", threads=1, minutes=0.0)
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals")


@pytest.fixture
def folder(tmp_path: Path, rng: np.random.Generator, monkeypatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    (tmp_path / "music").mkdir()
    for number in range(3):
        samples = 0.1 * rng.standard_normal(16000)
        soundfile.write(tmp_path / "music" / f"piece{number}.wav", samples, 8000)
    return tmp_path


@pytest.fixture
def started() -> Iterator[list[Trainer]]:
    """Trainers that are ended with the test."""
    trainers: list[Trainer] = []
    yield trainers
    for each in trainers:
        each.process.kill()
        each.process.wait()


def written(folder: Path, steps: int) -> None:
    text = RECIPE.format(steps=steps, validate=10, family="supervised", more="")
    (folder / "recipe.toml").write_text(text)


def wait_for(condition: Callable[[], bool], limit_s: float = 60.0) -> None:
    stop_s = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < stop_s, "it does not come"
        time.sleep(0.02)


def test_it_is_found_paused_killed_and_goes_on_to_the_end(folder: Path, started: list[Trainer]):
    written(folder, steps=100_000)
    assert find(folder).condition == NONE
    started.append(start_trainer(folder, BUDGET))
    wait_for(lambda: find(folder).step > 10)
    assert find(folder).condition == RUNNING
    assert os.getsid(started[0].process.pid) == started[0].process.pid
    assert os.getpriority(os.PRIO_PROCESS, started[0].process.pid) == NICENESS
    with pytest.raises(StorageError, match="is being trained already"):
        start_trainer(folder, BUDGET)
    began_s = time.monotonic()
    pause(folder)
    wait_for(lambda: not started[0].is_alive)
    assert time.monotonic() - began_s < 10.0
    paused = find(folder)
    assert (paused.condition, has_checkpoint(folder)) == (PAUSED, True)

    started.append(start_trainer(folder, BUDGET))
    wait_for(lambda: find(folder).step > paused.step)
    started[1].process.send_signal(signal.SIGKILL)
    wait_for(lambda: not started[1].is_alive)
    killed = find(folder)
    assert killed.condition == KILLED

    steps = [int(row["step"]) for row in curve(folder / RUN)]
    assert steps == list(range(10, 10 * len(steps) + 1, 10))


def test_what_ends_it_before_it_can_tell_is_found_in_its_log(folder: Path, started: list[Trainer]):
    started.append(start_trainer(folder, BUDGET))
    wait_for(lambda: not started[0].is_alive)
    assert started[0].last_words().endswith("is missing; name the recipe that is to be trained")
