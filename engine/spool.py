"""Spool: samples too many for memory lie in a temporary file that vanishes by itself."""

import mmap
import os
import tempfile
import weakref
from typing import IO

import numpy as np

from engine.audio import Samples
from engine.errors import StorageError
from engine.mapped import let_go

SEGMENT_BYTES = 64 << 20
"""The file grows by so much and is mapped in such pieces: each map takes a file handle, of which
there may be no more than some hundred, while repairs come by the ten thousand."""
_ZEROS = 1 << 20


class Spool:
    """Keeps arrays on disk and hands out views of memory maps.

    The file has no name that outlives it: it is gone once the spool and all maps are.
    """

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile(prefix="runout-")  # noqa: SIM115 - kept open
        weakref.finalize(self, self._file.close)
        self._size = 0
        self._free: Samples = np.zeros(0, np.float32)

    def keep(self, samples: Samples) -> Samples:
        """Write samples (channel time) and return a read-only view of them.

        Raises:
            StorageError: the disk of the temporary folder is full.
        """
        if samples.size > self._free.size:
            self._free = self._mapped(max(samples.nbytes, SEGMENT_BYTES))
        kept = self._free[: samples.size].reshape(samples.shape)
        self._free = self._free[samples.size :]
        kept[:] = samples
        let_go([kept])
        kept.flags.writeable = False
        return kept

    def room(self, shape: tuple[int, int]) -> Samples:
        """A map of zeros (channel time) to be written over; the disk has room for all of it.

        Raises:
            StorageError: the disk of the temporary folder is full.
        """
        return self._mapped(4 * shape[0] * shape[1])[: shape[0] * shape[1]].reshape(shape)

    def _mapped(self, n_bytes: int) -> Samples:
        """Zeros at the end of the file, which grows; at least as many as asked for."""
        n_bytes = -(-n_bytes // mmap.ALLOCATIONGRANULARITY) * mmap.ALLOCATIONGRANULARITY
        try:
            _reserve(self._file, self._size, n_bytes)
            mapped = mmap.mmap(self._file.fileno(), n_bytes, offset=self._size)
        except OSError as error:
            raise _no_room(n_bytes, error) from error
        self._size += n_bytes
        return np.frombuffer(mapped, np.float32)


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
