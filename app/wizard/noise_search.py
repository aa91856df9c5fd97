"""Noise search: finds noise in the user's transfers, with a picture of each stretch."""

import contextlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from app.document import Document
from app.language import to_translate
from app.marks import MUSIC, NOISE
from engine.errors import EngineError
from engine.progress import Progress, ignore, part
from engine.region import Region
from training.wizard.find_stretches import FindStretchesJob, Searched
from training.wizard.hear_stretch import picture_of
from training.wizard.noise_marks import Marked, ReadMarksJob, SideMarks, combined, side_marks
from training.wizard.plan import Stretch

Place = tuple[str, float, float]
"""Of a stretch: path, start and stop."""


@dataclass(frozen=True)
class Seen:
    """What was found in one transfer, or by marks; pictures as PNG files."""

    searched: Searched
    pictures: Mapping[Place, bytes] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class NoiseSearchJob:
    """Reads marks, then searches transfer by transfer.

    Attributes:
        transfers, projects: files and folders.
        kept: marked stretches that are known from before.
        sides: marks of what is open.
        cache: for what was found.
        take: is given each transfer as soon as it is searched, on the thread of the job.
    """

    transfers: tuple[str, ...]
    projects: tuple[str, ...]
    kept: tuple[Stretch, ...]
    sides: tuple[SideMarks, ...]
    cache: Path
    take: Callable[[Seen], object]
    title: str = to_translate("Looking for noise in your transfers")

    def run(self, progress: Progress = ignore) -> tuple[tuple[Searched, ...], Marked]:
        """Search; tells of every transfer, and of the marks.

        Raises:
            Cancelled: progress said so.
        """
        share = part(progress, 0.0, 0.05)
        read = ReadMarksJob(self.projects, self.sides).run(share) if self._has_marks else Marked()
        marked = _with_kept(read, self.kept)
        for path in dict.fromkeys(each.path for each in marked.stretches):
            of_path = tuple(each for each in marked.stretches if each.path == path)
            self.take(seen_of(Searched(path, of_path)))
        music = {each.path: each.music for each in marked.sides}
        job = FindStretchesJob(self.transfers, self.cache, music, self._take(marked))
        return job.run(part(progress, 0.05, 1.0)), marked

    @property
    def _has_marks(self) -> bool:
        return bool(self.projects or self.sides)

    def _take(self, marked: Marked) -> Callable[[Searched], object]:
        def take(searched: Searched) -> None:
            own = tuple(each for each in marked.stretches if each.path == searched.path)
            every = combined(searched.stretches, replace(marked, stretches=own))
            self.take(seen_of(replace(searched, stretches=every)))

        return take


def seen_of(searched: Searched) -> Seen:
    """What was found with its pictures; a stretch that cannot be read has none."""
    pictures = {}
    for each in searched.stretches:
        with contextlib.suppress(EngineError):
            pictures[place_of(each)] = picture_of(each)
    return Seen(searched, pictures)


def place_of(stretch: Stretch) -> Place:
    """What tells it from others."""
    return stretch.path, stretch.start_s, stretch.stop_s


def marks_of(document: Document | None) -> SideMarks | None:
    """The marks of what is open; None without any noise or music."""
    if document is None:
        return None
    source = document.source
    marks = [each for each in document.marks.items if each.kind in (NOISE, MUSIC)]
    source_s = source.n_samples / source.sample_rate
    side = side_marks(str(document.path.absolute()), marks, document.duration_s, source_s)
    return side if side.noise or side.music else None


def _with_kept(marked: Marked, kept: Sequence[Stretch]) -> Marked:
    """Marks that were read, and those known from before of other transfers."""
    read = {each.path for each in marked.sides}
    old = [each for each in kept if each.path not in read]
    sides = [
        SideMarks(path, tuple(Region(e.start_s, e.stop_s) for e in old if e.path == path))
        for path in dict.fromkeys(each.path for each in old)
    ]
    return replace(marked, sides=(*marked.sides, *sides), stretches=(*marked.stretches, *old))


def is_below(path: str, places: Sequence[str]) -> bool:
    """Whether a path is one of some places, or lies in one."""
    return any(path == place or path.startswith(os.path.join(place, "")) for place in places)
