"""Spool: samples too many for memory lie in a temporary file that vanishes by itself."""

import tempfile
import weakref
from typing import IO

import numpy as np

from engine.audio import Samples
from engine.errors import StorageError


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
            raise StorageError(
                f"no room for {samples.nbytes / 1e6:.0f} MB in the temporary folder "
                f"{tempfile.gettempdir()} ({error.strerror}); free some space and run again"
            ) from error
        self._size += samples.nbytes
        return np.memmap(self._file, dtype=np.float32, mode="r", offset=offset, shape=samples.shape)
