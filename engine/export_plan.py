"""What an export is to write, and everything that can be refused before any work is done."""

import os
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from engine.audio_file import AudioFile, shown
from engine.carry import RIFF_KINDS, lay_out, pack
from engine.containers import Encoding
from engine.containers.piece import Carried, Shape, total
from engine.cue_points import CuePoint, with_cues
from engine.errors import AudioFormatError, StorageError
from engine.output_set import check_space
from engine.project import Operation, State

SUFFIXES = {
    ".wav": "WAV",
    ".wave": "WAV",
    ".bwf": "WAV",
    ".rf64": "RF64",
    ".w64": "W64",
    ".aif": "AIFF",
    ".aiff": "AIFF",
    ".aifc": "AIFF",
    ".flac": "FLAC",
}
_CAN_WRITE = "WAV, RF64, W64, AIFF and FLAC"
_LONG_NOTE = "The audio takes more than 4 GB, so the file is RF64 instead of plain WAV."
_FLAC_CHANNELS = 8
_EXACT_BITS = 24
"""Integers up to these are exact as the 32-bit floats that tasks work in."""
_REPORT_BYTES = 65_536
_EVENT_BYTES = 256


@dataclass(frozen=True)
class Depth:
    """How finely a sample is stored."""

    bits: int
    is_float: bool = False

    def __str__(self) -> str:
        return f"{self.bits}-bit {'float' if self.is_float else 'integer'}"


DEPTHS = (Depth(16), Depth(24), Depth(32, is_float=True))
"""What can be asked for besides that of the source."""


@dataclass(frozen=True)
class ExportRequest:
    """What to write.

    output: the result; its suffix says the container.
    depth: bits and kind of a stored sample, where that is not to be as the source has it.
    events: where what was found is to be written too, as JSON.
    headroom_db: how much softer the result is made; 0 leaves the level alone.
    version: of the software.
    preset: what the report is to tell of how the state came about.
    operator, institution: who the report is to name.
    cues: markers, to be written as cue points where there is a place for them.
    token: what the temporary files are named by, so that they can be told from those of others
        when a process was killed; drawn where it is empty.
    """

    output: Path
    version: str
    write_removed: bool = False
    write_report: bool = True
    overwrite: bool = False
    events: Path | None = None
    headroom_db: float = 0.0
    preset: str | None = None
    operator: str = ""
    institution: str = ""
    depth: Depth | None = None
    cues: tuple[CuePoint, ...] = ()
    token: str = ""

    @property
    def removed(self) -> Path:
        """Where the removed part goes."""
        return self.output.with_name(f"{self.output.stem}.removed{self.output.suffix}")

    @property
    def report(self) -> Path:
        """Where the report goes."""
        return self.output.with_name(f"{self.output.stem}.runout.json")

    @property
    def audio_targets(self) -> tuple[Path, ...]:
        """The sound files to be written, the result first."""
        return (self.output, self.removed) if self.write_removed else (self.output,)

    @property
    def targets(self) -> tuple[Path, ...]:
        """All files to be written, the report last."""
        events = () if self.events is None else (self.events,)
        report = (self.report,) if self.write_report else ()
        return (*self.audio_targets, *events, *report)


@dataclass(frozen=True)
class ExportPlan:
    """The audio to be written, what goes along with it, and what is to be said.

    history: the line added to the coding history, None where the source keeps none.
    rounded_to: the depth all samples are rounded to; empty where none of the source is lost.
    """

    shape: Shape
    carried: Carried
    removed_carried: Carried
    needed_bytes: int
    history: str | None
    notes: tuple[str, ...]
    rounded_to: str = ""


def writable_name(source: Path) -> Path:
    """The name of a source, or with .wav where its own format cannot be written."""
    return source if source.suffix.lower() in SUFFIXES else source.with_suffix(".wav")


def plan_export(state: State, source: AudioFile, request: ExportRequest) -> ExportPlan:
    """Look at everything that could stop an export, and gather what it needs.

    Raises:
        AudioFormatError: the format cannot be written, or cannot hold this audio.
        StorageError: an output is the source, exists already, or has no room.
    """
    check_outputs(source, request)
    shape = output_shape(state, source, request.output, request.depth)
    text = history_text(state.operations, request)
    luggage = pack(source, shape, text)
    is_big = source.container.big_endian and source.container.kind in RIFF_KINDS
    carried, cue_notes = with_cues(luggage.carried, request.cues, shape, big_endian=is_big)
    removed = pack(source, shape, text + "; removed part")
    audio_bytes, size_notes = _file_bytes(source, shape, carried)
    events = sum(len(each.events) for each in state.operations)
    needed = audio_bytes * (2 if request.write_removed else 1)
    texts = len(request.targets) - len(request.audio_targets)
    needed += texts * (_REPORT_BYTES + _EVENT_BYTES * events)
    check_space(request.output, needed)
    return ExportPlan(
        shape=shape,
        carried=carried,
        removed_carried=removed.carried,
        needed_bytes=needed,
        history=luggage.history,
        notes=depth_notes(source, shape)
        + luggage.notes
        + cue_notes
        + size_notes
        + _stale_notes(request),
        rounded_to=_rounded_to(source, shape),
    )


def check_outputs(source: AudioFile, request: ExportRequest) -> None:
    """Look at what can be known before any work is done; `plan_export` looks again.

    Raises:
        AudioFormatError: the format cannot be written.
        StorageError: an output is the source or a folder, or exists without leave to replace it;
            or the source was changed since it was opened.
    """
    output_shape(State(source), source, request.output, request.depth)
    if source.has_changed:
        raise StorageError(
            f"{shown(source.path)} was changed on disk since it was opened; open it again"
        )
    places = [os.path.realpath(target) for target in request.targets]
    for target, place in zip(request.targets, places, strict=True):
        if places.count(place) > 1:
            raise StorageError(f"{shown(target)} is asked for twice; give each file its own name")
        if not os.path.lexists(target):
            continue
        if target.exists() and os.path.samefile(target, source.path):
            raise StorageError(
                f"{shown(target)} is the source itself, which is never written to; "
                "choose another name"
            )
        if target.is_dir():
            raise StorageError(f"{shown(target)} is a folder; choose another name")
        if not request.overwrite:
            raise StorageError(
                f"{shown(target)} exists already; choose another name or allow overwriting"
            )


def output_shape(
    state: State, source: AudioFile, output: Path, depth: Depth | None = None
) -> Shape:
    """The container and encoding that an output name asks for.

    Args:
        state: what is to be written.
        source: the file it came from.
        output: its suffix says the container.
        depth: of a sample; None is that of the source.

    Raises:
        AudioFormatError: it cannot be written, or cannot hold this audio.
    """
    kind = SUFFIXES.get(output.suffix.lower())
    if kind is None:
        raise AudioFormatError(
            f"{shown(output)} cannot be written: its name must end as a format that keeps every "
            f"sample ({_CAN_WRITE}); choose a name in .wav or .flac"
        )
    stored = source.container.encoding
    if kind == "WAV" and source.container.kind == "RF64":
        kind = "RF64"
    is_same = kind == source.container.kind or {kind, source.container.kind} <= set(RIFF_KINDS)
    wanted = depth or Depth(source.encoding.bits, source.encoding.is_float)
    if is_same and stored is not None:
        encoding = _like(stored, kind, wanted, output)
    elif kind in RIFF_KINDS:
        encoding = Encoding(wanted.bits, wanted.is_float, unsigned=wanted.bits == 8)
    elif kind == "FLAC":
        if depth is None and source.format.is_lossy:
            wanted = Depth(24)
        encoding = _flac_encoding(state, wanted, output)
    else:
        raise AudioFormatError(
            f"{shown(output)} cannot be written: {kind} is only made from {kind} and the source is "
            f"{source.container.kind}; choose a name in .wav or .flac"
        )
    return Shape(kind, encoding, state.n_channels, state.sample_rate, state.n_samples)


def history_text(operations: tuple[Operation, ...], request: ExportRequest) -> str:
    """Software and tasks in order, for the line of coding history."""
    words = [f"Runout {request.version}"]
    for name, group in groupby(each.task.name for each in operations):
        count = len(list(group))
        words.append(name if count == 1 else f"{name} x{count}")
    if request.headroom_db:
        words.append(f"gain {-request.headroom_db:g} dB")
    return "; ".join(words if len(words) > 1 else [*words, "no operation"])


def depth_notes(source: AudioFile, shape: Shape) -> tuple[str, ...]:
    """What another depth means for the samples; nothing is said where it is the source's own."""
    had, has = source.encoding, shape.encoding
    if (had.bits, had.is_float) == (has.bits, has.is_float):
        return ()
    told = str(Depth(has.bits, has.is_float))
    if not _rounded_to(source, shape):
        return (f"The files hold {told} samples; every sample of the source is exact in them.",)
    return (
        f"All samples were rounded to {told}, without dither; result and removed part add up to "
        "the source as it is rounded, not to its own samples.",
    )


def _rounded_to(source: AudioFile, shape: Shape) -> str:
    had, has = source.encoding, shape.encoding
    if (had.bits, had.is_float) == (has.bits, has.is_float):
        return ""
    is_exact = not had.is_float and had.bits <= _EXACT_BITS
    if is_exact and (has.is_float or has.bits > had.bits):
        return ""
    return str(Depth(has.bits, has.is_float))


def _stale_notes(request: ExportRequest) -> tuple[str, ...]:
    """What lies beside the result under the names of a set, and is not of this set."""
    stale = [each for each in (request.removed, request.report) if each not in request.targets]
    return tuple(
        f"{shown(each)} is from an earlier export and does not belong to this result."
        for each in stale
        if os.path.lexists(each)
    )


def _like(stored: Encoding, kind: str, wanted: Depth, output: Path) -> Encoding:
    """Samples as the source stores them, but so deep."""
    if (stored.bits, stored.is_float) == (wanted.bits, wanted.is_float):
        return stored
    if kind == "AIFF" and (stored.is_float or stored.unsigned or wanted.is_float):
        raise AudioFormatError(
            f"{shown(output)} cannot be written: an AIFF file only has another depth where both "
            f"are integers and {wanted} samples are asked for; keep the depth of the source or "
            "choose a name in .wav"
        )
    return Encoding(wanted.bits, wanted.is_float, stored.big_endian, unsigned=wanted.bits == 8)


def _flac_encoding(state: State, wanted: Depth, output: Path) -> Encoding:
    if wanted.is_float or wanted.bits == 32:
        raise AudioFormatError(
            f"{shown(output)} cannot be written: FLAC cannot hold {wanted} samples; "
            "choose 24 bits or a name in .wav"
        )
    if state.n_channels > _FLAC_CHANNELS:
        raise AudioFormatError(
            f"{shown(output)} cannot be written: FLAC holds up to {_FLAC_CHANNELS} channels and "
            f"there are {state.n_channels}; choose a name in .wav"
        )
    return Encoding(wanted.bits)


def _file_bytes(source: AudioFile, shape: Shape, carried: Carried) -> tuple[int, tuple[str, ...]]:
    """How large the file will be, and a note where it outgrows its format."""
    if shape.kind == "FLAC":  # frames and the finished file exist at once, and may not compress
        metadata = total((*carried.before, *carried.end))
        return 2 * shape.audio_bytes + metadata + _REPORT_BYTES, ()
    layout = lay_out(source, shape, carried)
    has_grown = shape.kind == "WAV" and layout.head[0].id == "RF64"
    return layout.length, (_LONG_NOTE,) if has_grown else ()
