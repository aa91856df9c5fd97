import json
import os
import subprocess
import sys

import pytest

from engine.storage.lock import Held, is_locked, take_lock

HOLD = """
import sys, time
from pathlib import Path
from engine.storage.lock import take_lock
lock = take_lock(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def test_a_process_that_was_killed_holds_nothing(tmp_path):
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        sentence = is_locked(tmp_path)
        assert sentence is not None
        assert f"is open in process {other.pid} on this computer since" in sentence
        with pytest.raises(Held, match=f"process {other.pid} on this computer"):
            take_lock(tmp_path)
        other.kill()
    assert is_locked(tmp_path) is None
    lock = take_lock(tmp_path)
    assert lock.left_by is not None
    assert lock.left_by.pid == other.pid
    assert lock.left_by.is_opening
    lock.close()


def test_a_number_that_another_process_has_now_means_nothing(tmp_path):
    lock = take_lock(tmp_path)
    left = json.loads((tmp_path / "lock").read_bytes())
    lock.close()
    left["pid"] = os.getppid()  # is alive
    (tmp_path / "lock").write_text(json.dumps(left))
    assert is_locked(tmp_path) is None
    take_lock(tmp_path).close()


def test_another_computer_is_believed(tmp_path):
    holder = {"pid": 5, "host": "archive-2", "since": "2026-03-01T12:00:00Z", "is_opening": False}
    (tmp_path / "lock").write_text(json.dumps(holder))
    for sentence in (is_locked(tmp_path), str(pytest.raises(Held, take_lock, tmp_path).value)):
        assert sentence is not None
        assert "is open in process 5 on archive-2 since" in sentence
        assert "if it is not open there, delete the file lock in the folder" in sentence


def test_a_lock_that_was_given_back_is_free_and_says_nothing(tmp_path):
    first = take_lock(tmp_path)
    first.write(is_opening=False)
    first.close()
    first.close()
    second = take_lock(tmp_path)
    assert second.left_by is None
    assert is_locked(tmp_path) is not None
    second.close()
