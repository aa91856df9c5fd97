"""Scan: finds the sound files in what was dropped, and reads their headers, beside the window."""

import os
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from app.batch.rows import Found, Row
from app.language import to_translate
from engine.audio_file import open_audio
from engine.collection import mirrored
from engine.errors import EngineError
from engine.progress import Progress, ignore

CHUNK = 200
"""Files that are handed over at once."""


@dataclass(frozen=True)
class Facts:
    """What the header of a file says, or why it cannot be read."""

    row: Row
    duration_s: float | None = None
    sample_rate: int | None = None
    problem: str = ""


@dataclass(frozen=True, eq=False)
class ScanJob:
    """Finds files. A folder that is dropped alone is mirrored as the command line does it.

    Of several folders each gets one below the output folder, by its own name, so that none is in
    the way of another one.

    Attributes:
        paths: files and folders. A file that is named is taken whatever its suffix says.
        outputs: what lies below this folder was made by a batch, and is no source.
        take: is given files as they are found, on the thread of the job.
        taken: the names that the list has directly below the output folder already; None where
            the list is empty.
    """

    paths: Sequence[str]
    outputs: Path | None
    take: Callable[[list[Found]], object]
    taken: Set[str] | None = None
    title: str = to_translate("Looking for sound files")

    def run(self, progress: Progress = ignore) -> int:
        """Find them.

        Returns:
            How many there were.
        """
        chunk: list[Found] = []
        count = 0
        names = self._names()
        for number, path in enumerate(self.paths):
            for found in self._found(os.path.abspath(path), names):
                progress(number / len(self.paths))
                chunk.append(found)
                count += 1
                if len(chunk) == CHUNK:
                    self.take(chunk)
                    chunk = []
        if chunk:
            self.take(chunk)
        return count

    def _names(self) -> set[str] | None:
        """The names that folders do not get any more; None where a folder needs none."""
        folders = sum(os.path.isdir(path) for path in self.paths)
        if self.taken is None and folders <= 1:
            return None
        files = {os.path.basename(path) for path in self.paths if not os.path.isdir(path)}
        return files | (self.taken or set())

    def _found(self, path: str, names: set[str] | None) -> Iterator[Found]:
        """names: gets that of the folder, if it is one and needs one."""
        if not os.path.isdir(path):
            yield Found(path, os.path.basename(path))
            return
        name = ""
        if names is not None:
            name = _free(os.path.basename(path), names)
            names.add(name)
        for source, below in mirrored(Path(path), self.outputs, name):
            yield Found(str(source), str(below))


@dataclass(frozen=True, eq=False)
class FactsJob:
    """Reads how long files are; take: is given it as it is read, on the thread of the job."""

    rows: Sequence[Row]
    take: Callable[[list[Facts]], object]
    title: str = to_translate("Reading the headers")

    def run(self, progress: Progress = ignore) -> None:
        """Read them."""
        for start in range(0, len(self.rows), CHUNK):
            chunk = []
            for number, row in enumerate(self.rows[start : start + CHUNK], start):
                progress(number / len(self.rows))
                chunk.append(_facts(row))
            self.take(chunk)


def _free(name: str, names: Set[str]) -> str:
    """The name, or the first of "name 2", "name 3" and so on, that is in nobody's way."""
    among = {each.casefold() for each in names}
    wanted, number = name, 1
    while wanted.casefold() in among:
        number += 1
        wanted = f"{name} {number}"
    return wanted


def _facts(row: Row) -> Facts:
    try:
        with open_audio(row.found.source) as file:
            return Facts(row, file.n_samples / file.sample_rate, file.sample_rate)
    except EngineError as error:
        return Facts(row, problem=str(error))
