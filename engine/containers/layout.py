"""How a file is laid out anew around other audio: RIFF, RF64, Wave64 and AIFF.

Everything a source of the same kind has besides its audio is kept byte for byte and in order. What
must change is the sizes, and the format where tasks changed channels, rate or length.
"""

import struct

from engine.containers.aiff import rate_to_extended
from engine.containers.chunk import Chunk, Container
from engine.containers.piece import Carried, Extent, Layout, Piece, Shape, total
from engine.containers.riff import EXTENSIBLE, FLOAT, LONG_SIZE, PCM
from engine.containers.w64 import FIRST_CHUNK, HEADER, RIFF_GUID, WAVE_TAIL

RIFF_LIMIT = (1 << 32) - 16
_EXTENSIBLE_BYTES = 40
_GUID_TAIL = bytes.fromhex("000000001000800000aa00389b71")


def carried_chunks(container: Container) -> Carried:
    """All chunks of a RIFF, Wave64 or AIFF file but the audio, as stretches of it."""
    at = container.chunks.index(container.data)
    start, stop = container.tail
    tail = (Piece("", (Extent(start, stop),)),) if start < stop else ()
    return Carried(
        tuple(_copied(chunk) for chunk in container.chunks[:at]),
        tuple(_copied(chunk) for chunk in container.chunks[at + 1 :]),
        tail,
    )


def riff_chunk(chunk_id: str, payload: bytes, big_endian: bool = False) -> Piece:
    """A chunk of a RIFF or AIFF file with its pad byte."""
    size = len(payload).to_bytes(4, "big" if big_endian else "little")
    pad = b"\0" * (len(payload) % 2)
    return Piece(chunk_id, (chunk_id.encode("latin-1") + size + payload + pad,), 8)


def w64_chunk(chunk_id: str, payload: bytes, source: Chunk | None = None) -> Piece:
    """A chunk of a Wave64 file; it keeps the GUID of the source's chunk where there is one."""
    name: bytes | Extent = chunk_id.encode("latin-1") + WAVE_TAIL
    if source is not None:
        name = Extent(source.start, source.start + 16)
    body = struct.pack("<Q", HEADER + len(payload)) + payload + b"\0" * (-len(payload) % 8)
    return Piece(chunk_id, (name, body), HEADER)


def rebuilt_chunk(container: Container, chunk_id: str, payload: bytes) -> Piece:
    """A chunk of a source with other content, in the manner of its container."""
    if container.kind == "W64":
        return w64_chunk(chunk_id, payload, container.find(chunk_id))
    return riff_chunk(chunk_id, payload, container.big_endian)


def format_payload(shape: Shape) -> bytes:
    """The content of a new little-endian 'fmt ' chunk."""
    tag = FLOAT if shape.encoding.is_float else PCM
    bits = shape.encoding.bits
    is_plain = shape.n_channels <= 2
    rate = shape.sample_rate
    fields = (rate, rate * shape.align, shape.align, bits)
    plain = struct.pack("<HHIIHH", tag if is_plain else EXTENSIBLE, shape.n_channels, *fields)
    if is_plain:
        return plain
    return plain + struct.pack("<HHIH", 22, bits, 0, tag) + _GUID_TAIL


def adapted_format(payload: bytes, shape: Shape, big_endian: bool) -> bytes:
    """A 'fmt ' chunk with other channels, rate or depth.

    Speaker positions are no longer known where there are other channels.
    """
    order = ">" if big_endian else "<"
    tag, n_channels, *_ = struct.unpack(order + "HH", payload[:4])
    fresh = bytearray(payload)
    fields = (shape.n_channels, shape.sample_rate, shape.sample_rate * shape.align, shape.align)
    struct.pack_into(order + "HIIH", fresh, 2, *fields)
    is_extensible = tag == EXTENSIBLE and len(payload) >= _EXTENSIBLE_BYTES
    kind_at = 24 if is_extensible else 0
    kind = FLOAT if shape.encoding.is_float else PCM
    had_align = struct.unpack_from(order + "H", payload, 12)[0]
    has_kind = struct.unpack_from(order + "H", payload, kind_at)[0] == kind
    if (
        not has_kind or had_align != n_channels * shape.encoding.width
    ):  # 20 bits in 3 bytes are kept
        struct.pack_into(order + "H", fresh, kind_at, kind)
        for at in (14, 18) if is_extensible else (14,):
            struct.pack_into(order + "H", fresh, at, shape.encoding.bits)
    if is_extensible and n_channels != shape.n_channels:
        struct.pack_into(order + "I", fresh, 20, 0)
    return bytes(fresh)


def adapted_common(payload: bytes, shape: Shape) -> bytes:
    """A 'COMM' chunk with other channels, length, rate or depth."""
    told = payload[6:8]
    if -(-int.from_bytes(told, "big") // 8) != shape.encoding.width:  # 20 bits in 3 bytes are kept
        told = shape.encoding.bits.to_bytes(2, "big")
    head = struct.pack(">HI", shape.n_channels, shape.n_samples) + told
    return head + rate_to_extended(shape.sample_rate) + payload[18:]


def adapted_count(payload: bytes, shape: Shape, big_endian: bool) -> bytes:
    """A 'fact' chunk with another number of samples."""
    count = min(shape.n_samples, LONG_SIZE)
    return count.to_bytes(4, "big" if big_endian else "little") + payload[4:]


def riff_layout(shape: Shape, carried: Carried, big_endian: bool = False) -> Layout:
    """A RIFF file, or RF64 where that was asked for or 4 GB are not enough."""
    before = tuple(piece for piece in carried.before if piece.id != "ds64")
    pad = (Piece("pad", (b"\0",)),) if shape.audio_bytes % 2 else ()
    body = 4 + total(before) + 8 + shape.audio_bytes + total((*pad, *carried.after))
    is_long = shape.kind == "RF64" or body > RIFF_LIMIT
    order = ">" if big_endian else "<"
    if is_long:
        long_sizes = _long_sizes(shape, carried.find("ds64"), body)
        header = Piece("RF64", (b"RF64" + b"\xff" * 4 + b"WAVE",))
        audio = Piece("data", (b"data" + b"\xff" * 4,))
        head = (header, long_sizes, *before, audio)
    else:
        magic = b"RIFX" if big_endian else b"RIFF"
        header = Piece("RIFF", (struct.pack(order + "4sI4s", magic, body, b"WAVE"),))
        audio = Piece("data", (struct.pack(order + "4sI", b"data", shape.audio_bytes),))
        head = (header, *before, audio)
    return Layout(shape, head, (*pad, *carried.after, *carried.end))


def w64_layout(shape: Shape, carried: Carried) -> Layout:
    """A Wave64 file; its size counts everything."""
    gap = -shape.audio_bytes % 8
    pad = (Piece("pad", (b"\0" * gap,)),) if gap else ()
    name = b"data" + WAVE_TAIL
    audio = Piece("data", (name + struct.pack("<Q", HEADER + shape.audio_bytes),))
    tail = (*pad, *carried.after)
    size = FIRST_CHUNK + total((*carried.before, audio, *tail)) + shape.audio_bytes
    mark = RIFF_GUID + struct.pack("<Q", size) + b"wave" + WAVE_TAIL
    return Layout(shape, (Piece("riff", (mark,)), *carried.before, audio), (*tail, *carried.end))


def aiff_layout(shape: Shape, carried: Carried, container: Container, form: bytes) -> Layout:
    """An AIFF or AIFF-C file laid out like its source, the offset of its audio kept."""
    data = container.data
    lead = data.payload - data.start - 8
    size = struct.pack(">I", lead + shape.audio_bytes)
    audio = Piece("SSND", (b"SSND" + size, Extent(data.start + 8, data.payload)))
    pad = (Piece("pad", (b"\0",)),) if (lead + shape.audio_bytes) % 2 else ()
    tail = (*pad, *carried.after)
    body = 4 + total((*carried.before, audio, *tail)) + shape.audio_bytes
    header = Piece("FORM", (b"FORM" + struct.pack(">I", body) + form,))
    return Layout(shape, (header, *carried.before, audio), (*tail, *carried.end))


def _copied(chunk: Chunk) -> Piece:
    return Piece(chunk.id, (Extent(chunk.start, chunk.stop),), chunk.payload - chunk.start)


def _long_sizes(shape: Shape, old: Piece | None, body: int) -> Piece:
    """A 'ds64' chunk; sizes of other long chunks, which lie behind the first 24 bytes, are kept."""
    table: bytes | Extent = bytes(4)
    if old is not None and isinstance(old.parts[0], Extent):
        table = Extent(old.parts[0].start + 8 + 24, old.parts[0].stop)
    length = 28 if old is None else old.length - 8
    fields = (length, body + 8 + length, shape.audio_bytes, shape.n_samples)
    return Piece("ds64", (struct.pack("<4sIQQQ", b"ds64", *fields), table), 8)
