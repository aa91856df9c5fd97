"""Journal of a batch: what has begun and what is done, so that losing power loses nothing.

It lies in the folder of the outputs, as does what belongs to it:

    .runout-batch/
        journal.jsonl       a line for each side that begins, and one when it is done or surveyed
        pictures/           thumbnails, by a checksum of the output's name
        lock                who is at work

A line is on the disk before the next thing happens. The last line on a side counts; one that was
cut short says nothing. Paths are told from the folder of the outputs, so that it can be moved.
"""

import hashlib
import json
import os
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.closing import Closing
from engine.documents import open_content, parse_json
from engine.errors import StorageError
from engine.jobs.side import Outcome, Side, remove_leftovers
from engine.storage.disk import is_link
from engine.storage.lock import Held, Lock, take_lock
from engine.sync import sync_folder, write_whole

FOLDER = ".runout-batch"
_TOKEN = re.compile(r"[0-9a-f]{4,64}")
_NAME, _PICTURES = "journal.jsonl", "pictures"


class Journal(Closing):
    """The journal of the batches that write into one folder; one program at a time has it.

    done: outcomes by the names of outputs.
    surveyed: outcomes of those that were only looked at, by the names their outputs would have.
    begun: tokens of sides that began, and were not done when it was opened, by the same.
    """

    def __init__(self, root: Path, lock: Lock) -> None:
        self.root = root
        self.done: dict[str, Outcome] = {}
        self.surveyed: dict[str, Outcome] = {}
        self.begun: dict[str, str] = {}
        self._used: defaultdict[Path, set[str]] = defaultdict(set)
        self._lock = lock
        self._folder = root / FOLDER
        for told in _lines(self._folder / _NAME):
            self._read(told)
        for each in self._folder.glob(f".{_NAME}.*.part"):
            each.unlink(missing_ok=True)
        write_whole(self._folder / _NAME, b"".join(self._current()))
        self._file = (self._folder / _NAME).open("ab")

    def name_of(self, side: Side) -> str:
        """What the journal calls a side: its output, from the folder of all."""
        return Path(os.path.relpath(side.request.output, self.root)).as_posix()

    def before(self, side: Side) -> Outcome | None:
        """What a side came to in a run before; None where that is not known."""
        return (self.surveyed if side.is_survey else self.done).get(self.name_of(side))

    def begin(self, side: Side, token: str) -> None:
        """Say that a side begins, and what its temporary files are named by."""
        name = self.name_of(side)
        self.begun[name] = token
        self.done.pop(name, None)
        self._used[side.request.output.parent].add(token)
        self._write({"side": name, "begun": token})

    def give_up(self, side: Side) -> None:
        """Say that a side that began has come to nothing, and has left nothing."""
        name = self.name_of(side)
        if name in self.begun and not side.is_survey:
            remove_leftovers(side.request.output.parent, [self.begun.pop(name)])
            self._write({"side": name})

    def finish(self, side: Side, outcome: Outcome) -> Outcome:
        """Keep an outcome with its pictures; what is returned has them no more.

        They would stay in memory to the end: 18 KB a side.
        """
        name, stem = self.name_of(side), self._stem(side)
        folder = self._folder / _PICTURES
        folder.mkdir(exist_ok=True)
        for kind, picture in (("before", outcome.before), ("after", outcome.after)):
            if picture:
                write_whole(folder / f"{stem}.{kind}.png", picture)
        outcome = replace(outcome, before=b"", after=b"")
        if side.is_survey:
            self.surveyed[name] = outcome
            self._write({"side": name, "surveyed": outcome.to_mapping()})
            return outcome
        self.begun.pop(name, None)
        self.done[name] = outcome
        self._write({"side": name, "done": outcome.to_mapping()})
        return outcome

    def pictures(self, side: Side) -> tuple[bytes, bytes]:
        """The thumbnails of a side that is done; empty where they were lost."""
        stem = self._stem(side)
        found = []
        for kind in ("before", "after"):
            path = self._folder / _PICTURES / f"{stem}.{kind}.png"
            found.append(path.read_bytes() if path.is_file() else b"")
        return found[0], found[1]

    def clear(self) -> None:
        """Delete the temporary files of killed processes, of this run and of the one before."""
        for name, token in self.begun.items():
            self._used[(self.root / name).parent].add(token)
        for folder, tokens in self._used.items():
            remove_leftovers(folder, tokens)
        self._used.clear()

    def close(self) -> None:
        """Let others have it."""
        self._file.close()
        self._lock.close()

    def _stem(self, side: Side) -> str:
        """What its pictures are called; those of a survey are not those of the restoration."""
        name = self.name_of(side).encode("utf-8", "surrogateescape")
        checksum = hashlib.sha256(name).hexdigest()[:24]
        return f"{checksum}.survey" if side.is_survey else checksum

    def _read(self, told: dict[str, Any]) -> None:
        try:
            name = str(told["side"])
            if not _is_below(name):
                return
            if "surveyed" in told:
                self.surveyed[name] = _outcome(told["surveyed"])
                return
            outcome = _outcome(told["done"]) if "done" in told else None
        except (KeyError, TypeError):
            return  # of another version: the side counts as new
        self.done.pop(name, None)
        self.begun.pop(name, None)
        if outcome is not None:
            self.done[name] = outcome
        elif "begun" in told and _TOKEN.fullmatch(token := str(told["begun"])):
            self.begun[name] = token

    def _current(self) -> Iterator[bytes]:
        """The lines that still say something."""
        for name, token in self.begun.items():
            yield _line({"side": name, "begun": token})
        for name, outcome in self.done.items():
            yield _line({"side": name, "done": outcome.to_mapping()})
        for name, outcome in self.surveyed.items():
            yield _line({"side": name, "surveyed": outcome.to_mapping()})

    def _write(self, told: dict[str, Any]) -> None:
        try:
            self._file.write(_line(told))
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise StorageError(
                f"the journal in {self._folder} cannot be written: {error.strerror or error}; "
                "make room and start the batch again, which goes on where it stopped"
            ) from error


def open_journal(root: Path) -> Journal:
    """Open the journal of a folder of outputs, which is made where it is missing.

    Raises:
        StorageError: another batch is at work there, or it cannot be written.
    """
    folder = root / FOLDER
    for each in (folder, folder / _PICTURES):
        if is_link(each):
            raise StorageError(
                f"{each} is a link to elsewhere, and a batch is only written in the folder of its "
                "outputs; remove the link"
            )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        sync_folder(root)
        lock = take_lock(folder)
        try:
            return Journal(root, lock)
        except BaseException:
            lock.close()
            raise
    except Held as error:
        raise StorageError(
            f"another batch is writing into {root} ({error}); "
            "wait until it has ended or choose another folder"
        ) from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise StorageError(
            f"the folder {root} cannot be written: {reason}; choose another folder"
        ) from error


def _outcome(told: dict[str, Any]) -> Outcome:
    """What `Outcome.to_mapping` told, of files that lie beside one another.

    Raises:
        TypeError, KeyError: it is no outcome.
    """
    outcome = Outcome.from_mapping(told)
    if any(Path(each.name).name != each.name or not each.name for each in outcome.written):
        raise TypeError("it names files in other folders")
    return outcome


def _is_below(name: str) -> bool:
    """Whether a name in a journal, whoever wrote it, leads to a file below the folder."""
    path = Path(name)
    is_apart = path.is_absolute() or bool(path.drive) or ".." in path.parts
    return bool(path.name) and "\0" not in name and not is_apart


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    """What each whole line of a journal says."""
    try:
        file = open_content(path)
    except FileNotFoundError:
        return
    with file:
        for line in file:
            try:
                told = parse_json(line)
            except ValueError:
                continue
            if isinstance(told, dict):
                yield told


def _line(told: dict[str, Any]) -> bytes:
    return json.dumps(told, separators=(",", ":")).encode("ascii") + b"\n"
