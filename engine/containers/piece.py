"""Pieces of a file to be written: bytes that are given, and stretches copied from the source."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO

from engine.containers.encoding import Encoding

_COPY_BYTES = 1 << 20


@dataclass(frozen=True)
class Extent:
    """Bytes [start, stop) of the source file."""

    start: int
    stop: int


@dataclass(frozen=True)
class Piece:
    """A chunk, block or header to write; `payload_at` counts from its own beginning."""

    id: str
    parts: tuple[bytes | Extent, ...]
    payload_at: int = 0

    @property
    def length(self) -> int:
        """Bytes it takes in the file."""
        return sum(
            len(part) if isinstance(part, bytes) else part.stop - part.start for part in self.parts
        )

    def write(self, target: BinaryIO, source: BinaryIO) -> None:
        """Write it, copying from the source what is not given."""
        for part in self.parts:
            if isinstance(part, bytes):
                target.write(part)
            else:
                copy_extent(part, source, target)


@dataclass(frozen=True)
class Shape:
    """The audio to be written: container kind, encoding, channels, rate, samples."""

    kind: str
    encoding: Encoding
    n_channels: int
    sample_rate: int
    n_samples: int

    @property
    def align(self) -> int:
        """Bytes of one sample of all channels."""
        return self.n_channels * self.encoding.width

    @property
    def audio_bytes(self) -> int:
        """Bytes of all samples."""
        return self.n_samples * self.align


@dataclass(frozen=True)
class Layout:
    """A whole file: what comes before the audio and what comes after it."""

    shape: Shape
    head: tuple[Piece, ...]
    tail: tuple[Piece, ...]

    @property
    def length(self) -> int:
        """Bytes of the whole file."""
        return total((*self.head, *self.tail)) + self.shape.audio_bytes

    def payload_position(self, piece_id: str) -> int | None:
        """Where in the file the content of a piece begins."""
        position = 0
        for pieces, gap in ((self.head, self.shape.audio_bytes), (self.tail, 0)):
            for piece in pieces:
                if piece.id == piece_id:
                    return position + piece.payload_at
                position += piece.length
            position += gap
        return None


@dataclass(frozen=True)
class Carried:
    """What a source has besides its audio, as the target can hold it.

    left_out: ids of what it cannot hold.
    """

    before: tuple[Piece, ...] = ()
    after: tuple[Piece, ...] = ()
    end: tuple[Piece, ...] = ()
    left_out: tuple[str, ...] = ()

    def replaced(self, piece: Piece) -> "Carried":
        """With the first piece of the same id replaced."""
        for pieces in (self.before, self.after):
            at = next((i for i, each in enumerate(pieces) if each.id == piece.id), None)
            if at is not None:
                fresh = (*pieces[:at], piece, *pieces[at + 1 :])
                if pieces is self.before:
                    return replace(self, before=fresh)
                return replace(self, after=fresh)
        return self

    def without(self, ids: Sequence[str]) -> "Carried":
        """With no piece of these ids."""
        before, after = (
            tuple(piece for piece in pieces if piece.id not in ids)
            for pieces in (self.before, self.after)
        )
        return replace(self, before=before, after=after)

    def find(self, piece_id: str) -> Piece | None:
        """The first piece of that id."""
        return next((each for each in (*self.before, *self.after) if each.id == piece_id), None)


def total(pieces: Iterable[Piece]) -> int:
    """Bytes of some pieces."""
    return sum(piece.length for piece in pieces)


def write_all(pieces: Sequence[Piece], target: BinaryIO, source: BinaryIO) -> None:
    """Write pieces one after the other."""
    for piece in pieces:
        piece.write(target, source)


def copy_extent(extent: Extent, source: BinaryIO, target: BinaryIO) -> None:
    """Copy bytes from file to file, a little at a time."""
    source.seek(extent.start)
    left = extent.stop - extent.start
    while left > 0:
        found = source.read(min(left, _COPY_BYTES))
        if not found:
            raise OSError(f"the source ends {left} bytes too early")
        target.write(found)
        left -= len(found)
