import errno
import os
import threading
from pathlib import Path

import numpy as np
import pytest

from engine.errors import StorageError
from engine.event import Decision
from engine.jobs.projects import OpenProjectJob
from engine.jobs.restore import restore
from engine.region import Region
from engine.review import decide
from engine.storage import disk, recorder, renders
from engine.storage.contents import Mark
from engine.storage.folder import ProjectFolder, create_project, is_project, open_project
from engine.tasks.declick import Declick
from engine.tasks.gain import Gain
from tests.engine.storage.conftest import SOFTWARE, crash, heard, louder


def test_everything_recorded_is_there_after_a_crash(folder, reopen):
    first, second = louder(folder), louder(folder, 0.5)
    folder.move_head(first.id)
    third = louder(folder, 0.3)
    folder.set_noise(Region(0.1, 1 / 3))
    folder.set_marks([Mark(0.5, 0.5, "needle", "marker")])
    expected = heard(folder)
    again = reopen(crash(folder))
    assert again.notes == (
        "Title.runout was not closed properly; what was done up to then is here",
    )
    assert [each.id for each in again.project.operations] == [first.id, third.id]
    assert [each.id for each in again.project.others] == [second.id]
    assert again.noise == Region(0.1, 1 / 3)
    assert again.marks == (Mark(0.5, 0.5, "needle", "marker"),)
    np.testing.assert_array_equal(heard(again), expected)
    found = again.project.operation(first.id)
    assert (found.task, found.regions) == (first.task, first.regions)


def test_a_project_that_was_closed_opens_as_it_was(folder, reopen):
    louder(folder)
    second = louder(folder, 0.5)
    folder.move_head(None)
    folder.set_view({"start_s": 0.25, "list": [1, None, "ä"]})
    folder.close()
    again = reopen(folder.path)
    assert again.notes == ()
    assert again.view == {"start_s": 0.25, "list": [1, None, "ä"]}
    assert again.project.head == 0
    assert again.project.can_redo
    assert not again.recorded_changes
    again.move_head(second.id)
    assert again.project.head == 2
    assert again.recorded_changes


def test_another_attempt_takes_the_place_of_the_last_one_in_one_line(folder, reopen):
    first, second = louder(folder), louder(folder, 0.5)
    state = folder.project.state.before(second)
    other = folder.keep(restore(state, Gain(gain_db=3.0), [Region(0.5, 0.6)]))
    folder.commit_after(first.id, other)
    assert folder.project.siblings(other) == (second, other)
    expected = heard(folder)
    again = reopen(crash(folder))
    assert [each.id for each in again.project.operations] == [first.id, other.id]
    assert again.project.head_id == other.id
    np.testing.assert_array_equal(heard(again), expected)
    again.move_head(first.id)
    again.move_head(second.id)
    assert again.project.head == 2


def test_decisions_on_events_are_kept(folder, side, rng, reopen):
    kept = folder.keep(restore(folder.project.state, Declick(), [Region(0.2, 0.4)]))
    folder.commit(kept)
    assert kept.events
    verdict = decide(folder.project.state, kept, [0, 1, 3], Decision.REJECTED)
    folder.commit(folder.keep(verdict))
    expected = heard(folder)
    again = reopen(crash(folder))
    found = again.project.operation(kept.id)
    assert found.events == kept.events
    decided = again.project.state.decisions(found)
    wanted = [Decision.REJECTED] * 2 + [Decision.PENDING, Decision.REJECTED]
    assert list(decided[:4]) == wanted
    np.testing.assert_array_equal(heard(again), expected)


def test_a_second_opener_may_look_but_not_record(folder, reopen):
    first = louder(folder)
    second = reopen(folder.path)
    assert second.is_read_only
    assert f"process {os.getpid()} on this computer" in second.notes[0]
    second.move_head(None)  # to listen; it is not recorded
    with pytest.raises(StorageError, match="nothing can be recorded in Title: .* is open in"):
        second.keep(first)
    folder.close()
    assert reopen(folder.path).project.head == 1


def test_a_session_moves_to_where_it_is_saved(side, tmp_path, reopen):
    with create_project(tmp_path / "s" / "side", side, software=SOFTWARE, autosave=True) as session:
        old, had_no_name = session.path, session.is_autosave
        assert had_no_name
        louder(session)
        expected = heard(session)
        session.save_as(tmp_path / "sub" / "Named")
        assert not session.is_autosave
        assert not old.exists()
        louder(session, 0.5)
        session.move_head(session.project.operations[0].id)
    again = reopen(tmp_path / "sub" / "Named.runout")
    assert again.notes == ()
    assert not again.is_autosave
    np.testing.assert_array_equal(heard(again), expected)


def test_a_session_killed_before_it_moved_has_no_name_after(side, tmp_path, monkeypatch):
    """Its contents name it already; taken at their word it would lie where nobody looks."""
    path = tmp_path / "sessions" / "side.runout"
    session = create_project(path, side, software=SOFTWARE, autosave=True)
    louder(session)
    expected, rename = heard(session), os.rename
    monkeypatch.setattr(os, "rename", lambda old, new: (_ for _ in ()).throw(SystemExit))
    with pytest.raises(SystemExit):
        session.save_as(tmp_path / "Named")
    monkeypatch.setattr(os, "rename", rename)
    with opened_by_job(crash(session), is_session=True) as again:
        assert again.is_autosave
        np.testing.assert_array_equal(heard(again), expected)
        again.save_as(tmp_path / "Named")
        assert not path.exists()
    with opened_by_job(tmp_path / "Named.runout", is_session=False) as named:
        assert not named.is_autosave


def opened_by_job(path: Path, *, is_session: bool) -> ProjectFolder:
    opened = OpenProjectJob(path, SOFTWARE, is_session=is_session).run()
    assert isinstance(opened, ProjectFolder)
    return opened


@pytest.mark.parametrize("copy_source", [False, True])
def test_a_session_goes_to_another_disk_as_well(side, tmp_path, reopen, monkeypatch, copy_source):
    monkeypatch.setattr(recorder, "is_on_same_disk", lambda first, second: False)
    with create_project(
        tmp_path / "s" / "side", side, software=SOFTWARE, autosave=True, copy_source=copy_source
    ) as session:
        louder(session)
        expected = heard(session)
        told: list[float] = []
        session.save_as(tmp_path / "Named", lambda fraction, message="": told.append(fraction))
        assert told[-1] == 1.0
        assert not (tmp_path / "s" / "side.runout").exists()
        np.testing.assert_array_equal(heard(session), expected)
        louder(session, 0.5)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["Named.runout", "s", "side.wav"]
    if copy_source:
        side.unlink()
    again = reopen(tmp_path / "Named.runout")
    assert again.notes == ()
    assert again.project.head == 2


def test_a_named_project_is_copied_and_stays(folder, tmp_path, reopen):
    louder(folder)
    folder.save_as(tmp_path / "Copy.runout")
    louder(folder, 0.4)
    folder.close()
    assert reopen(folder.path).project.head == 2
    assert reopen(tmp_path / "Title.runout").project.head == 1


def test_an_operation_kept_while_the_folder_moves_is_not_lost(side, tmp_path, reopen, monkeypatch):
    with create_project(tmp_path / "s", side, software=SOFTWARE, autosave=True) as session:
        operation = restore(session.project.state, Declick(), [Region(0.2, 0.3)])
        arrived, go_on = threading.Event(), threading.Event()
        write = renders.Renders.write

        def wait(*args, **named):
            arrived.set()
            assert go_on.wait(10)
            return write(*args, **named)

        monkeypatch.setattr(renders.Renders, "write", wait)
        kept = []
        worker = threading.Thread(target=lambda: kept.append(session.keep(operation)))
        worker.start()
        assert arrived.wait(10)
        session.save_as(tmp_path / "Named")
        go_on.set()
        worker.join()
        session.commit(kept[0])
        expected = heard(session)
    np.testing.assert_array_equal(heard(reopen(tmp_path / "Named.runout")), expected)


def test_names_that_are_taken_are_refused(folder, side, tmp_path):
    with pytest.raises(StorageError, match=r"Title.runout exists already .* choose another name"):
        create_project(tmp_path / "Title", side, software=SOFTWARE)
    with pytest.raises(StorageError, match="exists already"):
        folder.save_as(folder.path)
    with pytest.raises(StorageError, match=r"would lie in Title.runout itself"):
        folder.save_as(folder.path / "In")


def test_what_is_no_project_is_said_so(tmp_path):
    (tmp_path / "empty").mkdir()
    for path in (tmp_path / "empty", tmp_path / "none", Path("nul\0")):
        assert not is_project(path)
        with pytest.raises(StorageError, match="is no project of Runout"):
            open_project(path, software=SOFTWARE)


def test_going_back_to_a_generation_keeps_the_present_one(folder, reopen):
    louder(folder)
    folder.save()
    number = folder.generations()[-1].number
    louder(folder, 0.5)
    folder.close()
    back = reopen(folder.path, generation=number)
    assert back.project.head == 1
    counts = {each.number: each.n_operations for each in back.generations()}
    back.close()
    newest = max(counts)
    assert counts[newest] == 1
    latest_before = max(n for n in counts if counts[n] == 2)
    assert reopen(folder.path, generation=latest_before).project.head == 2


def test_twenty_generations_are_kept(folder):
    for _ in range(25):
        folder.save()
    numbers = [each.number for each in folder.generations()]
    assert numbers == list(range(7, 27))


def test_cleaning_up_frees_what_was_undone_and_no_more(folder, reopen):
    first = louder(folder)
    undone = louder(folder, 0.5)
    folder.move_head(first.id)
    last = louder(folder, 0.7)
    expected, before = heard(folder), folder.sizes()
    header = 128
    n_bytes = header + undone.patches[0].samples.nbytes + header + 16  # samples and one span
    assert before.undone == n_bytes
    freed = folder.clean_up(folder.project.others)
    assert freed == n_bytes
    assert folder.sizes().undone == 0
    again = reopen(crash(folder))
    assert [each.id for each in again.project.all_operations] == [first.id, last.id]
    np.testing.assert_array_equal(heard(again), expected)


def test_the_same_samples_are_stored_once(folder):
    first = louder(folder)
    names = sorted(each.name for each in (folder.path / "renders").iterdir())
    folder.move_head(None)
    second = louder(folder)
    assert second.id != first.id
    assert sorted(each.name for each in (folder.path / "renders").iterdir()) == names


def test_what_follows_a_save_that_failed_is_recorded(folder, reopen, monkeypatch):
    louder(folder)

    def refuse(part):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(disk, "sync_file", refuse)
        with pytest.raises(StorageError, match="there is no room in the folder"):
            folder.save()
        louder(folder, 0.3)
        patch.setattr(disk, "sync_file", lambda part: None)
        patch.setattr(recorder, "write_document", lambda folder, contents: refuse(None))
        with pytest.raises(StorageError, match="there is no room in the folder"):
            folder.save()
        louder(folder, 0.5)
    assert folder.recorded_changes
    assert reopen(crash(folder)).project.head == 3
