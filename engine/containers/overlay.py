"""A file of which a few bytes are shown otherwise, for headers the decoder cannot take."""

import os
from collections.abc import Mapping
from pathlib import Path


class Overlay:
    """A file opened for reading with some bytes replaced; as much of a file as libsndfile needs.

    replaced: offsets and the bytes that stand there instead of the file's own.
    """

    def __init__(self, path: Path, replaced: Mapping[int, bytes]) -> None:
        self._file = path.open("rb")
        self._replaced = replaced

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move to a byte."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """The byte that is read next."""
        return self._file.tell()

    def read(self, count: int = -1) -> bytes:
        """Read bytes, the replaced ones among them."""
        start = self._file.tell()
        found = bytearray(self._file.read(count))
        for offset, fresh in self._replaced.items():
            low, high = max(start, offset), min(start + len(found), offset + len(fresh))
            if low < high:
                found[low - start : high - start] = fresh[low - offset : high - offset]
        return bytes(found)

    def write(self, data: bytes) -> int:
        """Refused: sources are never written to."""
        raise PermissionError(f"{self._file.name} is open for reading only")

    def close(self) -> None:
        """Close the file."""
        self._file.close()
