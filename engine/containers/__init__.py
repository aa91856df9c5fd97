"""Audio containers: parsed by our own code, as the decoder drops every chunk but the audio."""

from engine.containers.aiff import parse_aiff
from engine.containers.chunk import Chunk, Container, OpenFile
from engine.containers.encoding import Encoding, Native
from engine.containers.flac import parse_flac
from engine.containers.mp3 import SEARCHED_BYTES, has_mp3_frames
from engine.containers.riff import parse_riff
from engine.containers.w64 import RIFF_GUID, parse_w64

READABLE = "WAV, BWF, RF64, W64, AIFF, FLAC, Ogg and MP3"

CUT_OGG_NOTE = "The file does not end as an Ogg file should; its end may be missing."

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
        searched = min(SEARCHED_BYTES, max(0, file.size - start))
        if not has_mp3_frames(file.read(start, searched)):
            raise file.refuse("holds no MP3 frames", "copy it again from where it came")
        return _codec(file, "MP3")
    if all(0x20 <= byte < 0x7F or byte in b"\t\r\n" for byte in head):
        raise file.refuse("is a text file and holds no sound", "choose a sound file")
    raise file.refuse(
        f"is not a sound file of a kind that can be read ({READABLE})",
        "convert it to WAV or FLAC first",
    )


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
    notes = () if kind != "OGG" or _has_last_page(file) else (CUT_OGG_NOTE,)
    return Container(kind, (data,), data, 0, 0, None, None, notes=notes)


def _has_last_page(file: OpenFile) -> bool:
    """Whether the last page of an Ogg file is whole and says that it is the last.

    A page has up to 65307 bytes; the mark is bit 2 of its sixth byte, the number of its segments is
    the 27th, and their lengths follow (RFC 3533, section 6).
    """
    start = max(0, file.size - 65_307)
    end = file.read(start, file.size - start)
    page = end[max(0, end.rfind(b"OggS")) :]
    if len(page) < 27:
        return False
    lengths = page[27 : 27 + page[26]]
    return bool(page[5] & 4) and len(page) >= 27 + page[26] + sum(lengths)
