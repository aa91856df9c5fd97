"""Jobs on the cached pictures: how much room they take, and clearing them."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.progress import Progress, ignore

TOLD_EVERY = 256
"""Files between two reports."""


@dataclass(frozen=True)
class CacheSizeJob:
    """Adds up the files below a folder."""

    folder: Path
    title: str = "Measuring the cache"

    def run(self, progress: Progress = ignore) -> int:
        """Bytes; 0 where there is no such folder.

        Raises:
            Cancelled: progress said so.
        """
        total = 0
        for number, size in enumerate(_sizes(self.folder)):
            if number % TOLD_EVERY == 0:
                progress(0.5)
            total += size
        return total


@dataclass(frozen=True)
class ClearCacheJob:
    """Deletes all pictures in a folder; what another program has open stays."""

    folder: Path
    title: str = "Clearing the cache"

    def run(self, progress: Progress = ignore) -> int:
        """Bytes that are left.

        Raises:
            Cancelled: progress said so.
        """
        with contextlib.suppress(OSError):
            for each in sorted(self.folder.iterdir()):
                progress(0.5)
                shutil.rmtree(each, ignore_errors=True)
        return CacheSizeJob(self.folder).run(progress)


def _sizes(folder: Path) -> Iterator[int]:
    for parent, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                yield os.lstat(os.path.join(parent, name)).st_size
