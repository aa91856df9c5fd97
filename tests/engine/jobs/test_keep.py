"""Operations into project folders."""

from datetime import UTC, datetime
from functools import partial

import numpy as np
import pytest
import soundfile

from engine.audio_file import open_audio
from engine.errors import StorageError
from engine.jobs.keep import KeepHistoryJob, KeepJob, begin_session, copy_history, new_session
from engine.jobs.restore import RestoreJob
from engine.progress import Cancelled
from engine.project import Operation, Patch, Project, State
from engine.storage.folder import create_project, open_project
from engine.tasks.gain import Gain

N_SAMPLES = 5000


@pytest.fixture
def side(rng, tmp_path):
    path = tmp_path / "side.wav"
    soundfile.write(path, rng.uniform(-0.5, 0.5, (N_SAMPLES, 2)), 44100, subtype="PCM_24")
    return path


def step(number: int) -> Operation:
    patch = Patch(100 * number, np.full((2, 50), 0.01 * number, np.float32))
    return Operation(Gain(), f"Step {number}", (), (patch,), (), 100, 0, datetime.now(UTC), 0.1)


def everything(state: State) -> np.ndarray:
    return state.read(0, state.n_samples).samples


def branched(source) -> Project:
    """Two attempts after the first step; the head on the first step, redo goes to the second."""
    project = Project(source)
    first, second, third, fourth = (step(number) for number in (1, 2, 3, 4))
    for each in (first, second, third):
        project.commit(each)
    project.jump(first.id)
    project.commit(fourth)
    project.jump(third.id)
    project.jump(first.id)
    return project


def test_a_history_is_copied_with_branches_head_and_redo(side, tmp_path):
    with open_audio(side) as source:
        project = branched(source)
        with create_project(tmp_path / "copy", side, software="1") as folder:
            copy_history(project, folder)
        with open_project(tmp_path / "copy.runout", software="1") as folder:
            copied = folder.project
            assert [each.id for each in copied.operations] == [e.id for e in project.operations]
            assert [each.title for each in copied.others] == ["Step 4"]
            assert copied.head_id == project.head_id
            for each in project.all_operations:
                project.jump(each.id)
                copied.jump(each.id)
                assert np.array_equal(everything(copied.state), everything(project.state))


def test_sessions_of_one_name_lie_beside_one_another(side, tmp_path):
    sessions = tmp_path / "sessions"
    with new_session(sessions, side, "1") as one, new_session(sessions, side, "1") as other:
        assert [one.path.name, other.path.name] == ["side.runout", "side 2.runout"]
        assert one.is_autosave


def test_a_first_restoration_makes_its_folder_and_commits_nothing_yet(side, tmp_path):
    with open_audio(side) as source:
        project = Project(source)
        begin = partial(begin_session, project, side, tmp_path / "sessions", "1")
        job = RestoreJob("Gain", project.state, (Gain(gain_db=-6.0), Gain(gain_db=-1.0)))
        kept = KeepJob(job, None, begin).run()
        assert kept.is_new
        with kept.folder as folder:
            assert folder.project.head == 0
            for each in kept.operations:
                folder.commit(each)
            found = everything(folder.project.state)
            assert np.allclose(found, everything(State(source)) * 10 ** (-7 / 20), atol=1e-6)
            assert kept.peak.peak == pytest.approx(float(np.abs(found).max()), rel=0.2)


@pytest.mark.parametrize("error", [Cancelled(), StorageError("the disk is full")])
def test_nothing_is_left_of_a_folder_when_its_first_job_ends_early(side, tmp_path, error):
    class Broken:
        title = "Broken"

        def __init__(self, state):
            self.state = state

        def run(self, progress=None):
            raise error

    with open_audio(side) as source:
        project = Project(source)
        begin = partial(begin_session, project, side, tmp_path / "sessions", "1")
        with pytest.raises(type(error)):
            KeepJob(Broken(project.state), None, begin).run()
    assert list((tmp_path / "sessions").iterdir()) == []


def test_a_history_alone_can_be_kept(side, tmp_path):
    with open_audio(side) as source:
        project = branched(source)
        begin = partial(begin_session, project, side, tmp_path / "sessions", "1")
        kept = KeepJob(KeepHistoryJob(project.state), None, begin).run()
        with kept.folder as folder:
            assert kept.operations == ()
            assert len(folder.project.all_operations) == 4
