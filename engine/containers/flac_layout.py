"""FLAC metadata around newly encoded frames, and WAV chunks kept in FLAC and taken out again.

The encoder writes a file of its own, of which the stream description and the frames are used; all
other blocks are the source's. A seek table is left out, as it is about the old frames.
WAV chunks lie in APPLICATION blocks named 'riff', each one chunk with its header, the audio being
represented by a header alone: so the reference tools keep foreign metadata, too.
"""

import struct
from pathlib import Path
from typing import BinaryIO

from engine.containers.chunk import Container, OpenFile
from engine.containers.flac import (
    APPLICATION,
    BLOCK_NAMES,
    MAX_BLOCK,
    STREAMINFO,
    parse_flac,
)
from engine.containers.piece import Carried, Extent, Piece, copy_extent

FOREIGN = "APPLICATION riff"
_LAST = 0x80


def carried_blocks(container: Container) -> Carried:
    """All metadata blocks of a FLAC file but the description of the stream and the seek table."""
    left_out = ("STREAMINFO", "SEEKTABLE")
    blocks = [chunk for chunk in container.metadata if chunk.id not in left_out]
    start = container.chunks[0].start - 4
    return Carried(
        before=tuple(Piece(each.id, (Extent(each.payload, each.stop),)) for each in blocks),
        end=(Piece("prefix", (Extent(0, start),)),) if start else (),
    )


def wrapped_chunks(carried: Carried) -> Carried:
    """WAV chunks as metadata blocks; an MD5 chunk is left out, as FLAC has a place for it."""
    header = Piece("RIFF", (b"RIFF" + bytes(4) + b"WAVE",))
    audio = Piece("data", (b"data" + bytes(4),))
    kept, left_out = [], []
    for piece in (header, *carried.before, audio, *carried.after):
        if piece.length + 4 > MAX_BLOCK:
            left_out.append(piece.id)
        elif piece.id not in ("ds64", "MD5 "):
            kept.append(Piece(FOREIGN, (b"riff", *piece.parts)))
    return Carried(before=tuple(kept), left_out=tuple(left_out))


def unwrapped_chunks(file: OpenFile, container: Container) -> Carried:
    """The WAV chunks that a FLAC file keeps, and what a WAV file has no place for."""
    before: list[Piece] = []
    after: list[Piece] = []
    chunks = before
    for block in container.metadata:
        if block.id != FOREIGN or block.size < 12:
            continue
        chunk_id = file.read(block.payload + 4, 4).decode("latin-1")
        if chunk_id == "data":
            chunks = after
        elif chunk_id not in ("RIFF", "RF64", "ds64"):
            extent = Extent(block.payload + 4, block.stop)
            pad = (b"\0",) if (extent.stop - extent.start) % 2 else ()
            chunks.append(Piece(chunk_id, (extent, *pad), 8))
    kept = ("STREAMINFO", "SEEKTABLE", "PADDING", FOREIGN)
    left_out = [block.id for block in container.metadata if block.id not in kept]
    return Carried(tuple(before), tuple(after), left_out=tuple(dict.fromkeys(left_out)))


def assemble_flac(encoded: Path, carried: Carried, target: BinaryIO, source: BinaryIO) -> None:
    """Write a FLAC file from the frames of an encoded one and the blocks of the source."""
    with encoded.open("rb") as handle:
        container = parse_flac(OpenFile(handle, encoded.stat().st_size, encoded.name))
        for piece in carried.end:
            piece.write(target, source)
        target.write(b"fLaC")
        info = container.chunks[0]
        _write_header(target, STREAMINFO, info.size, not carried.before)
        copy_extent(Extent(info.payload, info.stop), handle, target)
        for index, piece in enumerate(carried.before):
            is_last = index == len(carried.before) - 1
            _write_header(target, _kind(piece.id), piece.length, is_last)
            piece.write(target, source)
        copy_extent(Extent(container.data.start, container.data.stop), handle, target)


def _write_header(target: BinaryIO, kind: int, size: int, is_last: bool) -> None:
    target.write(struct.pack(">I", (kind | (_LAST if is_last else 0)) << 24 | size))


def _kind(piece_id: str) -> int:
    name, _, detail = piece_id.partition(" ")
    if name == "BLOCK":
        return int(detail)
    return APPLICATION if name == "APPLICATION" else BLOCK_NAMES.index(name)
