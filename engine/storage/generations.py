"""The document of a project and its last generations, and the newest state that can be read."""

import contextlib
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from engine.errors import StorageError
from engine.storage.contents import Contents, Mark, checked_view, read_noise
from engine.storage.disk import Damaged, read_file, write_file
from engine.storage.fields import Fields
from engine.storage.journal import BEGIN, Entry, Lines, read_journal
from engine.storage.record import Record, read_id, read_remark
from engine.storage.source import SourceReference

DOCUMENT = "project.json"
JOURNAL = "journal.jsonl"
FOLDER = "generations"
KEPT = 20
DOCUMENT_LIMIT = 1 << 27
_NAME = re.compile(r"(\d{4,12})\.json")


@dataclass(frozen=True)
class Generation:
    """One of the last states of a project."""

    number: int
    saved: datetime
    n_operations: int


@dataclass(frozen=True)
class Found:
    """What could be read of a project folder.

    notes: sentences on what was lost or worked around.
    n_lines: lines of the journal that are in the contents.
    can_append: whether the journal may be written on; else a new one is to be begun.
    damaged: files of which something could not be read.
    """

    contents: Contents
    notes: tuple[str, ...]
    n_lines: int
    can_append: bool
    damaged: tuple[str, ...] = ()


def write_document(folder: Path, contents: Contents) -> None:
    """Write the contents as the document and as a generation, and drop the oldest generation.

    Raises:
        OSError: they cannot be written; the document is as it was.
    """
    content = contents.to_json().encode("ascii")
    write_file(generation_path(folder, contents.generation), content)
    write_file(folder / DOCUMENT, content)
    for number in numbers(folder)[:-KEPT]:
        with contextlib.suppress(OSError):
            generation_path(folder, number).unlink()


def generation_path(folder: Path, number: int) -> Path:
    """Where a generation lies."""
    return folder / FOLDER / f"{number:04d}.json"


def numbers(folder: Path) -> list[int]:
    """The numbers of the generations there are, rising."""
    found: list[int] = []
    with contextlib.suppress(OSError):
        for path in (folder / FOLDER).iterdir():
            match = _NAME.fullmatch(path.name)
            if match:
                found.append(int(match[1]))
    return sorted(found)


def read_document(path: Path) -> Contents:
    """The contents of a document or generation.

    Raises:
        Damaged: it cannot be read.
    """
    try:
        return Contents.from_json(read_file(path, DOCUMENT_LIMIT), path.name)
    except OSError as error:
        reason = "it is missing" if isinstance(error, FileNotFoundError) else str(error.strerror)
        raise Damaged(f"{path.name} cannot be read: {reason}") from error


def list_generations(folder: Path) -> tuple[Generation, ...]:
    """The generations that can be read, the oldest first."""
    found: list[Generation] = []
    for number in numbers(folder):
        with contextlib.suppress(StorageError):
            contents = read_document(generation_path(folder, number))
            found.append(Generation(number, contents.saved, len(contents.line())))
    return tuple(found)


def read_newest(folder: Path) -> Found:
    """The newest state that can be read: document, generation or journal, and what followed.

    Raises:
        Damaged: nothing can be read.
        StorageError: it was written by a newer version.
    """
    notes: list[str] = []
    damaged: list[str] = []
    lines = read_journal(folder / JOURNAL)
    base = _base(folder, lines, notes)
    if notes:
        damaged.append(DOCUMENT)
    entries = [each for each in lines.entries if each.generation == base.generation]
    if lines.entries and not entries and lines.entries[0].generation > base.generation:
        notes.append("what was done since then is lost, as the journal builds on what is damaged")
    n_lines, problem = _apply(base, entries)
    if problem is None and lines.is_cut:
        notes.append("the last change was not written to its end and is left out")
    elif problem is None and lines.problem:
        problem = f"the journal is damaged: {lines.problem}; what was done up to there is kept"
    if problem:
        notes.append(problem)
        damaged.append(JOURNAL)
    can_append = bool(n_lines) and not lines.problem and not damaged
    return Found(base, tuple(notes), n_lines, can_append, tuple(damaged))


def _base(folder: Path, lines: Lines, notes: list[str]) -> Contents:
    """The newest document there is, wherever it lies."""
    try:
        base: Contents | None = read_document(folder / DOCUMENT)
        problem = None
    except Damaged as error:
        base, problem = _newest_generation(folder), error
    base = _begun(lines, -1 if base is None else base.generation) or base
    if base is None:
        assert problem is not None
        raise problem
    if problem:
        notes.append(f"{problem}; the project was read from copies (state {base.generation})")
    return base


def _newest_generation(folder: Path) -> Contents | None:
    for number in reversed(numbers(folder)):
        with contextlib.suppress(Damaged):
            return read_document(generation_path(folder, number))
    return None


def _begun(lines: Lines, generation: int) -> Contents | None:
    """The document that the journal begins with, if it is newer than a generation."""
    if not lines.entries or lines.entries[0].kind != BEGIN:
        return None
    if lines.entries[0].generation <= generation:
        return None
    with contextlib.suppress(Damaged):
        return Contents.read(lines.entries[0].fields)
    return None


def _apply(contents: Contents, entries: list[Entry]) -> tuple[int, str | None]:
    """Do again what the lines say; returns how many could be, and why not the next."""
    for index, entry in enumerate(entries):
        try:
            if entry.kind != BEGIN:
                _apply_one(contents, entry.kind, entry.fields)
        except Damaged as error:
            return index, f"line {entry.number + 1} of the journal is left out: {error}"
    return len(entries), None


def _apply_one(contents: Contents, kind: str, fields: Fields) -> None:
    if kind == "commit":
        contents.commit(Record.read(fields))
    elif kind == "head":
        contents.jump(read_id(fields, "head") if "head" in fields else None)
    elif kind == "forget":
        contents.forget(fields.texts("operations"))
    elif kind == "remark":
        contents.note(read_id(fields, "operation"), read_remark(fields))
    elif kind == "noise":
        contents.noise = read_noise(fields)
    elif kind == "marks":
        contents.marks = tuple(Mark.read(each) for each in fields.each("marks"))
    elif kind == "view":
        contents.view = checked_view(fields.mapping("view"))
    elif kind == "source":
        contents.source = SourceReference.read(fields)
    else:
        raise Damaged(f"this version of Runout knows no '{kind}'")
