"""Wave64: chunks named by 16-byte GUIDs with 64-bit sizes, each beginning at a multiple of 8."""

import struct

from engine.containers.chunk import MAX_CHUNKS, Chunk, Container, OpenFile, is_chunk_id
from engine.containers.riff import parse_format

RIFF_GUID = b"riff" + bytes.fromhex("2e91cf11a5d628db04c10000")
WAVE_TAIL = bytes.fromhex("f3acd3118cd100c04f8edb8a")
HEADER = 24
FIRST_CHUNK = 40


def parse_w64(file: OpenFile) -> Container:
    """Find the chunks of a Wave64 file.

    Raises:
        AudioFormatError: it is cut short, or its header contradicts itself.
    """
    size, form = struct.unpack("<Q16s", file.read(16, 24))
    if form != b"wave" + WAVE_TAIL:
        raise file.lies("it is a Wave64 file without the 'wave' mark")
    if size > file.size:
        raise file.cut_short(f"its header promises {size} bytes and there are {file.size}")
    chunks: list[Chunk] = []
    position = FIRST_CHUNK
    while position + HEADER <= file.size and len(chunks) < MAX_CHUNKS:
        chunk = _chunk(file, position)
        chunks.append(chunk)
        position = chunk.stop
    data = next((chunk for chunk in chunks if chunk.id == "data"), None)
    fmt = next((chunk for chunk in chunks if chunk.id == "fmt "), None)
    if data is None or fmt is None:
        raise file.lies(f"it has no '{'fmt ' if fmt is None else 'data'}' chunk")
    n_channels, rate, encoding, align = parse_format(file, file.payload(fmt), big_endian=False)
    return Container(
        kind="W64",
        chunks=tuple(chunks),
        data=data,
        n_channels=n_channels,
        sample_rate=rate,
        encoding=encoding,
        n_samples=data.size // align if align else None,
        tail=(position, file.size),
    )


def _chunk(file: OpenFile, position: int) -> Chunk:
    guid, size = struct.unpack("<16sQ", file.read(position, HEADER))
    name = guid[:4].decode("latin-1") if is_chunk_id(guid[:4]) else guid.hex()
    if size < HEADER:
        raise file.lies(f"its chunk at byte {position} says it has {size} bytes")
    if position + size > file.size:
        raise file.cut_short(
            f"its '{name}' chunk promises {size - HEADER} bytes "
            f"and {file.size - position - HEADER} are there"
        )
    stop = min(position + -(-size // 8) * 8, file.size)
    return Chunk(name, position, position + HEADER, size - HEADER, stop)
