"""Scan: finds the sound files in what was dropped, and reads their headers, beside the window."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.batch.rows import Found, Row
from app.language import to_translate
from engine.audio_file import open_audio
from engine.collection import find_audio
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
    """Finds files; a folder is mirrored below the output folder with its name.

    Attributes:
        paths: files and folders. A file that is named is taken whatever its suffix says.
        outputs: what lies below this folder was made by a batch, and is no source.
        take: is given files as they are found, on the thread of the job.
    """

    paths: Sequence[str]
    outputs: Path | None
    take: Callable[[list[Found]], object]
    title: str = to_translate("Looking for sound files")

    def run(self, progress: Progress = ignore) -> int:
        """Find them.

        Returns:
            How many there were.
        """
        chunk: list[Found] = []
        count = 0
        for number, path in enumerate(self.paths):
            for found in self._found(os.path.abspath(path)):
                progress(number / len(self.paths))
                chunk.append(found)
                count += 1
                if len(chunk) == CHUNK:
                    self.take(chunk)
                    chunk = []
        if chunk:
            self.take(chunk)
        return count

    def _found(self, path: str) -> Iterator[Found]:
        if not os.path.isdir(path):
            yield Found(path, os.path.basename(path))
            return
        parent = os.path.dirname(path)
        for each in find_audio(Path(path)):
            if not self._is_output(each):
                yield Found(str(each), os.path.relpath(each, parent))

    def _is_output(self, path: Path) -> bool:
        return self.outputs is not None and self.outputs in path.parents


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


def _facts(row: Row) -> Facts:
    try:
        with open_audio(row.found.source) as file:
            return Facts(row, file.n_samples / file.sample_rate, file.sample_rate)
    except EngineError as error:
        return Facts(row, problem=str(error))
