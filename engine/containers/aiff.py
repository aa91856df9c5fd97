"""AIFF and AIFF-C: big-endian chunks, the rate as an 80-bit float.

References:
    Apple Computer, "Audio Interchange File Format AIFF-C", draft, 1991.
"""

import struct

from engine.containers.chunk import MAX_CHUNKS, Chunk, Container, OpenFile, is_chunk_id
from engine.containers.encoding import Encoding

_CODINGS = {
    b"NONE": (False, True),
    b"twos": (False, True),
    b"sowt": (False, False),
    b"in24": (False, True),
    b"in32": (False, True),
    b"raw ": (False, True),
    b"fl32": (True, True),
    b"FL32": (True, True),
    b"fl64": (True, True),
    b"FL64": (True, True),
}


def parse_aiff(file: OpenFile) -> Container:
    """Find the chunks of an AIFF or AIFF-C file.

    Raises:
        AudioFormatError: it is cut short, or its header contradicts itself.
    """
    size, form = struct.unpack(">I4s", file.read(4, 8))
    if 8 + size > file.size + 1:
        raise file.cut_short(f"its header promises {8 + size} bytes and there are {file.size}")
    chunks, stop = _walk(file, min(8 + size, file.size))
    common = next((chunk for chunk in chunks if chunk.id == "COMM"), None)
    sound = next((chunk for chunk in chunks if chunk.id == "SSND"), None)
    if common is None or sound is None:
        raise file.lies(f"it has no '{'COMM' if common is None else 'SSND'}' chunk")
    n_channels, frames, rate, encoding = _common(file, file.payload(common), form == b"AIFC")
    if sound.size < 8:
        raise file.lies("its 'SSND' chunk is too short")
    offset = struct.unpack(">I", file.read(sound.payload, 4))[0]
    audio_bytes = sound.size - 8 - offset
    if encoding is not None:
        wanted = frames * n_channels * encoding.width
        if audio_bytes < wanted:
            raise file.cut_short(
                f"its header promises {wanted} bytes of audio and {max(0, audio_bytes)} are there"
            )
        audio_bytes = wanted
    data = Chunk("SSND", sound.start, sound.payload + 8 + offset, audio_bytes, sound.stop)
    return Container(
        kind="AIFF",
        chunks=tuple(data if chunk is sound else chunk for chunk in chunks),
        data=data,
        n_channels=n_channels,
        sample_rate=rate,
        encoding=encoding,
        n_samples=frames if encoding else None,
        big_endian=True,
        tail=(stop, file.size),
    )


def extended_to_rate(raw: bytes) -> float:
    """The number in an 80-bit float; 0 for what cannot be a rate."""
    exponent, mantissa = struct.unpack(">HQ", raw)
    power = exponent - 16383 - 63
    return float(mantissa) * 2.0**power if exponent < 16383 + 64 else 0.0


def rate_to_extended(rate: int) -> bytes:
    """A whole number above 0 as an 80-bit float."""
    length = rate.bit_length()
    return struct.pack(">HQ", 16383 + length - 1, rate << (64 - length))


def _walk(file: OpenFile, end: int) -> tuple[list[Chunk], int]:
    chunks: list[Chunk] = []
    position = 12
    while position + 8 <= end and len(chunks) < MAX_CHUNKS:
        raw, size = struct.unpack(">4sI", file.read(position, 8))
        if not is_chunk_id(raw):
            break
        name = raw.decode("latin-1")
        payload = position + 8
        if payload + size > file.size:
            raise file.cut_short(
                f"its '{name}' chunk promises {size} bytes and {file.size - payload} are there"
            )
        stop = min(payload + size + size % 2, file.size)
        chunks.append(Chunk(name, position, payload, size, stop))
        position = stop
    return chunks, position


def _common(
    file: OpenFile, payload: bytes, is_compressed_form: bool
) -> tuple[int, int, int, Encoding | None]:
    """Channels, frames, rate and encoding of a 'COMM' chunk."""
    needed = 22 if is_compressed_form else 18
    if len(payload) < needed:
        raise file.lies(f"its 'COMM' chunk has {len(payload)} bytes and needs {needed}")
    n_channels, frames, bits = struct.unpack(">HIH", payload[:8])
    rate = round(extended_to_rate(payload[8:18]))
    coding = payload[18:22] if is_compressed_form else b"NONE"
    if coding not in _CODINGS:
        return n_channels, frames, rate, None
    is_float, big_endian = _CODINGS[coding]
    if is_float:
        bits = 64 if coding.lower() == b"fl64" else 32
    if not 1 <= bits <= 64 or (bits > 32 and not is_float):
        raise file.lies(f"it says {bits} bits per sample")
    stored = 8 * -(-bits // 8)
    return n_channels, frames, rate, Encoding(stored, is_float, big_endian, coding == b"raw ")
