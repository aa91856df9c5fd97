"""Cue points of a WAV file: the chunks that hold markers, where the source has none of its own.

What a source has of them is evidence and is carried as it is; see engine.carry.

References:
    Microsoft and IBM, "Multimedia Programming Interface and Data Specifications 1.0", 1991.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.containers.layout import riff_chunk
from engine.containers.piece import Carried, Piece, Shape

_KINDS = ("WAV", "RF64")
_LARGEST = 2**32 - 1


@dataclass(frozen=True)
class CuePoint:
    """A place, or a stretch where length is not 0; in samples of the file that is written."""

    start: int
    length: int
    name: str


def with_cues(
    carried: Carried, points: Sequence[CuePoint], shape: Shape, *, big_endian: bool = False
) -> tuple[Carried, tuple[str, ...]]:
    """What goes along into an output, with markers where there is a place for them.

    Args:
        carried: what goes along already.
        points: the markers; none change nothing.
        shape: of the output.
        big_endian: whether the chunks of the output are.

    Returns:
        It, and a sentence on what became of the markers.
    """
    points = [each for each in points if each.start <= min(shape.n_samples, _LARGEST)]
    if not points:
        return carried, ()
    count = "1 marker" if len(points) == 1 else f"{len(points)} markers"
    if shape.kind not in _KINDS or big_endian:
        return carried, (
            f"{shape.kind} has no place for cue points, so {count} went along only in the project; "
            "export them as labels.",
        )
    if carried.find("cue ") is not None:
        return carried, (
            f"The cue points of the source are kept as they are, so {count} went along only in the "
            "project; export them as labels.",
        )
    verb = "is" if len(points) == 1 else "are"
    after = (*carried.after, *_pieces(points))
    return replace(carried, after=after), (f"{count} {verb} written as cue points.",)


def _pieces(points: Sequence[CuePoint]) -> tuple[Piece, ...]:
    """The chunk of the places, and that of their names and lengths."""
    cues, told = struct.pack("<I", len(points)), b"adtl"
    for number, point in enumerate(points, start=1):
        start = point.start
        cues += struct.pack("<II4sIII", number, start, b"data", 0, 0, start)
        if point.name:
            told += _part(b"labl", struct.pack("<I", number) + point.name.encode() + b"\0")
        if point.length:
            length = min(point.length, _LARGEST)
            told += _part(b"ltxt", struct.pack("<II4sHHHH", number, length, b"rgn ", 0, 0, 0, 0))
    found = [riff_chunk("cue ", cues)]
    if len(told) > 4:
        found.append(riff_chunk("LIST", told))
    return tuple(found)


def _part(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)
