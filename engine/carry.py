"""What of a source goes along into an output: its chunks, one more line of history, new format.

Same kind of container: everything, byte for byte and in order. WAV chunks go into FLAC and come
back from there. Anything else has no place in the other container and is named in a note.

Where tasks change channels, rate or length, the format tells the new ones. Chunks that count
samples, such as cues, keep their bytes: they are evidence of the source, and scaling them would put
marks where nobody set them. A note says when they no longer fit. A chunk laid out by channels is
left out where their number changes, as readers refuse the file for it. The time reference of a bext
chunk is when the first sample was, which no task changes.
"""

import struct
from collections.abc import Iterable
from dataclasses import dataclass, replace

from engine.audio import AudioFormat
from engine.audio_file import AudioFile, shown
from engine.bext import append_history, coding_history_line
from engine.containers import OpenFile
from engine.containers.flac import MAX_BLOCK
from engine.containers.flac_layout import FOREIGN, carried_blocks, unwrapped_chunks, wrapped_chunks
from engine.containers.layout import (
    adapted_common,
    adapted_count,
    adapted_format,
    aiff_layout,
    carried_chunks,
    format_payload,
    rebuilt_chunk,
    riff_chunk,
    riff_layout,
    w64_layout,
)
from engine.containers.piece import Carried, Extent, Layout, Piece, Shape
from engine.metadata import append_comment, read_chunk

RIFF_KINDS = ("WAV", "RF64")


@dataclass(frozen=True)
class Luggage:
    """What goes along, the line of history that was added, and the sentences to be said.

    history is None where the source keeps no coding history, as none is invented.
    """

    carried: Carried
    history: str | None = None
    notes: tuple[str, ...] = ()


def pack(source: AudioFile, shape: Shape, text: str) -> Luggage:
    """Gather what goes along into an output of some shape.

    Args:
        source: the file whose chunks are kept.
        shape: what will be written.
        text: software and operations for the line of coding history.
    """
    line = coding_history_line(_described(source, shape), text)
    kinds = (source.container.kind, shape.kind)
    is_riff = tuple(kind in RIFF_KINDS for kind in kinds)
    if kinds == ("FLAC", "FLAC"):
        luggage = _flac_history(source, _adapted_blocks(source, shape), line)
    elif all(is_riff) or (kinds[0] == kinds[1] and source.container.encoding):
        luggage = _chunk_history(source, _adapted(source, shape), line)
    elif is_riff[0] and shape.kind == "FLAC" and not source.container.big_endian:
        luggage = _chunk_history(source, _adapted(source, shape), line)
        luggage = replace(luggage, carried=wrapped_chunks(luggage.carried))
    elif kinds[0] == "FLAC" and is_riff[1]:
        luggage = _from_flac(source, shape, line)
    else:
        names = tuple(chunk.id for chunk in source.container.metadata)
        left_out = tuple(name for name in names if name not in _TECHNICAL)
        notes = (_TAGS_NOTE,) if source.container.kind in ("OGG", "MP3") else ()
        luggage = Luggage(_with_format(Carried(left_out=left_out), shape), None, notes)
    return _with_notes(luggage, source, shape)


def lay_out(source: AudioFile, shape: Shape, carried: Carried) -> Layout:
    """The file to be written around the audio, for all kinds but FLAC."""
    if shape.kind == "W64":
        return w64_layout(shape, carried)
    if shape.kind == "AIFF":
        with source.path.open("rb") as handle:
            handle.seek(8)
            form = handle.read(4)
        return aiff_layout(shape, carried, source.container, form)
    same_kind = source.container.kind in RIFF_KINDS
    return riff_layout(shape, carried, same_kind and source.container.big_endian)


_TAGS_NOTE = "Tags of a lossy source are not carried over."
_COUNTING = ("cue ", "smpl", "plst", "levl", "MARK", "INST", "CUESHEET")
_BY_CHANNEL = ("PEAK", "chna")
_LONGEST_FORMAT = 256
_TECHNICAL = ("fmt ", "fact", "COMM", "FVER", "ds64", "JUNK", "PAD ", "FLLR")


def _described(source: AudioFile, shape: Shape) -> AudioFormat:
    return replace(
        source.format,
        container=shape.kind,
        sample_rate=shape.sample_rate,
        n_channels=shape.n_channels,
        n_samples=shape.n_samples,
        bits=shape.encoding.bits,
    )


def _adapted(source: AudioFile, shape: Shape) -> Carried:
    """The chunks of a source of the same kind, with a format that tells the truth."""
    container = source.container
    carried = carried_chunks(container)
    big_endian = container.big_endian
    told = source.format
    moved = (told.sample_rate, told.n_channels) != (shape.sample_rate, shape.n_channels)
    moved |= container.encoding not in (None, shape.encoding)
    payload = read_chunk(source, "fmt ")
    if payload and container.encoding is None:
        carried = carried.replaced(riff_chunk("fmt ", format_payload(shape)))
    elif payload and moved:
        fresh = adapted_format(payload, shape, big_endian)
        carried = carried.replaced(rebuilt_chunk(container, "fmt ", fresh))
    count = read_chunk(source, "fact")
    if count and len(count) >= 4 and told.n_samples != shape.n_samples:
        fresh = adapted_count(count, shape, big_endian)
        carried = carried.replaced(rebuilt_chunk(container, "fact", fresh))
    common = read_chunk(source, "COMM")
    if common and (moved or told.n_samples != shape.n_samples):
        fresh = adapted_common(common, shape)
        carried = carried.replaced(rebuilt_chunk(container, "COMM", fresh))
    return carried.without(_BY_CHANNEL) if told.n_channels != shape.n_channels else carried


def _chunk_history(source: AudioFile, carried: Carried, line: str) -> Luggage:
    bext = read_chunk(source, "bext")
    if bext is None:
        return Luggage(carried)
    fresh = rebuilt_chunk(source.container, "bext", append_history(bext, line))
    return Luggage(carried.replaced(fresh), line)


def _flac_history(source: AudioFile, carried: Carried, line: str) -> Luggage:
    comments = read_chunk(source, "VORBIS_COMMENT")
    fresh = append_comment(comments, line) if comments is not None else None
    history = None
    if fresh is not None and len(fresh) <= MAX_BLOCK:
        carried = carried.replaced(Piece("VORBIS_COMMENT", (fresh,)))
        history = line
    return Luggage(carried, history)


def _from_flac(source: AudioFile, shape: Shape, line: str) -> Luggage:
    """WAV chunks that the FLAC file kept; without such, a new format chunk."""
    with source.path.open("rb") as handle:
        file = OpenFile(handle, source.path.stat().st_size, shown(source.path))
        carried = unwrapped_chunks(file, source.container)
        bext, history = carried.find("bext"), None
        if bext is not None:
            block = _whole(bext, file)
            size = int.from_bytes(block[4:8], "little")
            fresh = append_history(block[8 : 8 + size], line)
            carried, history = carried.replaced(riff_chunk("bext", fresh)), line
    return Luggage(_with_format(carried, shape), history)


def _whole(piece: Piece, file: OpenFile) -> bytes:
    parts = (
        part if isinstance(part, bytes) else file.read(part.start, part.stop - part.start)
        for part in piece.parts
    )
    return b"".join(parts)


def _with_format(carried: Carried, shape: Shape) -> Carried:
    """With a format chunk in front when a WAV file is to be written and there is none yet."""
    if shape.kind not in RIFF_KINDS:
        return carried
    fmt = riff_chunk("fmt ", format_payload(shape))
    if carried.find("fmt "):
        return carried.replaced(fmt)
    fresh = [fmt]
    if shape.encoding.is_float:
        fresh.append(riff_chunk("fact", min(shape.n_samples, 0xFFFFFFFF).to_bytes(4, "little")))
    return replace(carried, before=(*fresh, *carried.before))


def _adapted_blocks(source: AudioFile, shape: Shape) -> Carried:
    """The blocks of a FLAC file; a WAV format among them tells the truth."""
    carried = carried_blocks(source.container)
    with source.path.open("rb") as handle:
        file = OpenFile(handle, source.path.stat().st_size, shown(source.path))
        before = tuple(_adapted_block(piece, file, shape) for piece in carried.before)
    return replace(carried, before=before)


def _adapted_block(piece: Piece, file: OpenFile, shape: Shape) -> Piece:
    if piece.id != FOREIGN or not 4 + 8 + 16 <= piece.length <= _LONGEST_FORMAT:
        return piece
    block = _whole(piece, file)
    n_channels, rate = struct.unpack_from("<HI", block, 14)
    align = struct.unpack_from("<H", block, 24)[0]
    told = (shape.n_channels, shape.sample_rate, shape.align)
    if block[4:8] != b"fmt " or (n_channels, rate, align) == told:
        return piece
    fresh = block[:12] + adapted_format(block[12:], shape, big_endian=False)
    return Piece(piece.id, (fresh,), piece.payload_at)


def _with_notes(luggage: Luggage, source: AudioFile, shape: Shape) -> Luggage:
    """Say what was left out, and what no longer fits."""
    notes = list(luggage.notes)
    if luggage.carried.left_out:
        names = _listed(luggage.carried.left_out)
        notes.append(
            f"{shape.kind} has no place for these parts of the source, "
            f"which were left out: {names}."
        )
    if shape.n_channels != source.n_channels:
        told = [chunk.id for chunk in source.container.metadata if chunk.id in _BY_CHANNEL]
        if told and not luggage.carried.left_out:
            notes.append(f"What told of each channel of the source was left out: {_listed(told)}.")
    counting = [piece for piece in _carried_ids(source, luggage) if piece in _COUNTING]
    if counting and shape.n_samples != source.n_samples:
        notes.append(
            f"These parts count samples of the source and were kept as they are, "
            f"so they no longer fit: {_listed(counting)}."
        )
    return replace(luggage, notes=tuple(notes))


def _carried_ids(source: AudioFile, luggage: Luggage) -> list[str]:
    """Ids of what goes along, of WAV chunks inside of FLAC blocks, too."""
    pieces = (*luggage.carried.before, *luggage.carried.after)
    with source.path.open("rb") as handle:
        file = OpenFile(handle, source.path.stat().st_size, shown(source.path))
        return [_foreign_id(piece, file) if piece.id == FOREIGN else piece.id for piece in pieces]


def _foreign_id(piece: Piece, file: OpenFile) -> str:
    start = replace(piece, parts=tuple(_first_bytes(part) for part in piece.parts[:2]))
    return _whole(start, file)[4:8].decode("latin-1")


def _first_bytes(part: bytes | Extent) -> bytes | Extent:
    return (
        part[:8] if isinstance(part, bytes) else Extent(part.start, min(part.stop, part.start + 8))
    )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(name.strip() for name in names))
