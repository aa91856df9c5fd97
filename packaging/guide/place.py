"""Place: the folder whose path stands in pictures, named as a user's own would be."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NAME = "78rpm"
SERVED = Path("/srv")


def usual_place() -> Path:
    """Where it is unless another is named: below /srv if that can be written to."""
    can_serve = SERVED.is_dir() and os.access(SERVED, os.W_OK)
    return (SERVED if can_serve else Path(tempfile.gettempdir())) / NAME


@contextmanager
def made_place(folder: Path) -> Iterator[Path]:
    """The folder, empty; it is deleted at the end, and so must not be there before.

    Raises:
        SystemExit: it is there, or cannot be made.
    """
    try:
        folder.mkdir()
    except OSError as error:
        raise SystemExit(
            f"{folder} cannot be made ({error.strerror}); name another folder with --shown"
        ) from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder)
