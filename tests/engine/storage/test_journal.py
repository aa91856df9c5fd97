import errno
import os
import threading

import pytest

from engine.errors import StorageError
from engine.storage.journal import Journal, read_journal


class FullDisk:
    """A file that takes so many bytes more, and then finds the disk full."""

    def __init__(self, file, room, can_truncate=True):
        self._file = file
        self.room = room
        self.can_truncate = can_truncate

    def truncate(self, size):
        if not self.can_truncate:
            raise OSError(errno.EIO, "Input/output error")
        self._file.truncate(size)

    def __getattr__(self, name):
        return getattr(self._file, name)

    def write(self, content):
        if not self.room:
            raise OSError(errno.ENOSPC, "No space left on device")
        written = self._file.write(content[: self.room])
        self.room -= written
        return written


@pytest.fixture
def journal(tmp_path):
    made = Journal.begin(tmp_path / "journal.jsonl", 7, {"all": 1})
    yield made
    made.close()


def kinds(journal):
    lines = read_journal(journal.path)
    assert lines.problem is None
    return [each.kind for each in lines.entries]


@pytest.mark.parametrize("room", [0, 1, 30, 100])
def test_a_line_for_which_there_is_no_room_leaves_no_trace(journal, room):
    journal.append("head", {"head": None})
    file = journal._file
    journal._file = FullDisk(file, room)
    with pytest.raises(StorageError, match=r"there is no room in the folder .* MB are free"):
        journal.append("head", {"head": "x" * 200})
    assert kinds(journal) == ["begin", "head"]
    journal._file = file
    journal.append("noise", {"noise": None})
    assert kinds(journal) == ["begin", "head", "noise"]


def test_a_line_that_could_not_be_taken_away_is_before_the_next(journal):
    file = journal._file
    journal._file = FullDisk(file, 20, can_truncate=False)
    with pytest.raises(StorageError, match="no room"):
        journal.append("head", {"head": None})
    assert read_journal(journal.path).is_cut
    journal._file = file
    journal.append("noise", {"noise": None})
    assert kinds(journal) == ["begin", "noise"]


def test_a_disk_that_loses_lines_is_told_at_the_next(journal, monkeypatch):
    def lose(handle):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", lose)
    journal.append("head", {"head": None})
    with pytest.raises(StorageError, match="input/output error; check the disk"):
        journal.sync()
    with pytest.raises(StorageError, match="input/output error; check the disk"):
        journal.append("head", {"head": None})


def test_a_slow_disk_is_waited_for_elsewhere_and_in_order(journal, monkeypatch):
    """The lines are written at once, so that a killed process loses none; syncing comes after."""
    may_go_on, synced, sync = threading.Event(), [], os.fsync

    def wait(handle):
        may_go_on.wait(10.0)
        synced.append((threading.current_thread().name, os.fstat(handle).st_size))
        sync(handle)

    monkeypatch.setattr(os, "fsync", wait)
    for _ in range(3):
        journal.append("head", {"head": None})
    assert (kinds(journal), synced) == (["begin", "head", "head", "head"], [])
    may_go_on.set()
    journal.sync()
    assert synced[0][0].startswith("journal")
    assert synced[-1][1] == journal.path.stat().st_size


def test_a_journal_that_was_taken_away_is_missed(journal):
    journal.path.unlink()
    with pytest.raises(StorageError, match=r"the folder .* has gone; connect its drive again"):
        journal.append("head", {"head": None})
