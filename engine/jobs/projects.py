"""Jobs on project folders: open, save elsewhere, check the source, look for what was left."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from engine.audio_file import shown
from engine.errors import EngineError, StorageError
from engine.jobs.keep import copy_history, give_back
from engine.progress import Progress, ignore, part
from engine.project import Project
from engine.storage.contents import Mark
from engine.storage.folder import ProjectFolder, create_project, is_project, open_project
from engine.storage.generations import read_newest
from engine.storage.lock import is_locked, read_holder
from engine.storage.recovery import Unclosed, find_unclosed
from engine.storage.source import SourceDiffers, SourceMissing, locate
from engine.storage.trash import empty_trash


@dataclass(frozen=True)
class Unlinked:
    """A project whose source was not found, or is another one; `sentence` says so.

    source: the file that is in its place, if any.
    """

    path: Path
    sentence: str
    source: Path | None = None


@dataclass(frozen=True)
class OpenProjectJob:
    """Opens a project folder.

    relink: where its source lies now. is_session: whether it lies among those that have no name.
    """

    path: Path
    software: str
    relink: Path | None = None
    is_session: bool = False

    @property
    def title(self) -> str:
        """What a progress bar calls it."""
        return f"Open {self.path.name}"

    def run(self, progress: Progress = ignore) -> ProjectFolder | Unlinked:
        """Open it; a source that is not there is no error, as the user can say where it is.

        Raises:
            EngineError: it is no project, or cannot be read.
            Cancelled: progress said so.
        """
        try:
            with naming(self.path):
                folder = open_project(
                    self.path, software=self.software, relink=self.relink, progress=progress
                )
                if self.is_session and not folder.is_autosave and not folder.is_read_only:
                    folder.take_name_back()  # a crash came before it went to where it has one
                return folder
        except SourceMissing as error:
            return Unlinked(self.path, str(error))
        except SourceDiffers as error:
            return Unlinked(self.path, str(error), self.relink or _found_source(self.path))


@contextlib.contextmanager
def naming(path: Path) -> Iterator[None]:
    """See that the sentence of an error names the project it is about.

    Raises:
        EngineError: the same as inside, with the name in front where it was missing.
    """
    try:
        yield
    except EngineError as error:
        name = shown(path)
        if name in str(error):
            raise
        raise type(error)(f"{name}: {error}") from error


def _found_source(path: Path) -> Path | None:
    try:
        return locate(read_newest(path).contents.source, path)
    except StorageError:
        return None


@dataclass(frozen=True, eq=False)
class SaveAsJob:
    """Puts an open project folder into another place, where it goes on."""

    folder: ProjectFolder
    path: Path

    @property
    def title(self) -> str:
        """What a progress bar calls it."""
        return f"Save {self.path.name}"

    def run(self, progress: Progress = ignore) -> ProjectFolder:
        """Move or copy it.

        Raises:
            StorageError: the place is taken, has no room or cannot be written.
            Cancelled: progress said so.
        """
        self.folder.save_as(self.path, progress)
        return self.folder


@dataclass(frozen=True, eq=False)
class CreateProjectJob:
    """Makes a project folder that holds a history which lies elsewhere, or nowhere yet.

    copy_source: whether it is to hold the source itself.
    """

    path: Path
    source: Path
    software: str
    copy_source: bool
    history: Project
    marks: tuple[Mark, ...] = ()

    @property
    def title(self) -> str:
        """What a progress bar calls it."""
        return f"Save {self.path.name}"

    def run(self, progress: Progress = ignore) -> ProjectFolder:
        """Make it and record everything; nothing is left when anything raises.

        Raises:
            EngineError: the place is taken, has no room or cannot be written.
            Cancelled: progress said so.
        """
        folder = create_project(
            self.path,
            self.source,
            software=self.software,
            copy_source=self.copy_source,
            progress=part(progress, 0.0, 0.5),
        )
        try:
            copy_history(self.history, folder, part(progress, 0.5, 1.0))
            if self.marks:
                folder.set_marks(self.marks)
        except BaseException:
            give_back(folder)
            raise
        return folder


@dataclass(frozen=True, eq=False)
class VerifySourceJob:
    """Reads all of a source and compares it with what its project knows."""

    folder: ProjectFolder

    @property
    def title(self) -> str:
        """What a progress bar calls it."""
        return f"Check {self.folder.source.path.name}"

    def run(self, progress: Progress = ignore) -> str | None:
        """The sentence that it has changed, or None.

        Raises:
            EngineError: it is damaged.
            Cancelled: progress said so.
        """
        return self.folder.verify_source(progress)


@dataclass(frozen=True)
class FindUnclosedJob:
    """Looks for sessions that were not closed; what was given up long ago is deleted.

    projects: with names, that may not have been closed either.
    """

    sessions: Path
    trash: Path
    projects: tuple[Path, ...] = ()

    @property
    def title(self) -> str:
        """What a progress bar calls it."""
        return "Look for sessions"

    def run(self, progress: Progress = ignore) -> tuple[Unclosed, ...]:
        """Those that were found, the newest first; never raises but Cancelled."""
        empty_trash(self.trash, datetime.now(UTC))
        progress(0.5)
        found = [*find_unclosed(self.sessions), *filter(None, map(_left_open, self.projects))]
        return tuple(sorted(found, key=lambda each: each.last_change, reverse=True))


def _left_open(path: Path) -> Unclosed | None:
    """A project whose program ended without closing it; None where nothing of that can be seen."""
    holder = read_holder(path) if is_project(path) and is_locked(path) is None else None
    if holder is None:
        return None
    try:
        contents = read_newest(path).contents
    except StorageError:
        return Unclosed(path, "", holder.since, 0, holder.is_opening)
    name, count = contents.source.name, len(contents.records)
    return Unclosed(path, name, max(holder.since, contents.saved), count, holder.is_opening)
