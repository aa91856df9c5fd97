"""What a container file is made of: chunks whose places are known and whose bytes stay on disk."""

from dataclasses import dataclass
from typing import BinaryIO

from engine.containers.encoding import Encoding
from engine.errors import AudioFormatError

MAX_CHUNKS = 10_000
COPY_AGAIN = "copy it again from where it came"


@dataclass(frozen=True)
class Chunk:
    """A chunk or metadata block of a file, counted in bytes from its beginning.

    [start, stop) is all of it with header and pad byte; its content is `size` bytes at `payload`.
    """

    id: str
    start: int
    payload: int
    size: int
    stop: int


@dataclass(frozen=True)
class Container:
    """The parts of an audio file in the order they have there.

    kind: WAV, RF64, W64, AIFF, FLAC, OGG or MP3.
    encoding: how a sample is stored; None where a lossy codec decides that.
    data: the audio itself; for FLAC its frames, for OGG and MP3 the whole file.
    n_samples: samples of each channel as the header tells them; None where only a decoder knows.
    tail: bytes after the last chunk that belong to none, [start, stop).
    """

    kind: str
    chunks: tuple[Chunk, ...]
    data: Chunk
    n_channels: int
    sample_rate: int
    encoding: Encoding | None
    n_samples: int | None
    big_endian: bool = False
    tail: tuple[int, int] = (0, 0)
    notes: tuple[str, ...] = ()

    @property
    def metadata(self) -> tuple[Chunk, ...]:
        """All chunks but the audio."""
        return tuple(chunk for chunk in self.chunks if chunk is not self.data)

    def find(self, chunk_id: str) -> Chunk | None:
        """The first chunk with that id."""
        return next((chunk for chunk in self.metadata if chunk.id == chunk_id), None)


@dataclass(frozen=True)
class OpenFile:
    """A file being parsed: its handle, length in bytes and the name that errors give it."""

    handle: BinaryIO
    size: int
    name: str

    def read(self, start: int, count: int) -> bytes:
        """Read bytes that must be there.

        Raises:
            AudioFormatError: the file ends before.
        """
        if start + count > self.size:
            raise self.cut_short(f"its header ends at {self.size} bytes")
        self.handle.seek(start)
        return self.handle.read(count)

    def payload(self, chunk: Chunk) -> bytes:
        """The content of a chunk."""
        return self.read(chunk.payload, chunk.size)

    def refuse(self, cause: str, advice: str) -> AudioFormatError:
        """The sentence for a file that cannot be used."""
        return AudioFormatError(f"{self.name} {cause}; {advice}")

    def cut_short(self, cause: str) -> AudioFormatError:
        """The sentence for a file that ends too early."""
        return self.refuse(f"is cut short: {cause}", COPY_AGAIN)

    def lies(self, cause: str) -> AudioFormatError:
        """The sentence for a header that cannot be true."""
        return self.refuse(
            f"has a damaged header: {cause}", f"{COPY_AGAIN} or save it anew in another program"
        )


def is_chunk_id(raw: bytes) -> bool:
    """Whether four bytes look like a chunk id: printable ASCII and not blank."""
    return all(0x20 <= byte < 0x7F for byte in raw) and raw.strip() != b""
