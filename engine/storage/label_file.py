"""Marks in files of others: label files as Audacity writes them, and cue points of WAV files.

A label is a line `start TAB stop TAB name`, times in seconds; a line that begins with a backslash
holds the band of the one before and is passed over. A comma in a time is taken for a decimal point.
Noise and music carry their kind before the name, in brackets: `[noise] run-in`.

Cue points lie in the chunk `cue `: a count, then 24 bytes each, which begin with an id and end with
the sample. Names and lengths lie in `LIST adtl`, in `labl` and `ltxt`, by the same id.

References:
    Audacity manual, "Importing and Exporting Labels".
    Microsoft and IBM, "Multimedia Programming Interface and Data Specifications 1.0", 1991.
"""

import re
import struct
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from engine.audio_file import AudioFile, shown
from engine.containers import OpenFile
from engine.cue_points import CuePoint
from engine.errors import StorageError
from engine.storage.contents import KINDS, Mark
from engine.storage.disk import Damaged, read_file, write_file
from engine.units import seconds_to_samples

SUFFIX = ".txt"
MOST_BYTES = 4 * 2**20
MOST_MARKS = 1_000
_KIND = re.compile(r"\[(\w+)\]\s*(.*)")
_RIFF_KINDS = ("WAV", "RF64")
_CUE_BYTES = 24


def marks_of_labels(text: str, name: str) -> tuple[Mark, ...]:
    """The marks of a label file, in the order they have there.

    Args:
        text: its content.
        name: what errors call the file.

    Raises:
        StorageError: a line is no label.
    """
    marks = []
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), start=1):
        if line.strip() and not line.startswith("\\"):
            marks.append(_mark_of(line, f"line {number} of {name}"))
    if len(marks) > MOST_MARKS:
        raise StorageError(f"{name} holds {len(marks)} labels; at most {MOST_MARKS} can be taken")
    return tuple(marks)


def labels_of_marks(marks: Iterable[Mark]) -> str:
    """The content of a label file, times to the microsecond."""
    lines = []
    for mark in marks:
        name = " ".join(mark.name.split())
        if mark.kind != KINDS[0]:
            name = f"[{mark.kind}] {name}".strip()
        lines.append(f"{mark.start_s:.6f}\t{mark.stop_s:.6f}\t{name}\n")
    return "".join(lines)


def read_labels(path: Path) -> tuple[Mark, ...]:
    """The marks of a label file.

    Raises:
        StorageError: it cannot be read, or is none.
    """
    try:
        content = read_file(path, MOST_BYTES)
    except OSError as error:
        raise StorageError(f"{shown(path)} cannot be read: {error.strerror}") from error
    except Damaged as error:
        raise StorageError(f"{error}; choose a file of labels") from error
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    return marks_of_labels(text, shown(path))


def write_labels(path: Path, marks: Iterable[Mark]) -> None:
    """Write a label file, whole or not at all.

    Raises:
        StorageError: it cannot be written.
    """
    try:
        write_file(path, labels_of_marks(marks).encode())
    except OSError as error:
        raise StorageError(f"{shown(path)} cannot be written: {error.strerror}") from error


def cue_points(marks: Iterable[Mark], sample_rate: int) -> tuple[CuePoint, ...]:
    """The markers among marks as cue points; what is noise or music is no matter of a file."""
    return tuple(
        CuePoint(
            seconds_to_samples(mark.start_s, sample_rate),
            seconds_to_samples(mark.stop_s - mark.start_s, sample_rate),
            mark.name,
        )
        for mark in marks
        if mark.kind == KINDS[0]
    )


def cue_marks(source: AudioFile) -> tuple[Mark, ...]:
    """The cue points of a WAV file as markers; none where it has no such chunk, or a damaged one.

    Raises:
        StorageError: the file cannot be read.
    """
    container = source.container
    chunk = container.find("cue ") if container.kind in _RIFF_KINDS else None
    if chunk is None:
        return ()
    order = ">" if container.big_endian else "<"
    try:
        with source.path.open("rb") as handle:
            file = OpenFile(handle, source.path.stat().st_size, shown(source.path))
            cues = file.payload(chunk)
            lists = [file.payload(each) for each in container.metadata if each.id == "LIST"]
    except OSError as error:
        raise StorageError(f"{shown(source.path)} cannot be read: {error.strerror}") from error
    names, lengths = _labels(lists, order)
    duration = source.n_samples
    marks = []
    for number, sample in _cues(cues, order):
        start = min(sample, duration)
        stop = min(start + lengths.get(number, 0), duration)
        start_s, stop_s = start / source.sample_rate, stop / source.sample_rate
        marks.append(Mark(start_s, stop_s, names.get(number, "")))
    return tuple(marks)


def _mark_of(line: str, where: str) -> Mark:
    fields = line.split("\t")
    try:
        start_s = float(fields[0].replace(",", "."))
        has_stop = len(fields) > 1 and fields[1].strip()
        stop_s = float(fields[1].replace(",", ".")) if has_stop else start_s
    except ValueError:
        start_s, stop_s = -1.0, -1.0
    if not 0.0 <= start_s <= stop_s < float("inf"):
        raise StorageError(
            f"{where} is no label; a label is a start and a stop in seconds and a name, "
            "with tabs between"
        )
    name = fields[2].strip() if len(fields) > 2 else ""
    found = _KIND.fullmatch(name)
    if found is not None and found[1] in KINDS[1:]:
        return Mark(start_s, stop_s, found[2], found[1])
    return Mark(start_s, stop_s, name)


def _cues(payload: bytes, order: str) -> Iterator[tuple[int, int]]:
    """Id and sample of each cue point that lies in the chunk as a whole."""
    if len(payload) < 4:
        return
    (count,) = struct.unpack_from(f"{order}I", payload)
    whole = min(count, (len(payload) - 4) // _CUE_BYTES, MOST_MARKS)
    for index in range(whole):
        at = 4 + _CUE_BYTES * index
        number, _, _, _, _, sample = struct.unpack_from(f"{order}II4sIII", payload, at)
        yield number, sample


def _labels(lists: Sequence[bytes], order: str) -> tuple[dict[int, str], dict[int, int]]:
    """Names and lengths in samples, by the id of their cue point."""
    names: dict[int, str] = {}
    lengths: dict[int, int] = {}
    for payload in lists:
        if payload[:4] != b"adtl":
            continue
        at = 4
        while at + 12 <= len(payload):
            kind, size = struct.unpack_from(f"{order}4sI", payload, at)
            body = payload[at + 8 : at + 8 + size]
            at += 8 + size + size % 2
            if len(body) < 4:
                continue
            (number,) = struct.unpack_from(f"{order}I", body)
            if kind == b"labl":
                names[number] = body[4:].split(b"\0")[0].decode("utf-8", "replace")
            elif kind == b"ltxt" and len(body) >= 8:
                (lengths[number],) = struct.unpack_from(f"{order}I", body, 4)
    return names, lengths
