import errno
import time
from dataclasses import replace

import numpy as np
import pytest

from engine.errors import StorageError
from engine.event import Event
from engine.jobs.restore import restore
from engine.model_used import ModelUsed
from engine.project import Patch
from engine.region import Region
from engine.storage import disk, renders
from engine.storage import folder as folder_module
from engine.storage.disk import free_bytes
from engine.storage.record import Record
from engine.tasks.gain import Gain
from engine.tasks.speed import Speed
from tests.engine.storage.conftest import crash, done, heard, louder

MANY = 10_000


def test_ten_thousand_patches_and_events_load_at_once(folder, reopen):
    made = restore(folder.project.state, Gain(gain_db=1.0), [Region(0.0, 0.1)])
    patches = tuple(Patch(4 * i, np.full((2, 3), i / MANY, np.float32)) for i in range(MANY))
    events = tuple(Event(4 * i, 4 * i + 3, i % 2, 0.5, -1.0 * (i % 50)) for i in range(MANY))
    kept = folder.keep(replace(made, patches=patches, events=events))
    folder.commit(kept)
    expected = heard(folder)
    path = crash(folder)
    start_s = time.perf_counter()
    again = reopen(path)
    assert time.perf_counter() - start_s < 1.0
    found = again.project.operation(made.id)
    assert found.events == events
    assert found.spans == made.spans or len(found.spans) == MANY
    np.testing.assert_array_equal(heard(again), expected)
    assert len(list((path / "renders").iterdir())) == 3


def test_a_stage_is_kept_and_what_lies_over_it(folder, reopen):
    stage = done(folder, Speed(from_rpm=78.0, to_rpm=80.0))
    louder(folder, 0.2)
    expected = heard(folder)
    assert expected.shape[1] < folder.source.n_samples
    again = reopen(crash(folder))
    np.testing.assert_array_equal(heard(again), expected)
    assert again.project.operation(stage.id).task == stage.task


def test_the_models_an_operation_has_used_are_kept(folder, reopen):
    made = restore(folder.project.state, Gain(gain_db=1.0), [Region(0.0, 0.1)])
    used = (ModelUsed("denoise-light", "2", "ab" * 32, "CC-BY-SA-4.0", "cuda"),)
    folder.commit(folder.keep(replace(made, models=used)))
    assert reopen(crash(folder)).project.operation(made.id).models == used


def test_the_renders_of_what_is_left_alone_are_not_read(folder, reopen):
    nothing = restore(folder.project.state, Gain(gain_db=0.0), [Region(0.2, 0.3)])
    assert nothing.patches == ()
    folder.commit(folder.keep(nothing))
    assert list((folder.path / "renders").iterdir()) == []
    assert reopen(crash(folder)).project.head == 1


def test_a_render_for_which_there_is_no_room_changes_nothing(folder, reopen, monkeypatch):
    louder(folder)
    expected = heard(folder)
    made = restore(folder.project.state, Gain(gain_db=1.0), ())
    needed = sum(patch.samples.nbytes for patch in made.patches)
    monkeypatch.setattr(renders, "free_bytes", lambda path: needed)
    with pytest.raises(StorageError, match=r"4\.4 MB are needed and .* MB are free"):
        folder.keep(made)
    with pytest.raises(StorageError, match=r"4\.8 MB are needed and .* MB are free"):
        folder.check_room(needed)
    monkeypatch.setattr(renders, "free_bytes", free_bytes)
    folder.check_room(needed)
    np.testing.assert_array_equal(heard(folder), expected)
    folder.commit(folder.keep(made))
    assert reopen(crash(folder)).project.head == 2


def test_a_folder_that_may_not_be_written_can_be_looked_at(folder, reopen, monkeypatch):
    louder(folder)
    folder.close()

    def refuse(path):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(folder_module, "take_lock", refuse)
    again = reopen(folder.path)
    assert again.is_read_only
    assert again.notes[0].startswith("Title.runout is read-only, as nothing can be written into")
    assert again.notes[0].endswith("you have no right to; save the project elsewhere")
    assert again.project.head == 1


def test_a_project_on_a_full_disk_can_be_looked_at(folder, reopen, monkeypatch):
    louder(folder)
    path = crash(folder)
    journal = path / "journal.jsonl"
    journal.write_bytes(journal.read_bytes()[:-9])  # so that a new one must be begun

    def refuse(part):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(disk, "sync_file", refuse)
    again = reopen(path)
    assert again.is_read_only
    assert "Title.runout is read-only, as there is no room in the folder" in again.notes[-1]


def test_a_record_reads_back_as_it_was(folder):
    from engine.storage.fields import Fields

    kept = louder(folder)
    record = folder._contents.records[kept.id]
    assert Record.read(Fields(record.to_mapping(), "record")) == record


def test_damaged_renders_are_found_when_all_are_read(folder):
    louder(folder)
    second = louder(folder, 0.5)
    assert folder.check_renders() == ()
    key = folder._contents.records[second.id].keys[0]
    (folder.path / "renders" / f"{key}.npy").write_bytes(b"")
    assert [each.id for each in folder.check_renders()] == [second.id]
