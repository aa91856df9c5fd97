"""Renders: arrays on disk, named by the SHA-256 of their file, written once and never changed.

Each is a plain npy file. Its header is not read but compared with the one its shape calls for, so
that nothing in it can mislead; long ones are mapped, not read.

Shapes:
    samples   (value)          float32, those of all patches one after another, each (channel time)
    spans     (patch 2)        int64, start and stop
    events    (event)          EVENT
    stage     (channel time)   float32, in Fortran order: channels interleaved
"""

import contextlib
import hashlib
import io
import mmap
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.mapped import let_go
from engine.progress import Progress, ignore, part
from engine.storage.disk import (
    Damaged,
    free_bytes,
    new_part,
    no_room,
    open_plain,
    remove_parts,
    write_failed,
)
from engine.sync import sync_folder

EVENT = np.dtype(
    [
        ("start", "<i8"),
        ("stop", "<i8"),
        ("channel", "<i4"),
        ("confidence", "<f8"),
        ("removed_db", "<f8"),
    ]
)
SAMPLE = np.dtype("<f4")
SPAN = np.dtype("<i8")
MARGIN_BYTES = 4_000_000
"""Room that is left for the journal and the document."""
READ_BYTES = 1 << 20
"""Shorter renders are read and checked at once; thousands of maps would be too many."""
BLOCK_BYTES = 1 << 22


class Renders:
    """The renders in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, key: str) -> Path:
        """Where a render lies."""
        return self.folder / f"{key}.npy"

    def check_room(self, n_bytes: int) -> None:
        """See that the disk has room for so much and what goes with it.

        Raises:
            StorageError: it has not.
        """
        needed = n_bytes + MARGIN_BYTES
        if needed > free_bytes(self.folder):
            if not self.folder.is_dir():
                raise write_failed(self.folder.parent, needed, FileNotFoundError(2, "gone"))
            raise no_room(self.folder.parent, needed)

    def write(
        self,
        blocks: Iterable[NDArray[Any]],
        dtype: "np.dtype[Any]",
        shape: tuple[int, ...],
        *,
        fortran: bool = False,
        progress: Progress = ignore,
    ) -> str:
        """Write an array that comes in contiguous pieces, and wait until the disk has it.

        Returns:
            Its key; the same content has the same.

        Raises:
            StorageError: the disk is full, or cannot be written.
            Cancelled: progress said so.
        """
        total = header_bytes(dtype, shape, fortran)
        needed = len(total) + int(np.prod(shape)) * dtype.itemsize
        part = new_part(self.folder / "render")
        try:
            key = self._write(part, total, blocks, needed, progress)
            self._name(part, key)
        except OSError as error:
            raise write_failed(self.folder.parent, needed, error) from error
        finally:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
        return key

    def sync(self) -> None:
        """Wait until the disk has the names of all renders."""
        sync_folder(self.folder)

    def read(
        self, key: str, dtype: "np.dtype[Any]", shape: tuple[int, ...], *, fortran: bool = False
    ) -> NDArray[Any]:
        """An array, read-only: a short one read and checked, a long one mapped.

        Raises:
            Damaged: it is missing, has another length or another content.
        """
        header = header_bytes(dtype, shape, fortran)
        expected = len(header) + int(np.prod(shape, dtype=object)) * dtype.itemsize
        try:
            with os.fdopen(open_plain(self.path(key)), "rb") as file:
                found = os.fstat(file.fileno()).st_size
                if found != expected:
                    raise Damaged(f"render {key[:12]} has {found} bytes instead of {expected}")
                if expected <= READ_BYTES:
                    content = file.read()
                    if hashlib.sha256(content).hexdigest() != key:
                        raise Damaged(f"render {key[:12]} has another content than it had")
                    return _array(content, header, dtype, shape, fortran)
                mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except OSError as error:
            raise Damaged(f"render {key[:12]} cannot be read: {_reason(error)}") from error
        if mapped[: len(header)] != header:
            raise Damaged(f"render {key[:12]} does not begin as it should")
        return _array(mapped, header, dtype, shape, fortran)

    def verify(self, key: str, progress: Progress = ignore) -> bool:
        """Whether a render has the content it was written with; reads all of it."""
        digest = hashlib.sha256()
        try:
            with os.fdopen(open_plain(self.path(key)), "rb") as file:
                size = max(1, os.fstat(file.fileno()).st_size)
                done = 0
                while block := file.read(BLOCK_BYTES):
                    digest.update(block)
                    done += len(block)
                    progress(min(1.0, done / size))
        except (OSError, Damaged):
            return False
        return digest.hexdigest() == key

    def damaged(self, keys: Sequence[str], progress: Progress = ignore) -> set[str]:
        """Those of some renders that have not the content they were written with; reads all."""
        n_keys = len(keys)
        return {
            key
            for index, key in enumerate(keys)
            if not self.verify(key, part(progress, index / n_keys, (index + 1) / n_keys))
        }

    def sizes(self) -> dict[str, int]:
        """Bytes of each render there is."""
        found: dict[str, int] = {}
        with contextlib.suppress(OSError), os.scandir(self.folder) as entries:
            for entry in entries:
                if entry.name.endswith(".npy") and entry.is_file(follow_symlinks=False):
                    found[entry.name[:-4]] = entry.stat(follow_symlinks=False).st_size
        return found

    def remove(self, keys: Iterable[str]) -> None:
        """Delete renders; one that cannot be deleted stays."""
        for key in keys:
            with contextlib.suppress(OSError):
                self.path(key).unlink(missing_ok=True)

    def remove_parts(self) -> None:
        """Delete what a writer that was killed has left."""
        remove_parts(self.folder)

    def _write(
        self,
        part: Path,
        header: bytes,
        blocks: Iterable[NDArray[Any]],
        needed: int,
        progress: Progress,
    ) -> str:
        digest = hashlib.sha256()
        done = 0
        with part.open("wb") as file:
            for piece in _pieces(header, blocks):
                digest.update(piece)
                file.write(piece)
                done += len(piece)
                progress(done / needed)
            assert done == needed, (done, needed)
            file.flush()
            os.fsync(file.fileno())
        return digest.hexdigest()

    def _name(self, part: Path, key: str) -> None:
        """Give a render its name; one that is there is replaced, as it may be damaged."""
        try:
            os.replace(part, self.path(key))
        except PermissionError:
            if not self.path(key).is_file():  # Windows replaces no file that is mapped
                raise


def header_bytes(dtype: "np.dtype[Any]", shape: tuple[int, ...], fortran: bool = False) -> bytes:
    """What a npy file of such an array begins with."""
    described = {
        "descr": np.lib.format.dtype_to_descr(dtype),
        "fortran_order": fortran,
        "shape": shape,
    }
    memory = io.BytesIO()
    np.lib.format.write_array_header_1_0(memory, described)
    return memory.getvalue()


def _pieces(header: bytes, blocks: Iterable[NDArray[Any]]) -> Iterator[memoryview]:
    """The bytes to write, some megabytes at a time."""
    yield memoryview(header)
    for block in blocks:
        content = memoryview(np.ascontiguousarray(block).reshape(-1).view(np.uint8).data)
        for start in range(0, len(content), BLOCK_BYTES):
            yield content[start : start + BLOCK_BYTES]
        let_go([block])


def _array(
    content: "bytes | mmap.mmap",
    header: bytes,
    dtype: "np.dtype[Any]",
    shape: tuple[int, ...],
    fortran: bool,
) -> NDArray[Any]:
    flat: NDArray[Any] = np.frombuffer(content, dtype, offset=len(header))
    return flat.reshape(shape, order="F" if fortran else "C")


def _reason(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    return (error.strerror or "input/output error").lower()
