"""RIFF WAVE (also big endian, RIFX) and its 64-bit form RF64: where the chunks are.

A writer that could not go back leaves 0 or a full word as size of the audio; such a file is read to
its end, and a note says so. A size that promises more than there is means a copy that was cut.

References:
    EBU Tech 3285, "Specification of the Broadcast Wave Format", version 2, 2011.
    EBU Tech 3306, "MBWF / RF64: An extended file format for audio", 2009.
"""

import struct

from engine.containers.chunk import MAX_CHUNKS, Chunk, Container, OpenFile, is_chunk_id
from engine.containers.encoding import Encoding

PCM, FLOAT, EXTENSIBLE = 0x0001, 0x0003, 0xFFFE
UNSET = (0, 0xFFFFFFFF, 0x7FFFF000, 0x7FFFFFFF)
TOLERATED_BYTES = 8  # some recorders count the header of the file into its size
LONG_SIZE = 0xFFFFFFFF


def parse_riff(file: OpenFile) -> Container:
    """Find the chunks of a RIFF, RIFX, RF64 or BW64 file.

    Raises:
        AudioFormatError: it is no WAVE file, is cut short, or its header contradicts itself.
    """
    magic, size, form = struct.unpack("<4sI4s", file.read(0, 12))
    big_endian = magic == b"RIFX"
    if big_endian:
        size = int.from_bytes(file.read(4, 4), "big")
    if form != b"WAVE":
        kind = form.decode("ascii", "replace").strip()
        raise file.refuse(f"is a RIFF file of type '{kind}', not WAVE", "convert it to WAV")
    is_long = magic in (b"RF64", b"BW64")
    long_sizes = _long_sizes(file) if is_long else {}
    size = long_sizes.get("RIFF", size)
    end, notes = _end(file, size, is_long)
    chunks, stop, unset = _walk(file, end, big_endian, long_sizes, size)
    data = next((chunk for chunk in chunks if chunk.id == "data"), None)
    fmt = next((chunk for chunk in chunks if chunk.id == "fmt "), None)
    if data is None or fmt is None:
        missing = "'fmt '" if fmt is None else "'data'"
        raise file.lies(f"it has no {missing} chunk")
    n_channels, rate, encoding, align = parse_format(file, file.payload(fmt), big_endian)
    if unset:
        notes.append(
            "The header does not tell how long the audio is, as a stopped or streamed recording "
            "leaves it; it was read to the end of the file."
        )
    if align and data.size % align:
        notes.append(
            f"The last {data.size % align} bytes of audio are no whole sample and are left out."
        )
    return Container(
        kind="RF64" if is_long else "WAV",
        chunks=tuple(chunks),
        data=data,
        n_channels=n_channels,
        sample_rate=rate,
        encoding=encoding,
        n_samples=data.size // align if align else None,
        big_endian=big_endian,
        tail=(stop, file.size),
        notes=tuple(notes),
    )


def parse_format(
    file: OpenFile, payload: bytes, big_endian: bool
) -> tuple[int, int, Encoding | None, int]:
    """Channels, rate, encoding and bytes per frame of a 'fmt ' chunk; 0 bytes for a codec.

    Raises:
        AudioFormatError: the chunk is too short or contradicts itself.
    """
    if len(payload) < 16:
        raise file.lies(f"its 'fmt ' chunk has {len(payload)} bytes and needs 16")
    order = ">" if big_endian else "<"
    tag, n_channels, rate, _, align, bits = struct.unpack(order + "HHIIHH", payload[:16])
    if tag == EXTENSIBLE:
        if len(payload) < 40:
            raise file.lies(f"its extensible 'fmt ' chunk has {len(payload)} bytes and needs 40")
        tag = struct.unpack(order + "H", payload[24:26])[0]
    if tag not in (PCM, FLOAT):
        return n_channels, rate, None, 0
    allowed = range(1, 33) if tag == PCM else (32, 64)
    if bits not in allowed:
        raise file.lies(f"it says {bits} bits per sample")
    width = -(-bits // 8)
    if align != n_channels * width:
        raise file.lies(
            f"it says {align} bytes per frame where {n_channels} channels of {bits} bits "
            f"take {n_channels * width}"
        )
    encoding = Encoding(8 * width, tag == FLOAT, big_endian, unsigned=width == 1)
    return n_channels, rate, encoding, align


def _long_sizes(file: OpenFile) -> dict[str, int]:
    """Sizes beyond 32 bits, which the 'ds64' chunk holds; it must come first."""
    chunk_id, size = struct.unpack("<4sI", file.read(12, 8))
    if chunk_id != b"ds64" or size < 28:
        raise file.lies("it has no 'ds64' chunk with the sizes that an RF64 file needs")
    payload = file.read(20, size)
    riff, data, _, count = struct.unpack("<QQQI", payload[:28])
    sizes = {"RIFF": riff, "data": data}
    for index in range(min(count, (size - 28) // 12)):
        name, length = struct.unpack_from("<4sQ", payload, 28 + 12 * index)
        sizes[name.decode("latin-1")] = length
    return sizes


def _end(file: OpenFile, size: int, is_long: bool) -> tuple[int, list[str]]:
    """Where the chunks end by the size in the header, and what is to be said about it."""
    if (size in UNSET and not is_long) or size == 0:
        return file.size, []
    end = 8 + size
    if end <= file.size:
        return end, []
    if end > file.size + TOLERATED_BYTES:
        raise file.cut_short(f"its header promises {end} bytes and there are {file.size}")
    return file.size, [f"The header promises {end} bytes and the file has {file.size}."]


def _walk(
    file: OpenFile, end: int, big_endian: bool, long_sizes: dict[str, int], riff_size: int
) -> tuple[list[Chunk], int, bool]:
    """Chunks, where they stop, and whether the audio had no size."""
    chunks: list[Chunk] = []
    position, unset = 12, False
    while position + 8 <= end and len(chunks) < MAX_CHUNKS:
        raw, size = struct.unpack(">4sI" if big_endian else "<4sI", file.read(position, 8))
        if not is_chunk_id(raw):
            break
        name = raw.decode("latin-1")
        if size == LONG_SIZE:
            size = long_sizes.get(name, size)
        payload = position + 8
        if name == "data" and size in UNSET and _is_unset(file, payload, size, riff_size):
            unset, size = True, file.size - payload
        if payload + size > file.size:
            raise file.cut_short(
                f"its '{name}' chunk promises {size} bytes and {file.size - payload} are there"
            )
        stop = min(payload + size + size % 2, file.size)
        chunks.append(Chunk(name, position, payload, size, stop))
        position = stop
    return chunks, position, unset


def _is_unset(file: OpenFile, payload: int, size: int, riff_size: int) -> bool:
    """Whether a size of the audio is a place-holder: impossible, or 0 where bytes follow."""
    if size:
        return payload + size > file.size
    return file.size > payload and abs(riff_size + 8 - file.size) > TOLERATED_BYTES
