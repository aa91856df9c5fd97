"""Sound files made by hand, chunk by chunk, so that a reader's view can be compared with bytes."""

import struct

import numpy as np

from engine.containers import Encoding
from engine.containers.aiff import rate_to_extended
from engine.containers.w64 import RIFF_GUID, WAVE_TAIL

Chunks = list[tuple[bytes, bytes]]


def bext(history: str = "A=ANALOGUE,M=mono,T=Studer\r\n", reserved: int = 0) -> bytes:
    """A bext chunk of version 2 with loudness values and coding history."""
    fields = (
        b"Side A, shellac".ljust(256, b"\0"),
        b"Archive".ljust(32, b"\0"),
        b"REF-0001".ljust(32, b"\0"),
        b"2024-05-17",
        b"12:34:56",
        struct.pack("<IIH", 123456, 1, 2),
        bytes(range(64)),
        struct.pack("<5h", -2312, 712, -105, 0x7FFF, -1850),
        bytes(180),
    )
    payload = b"".join(fields)
    assert len(payload) == 602
    return payload + history.encode() + bytes(reserved)


BEFORE: Chunks = [
    (b"bext", bext()),
    (b"LIST", b"INFOINAM\x06\0\0\0Side A"),
    (b"odd!", b"\x01\x02\x03"),
]
AFTER: Chunks = [
    (b"cue ", struct.pack("<IIIIIII", 1, 1, 100, 0x61746164, 0, 0, 100)),
    (b"iXML", b"<BWFXML><NOTE>stylus 2.8</NOTE></BWFXML>"),
    (b"zzzz", b"\xff" * 7),
]


def chunk(chunk_id: bytes, payload: bytes, order: str = "<") -> bytes:
    """A RIFF or AIFF chunk; its pad byte is not 0, so that copying it is seen."""
    pad = b"\x55" * (len(payload) % 2)
    return chunk_id + struct.pack(order + "I", len(payload)) + payload + pad


def fmt(encoding: Encoding, rate: int, n_channels: int, order: str = "<") -> bytes:
    """A plain format chunk's content."""
    tag = 3 if encoding.is_float else 1
    align = n_channels * encoding.width
    return struct.pack(order + "HHIIHH", tag, n_channels, rate, rate * align, align, encoding.bits)


def samples(
    rng: np.random.Generator, encoding: Encoding, n_samples: int, n_channels: int
) -> np.ndarray:
    """Native samples over the whole range, both rails among the integers."""
    if encoding.is_float:
        return rng.standard_normal((n_channels, n_samples)).astype(encoding.dtype)
    values = rng.integers(encoding.low, encoding.high, (n_channels, n_samples), endpoint=True)
    values[:, 1], values[:, 2] = encoding.low, encoding.high
    return values.astype(np.int32)


def wav(
    native: np.ndarray,
    encoding: Encoding,
    rate: int = 44100,
    before: Chunks = BEFORE,
    after: Chunks = AFTER,
    tail: bytes = b"",
) -> bytes:
    """A RIFF file (RIFX for a big-endian encoding)."""
    order = ">" if encoding.big_endian else "<"
    parts = [(b"fmt ", fmt(encoding, rate, len(native), order)), *before]
    parts += [(b"data", encoding.encode(native)), *after]
    body = b"WAVE" + b"".join(chunk(*each, order) for each in parts)
    return (
        (b"RIFX" if order == ">" else b"RIFF") + struct.pack(order + "I", len(body)) + body + tail
    )


def rf64(native: np.ndarray, encoding: Encoding, rate: int = 44100) -> bytes:
    """An RF64 file with a table of one more long chunk, which is not there."""
    audio = encoding.encode(native)
    front = chunk(b"fmt ", fmt(encoding, rate, len(native)))
    front += b"".join(chunk(*each) for each in BEFORE)
    back = b"\0" * (len(audio) % 2) + b"".join(chunk(*each) for each in AFTER)
    table = struct.pack("<I4sQ", 1, b"long", 1 << 33)
    size = 4 + 8 + 24 + len(table) + len(front) + 8 + len(audio) + len(back)
    sizes = chunk(b"ds64", struct.pack("<QQQ", size, len(audio), native.shape[1]) + table)
    return b"RF64\xff\xff\xff\xffWAVE" + sizes + front + b"data\xff\xff\xff\xff" + audio + back


def w64_chunk(chunk_id: bytes, payload: bytes, tail: bytes = WAVE_TAIL) -> bytes:
    """A Wave64 chunk."""
    size = struct.pack("<Q", 24 + len(payload))
    return chunk_id + tail + size + payload + b"\0" * (-len(payload) % 8)


def w64(native: np.ndarray, encoding: Encoding, rate: int = 44100) -> bytes:
    """A Wave64 file; one chunk has a GUID of its own kind."""
    body = w64_chunk(b"fmt ", fmt(encoding, rate, len(native)))
    body += w64_chunk(b"bext", bext()) + w64_chunk(b"list", b"some text", b"\x01" * 12)
    body += w64_chunk(b"data", encoding.encode(native)) + w64_chunk(b"mark", b"12345")
    return RIFF_GUID + struct.pack("<Q", 40 + len(body)) + b"wave" + WAVE_TAIL + body


def aiff(native: np.ndarray, encoding: Encoding, rate: int = 44100, coding: bytes = b"") -> bytes:
    """An AIFF file, AIFF-C where a coding is given; its audio begins 4 bytes late."""
    head = struct.pack(">HIH", len(native), native.shape[1], encoding.bits)
    common = head + rate_to_extended(rate) + (coding + b"\x03odd" if coding else b"")
    body = b"AIFC" + chunk(b"FVER", b"\xa2\x80\x51\x40", ">") if coding else b"AIFF"
    body += chunk(b"COMM", common, ">") + chunk(b"MARK", b"\0\x01\0\x01\0\0\0\x64\x04Here\0", ">")
    body += chunk(b"SSND", struct.pack(">II", 4, 0) + b"gap!" + encoding.encode(native), ">")
    body += chunk(b"ANNO", b"unknown words", ">")
    return b"FORM" + struct.pack(">I", len(body)) + body


def flac_block(kind: int, payload: bytes, is_last: bool = False) -> bytes:
    """A metadata block."""
    return struct.pack(">I", (kind | (0x80 if is_last else 0)) << 24 | len(payload)) + payload


def comments(*texts: str) -> bytes:
    """A VORBIS_COMMENT block's content."""
    body = b"".join(struct.pack("<I", len(each.encode())) + each.encode() for each in texts)
    return struct.pack("<I", 6) + b"vendor" + struct.pack("<I", len(texts)) + body


FLAC_BLOCKS = [
    (4, comments("TITLE=Side A", "CODINGHISTORY=A=ANALOGUE,M=mono", "ARTIST=Übermut")),
    (6, struct.pack(">II", 3, 9) + b"image/png" + bytes(20) + struct.pack(">I", 4) + b"\x89PNG"),
    (2, b"test" + b"application data"),
    (5, bytes(395) + b"\x01" + bytes(8) + b"\xaa" + bytes(27)),
    (1, bytes(64)),
]


def flac(encoded: bytes, blocks: list[tuple[int, bytes]]) -> bytes:
    """A FLAC file made by an encoder, with other metadata."""
    info, position, is_last = encoded[8:42], 4, False
    while not is_last:
        is_last = bool(encoded[position] & 0x80)
        position += 4 + int.from_bytes(encoded[position + 1 : position + 4], "big")
    head = flac_block(0, info, not blocks)
    body = [flac_block(*each, index == len(blocks) - 1) for index, each in enumerate(blocks)]
    return b"fLaC" + head + b"".join(body) + encoded[position:]
