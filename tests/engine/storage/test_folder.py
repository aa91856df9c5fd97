import numpy as np

from engine.region import Region
from engine.storage.contents import Mark
from tests.engine.storage.conftest import crash, heard, louder


def test_everything_recorded_is_there_after_a_crash(folder, reopen):
    first, second = louder(folder), louder(folder, 0.5)
    folder.move_head(first.id)
    third = louder(folder, 0.3)
    folder.set_noise(Region(0.1, 0.2))
    folder.set_marks([Mark(0.5, 0.5, "needle", "marker")])
    expected = heard(folder)
    again = reopen(crash(folder))
    assert [each.id for each in again.project.operations] == [first.id, third.id]
    assert [each.id for each in again.project.others] == [second.id]
    assert again.noise == Region(0.1, 0.2)
    assert again.marks == (Mark(0.5, 0.5, "needle", "marker"),)
    np.testing.assert_array_equal(heard(again), expected)
    assert again.project.operation(first.id).task == first.task


def test_a_project_that_was_closed_opens_as_it_was(folder, reopen):
    louder(folder)
    second = louder(folder, 0.5)
    folder.move_head(None)
    folder.set_view({"start_s": 0.25, "list": [1, None, "a"]})
    folder.close()
    again = reopen(folder.path)
    assert again.notes == ()
    assert again.view == {"start_s": 0.25, "list": [1, None, "a"]}
    assert again.project.head == 0
    assert again.project.can_redo
    again.move_head(second.id)
    assert again.project.head == 2


def test_an_autosaved_project_moves_and_a_named_one_is_copied(folder, side, tmp_path, reopen):
    louder(folder)
    folder.save_as(tmp_path / "sub" / "Copy")
    assert folder.path == tmp_path / "sub" / "Copy.runout"
    louder(folder, 0.4)
    folder.close()
    assert len(reopen(folder.path).project.operations) == 2
    assert len(reopen(tmp_path / "Title.runout").project.operations) == 1
