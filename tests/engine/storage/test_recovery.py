import json
import os
import time

import pytest

from engine.errors import StorageError
from engine.storage import recovery
from engine.storage.contents import Mark
from engine.storage.folder import create_project, open_project
from engine.storage.recovery import discard, find_unclosed
from tests.engine.storage.conftest import SOFTWARE, crash, louder


@pytest.fixture
def sessions(tmp_path):
    return tmp_path / "sessions"


@pytest.fixture
def session(sessions, side):
    """A session that was killed with two operations in it."""
    made = create_project(sessions / "side", side, software=SOFTWARE, autosave=True)
    louder(made)
    louder(made, 0.5)
    return crash(made)


def test_a_session_that_was_killed_is_found(sessions, session):
    (found,) = find_unclosed(sessions)
    assert (found.path, found.source_name, found.n_operations) == (session, "side.wav", 2)
    assert not found.crashed_before
    assert 0 <= time.time() - found.last_change.timestamp() < 60


def test_a_session_with_marks_alone_is_found(sessions, side):
    made = create_project(sessions / "marked", side, software=SOFTWARE, autosave=True)
    made.set_marks([Mark(0.1, 0.1, "Solo")])
    crash(made)
    (found,) = find_unclosed(sessions)
    assert (found.source_name, found.n_operations) == ("side.wav", 0)


def test_what_is_open_or_empty_is_not_listed(sessions, session, side):
    with create_project(sessions / "empty", side, software=SOFTWARE) as empty:
        louder(empty)
        (found,) = find_unclosed(sessions)
        assert found.path == session
    with open_project(session, software=SOFTWARE):
        assert [each.path.name for each in find_unclosed(sessions)] == ["empty.runout"]
    create_project(sessions / "nothing", side, software=SOFTWARE).close()
    names = {each.path.name for each in find_unclosed(sessions)}
    assert names == {"empty.runout", "side.runout"}


def test_a_session_that_broke_its_program_while_it_was_opened_is_marked(sessions, session):
    lock = session / "lock"
    lock.write_text(json.dumps(json.loads(lock.read_text()) | {"is_opening": True}))
    (found,) = find_unclosed(sessions)
    assert found.crashed_before


def test_damaged_sessions_are_listed_and_nothing_raises(sessions, session):
    (session / "project.json").write_bytes(b"\xff")
    (session / "journal.jsonl").unlink()
    for path in (session / "generations").iterdir():
        path.unlink()
    os.mkfifo(sessions / "pipe.runout")
    (sessions / "odd.runout").mkdir()
    os.mkfifo(sessions / "odd.runout" / "project.json")
    found = find_unclosed(sessions)
    assert {(each.path.name, each.source_name) for each in found} == {
        ("side.runout", ""),
        ("odd.runout", ""),
    }
    assert find_unclosed(sessions / "none") == ()


def test_looking_ends_in_time(sessions, session, monkeypatch):
    monkeypatch.setattr(recovery, "LIMIT_S", 0.1)
    monkeypatch.setattr(recovery, "is_project", lambda path: time.sleep(0.5))
    start_s = time.monotonic()
    assert find_unclosed(sessions) == ()
    assert time.monotonic() - start_s < 0.4
    time.sleep(0.5)  # the one that waits has ended as well


def test_a_discarded_session_lies_in_the_trash_and_opens_there(sessions, session, tmp_path):
    (found,) = find_unclosed(sessions)
    with open_project(session, software=SOFTWARE), pytest.raises(StorageError, match="is open in"):
        discard(found, tmp_path / "trash")
    moved = discard(found, tmp_path / "trash")
    assert moved.parent == tmp_path / "trash"
    assert not session.exists()
    assert find_unclosed(sessions) == ()
    with open_project(moved, software=SOFTWARE) as again:
        assert again.project.head == 2
