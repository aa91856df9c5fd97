from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from engine.audio import MemoryRecording
from engine.project import Change, Operation, Patch, Project
from engine.tasks.gain import Gain
from tests.signals import noise


def operation(*patches: Patch) -> Operation:
    return Operation(Gain(), "Gain", (), patches, (), 0, 0, datetime.now(UTC), 0.0)


def filled(start: int, stop: int, value: float) -> Patch:
    return Patch(start, np.full((2, stop - start), value, np.float32))


@pytest.fixture
def project(rng: np.random.Generator) -> Project:
    return Project(MemoryRecording(noise(rng, 0.1, 10000, n_channels=2)))


def test_the_newest_patch_decides_and_the_rest_is_the_source(project: Project):
    source = project.source.read(0, 1000).samples
    project.commit(operation(filled(100, 300, 1.0), filled(500, 600, 2.0)))
    project.commit(operation(filled(200, 400, 3.0)))
    expected = source.copy()
    expected[:, 100:300], expected[:, 500:600] = 1.0, 2.0
    expected[:, 200:400] = 3.0
    np.testing.assert_array_equal(project.state.read(0, 1000).samples, expected)


def test_any_window_of_a_state_equals_the_same_window_of_the_whole(
    project: Project, rng: np.random.Generator
):
    for _ in range(8):
        start = int(rng.integers(0, 900))
        project.commit(operation(filled(start, start + int(rng.integers(1, 100)), rng.random())))
    whole = project.state.read(0, 1000).samples
    for _ in range(100):
        start, stop = sorted(rng.integers(0, 1001, 2).tolist())
        window = project.state.read(start, stop).samples
        np.testing.assert_array_equal(window, whole[:, start:stop])


def test_undo_and_redo_move_the_head_and_tell_which_samples_may_differ(project: Project):
    source = project.source.read(0, 1000).samples
    project.commit(operation(filled(10, 20, 1.0)))
    project.commit(operation(filled(30, 40, 1.0), filled(60, 70, 1.0)))
    assert project.move_head(0) == Change(((10, 20), (30, 40), (60, 70)), is_staged=False)
    np.testing.assert_array_equal(project.state.read(0, 1000).samples, source)
    assert (project.can_undo, project.can_redo, len(project.operations)) == (False, True, 2)
    assert project.move_head(1) == Change(((10, 20),), is_staged=False)


def test_new_work_after_undo_starts_a_branch_and_what_was_undone_stays(project: Project):
    first, second, third = (operation(filled(i, i + 5, 1.0)) for i in (0, 10, 20))
    project.commit(first)
    project.commit(second)
    project.move_head(1)
    project.commit(third)
    assert project.operations == (first, third)
    assert not project.can_redo
    assert project.others == (second,)
    assert project.jump(second.id) == Change(((10, 15), (20, 25)), is_staged=False)
    assert project.operations == (first, second)
    assert project.others == (third,)
    assert project.state.operations == (first, second)


def test_redo_follows_the_branch_that_was_left_last(project: Project):
    first, second, third = (operation(filled(i, i + 5, 1.0)) for i in (0, 10, 20))
    project.commit(first)
    project.commit(second)
    project.move_head(1)
    project.commit(third)
    project.jump(second.id)
    project.move_head(0)
    assert project.operations == (first, second)
    project.jump(third.id)
    project.move_head(0)
    assert project.operations == (first, third)


def test_a_branch_is_given_up_with_all_that_was_built_on_it(project: Project):
    first, second, third, fourth = (operation(filled(i, i + 5, 1.0)) for i in (0, 10, 20, 30))
    project.commit(first)
    project.commit(second)
    project.commit(third)
    project.move_head(1)
    project.commit(fourth)
    project.forget((second,))
    assert project.all_operations == (first, fourth)
    with pytest.raises(AssertionError):
        project.forget((first,))


def test_a_stage_takes_the_place_of_the_source(project: Project, rng: np.random.Generator):
    stage = MemoryRecording(noise(rng, 0.07, 10000))
    maker = replace(operation(), stage=stage)
    project.commit(operation(filled(100, 300, 1.0)))
    project.commit(maker)
    state = project.state
    assert (state.n_channels, state.n_samples, state.staged_by) == (1, 700, maker)
    np.testing.assert_array_equal(state.read(0, 700).samples, stage.audio.samples)
    patch = Patch(5, np.full((1, 10), 2.0, np.float32))
    project.commit(operation(patch))
    assert (project.state.read(5, 15).samples == 2.0).all()
    assert project.move_head(2) == Change(((5, 15),), is_staged=False)
    assert project.move_head(1).is_staged
    assert project.state.n_samples == 1000


def test_ten_thousand_patches_are_read_as_if_there_were_one(project: Project):
    many = operation(*(filled(10 * i, 10 * i + 5, float(i)) for i in reversed(range(100))))
    project.commit(many)
    read = project.state.read(503, 532).samples[0]
    assert read[0] == read[1] == 50.0
    np.testing.assert_array_equal(read[7:12], 51.0)
    np.testing.assert_array_equal(read[17:22], 52.0)
    source = project.source.read(503, 532).samples[0]
    np.testing.assert_array_equal(read[2:7], source[2:7])


def test_what_is_read_may_be_written_into_without_harm(project: Project):
    project.commit(operation(filled(0, 1000, 1.0)))
    project.state.read(0, 10).samples[:] = 9.0
    assert project.state.read(0, 10).samples.max() == 1.0


def test_siblings_are_what_was_done_after_the_same_operation(project: Project):
    first, second, third, later = (operation(filled(i, i + 5, 1.0)) for i in (0, 10, 20, 30))
    project.commit(first)
    for sibling in (second, third):
        project.move_head(1)
        project.commit(sibling)
    project.commit(later)
    assert project.siblings(second) == project.siblings(third) == (second, third)
    assert project.siblings(first) == (first,)
    assert project.siblings(later) == (later,)
