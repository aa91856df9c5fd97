"""Run status: what a folder tells, whatever became of its trainer."""

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from engine.storage.lock import take_lock
from training.run_status import (
    DONE,
    ENDED,
    FAILED,
    KILLED,
    NONE,
    PAUSED,
    PREPARING,
    ROOM,
    RUNNING,
    STATUS,
    STOPPED,
    TRAINING,
    RunStatus,
    keep_room,
    read_status,
    write_last_status,
    write_status,
)

TOLD = RunStatus(
    TRAINING, 40, 100, 0.4, 12.5, 3.0, 18.0, {"loss": -0.5}, {"agreement": 1.0}, {"agreement": 0.5},
    "agreement",
    best=1.0, best_step=20,
)  # fmt: skip


def test_what_is_written_is_read(tmp_path: Path):
    assert write_status(tmp_path, TOLD)
    assert read_status(tmp_path) == TOLD


def test_a_folder_that_tells_nothing_is_no_run(tmp_path: Path):
    assert read_status(tmp_path).condition == NONE
    assert read_status(tmp_path / "missing").condition == NONE


@pytest.mark.parametrize(
    ("state", "condition"),
    [(PREPARING, KILLED), (TRAINING, KILLED), (PAUSED, PAUSED), (DONE, ENDED), (STOPPED, ENDED),
     (FAILED, ENDED)],
)  # fmt: skip
def test_the_lock_tells_a_trainer_that_runs_from_one_that_was_killed(tmp_path, state, condition):
    write_status(tmp_path, replace(TOLD, state=state))
    assert read_status(tmp_path).condition == condition
    lock = take_lock(tmp_path)
    assert read_status(tmp_path).condition == RUNNING
    lock.close()
    assert read_status(tmp_path).condition == condition


def test_a_number_that_is_none_is_left_out(tmp_path: Path):
    write_status(tmp_path, replace(TOLD, losses={"loss": math.nan}, best=-math.inf))
    read = read_status(tmp_path)
    assert (read.losses, read.best) == ({}, None)


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", '{"state": "dancing"}', '{"state": "done", "losses": 3}', "[" * 100_000,
     '{"state": "done", "losses": {"a": 1e999}}', '{"state": "done", "seconds": [1]}'],
)  # fmt: skip
def test_a_status_that_is_none_is_none(tmp_path: Path, content: str):
    (tmp_path / STATUS).write_text(content)
    assert read_status(tmp_path).state in ("", DONE)


def test_a_newer_version_may_say_more(tmp_path: Path):
    values = {"state": "done", "step": 7, "mood": "good", "device": 3}
    (tmp_path / STATUS).write_text(json.dumps(values))
    read = read_status(tmp_path)
    assert (read.state, read.step, read.device) == (DONE, 7, "")


def test_the_last_word_takes_the_room_that_was_kept_for_it(tmp_path, monkeypatch):
    keep_room(tmp_path)
    assert (tmp_path / ROOM).stat().st_size == 16_384
    written = Path.write_bytes

    def full(path: Path, content: bytes) -> int:
        if (tmp_path / ROOM).exists():
            raise OSError(28, "No space left on device")
        return written(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    assert not write_status(tmp_path, TOLD)
    write_last_status(tmp_path, replace(TOLD, state=FAILED, sentence="the disk is full"))
    assert read_status(tmp_path).sentence == "the disk is full"
    assert sorted(each.name for each in tmp_path.iterdir()) == [STATUS]
