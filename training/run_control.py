"""Run control: what is asked of a trainer through the folder of its run.

The wish is a file with one word; the trainer takes it away as it obeys. So a window can ask that
did not start the trainer, and so can a person with an editor.
"""

import contextlib
import math
from pathlib import Path

from engine.documents import read_content
from engine.sync import write_whole

WISH = "wish"
PAUSE, KEEP_BEST, STOP = "pause", "keep_best", "stop"
WISHES = (PAUSE, KEEP_BEST, STOP)


def ask(folder: Path, wish: str) -> None:
    """Ask the trainer of a folder for something; it obeys within a second or after its step.

    Args:
        folder: of the run.
        wish: pause: write a checkpoint and end, to go on later; keep_best: judge the weights once
            more, keep the best and end; stop: write a checkpoint and end.

    Raises:
        StorageError: the folder cannot be written.
    """
    assert wish in WISHES, wish
    write_whole(folder / WISH, wish.encode())


def asked(folder: Path) -> str:
    """What is asked for; "" if nothing is, or nothing that is known."""
    try:
        wish = read_content(folder / WISH)[:40].decode("ascii", "replace").strip()
    except OSError:
        return ""
    return wish if wish in WISHES else ""


def forget(folder: Path, before_s: float = math.inf) -> None:
    """Take back what is asked, if it was before a time, in seconds since 1970."""
    with contextlib.suppress(OSError):
        if (folder / WISH).stat().st_mtime < before_s:
            (folder / WISH).unlink(missing_ok=True)
