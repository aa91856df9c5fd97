"""Trash: sessions and models that were given up, kept for a while in case they are missed."""

import contextlib
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from engine.model_trash import REMOVED
from engine.storage.move import SUFFIX, remove_folder

KEPT_DAYS = 30
_SUFFIXES = "|".join(map(re.escape, (SUFFIX, REMOVED)))
_STAMPED = re.compile(rf".* (\d{{8}}-\d{{6}})( \d+)?({_SUFFIXES})")


def empty_trash(trash: Path, now: datetime) -> int:
    """Delete what was given up more than KEPT_DAYS ago; never raises.

    Only folders named as `discard` and `discard_model` name them are looked at, by the time in
    their name.

    Returns:
        How many were deleted.
    """
    count = 0
    with contextlib.suppress(OSError):
        for path in sorted(trash.iterdir()):
            given_up = _given_up(path.name)
            if given_up is None or path.is_symlink() or not path.is_dir():
                continue
            if now - given_up > timedelta(days=KEPT_DAYS):
                remove_folder(path)
                count += 1
    return count


def _given_up(name: str) -> datetime | None:
    match = _STAMPED.fullmatch(name)
    if match is None:
        return None
    try:
        return datetime.strptime(match[1], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
