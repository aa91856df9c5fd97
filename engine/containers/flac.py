"""FLAC: metadata blocks and the frames behind them.

References:
    RFC 9639, "Free Lossless Audio Codec (FLAC)", 2024; section 8 has the metadata blocks.
"""

from dataclasses import dataclass

from engine.containers.chunk import MAX_CHUNKS, Chunk, Container, OpenFile, is_chunk_id
from engine.containers.encoding import Encoding

STREAMINFO, PADDING, APPLICATION, SEEKTABLE, VORBIS_COMMENT, CUESHEET, PICTURE = range(7)
BLOCK_NAMES = (
    "STREAMINFO",
    "PADDING",
    "APPLICATION",
    "SEEKTABLE",
    "VORBIS_COMMENT",
    "CUESHEET",
    "PICTURE",
)
MAX_BLOCK = (1 << 24) - 1


@dataclass(frozen=True)
class StreamInfo:
    """What the first block tells; md5 is all zero where the encoder did not count it."""

    sample_rate: int
    n_channels: int
    bits: int
    n_samples: int
    md5: bytes


def parse_flac(file: OpenFile, start: int = 0) -> Container:
    """Find the metadata blocks of a FLAC file whose 'fLaC' mark lies at `start`.

    Raises:
        AudioFormatError: it is cut short, or its header contradicts itself.
    """
    blocks: list[Chunk] = []
    position, is_last = start + 4, False
    while not is_last and len(blocks) < MAX_CHUNKS:
        header = file.read(position, 4)
        is_last, kind = bool(header[0] & 0x80), header[0] & 0x7F
        size = int.from_bytes(header[1:], "big")
        payload = position + 4
        if payload + size > file.size:
            raise file.cut_short(
                f"its metadata promises {size} bytes and {file.size - payload} are there"
            )
        blocks.append(
            Chunk(_name(file, kind, payload, size), position, payload, size, payload + size)
        )
        position = payload + size
    if blocks[0].id != "STREAMINFO" or blocks[0].size < 34:
        raise file.lies("its first block does not describe the stream")
    info = stream_info(file.payload(blocks[0]))
    if info.n_samples == 0:
        raise file.refuse(
            "does not tell how long it is, as a FLAC file from a stream does not",
            "decode it to WAV and use that",
        )
    data = Chunk("frames", position, position, file.size - position, file.size)
    return Container(
        kind="FLAC",
        chunks=(*blocks, data),
        data=data,
        n_channels=info.n_channels,
        sample_rate=info.sample_rate,
        encoding=Encoding(8 * -(-info.bits // 8)),
        n_samples=info.n_samples,
        big_endian=True,
        tail=(file.size, file.size),
    )


def stream_info(payload: bytes) -> StreamInfo:
    """Read a STREAMINFO block of 34 bytes."""
    packed = int.from_bytes(payload[10:18], "big")
    return StreamInfo(
        sample_rate=packed >> 44,
        n_channels=((packed >> 41) & 7) + 1,
        bits=((packed >> 36) & 31) + 1,
        n_samples=packed & ((1 << 36) - 1),
        md5=payload[18:34],
    )


def _name(file: OpenFile, kind: int, payload: int, size: int) -> str:
    if kind == APPLICATION and size >= 4:
        name = file.read(payload, 4)
        return "APPLICATION " + (name.decode("latin-1") if is_chunk_id(name) else name.hex())
    return BLOCK_NAMES[kind] if kind < len(BLOCK_NAMES) else f"BLOCK {kind}"
