"""Spool: samples too many for memory lie in a temporary file that vanishes by itself."""

import os
import tempfile
import weakref
from typing import IO

import numpy as np

from engine.audio import Samples
from engine.errors import StorageError

_ZEROS = 1 << 20


class Spool:
    """Keeps arrays on disk and hands out memory maps of them.

    The file has no name that outlives it: it is gone once the spool and all maps are.
    """

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile(prefix="runout-")  # noqa: SIM115 - kept open
        weakref.finalize(self, self._file.close)
        self._size = 0

    def keep(self, samples: Samples) -> Samples:
        """Write samples (channel time) and return a read-only map of them.

        Raises:
            StorageError: the disk of the temporary folder is full.
        """
        offset = self._size
        try:
            self._file.seek(offset)
            self._file.write(np.ascontiguousarray(samples).data)
            self._file.flush()
        except OSError as error:
            raise _no_room(samples.nbytes, error) from error
        self._size += samples.nbytes
        return np.memmap(self._file, dtype=np.float32, mode="r", offset=offset, shape=samples.shape)

    def room(self, shape: tuple[int, int]) -> Samples:
        """A map of zeros (channel time) to be written over; the disk has room for all of it.

        Raises:
            StorageError: the disk of the temporary folder is full.
        """
        offset, n_bytes = self._size, 4 * shape[0] * shape[1]
        try:
            _reserve(self._file, offset, n_bytes)
        except OSError as error:
            raise _no_room(n_bytes, error) from error
        self._size += n_bytes
        return np.memmap(self._file, dtype=np.float32, mode="r+", offset=offset, shape=shape)


def _reserve(file: IO[bytes], offset: int, n_bytes: int) -> None:
    """Take the room now: a map of a file that finds the disk full kills the process."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(file.fileno(), offset, n_bytes)
        return
    file.seek(offset)
    zeros = bytes(_ZEROS)
    for start in range(0, n_bytes, _ZEROS):
        file.write(zeros[: n_bytes - start])
    file.flush()


def _no_room(n_bytes: int, error: OSError) -> StorageError:
    return StorageError(
        f"no room for {n_bytes / 1e6:.0f} MB in the temporary folder "
        f"{tempfile.gettempdir()} ({error.strerror}); free some space and run again"
    )
