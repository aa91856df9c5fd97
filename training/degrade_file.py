"""A file in, a damaged copy out, with a report from which the damage can be done again.

All of it is in memory at once: most damage knows the whole recording.
"""

import json
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from engine.audio import Audio
from engine.audio_file import AudioFile, open_audio, shown
from engine.device import CPU, free_bytes
from engine.errors import DeviceError, EngineError, StorageError
from engine.export import ExportRequest, export_set
from engine.export_plan import check_outputs
from engine.output_set import OutputSet, write_failed
from engine.progress import Progress, ignore, part
from engine.project import Operation, Patch, State
from training.chain import damage_to_mappings
from training.chain_text import Spoken, draw_chain
from training.degradations.base import Degradation

SUFFIX = ".degraded.json"
_DAMAGED = 0.7
"""Share of the progress bar at which the damage is done and writing begins."""
_WORKING_BYTES = 96
"""Of each sample of one channel, what filters and noise need at a time."""
_CHANNEL_BYTES = 28
_GB = 1e9
_REPORT_BYTES = 65_536


@dataclass(frozen=True)
class DegradeRequest:
    """What to damage, how, and what to write.

    Attributes:
        source: a sound file, which is only read.
        output: its suffix says the container; depth, rate and channels are those of the source.
        steps: the damage, in turn.
        seed: of all that is drawn.
        version: of the software.
        overwrite: whether outputs that exist may be replaced.
    """

    source: Path
    output: Path
    steps: tuple[Spoken, ...]
    seed: int
    version: str
    overwrite: bool = False

    @property
    def report(self) -> Path:
        """Where the report goes."""
        return self.output.with_name(self.output.stem + SUFFIX)


@dataclass(frozen=True)
class Degraded:
    """What was written.

    Attributes:
        outputs: the recording, and the report.
        facts: what the report says.
        notes: sentences for the user.
    """

    outputs: tuple[Path, Path]
    facts: dict[str, Any]
    notes: tuple[str, ...]


def degrade_file(request: DegradeRequest, progress: Progress = ignore) -> Degraded:
    """Damage a file; both outputs appear at the end or not at all.

    Raises:
        EngineError: one sentence that names a file.
        Cancelled: progress said so.
    """
    damage = draw_chain(request.steps, request.seed)
    name = shown(request.source)
    try:
        with open_audio(request.source) as source:
            check_degrade(request, source, damage)
            operations = _operations(damage, source, part(progress, 0.0, _DAMAGED))
            state = State(source, operations)
            return _write(request, state, source, damage, part(progress, _DAMAGED, 1.0))
    except EngineError as error:
        if name in str(error) or shown(request.output) in str(error):
            raise
        raise type(error)(f"{name}: {error}") from error


def check_degrade(
    request: DegradeRequest, source: AudioFile, damage: Sequence[Degradation]
) -> None:
    """See that nothing stands in the way, before any work is done.

    Raises:
        StorageError: an output is the source or a noise, or exists; a noise is missing.
        DeviceError: the recording is too long for the memory.
    """
    check_outputs(source, _export_request(request))
    report = request.report
    if os.path.lexists(report):
        if report.is_dir():
            raise StorageError(f"{shown(report)} is a folder; choose another name for the output")
        if report.exists() and os.path.samefile(report, source.path):
            raise StorageError(f"{shown(report)} is the source itself; choose another name")
        if not request.overwrite:
            raise StorageError(
                f"{shown(report)} exists already; choose another name or allow overwriting"
            )
    place = Path(os.path.realpath(request.output))
    for noise in _noises(damage):
        if not noise.exists():
            raise StorageError(f"there is no file or folder {noise} of noise; check the name")
        if place == noise or (noise.is_dir() and noise in place.parents and place.exists()):
            raise StorageError(
                f"{shown(request.output)} is a noise that the chain reads, which is never written "
                "to; choose another name"
            )
    needed = source.n_samples * (_CHANNEL_BYTES * source.n_channels + _WORKING_BYTES)
    free = free_bytes(CPU)
    if needed > free:
        raise DeviceError(
            f"{shown(source.path)} cannot be damaged in memory: it takes about "
            f"{needed / _GB:.1f} GB and {free / _GB:.1f} GB are free; cut it into parts"
        )


@dataclass(frozen=True, eq=False)
class DegradeFileJob:
    """Damages a file, as `degrade_file` does."""

    request: DegradeRequest
    title: str = "Making a damaged copy"

    def run(self, progress: Progress = ignore) -> Degraded:
        """Do it.

        Raises:
            EngineError: one sentence that names a file.
            Cancelled: progress said so.
        """
        return degrade_file(self.request, progress)


def _noises(damage: Sequence[Degradation]) -> list[Path]:
    """Files and folders that the damage reads."""
    values = [getattr(each, declared.name) for each in damage for declared in each.params()]
    return [Path(os.path.realpath(value)) for value in values if isinstance(value, Path)]


def _operations(
    damage: Sequence[Degradation], source: AudioFile, progress: Progress
) -> tuple[Operation, ...]:
    """Each damage as an operation; the last holds what all of them made."""
    audio = source.read(0, source.n_samples)
    spent: list[tuple[datetime, float]] = []
    for number, each in enumerate(damage):
        progress(number / len(damage), each.name)
        started, clock = datetime.now(UTC), time.perf_counter()
        audio = each.apply(audio)
        spent.append((started, time.perf_counter() - clock))
    progress(1.0)
    last = len(damage) - 1
    return tuple(
        _operation(each, audio if number == last else None, *spent[number])
        for number, each in enumerate(damage)
    )


def _operation(
    damage: Degradation, made: Audio | None, started: datetime, seconds: float
) -> Operation:
    patches = () if made is None else (Patch(0, made.samples),)
    return Operation(
        task=damage,
        title=damage.name,
        regions=(),
        patches=patches,
        events=(),
        changed=0 if made is None else made.samples.size,
        outside_changed=0,
        started=started,
        seconds=seconds,
    )


def _write(
    request: DegradeRequest,
    state: State,
    source: AudioFile,
    damage: Sequence[Degradation],
    progress: Progress,
) -> Degraded:
    """Write the report under a temporary name, then the recording, then move the report."""
    facts = _facts(request, source, damage)
    try:
        request.output.parent.mkdir(parents=True, exist_ok=True)
        with OutputSet([request.report]) as files:
            text = json.dumps(facts, indent=2, ensure_ascii=False) + "\n"
            files.temporary(request.report).write_text(text, encoding="utf-8")
            done = export_set(state, source, _export_request(request), progress)
            files.commit()
    except OSError as error:
        raise write_failed(request.report, _REPORT_BYTES, error) from error
    beyond = done.notes[:1] if done.balance.over_range else ()
    return Degraded((request.output, request.report), facts, (*beyond, *source.notes))


def _export_request(request: DegradeRequest) -> ExportRequest:
    return ExportRequest(
        output=request.output,
        version=request.version,
        write_report=False,
        overwrite=request.overwrite,
    )


def _facts(
    request: DegradeRequest, source: AudioFile, damage: Sequence[Degradation]
) -> dict[str, Any]:
    return {
        "software": f"Runout {request.version}",
        "source": source.path.name,
        "output": request.output.name,
        "sample_rate": source.sample_rate,
        "n_channels": source.n_channels,
        "n_samples": source.n_samples,
        "chain": ", ".join(str(each) for each in request.steps),
        "seed": request.seed,
        "damage": damage_to_mappings(damage),
    }
