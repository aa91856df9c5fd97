from datetime import UTC, datetime

import numpy as np
import pytest

from engine.audio import MemoryRecording
from engine.project import Operation, Patch, Project
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
    assert project.move_head(0) == ((10, 20), (30, 40), (60, 70))
    np.testing.assert_array_equal(project.state.read(0, 1000).samples, source)
    assert (project.can_undo, project.can_redo, len(project.operations)) == (False, True, 2)
    assert project.move_head(1) == ((10, 20),)


def test_new_work_after_undo_takes_the_place_of_what_was_undone(project: Project):
    first, second, third = (operation(filled(i, i + 5, 1.0)) for i in (0, 10, 20))
    project.commit(first)
    project.commit(second)
    project.move_head(1)
    project.commit(third)
    assert project.operations == (first, third)
    assert not project.can_redo


def test_what_is_read_may_be_written_into_without_harm(project: Project):
    project.commit(operation(filled(0, 1000, 1.0)))
    project.state.read(0, 10).samples[:] = 9.0
    assert project.state.read(0, 10).samples.max() == 1.0
