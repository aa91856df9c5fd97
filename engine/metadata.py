"""What a file says about its audio: checksums, and where a line of coding history may go.

Rules:
    A checksum is of audio alone: of the bytes of samples as they are stored in WAV-like files, and
    as FLAC counts them (interleaved, little endian, signed) in FLAC; decoded float32 for Ogg, MP3.
    A WAV-like file may hold it in an 'MD5 ' chunk, as BWF MetaEdit writes; FLAC always has a place.
    A line of coding history is appended where a file already keeps one: to the bext chunk of a
    WAV-like file, to the CODINGHISTORY comment of a FLAC file. None is invented.
"""

import hashlib
import struct
from dataclasses import dataclass

from engine.audio_file import AudioFile
from engine.containers import Encoding, Native
from engine.containers.flac import stream_info

ABSENT, MATCHES, DIFFERS = "absent", "matches", "differs"
HISTORY_TAG = b"CODINGHISTORY"
_MAX_PAYLOAD = 1 << 24


class AudioDigest:
    """MD5 and SHA-256 of samples that come block by block."""

    def __init__(self, encoding: Encoding) -> None:
        self._encoding = encoding
        self._md5 = hashlib.md5(usedforsecurity=False)
        self._sha256 = hashlib.sha256()

    def update(self, native: Native) -> bytes:
        """Count samples (channel time); returns their bytes as stored."""
        stored = self._encoding.encode(native)
        self._md5.update(stored)
        self._sha256.update(stored)
        return stored

    @property
    def md5(self) -> str:
        """MD5 in hexadecimal."""
        return self._md5.hexdigest()

    @property
    def sha256(self) -> str:
        """SHA-256 in hexadecimal."""
        return self._sha256.hexdigest()


@dataclass(frozen=True)
class EmbeddedMd5:
    """The MD5 of its audio that a file carries, as the 16 bytes found.

    BWF MetaEdit writes them last byte first, others in the usual order; both are understood.
    """

    stored: bytes
    is_reversed: bool

    @property
    def md5(self) -> str:
        """In hexadecimal, the usual way round."""
        return (self.stored[::-1] if self.is_reversed else self.stored).hex()

    def status(self, md5: str) -> str:
        """Whether it is that of the audio: matches or differs."""
        usual = bytes.fromhex(md5)
        either = (usual, usual[::-1]) if self.is_reversed else (usual,)
        return MATCHES if self.stored in either else DIFFERS


def embedded_md5(file: AudioFile) -> EmbeddedMd5 | None:
    """The MD5 that a file carries, None where it has none."""
    if file.container.kind == "FLAC":
        md5 = stream_info(read_chunk(file, "STREAMINFO") or b"").md5
        return EmbeddedMd5(md5, is_reversed=False) if any(md5) else None
    stored = read_chunk(file, "MD5 ")
    return EmbeddedMd5(stored, is_reversed=True) if stored and len(stored) == 16 else None


def md5_status(file: AudioFile, md5: str) -> str:
    """Whether the MD5 a file carries is that of its audio: matches, differs or absent."""
    embedded = embedded_md5(file)
    return embedded.status(md5) if embedded else ABSENT


def rewritten_md5(stored: bytes, old_md5: str, new_md5: str) -> bytes:
    """The content of an 'MD5 ' chunk for new audio, in the byte order the old one had."""
    fresh = bytes.fromhex(new_md5)
    return fresh if stored == bytes.fromhex(old_md5) else fresh[::-1]


def read_chunk(file: AudioFile, chunk_id: str) -> bytes | None:
    """The content of the first chunk of that id; None where there is none of sensible size."""
    chunk = file.container.find(chunk_id)
    if chunk is None or chunk.size > _MAX_PAYLOAD:
        return None
    with file.path.open("rb") as handle:
        handle.seek(chunk.payload)
        return handle.read(chunk.size)


def append_comment(payload: bytes, line: str) -> bytes | None:
    """A VORBIS_COMMENT block with the line added to its CODINGHISTORY; None where it has none.

    All other comments keep their bytes and their order.
    """
    try:
        vendor, comments = _split_comments(payload)
    except struct.error:
        return None
    for index, comment in enumerate(comments):
        name, _, text = comment.partition(b"=")
        if name.upper() == HISTORY_TAG:
            gap = b"" if not text or text.endswith(b"\n") else b"\r\n"
            comments[index] = name + b"=" + text + gap + line.encode("ascii")
            parts = [struct.pack("<I", len(each)) + each for each in comments]
            head = struct.pack("<I", len(vendor)) + vendor + struct.pack("<I", len(comments))
            return head + b"".join(parts)
    return None


def _split_comments(payload: bytes) -> tuple[bytes, list[bytes]]:
    """Vendor and comments; struct.error when the block is cut."""
    vendor, position = _counted(payload, 0)
    count = struct.unpack_from("<I", payload, position)[0]
    position += 4
    comments = []
    for _ in range(count):
        comment, position = _counted(payload, position)
        comments.append(comment)
    return vendor, comments


def _counted(payload: bytes, position: int) -> tuple[bytes, int]:
    length = struct.unpack_from("<I", payload, position)[0]
    return struct.unpack_from(f"{length}s", payload, position + 4)[0], position + 4 + length
