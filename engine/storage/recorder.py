"""Recorder: the document and the journal of a project folder that is held."""

import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from engine.errors import StorageError
from engine.progress import Progress, ignore
from engine.storage.contents import Contents
from engine.storage.disk import new_part, write_failed
from engine.storage.fields import Json
from engine.storage.generations import JOURNAL, numbers, write_document
from engine.storage.journal import Journal
from engine.storage.lock import Held, Lock, take_lock
from engine.storage.move import copy_files, is_on_same_disk, remove_folder
from engine.sync import sync_folder


class Recorder:
    """What a project folder knows, and how that comes to the disk; used by one thread at a time.

    lock: None where nothing may be written.
    """

    def __init__(self, path: Path, contents: Contents, lock: Lock | None) -> None:
        self.path = path
        self.contents = contents
        self._lock = lock
        self._journal: Journal | None = None
        self._is_saved = True

    @property
    def is_writable(self) -> bool:
        """Whether anything is recorded."""
        return self._journal is not None

    @property
    def has_changes(self) -> bool:
        """Whether anything was recorded that the document has not."""
        return self._journal is not None and (self._journal.has_changes or not self._is_saved)

    def start(self, n_lines: int | None) -> str | None:
        """Go on with the journal that has so many lines, or begin one; or the sentence why not."""
        try:
            if n_lines is None:
                self.save(self.contents.view)
            else:
                self._journal = Journal(self.path / JOURNAL, self.contents.generation, n_lines)
        except (StorageError, OSError) as error:
            self.release()
            if isinstance(error, OSError):
                error = write_failed(self.path, 0, error)
            return f"{self.path.name} is read-only, as {error}"
        return None

    def record(self, kind: str, data: dict[str, object]) -> None:
        """Write a line of the journal.

        Raises:
            StorageError: it cannot be written; the journal is as it was.
        """
        assert self._journal is not None
        self._journal.append(kind, data)

    def save(self, view: Mapping[str, Json]) -> None:
        """Make the contents the next generation.

        The journal, which begins with all of them, comes first: it alone is enough, and nothing
        that is done from then on can be taken for a sequel of the document before.

        Raises:
            StorageError: it cannot be written; what the journal holds stays.
        """
        self._save(replace(self.contents, view=dict(view)))

    def release(self) -> None:
        """Stop recording and give the folder back."""
        if self._journal is not None:
            self._journal.close()
            self._journal = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def can_move(self, target: Path) -> bool:
        """Whether the folder can become another one by being renamed."""
        if os.name == "nt":  # renames no folder of which a file is open
            return False
        is_ours = self.is_writable and self.contents.is_autosave
        return is_ours and is_on_same_disk(self.path, target.parent)

    def move(self, target: Path, view: Mapping[str, Json]) -> None:
        """Rename the folder; what is written before names it already, and is true after.

        Raises:
            StorageError: it cannot be renamed.
        """
        before = self.contents
        try:
            self._save(self._named(target, view))
            os.rename(self.path, target)
        except (OSError, StorageError) as error:
            self.contents = replace(
                self.contents, is_autosave=before.is_autosave, source=before.source
            )
            self._is_saved = False
            if isinstance(error, StorageError):
                raise
            raise write_failed(target.parent, 0, error) from error
        sync_folder(target.parent)
        sync_folder(self.path.parent)
        self.path = target
        if self._journal is not None:
            self._journal.path = target / JOURNAL

    def copy_files(self, target: Path, progress: Progress = ignore) -> Path:
        """Copy what never changes to a temporary folder beside a target, and return that.

        Raises:
            StorageError: there is no room, or it cannot be written.
            Cancelled: progress said so.
        """
        building = new_part(target)
        try:
            copy_files(self.path, building, progress)
        except BaseException as error:
            remove_folder(building)
            if isinstance(error, OSError):
                raise write_failed(target.parent, 0, error) from error
            raise
        return building

    def copy(
        self, building: Path, target: Path, view: Mapping[str, Json], is_read_only: bool
    ) -> None:
        """Complete a copy, give it its name, and go on there; a folder without a name goes.

        Raises:
            StorageError: it cannot be written; all is as it was.
        """
        contents = self._named(target, view)
        contents.generation += 1
        try:
            copy_files(self.path, building)  # what has come in the meantime
            Journal.begin(building / JOURNAL, contents.generation, contents.to_mapping()).close()
            write_document(building, contents)
            os.rename(building, target)
            sync_folder(target.parent)
            lock, journal = (None, None) if is_read_only else _held(target, contents.generation)
        except OSError as error:
            raise write_failed(target.parent, len(contents.to_json()), error) from error
        finally:
            remove_folder(building)
        old, is_ours = self.path, self.is_writable and self.contents.is_autosave
        self.release()
        self.path, self.contents = target, contents
        self._lock, self._journal, self._is_saved = lock, journal, True
        if is_ours:
            remove_folder(old)

    def _save(self, contents: Contents) -> None:
        contents.generation = max([contents.generation, *numbers(self.path)]) + 1
        contents.saved = datetime.now(UTC)
        if self._journal is not None:
            self._journal.let_go()
        try:
            journal = Journal.begin(self.path / JOURNAL, contents.generation, contents.to_mapping())
            if self._journal is not None:
                self._journal.close()
            self.contents, self._journal, self._is_saved = contents, journal, False
            write_document(self.path, contents)
            self._is_saved = True
        except OSError as error:
            raise write_failed(self.path, 3 * len(contents.to_json()), error) from error

    def _named(self, target: Path, view: Mapping[str, Json]) -> Contents:
        """The contents as they will be in another folder."""
        source = self.contents.source
        place = Path(source.path)
        if place.is_relative_to(self.path):
            place = target / place.relative_to(self.path)
        return replace(
            self.contents,
            is_autosave=False,
            source=source.at(place, target),
            view=dict(view),
            saved=datetime.now(UTC),
        )


def _held(folder: Path, generation: int) -> tuple[Lock, Journal]:
    try:
        lock = take_lock(folder)
    except Held as error:
        raise StorageError(str(error)) from error
    lock.write(is_opening=False)
    return lock, Journal(folder / JOURNAL, generation, 1)
