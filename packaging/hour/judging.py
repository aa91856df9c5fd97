"""Judging: what a project and an export hold, read from the disk as anyone could read them."""

import hashlib
import json
import shutil
import wave
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

from engine.event import Decision
from engine.project import Operation, State
from engine.storage.folder import SUFFIX, is_project, open_project
from engine.storage.project_folder import ProjectFolder

SOFTWARE = "scripted hour"
Samples = NDArray[np.float32]
Grid = NDArray[np.int32]


class Wrong(Exception):
    """Something did not come out as it must."""


@dataclass(frozen=True, eq=False)
class Held:
    """A project at a moment: its operations, those in force, and its sound (channel time)."""

    all_ids: tuple[str, ...]
    in_force: tuple[Operation, ...]
    samples: Samples
    decisions: tuple[Decision, ...]
    """What is decided on the events of the newest operation in force that has found any."""
    finder: Operation | None
    notes: tuple[str, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the operations in force."""
        return tuple(each.id for each in self.in_force)


def read_project(folder: Path, scratch: Path) -> Held:
    """Read a copy of a project, so that the one that is open stays alone.

    Raises:
        Wrong: a render is damaged, or the sound is not that of the operations.
    """
    copy = scratch / f"look{SUFFIX}"
    shutil.rmtree(copy, ignore_errors=True)
    # where it lies elsewhere, a source that is told relative to it is found by its full path
    shutil.copytree(folder, copy)
    with open_project(copy, software=SOFTWARE) as project:
        damaged = project.check_renders()
        if damaged or any("left out" in note for note in project.notes):
            raise Wrong(f"{folder.name} has damaged renders: {project.notes}")
        return _held(project)


def _held(project: ProjectFolder) -> Held:
    state = project.project.state
    samples = state.read(0, state.n_samples).samples
    composed = _composed(state)
    if not np.array_equal(samples, composed):
        raise Wrong("the sound of the project is not that of its operations")
    finders = [each for each in state.operations if each.events]
    finder = finders[-1] if finders else None
    return Held(
        tuple(each.id for each in project.project.all_operations),
        state.operations,
        composed,
        () if finder is None else state.decisions(finder),
        finder,
        project.notes,
    )


def _composed(state: State) -> Samples:
    """The source with the patches of all operations laid over it one after the other."""
    source = state.source
    samples = np.array(source.read(0, source.n_samples).samples)
    for operation in state.operations:
        for patch in operation.patches:
            samples[:, patch.start : patch.stop] = patch.samples
    return samples


def find_projects(*folders: Path) -> list[Path]:
    """The projects that lie in some folders, the newest last."""
    found = [path for folder in folders for path in folder.glob(f"*{SUFFIX}") if is_project(path)]
    return sorted(found, key=lambda path: path.stat().st_mtime)


@dataclass(frozen=True, eq=False)
class Exported:
    """An export as it lies on the disk: result and removed part on the grid of 24 bit."""

    result: Grid
    removed: Grid
    report: dict[str, Any]


def read_export(path: Path) -> Exported:
    """Read a result with what was written along with it."""
    removed = path.with_name(f"{path.stem}.removed{path.suffix}")
    report = path.with_name(f"{path.stem}.runout.json")
    if soundfile.info(path).subtype != "PCM_24":
        raise Wrong(f"{path.name} is not of 24 bit")
    return Exported(read_grid(path), read_grid(removed), json.loads(report.read_bytes()))


def read_grid(path: Path) -> Grid:
    """The samples of a file of 24 bit as whole numbers, (channel time)."""
    samples, _ = soundfile.read(path, dtype="int32", always_2d=True)
    return np.ascontiguousarray(samples.T >> 8)


def audio_bytes(path: Path) -> bytes:
    """The stored bytes of the samples of a WAV file."""
    with wave.open(str(path)) as opened:
        stored: bytes = opened.readframes(opened.getnframes())
        return stored


def partial_exports(folder: Path, n_samples: int) -> list[str]:
    """Sentences on files under final names that are not whole, or not what their report says."""
    wrong = []
    for path in folder.glob("*.wav"):
        try:
            if soundfile.info(path).frames != n_samples:
                wrong.append(f"{path.name} is cut short")
        except soundfile.LibsndfileError as error:
            wrong.append(f"{path.name} cannot be read: {error}")
    for path in folder.glob("*.runout.json"):
        for output in json.loads(path.read_bytes())["outputs"]:
            if sha256(folder / output["name"]) != output["sha256"]:
                wrong.append(f"{output['name']} is not what its report tells of")
    return wrong


def sha256(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
