"""Audio containers: parsed by our own code, as the decoder drops every chunk but the audio."""

from engine.containers.aiff import parse_aiff
from engine.containers.chunk import Chunk, Container, OpenFile
from engine.containers.encoding import Encoding, Native
from engine.containers.flac import parse_flac
from engine.containers.riff import parse_riff
from engine.containers.w64 import RIFF_GUID, parse_w64

READABLE = "WAV, BWF, RF64, W64, AIFF, FLAC, Ogg and MP3"

__all__ = ["READABLE", "Chunk", "Container", "Encoding", "Native", "OpenFile", "parse_container"]


def parse_container(file: OpenFile) -> Container:
    """Find out by its first bytes what a file is, and where its parts are.

    Raises:
        AudioFormatError: it is of no known kind, is cut short, or its header contradicts itself.
    """
    file.handle.seek(0)
    head = file.handle.read(16)
    if head[:4] in (b"RIFF", b"RIFX", b"RF64", b"BW64"):
        return parse_riff(file)
    if head == RIFF_GUID:
        return parse_w64(file)
    if head[:4] == b"FORM" and file.size >= 12 and file.read(8, 4) in (b"AIFF", b"AIFC"):
        return parse_aiff(file)
    start = _id3_size(head)
    if file.size >= start + 4 and file.read(start, 4) == b"fLaC":
        return parse_flac(file, start)
    if head[:4] == b"OggS":
        return _codec(file, "OGG")
    if start or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0):
        return _codec(file, "MP3")
    raise file.refuse(f"is not a sound file that can be read ({READABLE})", _advice(head))


def _id3_size(head: bytes) -> int:
    """Bytes of an ID3v2 tag at the beginning: its size has 7 bits in each of 4 bytes."""
    if head[:3] != b"ID3" or len(head) < 10:
        return 0
    size = 0
    for byte in head[6:10]:
        size = size << 7 | (byte & 0x7F)
    return 10 + size + (10 if head[5] & 0x10 else 0)


def _codec(file: OpenFile, kind: str) -> Container:
    data = Chunk("stream", 0, 0, file.size, file.size)
    return Container(kind, (data,), data, 0, 0, None, None)


def _advice(head: bytes) -> str:
    is_text = all(0x20 <= byte < 0x7F or byte in b"\t\r\n" for byte in head)
    return "it is a text file" if is_text else "convert it to WAV or FLAC first"
