"""Report folder: a folder that appears under its name when all in it is written, or not at all."""

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from engine.audio_file import shown
from engine.errors import StorageError
from engine.sync import sync_file, sync_folder


def check_folder(target: Path, mark: str, *, overwrite: bool) -> None:
    """See that a report may be written there.

    Args:
        target: the folder to be.
        mark: a file that every such report holds; a folder without it is none, and is never
            replaced.
        overwrite: whether a report may be replaced.

    Raises:
        StorageError: it may not.
    """
    if not target.exists() and not target.is_symlink():
        return
    if target.is_dir() and not any(target.iterdir()):
        return
    if not (target / mark).is_file():
        raise StorageError(
            f"{shown(target)} is there already and is no report, so it is not replaced; "
            "choose another folder"
        )
    if not overwrite:
        raise StorageError(
            f"the report {shown(target)} is there already; choose another folder, "
            "or replace it with --overwrite"
        )


@contextlib.contextmanager
def report_folder(target: Path, mark: str, *, overwrite: bool) -> Iterator[Path]:
    """A folder beside the target, which takes its name at the end; after a failure nothing is left.

    Raises:
        StorageError: the target may not be replaced, or cannot be written.
    """
    target = Path(os.path.realpath(target))
    check_folder(target, mark, overwrite=overwrite)
    token = secrets.token_hex(6)
    part = target.with_name(f".runout-{token}.part")
    old = target.with_name(f".runout-{token}.old")
    try:
        part.mkdir(parents=True)
        yield part
        for path in part.iterdir():
            if path.is_file():
                sync_file(path)
        if target.is_dir():
            target.rename(old)
        try:
            part.rename(target)
        except OSError:
            if old.is_dir():
                old.rename(target)
            raise
        sync_folder(target.parent)
    except OSError as error:
        reason = (error.strerror or "input/output error").lower()
        raise StorageError(
            f"the report {shown(target)} cannot be written: {reason}; choose another folder"
        ) from error
    finally:
        for each in (part, old):
            if each.is_dir() and (each is part or target.is_dir()):
                shutil.rmtree(each, ignore_errors=True)
