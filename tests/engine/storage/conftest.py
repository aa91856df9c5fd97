import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from engine.jobs.restore import restore
from engine.project import Operation
from engine.region import Region
from engine.storage.folder import ProjectFolder, create_project, open_project
from engine.tasks import Task
from engine.tasks.gain import Gain
from tests.signals import clicks, sine

RATE = 44100
SOFTWARE = "1.2.3"


@pytest.fixture(autouse=True)
def _quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test writes need not outlive the loss of power."""
    monkeypatch.setattr(os, "fsync", lambda handle: None)


@pytest.fixture
def side(rng: np.random.Generator, tmp_path: Path) -> Path:
    """A second of a stereo sine with clicks in a file."""
    path = tmp_path / "side.wav"
    degraded, _ = clicks(rng, sine(440.0, 1.0, RATE, n_channels=2), per_second=40.0)
    soundfile.write(path, degraded.samples.T, RATE, subtype="PCM_24")
    return path


@pytest.fixture
def folder(side: Path, tmp_path: Path) -> Iterator[ProjectFolder]:
    """A new named project of that file."""
    with create_project(tmp_path / "Title.runout", side, software=SOFTWARE) as created:
        yield created


def done(folder: ProjectFolder, task: Task, *regions: Region) -> Operation:
    """Run a task at the head and record it."""
    kept = folder.keep(restore(folder.project.state, task, regions))
    folder.commit(kept)
    return kept


def louder(folder: ProjectFolder, start_s: float = 0.1, gain_db: float = 6.0) -> Operation:
    """A tenth of a second made louder."""
    return done(folder, Gain(gain_db=gain_db), Region(start_s, start_s + 0.1))


def crash(folder: ProjectFolder) -> Path:
    """Let go of a project without closing it, as a process that is killed does."""
    lock = folder.path / "lock"
    left = lock.read_bytes()
    folder._recorder.release()
    folder.source.close()
    lock.write_bytes(left)
    return folder.path


def heard(folder: ProjectFolder) -> np.ndarray:
    """All samples at the head."""
    state = folder.project.state
    return state.read(0, state.n_samples).samples


Reopen = Callable[..., ProjectFolder]


@pytest.fixture
def reopen() -> Iterator[Reopen]:
    """Open projects that are closed at the end."""
    opened: list[ProjectFolder] = []

    def open_(path: Path, **wanted: Any) -> ProjectFolder:
        opened.append(open_project(path, software=SOFTWARE, **wanted))
        return opened[-1]

    yield open_
    for each in opened:
        each.close()
