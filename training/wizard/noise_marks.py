"""Noise marks: stretches that somebody has marked in projects, as noise or as music.

Marks are kept in the time of what a project shows. Where a task has changed its length since, they
are taken back to the time of the transfer itself, from which noise is cut.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from engine.audio_file import AudioFile, open_audio, shown
from engine.errors import EngineError, StorageError
from engine.progress import Progress, ignore
from engine.region import Region
from engine.storage.contents import Contents, Mark
from engine.storage.folder import is_project
from engine.storage.generations import read_newest
from engine.storage.source import locate
from engine.units import power_to_db
from training.wizard.plan import Stretch

LEAST_S = 0.1
"""A mark that is shorter was a slip of the hand."""
_PIECE_S = 0.5
"""What is left of a stretch beside a mark must last as long."""


@dataclass(frozen=True)
class SideMarks:
    """What is marked on one transfer, in seconds of the transfer.

    Attributes:
        path: of the transfer.
        noise: nothing but noise.
        music: never noise.
    """

    path: str
    noise: tuple[Region, ...] = ()
    music: tuple[Region, ...] = ()


@dataclass(frozen=True)
class Marked:
    """What projects had.

    Attributes:
        sides: one for each project that could be read.
        stretches: what is marked as noise, each taken; of origin mark.
        problems: a sentence for each project that could not.
        n_projects: how many there were.
    """

    sides: tuple[SideMarks, ...] = ()
    stretches: tuple[Stretch, ...] = ()
    problems: tuple[str, ...] = ()
    n_projects: int = 0


@dataclass(frozen=True)
class ReadMarksJob:
    """Reads the marks of projects and measures what is marked as noise.

    Attributes:
        places: folders of projects, or with projects in them.
        sides: marks that are known already, as those of what is open now; they stand for their
            transfers, whatever its project has on the disk.
    """

    places: tuple[str, ...]
    sides: tuple[SideMarks, ...] = ()
    title: str = "Reading the marks of projects"

    def run(self, progress: Progress = ignore) -> Marked:
        """Read them; one that cannot be read stops nothing.

        Raises:
            Cancelled: progress said so.
        """
        sides, problems = list(self.sides), []
        known = {each.path for each in sides}
        projects = [each for place in self.places for each in _projects(Path(place), progress)]
        for number, project in enumerate(projects):
            progress(number / max(1, len(projects)), project.name)
            try:
                side = read_marks(project)
            except EngineError as error:
                problems.append(str(error))
                continue
            if side.path not in known:
                sides.append(side)
        stretches: list[Stretch] = []
        for side in sides:
            progress(0.9, os.path.basename(side.path))
            try:
                stretches += _measured(side)
            except EngineError as error:
                problems.append(str(error))
        return Marked(tuple(sides), tuple(stretches), tuple(problems), len(projects))


def read_marks(project: Path) -> SideMarks:
    """The marks in a project folder, which is only read, whoever has it open.

    Raises:
        StorageError: it is no project, cannot be read, or its source is not there.
    """
    if not is_project(project):
        raise StorageError(f"{shown(project)} is no project of Runout; choose a project's folder")
    try:
        contents = read_newest(project).contents
    except StorageError as error:
        name = shown(project)
        raise StorageError(str(error) if name in str(error) else f"{name}: {error}") from error
    path = locate(contents.source, project)
    marks = contents.marks
    if contents.noise is not None:
        marks = (*marks, Mark(contents.noise.start_s, contents.noise.stop_s, "", "noise"))
    return side_marks(str(path), marks, _shown_s(contents), _source_s(contents))


def side_marks(path: str, marks: Sequence[Mark], shown_s: float, source_s: float) -> SideMarks:
    """Marks as stretches of a transfer.

    Args:
        path: of the transfer.
        marks: in the time of what is shown.
        shown_s: length of that.
        source_s: length of the transfer.
    """
    factor = source_s / shown_s if shown_s > 0.0 else 1.0
    regions: dict[str, set[Region]] = {"noise": set(), "music": set()}
    for mark in marks:
        start, stop = factor * mark.start_s, min(source_s, factor * mark.stop_s)
        if mark.kind in regions and stop - start >= LEAST_S:
            regions[mark.kind].add(Region(round(start, 4), round(stop, 4)))
    noise, music = (_sorted(regions[kind]) for kind in ("noise", "music"))
    return SideMarks(path, noise, music)


def combined(found: Sequence[Stretch], marked: Marked) -> tuple[Stretch, ...]:
    """Stretches that were found and marked, none twice and none with music; by transfer and time.

    A mark counts more than what was found: music that is marked is cut out of it, and so is noise.
    """
    taboo: dict[str, list[Region]] = {}
    for side in marked.sides:
        taboo.setdefault(side.path, []).extend((*side.noise, *side.music))
    kept = [
        piece
        for each in found
        if each.origin != "mark"
        for piece in _outside(each, taboo.get(each.path, []))
    ]
    return tuple(sorted((*kept, *marked.stretches), key=lambda each: (each.path, each.start_s)))


def _projects(place: Path, progress: Progress) -> Iterator[Path]:
    """The projects in a folder at any depth; itself, if it is one or nothing else."""
    if is_project(place):
        yield place
        return
    is_any = False
    for parent, folders, _ in os.walk(place):
        progress(0.0, os.path.basename(parent))
        inside = [each for each in sorted(folders) if is_project(Path(parent, each))]
        for each in inside:
            is_any = True
            yield Path(parent, each)
        folders[:] = sorted(each for each in folders if each not in inside and each[0] != ".")
    if not is_any:
        yield place  # which will be said to be none


def _measured(side: SideMarks) -> Iterator[Stretch]:
    """What is marked as noise, without what is marked as music too."""
    if not side.noise:
        return
    with open_audio(side.path) as file:
        duration_s = file.n_samples / file.sample_rate
        for region in side.noise:
            start, stop = region.start_s, min(region.stop_s, duration_s)
            if stop - start < LEAST_S:
                continue
            whole = Stretch(side.path, start, stop, "mark", is_taken=True)
            for piece in _outside(whole, side.music):
                yield replace(piece, level_dbfs=round(_level_dbfs(file, piece), 2))


def _level_dbfs(file: AudioFile, stretch: Stretch) -> float:
    rate = file.sample_rate
    samples = file.read(round(stretch.start_s * rate), round(stretch.stop_s * rate)).samples
    centred = samples - samples.mean(axis=1, keepdims=True, dtype=np.float64)
    return float(power_to_db(np.mean(np.square(centred))))


def _outside(stretch: Stretch, taboo: Sequence[Region]) -> Iterator[Stretch]:
    """What is left of a stretch beside some regions."""
    pieces = [(stretch.start_s, stretch.stop_s)]
    for region in taboo:
        pieces = [
            part
            for start, stop in pieces
            for part in ((start, min(stop, region.start_s)), (max(start, region.stop_s), stop))
            if part[0] < part[1]
        ]
    for start, stop in pieces:
        if (start, stop) == (stretch.start_s, stretch.stop_s):
            yield stretch
        elif stop - start >= _PIECE_S:
            yield replace(stretch, start_s=start, stop_s=stop)


def _shown_s(contents: Contents) -> float:
    """Length of what the project shows: of the newest stage in force, or of the source."""
    for name in reversed(contents.line()):
        stage = contents.records[name].stage
        if stage is not None:
            return stage.n_samples / stage.sample_rate
    return _source_s(contents)


def _source_s(contents: Contents) -> float:
    return contents.source.n_samples / contents.source.sample_rate


def _sorted(regions: set[Region]) -> tuple[Region, ...]:
    return tuple(sorted(regions, key=lambda each: (each.start_s, each.stop_s)))
