"""Project folders made and opened; see engine.storage for what lies in one."""

import contextlib
import os
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from engine.audio_file import AudioFile, open_audio, shown
from engine.errors import StorageError
from engine.progress import Progress, ignore, part
from engine.storage.contents import Contents
from engine.storage.disk import Damaged, free_bytes, is_link, new_part, no_room, write_failed
from engine.storage.generations import (
    DOCUMENT,
    FOLDER,
    JOURNAL,
    Found,
    generation_path,
    numbers,
    read_document,
    read_newest,
    write_document,
)
from engine.storage.journal import Journal
from engine.storage.lock import NAME as LOCK
from engine.storage.lock import Held, Lock, take_lock
from engine.storage.move import RENDERS, SUFFIX, copy_file, new_place, remove_folder
from engine.storage.profiles import FOLDER as PROFILES
from engine.storage.project_folder import ProjectFolder
from engine.storage.rebuild import rebuild
from engine.storage.recorded_history import Opened
from engine.storage.recorder import Recorder
from engine.storage.renders import Renders
from engine.storage.sizes import Sizes
from engine.storage.source import (
    SourceReference,
    audio_sha256,
    check_relinked,
    differs_sentence,
    locate,
    open_source,
)
from engine.sync import sync_folder

__all__ = ["SUFFIX", "ProjectFolder", "Sizes", "create_project", "is_project", "open_project"]

SOURCE = "source"
_COPIED = 0.5


def is_project(path: Path) -> bool:
    """Whether a folder is a project, of whatever state."""
    try:
        return path.is_dir() and any((path / name).exists() for name in (DOCUMENT, JOURNAL, FOLDER))
    except (OSError, ValueError):
        return False


def no_project(path: Path) -> StorageError:
    """The sentence for what is no project, or may not be looked into."""
    if os.path.isdir(path) and not os.access(path, os.R_OK | os.X_OK):
        return StorageError(
            f"{shown(path)} cannot be read: you have no permission to look into it; "
            "ask its owner, or copy it to a folder of yours"
        )
    return StorageError(
        f"{shown(path)} is no project of Runout; choose a folder that ends in {SUFFIX}"
    )


def create_project(
    path: Path,
    source: Path,
    *,
    software: str,
    copy_source: bool = False,
    autosave: bool = False,
    progress: Progress = ignore,
) -> ProjectFolder:
    """Make a project folder for a sound file and open it.

    Args:
        path: the folder to make; its suffix is added where it is missing.
        source: the sound file; it is referenced, or copied into the folder.
        software: the version that is written into it.
        copy_source: whether the project is to hold the sound file itself.
        autosave: whether nobody has given it a name, so that `save_as` moves it.
        progress: asked while the source is copied.

    Raises:
        StorageError: the folder exists, has no room or cannot be written.
        EngineError: the source cannot be read as audio.
        Cancelled: progress said so.
    """
    folder = new_place(path)
    building = new_part(folder)
    with open_audio(source) as opened:
        try:
            (building / RENDERS).mkdir(parents=True)
            (building / FOLDER).mkdir()
            reference = SourceReference.of(opened, folder)
            if copy_source:
                reference = _copied(reference, source, building, folder, part(progress, 0, _COPIED))
                found = audio_sha256(opened, part(progress, _COPIED, 1.0))
                reference = replace(reference, audio_sha256=found)
            contents = Contents(software, reference, generation=1, is_autosave=autosave)
            Journal.begin(building / JOURNAL, 1, contents.to_mapping()).close()
            write_document(building, contents)
            os.rename(building, folder)
            sync_folder(folder.parent)
        except OSError as error:
            raise write_failed(folder.parent, 0, error) from error
        finally:
            remove_folder(building)
    progress(1.0)
    return open_project(folder, software=software)


def open_project(
    path: Path,
    *,
    software: str,
    generation: int | None = None,
    relink: Path | None = None,
    accept_other_audio: bool = False,
    progress: Progress = ignore,
) -> ProjectFolder:
    """Open a project folder with all that can be read of it.

    Args:
        path: the folder.
        software: the version that goes on with it.
        generation: an earlier state to go back to; the present one becomes a generation first.
        relink: where the source lies now.
        accept_other_audio: whether the source may have other samples than it had, of the same
            number.
        progress: asked while the source is read, where it has to be.

    Raises:
        SourceMissing: the source is not where it was; say where it lies by `relink`.
        SourceDiffers: it has other audio, or another length.
        StorageError: the folder is no project, or nothing in it can be read.
        EngineError: the source cannot be read as audio.
        Cancelled: progress said so.
    """
    if not is_project(path):
        raise no_project(path)
    path = path.absolute()
    _check_links(path)
    lock, notes = _locked(path)
    try:
        wanted = _Wanted(software, generation, relink, accept_other_audio)
        return _open(path, lock, notes, wanted, progress)
    except BaseException:
        if lock is not None:
            lock.close()
        raise


@dataclass(frozen=True)
class _Wanted:
    """What `open_project` was asked for."""

    software: str
    generation: int | None
    relink: Path | None
    accept_other_audio: bool


def _open(
    path: Path, lock: Lock | None, notes: list[str], wanted: _Wanted, progress: Progress
) -> ProjectFolder:
    found = read_newest(path)
    notes += found.notes
    if lock is not None:
        _set_aside(path, found.damaged)
    contents, can_append = found.contents, found.can_append
    if wanted.generation is not None:
        contents, can_append = _gone_back(path, found, wanted.generation, lock), False
    source = open_source(wanted.relink or locate(contents.source, path), contents.source)
    try:
        reference, problem = _known(source, contents.source, path, wanted, progress)
        can_append &= (reference, wanted.software) == (contents.source, contents.software)
        contents.source, contents.software = reference, wanted.software
        rebuilt = rebuild(contents, source, Renders(path / RENDERS))
        notes += rebuilt.notes
        if problem is not None:
            notes.append(problem)
        recorder = Recorder(path, contents, None if problem else lock)
        if problem is None and lock is not None:
            Renders(path / RENDERS).remove_parts()
            lock.write(is_opening=False)
            trouble = recorder.start(found.n_lines if can_append else None)
            notes += [trouble] if trouble else []
        elif lock is not None:
            lock.close()
        return ProjectFolder(Opened(source, rebuilt, recorder, tuple(notes), problem is not None))
    except OSError as error:
        source.close()
        raise write_failed(path, 0, error) from error
    except BaseException:
        source.close()
        raise


def _known(
    source: AudioFile,
    reference: SourceReference,
    folder: Path,
    wanted: _Wanted,
    progress: Progress,
) -> tuple[SourceReference, str | None]:
    """The reference to a source that was found, and the sentence where it has changed."""
    if wanted.relink is not None:
        if wanted.accept_other_audio:
            return SourceReference.of(source, folder), None
        check_relinked(source, reference, progress)
        return SourceReference.of(source, folder, reference.audio_sha256), None
    there = reference.at(source.path, folder)
    if there.is_untouched():
        return there, None
    if reference.audio_sha256 is None:
        return there, (
            f"{shown(source.path)} was written again since this project was made, and what it held "
            "then is not known, so the project is read-only; find the file as it was"
        )
    found = audio_sha256(source, progress)
    if found != reference.audio_sha256:
        return there, differs_sentence(source.path, reference.audio_sha256, found)
    return SourceReference.of(source, folder, found), None


def _gone_back(path: Path, found: Found, generation: int, lock: Lock | None) -> Contents:
    """An earlier state; the present one is written as a generation first."""
    contents = found.contents
    try:
        earlier = read_document(generation_path(path, generation))
    except Damaged as error:
        raise StorageError(
            f"{path.name} cannot go back to its state {generation}: {error}; choose another"
        ) from error
    if lock is not None and (found.n_lines > 1 or found.damaged):
        contents.generation = max([contents.generation, *numbers(path)]) + 1
        write_document(path, contents)
    earlier.source, earlier.is_autosave = contents.source, contents.is_autosave
    return earlier


def _set_aside(path: Path, names: tuple[str, ...]) -> None:
    """Keep copies of damaged files, which will be written anew; what is no file makes room."""
    for name in names:
        with contextlib.suppress(OSError):
            if (path / name).is_file():
                shutil.copyfile(path / name, path / f"{name}.damaged")
            else:
                os.replace(path / name, path / f"{name}.damaged")


def _check_links(path: Path) -> None:
    """See that what is written and deleted in a project lies in it, wherever it came from.

    Raises:
        StorageError: something of it is a link, which could lead to anything of the user's.
    """
    damaged = [f"{name}.damaged" for name in (DOCUMENT, JOURNAL)]
    for name in (JOURNAL, LOCK, FOLDER, RENDERS, PROFILES, *damaged):
        if is_link(path / name):
            raise StorageError(
                f"{name} in {shown(path)} is a link to elsewhere, and a project is only written in "
                "its own folder; put what it leads to in its place"
            )


def _locked(path: Path) -> tuple[Lock | None, list[str]]:
    """The lock of a folder, or the sentence on why it is read-only."""
    try:
        lock = take_lock(path)
    except Held as error:
        return None, [str(error)]
    except OSError as error:
        return None, [f"{path.name} is read-only, as {write_failed(path, 0, error)}"]
    if lock.left_by is None:
        return lock, []
    return lock, [f"{path.name} was not closed properly; what was done up to then is here"]


def _copied(
    reference: SourceReference, source: Path, building: Path, folder: Path, progress: Progress
) -> SourceReference:
    """Copy the source into the folder; the reference as it will be once the folder has its name."""
    inside = building / SOURCE / source.name
    inside.parent.mkdir()
    if reference.size > free_bytes(building):
        raise no_room(folder.parent, reference.size)
    done = 0
    for size in copy_file(source, inside):
        done += size
        progress(min(1.0, done / max(1, reference.size)), "copying the source")
    sync_folder(inside.parent)
    return reference.at(folder / SOURCE / source.name, folder)
