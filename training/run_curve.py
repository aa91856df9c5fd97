"""Run curve: a line for each validation of a run; whole lines only, whatever ends the trainer."""

import contextlib
import csv
import io
import os
from collections.abc import Mapping
from pathlib import Path

from engine.documents import read_content, reason
from engine.errors import StorageError
from engine.sync import write_whole

CURVE = "curve.csv"


def append_curve(folder: Path, row: Mapping[str, int | float]) -> None:
    """Add a line, and one with the names before the first.

    Raises:
        StorageError: it cannot be written; then nothing of it is there.
    """
    path = folder / CURVE
    size = path.stat().st_size if path.is_file() else 0
    told = io.StringIO(newline="")
    writer = csv.DictWriter(told, list(row))
    if not size:
        writer.writeheader()
    writer.writerow({k: f"{v:.6g}" if isinstance(v, float) else v for k, v in row.items()})
    try:
        with path.open("ab") as lines:
            lines.write(told.getvalue().encode())
    except OSError as error:
        with contextlib.suppress(OSError):
            os.truncate(path, size)
        raise StorageError(f"{path} cannot be written: {error.strerror or error}") from error


def shorten_curve(folder: Path, step: int) -> None:
    """Take back what came after a step, and what is no whole line."""
    path = folder / CURVE
    if not path.is_file():
        return
    try:
        lines = read_content(path).splitlines(keepends=True)
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {reason(error)}; remove it") from error
    whole = [each for each in lines if each.endswith(b"\n")]
    kept = whole[:1] + [each for each in whole[1:] if _step_of(each) <= step]
    if kept != lines:
        write_whole(path, b"".join(kept))


class CurveReader:
    """Reads what is new in a curve each time it is asked.

    rows: what was read so far: name to number, "step" and "seconds" among the names.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / CURVE
        self._names: list[str] = []
        self._seen = b""
        self.rows: list[dict[str, float]] = []

    def read(self) -> bool:
        """Read what is new; whether anything is.

        A curve that was taken back is read anew.
        """
        try:
            content = read_content(self._path)
        except OSError:
            content = b""
        content = content[: content.rfind(b"\n") + 1]
        if content == self._seen:
            return False
        if not content.startswith(self._seen):
            self._names, self._seen, self.rows = [], b"", []
        new, self._seen = content[len(self._seen) :], content
        for line in new.decode("utf-8", "replace").split("\n"):
            self._take(line.strip("\r").split(","))
        return True

    def _take(self, cells: list[str]) -> None:
        if not self._names:
            self._names = [] if cells == [""] else cells
            return
        with contextlib.suppress(ValueError):  # a line that a full disk or a person has spoilt
            self.rows.append(dict(zip(self._names, map(float, cells), strict=True)))


def _step_of(line: bytes) -> float:
    try:
        return int(line.split(b",", 1)[0])
    except ValueError:
        return float("inf")
