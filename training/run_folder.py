"""Run folder: begin a training in a folder, or go on with the one that is there."""

import shutil
from pathlib import Path

from engine.errors import StorageError
from engine.storage.disk import is_link

RECIPE = "recipe.toml"
CHECKPOINT = "checkpoint.safetensors"
BEST, LAST = "best.safetensors", "last.safetensors"
PREVIEWS = "previews"
_WRITTEN = (RECIPE, PREVIEWS, "curve.csv", "trainer.log", "status.room")
"""What is written in place; all else is moved over what is there."""


def make_folder(folder: Path, resume: bool) -> None:
    """Make the folder of a run; one that holds a run already is refused unless it goes on.

    Raises:
        StorageError: it holds a run, or cannot be made.
    """
    for name in _WRITTEN:
        if is_link(folder / name):
            raise StorageError(
                f"{name} in {folder} is a link to elsewhere, and a training only writes in its own "
                "folder; remove the link"
            )
    if (folder / CHECKPOINT).exists() and not resume:
        raise StorageError(
            f"{folder} holds a training already; go on with it by --resume, or name another folder"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"{folder} cannot be written: {error.strerror or error}") from error


def prepare_folder(recipe: Path, folder: Path, resume: bool) -> None:
    """Make the folder of a run and keep the recipe in it.

    Args:
        recipe: the file.
        folder: of the run.
        resume: go on with what is there; without it a folder that holds a run is refused, but not
            one in which a run never began.

    Raises:
        StorageError: the folder holds a run, or cannot be written.
    """
    make_folder(folder, resume)
    kept = folder / RECIPE
    try:
        if recipe.resolve() != kept.resolve():
            shutil.copyfile(recipe, kept)
    except OSError as error:
        raise StorageError(f"{folder} cannot be written: {error.strerror or error}") from error
