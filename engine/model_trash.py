"""Models that were removed, kept in the trash so that they can be brought back.

In a folder of the trash of its own lies what lay in the user's folder of models: the entry, its
weights, and the folder with the papers of a model that was trained here.
"""

import contextlib
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

from engine.catalog_file import entry_file, read_entries
from engine.errors import ModelError, StorageError

REMOVED = ".model"
"""What names of folders in the trash end with."""


def discard_model(file: Path, trash: Path) -> Path:
    """Move the file of an entry, which may be damaged, and what belongs to it into the trash.

    Args:
        file: of the catalogue, one of the user's.
        trash: made where it is missing.

    Returns:
        The folder in the trash.

    Raises:
        ModelError: the file holds several models.
        StorageError: something cannot be moved; all of it is where it was then.
    """
    folder = file.parent
    try:
        entries = read_entries(file)
    except ModelError:
        entries = ()
    if len(entries) > 1:
        raise ModelError(f"{file} holds {len(entries)} models; take one out of it by hand")
    papers = folder / file.stem
    belongings = [papers] * papers.is_dir() + [e.path for e in entries if e.path.is_file()]
    target = _free_place(trash, file.stem)
    # the entry goes first: it is never there without its weights
    _move([file, *belongings], target)
    return target


def bring_back(place: Path, folder: Path) -> None:
    """Move a model out of the trash again.

    Raises:
        ModelError: there is a model of that name by now.
        StorageError: something cannot be moved; all of it stays in the trash then.
    """
    try:
        found = sorted(place.iterdir(), key=lambda each: each.suffix == ".toml")
    except OSError as error:
        raise StorageError(f"{place} cannot be read: {error.strerror or error}") from error
    for each in found:
        if os.path.lexists(folder / each.name):
            taken = entry_file(folder, place.name.rsplit(" ", 1)[0]).stem
            raise ModelError(f"there is a model '{taken}' again; remove that first")
    _move(found, folder)
    place.rmdir()


def _move(paths: list[Path], target: Path) -> None:
    """Move files and folders into a folder: all of them or none."""
    moved: list[tuple[Path, Path]] = []
    try:
        target.mkdir(parents=True, exist_ok=True)
        for path in paths:
            shutil.move(path, target / path.name)
            moved.append((path, target / path.name))
    except OSError as error:
        for before, now in reversed(moved):
            with contextlib.suppress(OSError):
                shutil.move(now, before)
        raise StorageError(
            f"{paths[0].name} cannot be moved to {target}: {error.strerror or error}"
        ) from error


def _free_place(trash: Path, name: str) -> Path:
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    place, number = trash / f"{name} {stamp}{REMOVED}", 1
    while os.path.lexists(place):
        number += 1
        place = trash / f"{name} {stamp} {number}{REMOVED}"
    return place
