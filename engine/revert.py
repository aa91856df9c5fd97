"""Single repairs put back with nothing but an export: result, removed part and report.

At the events named, the new result holds the source's own samples, `result + removed` on the grid
of the files; every other sample keeps its bits. Integers of any depth add up. Floats add up to
rounding, so that the report holds the source's value wherever the sum is another one.
"""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from engine.audio_file import AudioFile, open_audio, shown
from engine.carry import lay_out, pack
from engine.containers.piece import Shape
from engine.errors import EngineError, SettingsError, StorageError
from engine.event import Decided, Decision
from engine.export_check import file_sha256
from engine.export_plan import ExportRequest, check_outputs, output_shape
from engine.metadata import AudioDigest
from engine.output_set import OutputSet, check_space, write_failed
from engine.progress import Progress, ignore, part
from engine.project import Operation, State
from engine.report import OutputFacts, output_mapping, report_text
from engine.revert_audio import Part, Passed, write_reverted
from engine.revert_report import reverted_report
from engine.review import Review
from engine.saved_report import SavedEvent, SavedReport, read_report

_WRITTEN = 0.6
"""Share of the progress bar at which the files are written and reading back begins."""
_REPORT_BYTES = 65_536
_SAME = {"n_samples": "samples", "sample_rate": "Hz", "n_channels": "channels", "bits": "bits"}
"""What files of a set must have in common, with its unit."""


@dataclass(frozen=True)
class RevertRequest:
    """What to put back and what to write.

    operation: which operation of the report, counted from 1; numbers: of its events.
    export: names, and what to write; it has no events, headroom or preset of its own.
    """

    restored: Path
    removed: Path
    report: Path
    operation: int
    numbers: tuple[int, ...]
    export: ExportRequest


@dataclass(frozen=True, eq=False)
class Reverted:
    """The files that appeared, and the report on them, which also exists when it is not written.

    changed: samples that are others now, over all channels.
    """

    outputs: tuple[Path, ...]
    told: dict[str, Any]
    changed: int
    notes: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class _Plan:
    parts: tuple[Part, Part]
    shape: Shape
    needed_bytes: int


def revert_events(request: RevertRequest, progress: Progress = ignore) -> Reverted:
    """Write a result in which some repairs are put back, or nothing at all.

    Raises:
        EngineError: the files do not belong together, there is no such event, or an output exists
            already or cannot be written.
        Cancelled: progress said so.
    """
    report = read_report(request.report)
    events = _chosen(report, request)
    with open_audio(request.restored) as restored, open_audio(request.removed) as removed:
        _check_pair(report, restored, removed)
        _check_events(report, events, restored)
        _check_targets(request, restored)
        plan = _plan(request, restored, removed, events)
        try:
            with OutputSet(request.export.targets) as files:
                done = _write(report, request, plan, events, files, progress)
                progress(1.0)
                files.commit()
        except OSError as error:
            raise write_failed(request.export.output, plan.needed_bytes, error) from error
    return done


def _write(
    report: SavedReport,
    request: RevertRequest,
    plan: _Plan,
    events: Sequence[SavedEvent],
    files: OutputSet,
    progress: Progress,
) -> Reverted:
    """Write everything to its temporary name and see that it lies there as it was meant."""
    started, clock = datetime.now(UTC), time.perf_counter()
    export, result = request.export, plan.parts[0]
    paths = [files.temporary(each) for each in export.audio_targets]
    share = part(progress, 0.0, _WRITTEN)
    passed = write_reverted(plan.parts, plan.shape, events, paths, share)
    _check_hashes(report, plan, passed)
    outputs = _verified(export, paths, passed.written, part(progress, _WRITTEN, 1.0))
    review = Operation(
        task=Review(),
        title=f"Revert {len(events)} of {report.operations[request.operation - 1]['title']}",
        regions=(),
        patches=(),
        events=(),
        changed=passed.changed,
        outside_changed=0,
        started=started,
        seconds=time.perf_counter() - clock,
        decided=_decided(report, events),
    )
    told = reverted_report(report, events, review, passed, export.version)
    told["notes"] += result.luggage.notes
    told |= {
        "outputs": outputs,
        "coding_history": result.luggage.history and result.luggage.history.strip(),
        "reverted_from": {
            "name": result.file.path.name,
            "audio_sha256": passed.read[0].sha256,
        },
    }
    if export.write_report:
        files.temporary(export.report).write_text(report_text(told), encoding="utf-8")
    return Reverted(export.targets, told, passed.changed, tuple(told["notes"]))


def _decided(report: SavedReport, events: Sequence[SavedEvent]) -> tuple[Decided, ...]:
    return tuple(
        Decided(report.operations[each.operation - 1]["id"], each.number - 1, Decision.REVERTED)
        for each in events
    )


def _chosen(report: SavedReport, request: RevertRequest) -> tuple[SavedEvent, ...]:
    """The events named, if they are counted in the samples of these files."""
    name, operations = shown(report.path), report.operations
    if not 1 <= request.operation <= len(operations):
        raise SettingsError(
            f"{name} has no operation {request.operation}; it lists {len(operations)}"
        )
    later = [each for each in operations[request.operation :] if each["stage"] is not None]
    if later:
        title = operations[request.operation - 1]["title"]
        raise SettingsError(
            f"{title} was done before {later[0]['title']}, which made the recording anew, so that "
            "its repairs cannot be put back from these files; open the project to do that"
        )
    if report.told["headroom_db"]:
        raise SettingsError(
            f"{name} tells of {report.told['headroom_db']:g} dB of headroom, so the source's "
            "samples would stand out of the result; export without headroom to put repairs back"
        )
    return report.find(request.operation, request.numbers)


def _check_pair(report: SavedReport, restored: AudioFile, removed: AudioFile) -> None:
    """See what can be seen without reading the audio."""
    if report.output("removed") is None:
        raise StorageError(
            f"{shown(report.path)} tells of an export without its removed part, so nothing can be "
            "put back; export again with it"
        )
    for file, role in ((restored, "result"), (removed, "removed")):
        told = report.output(role) or {}
        for name, unit in _SAME.items():
            found = getattr(file.format, name)
            if found != told.get(name):
                raise _not_of_set(report, file, f"has {found} {unit} instead of {told.get(name)}")


def _check_hashes(report: SavedReport, plan: _Plan, passed: Passed) -> None:
    """See that the audio is that of the report."""
    roles = ("result", "removed")
    for each, role, digest in zip(plan.parts, roles, passed.read, strict=True):
        told = report.output(role) or {}
        if told.get("audio_sha256") != digest.sha256:
            raise _not_of_set(report, each.file, "has other audio")


def _not_of_set(report: SavedReport, file: AudioFile, how: str) -> StorageError:
    return StorageError(
        f"{shown(file.path)} is not the file that {shown(report.path)} tells of: it {how}; "
        "name the result, removed part and report of one export"
    )


def _check_events(report: SavedReport, events: Sequence[SavedEvent], restored: AudioFile) -> None:
    for each in events:
        event = each.event
        if event.stop > restored.n_samples or event.channel >= restored.n_channels:
            raise StorageError(
                f"{shown(report.path)} is damaged: event {each.number} lies outside of "
                f"{shown(restored.path)}; fetch the report that was written beside it"
            )


def _check_targets(request: RevertRequest, restored: AudioFile) -> None:
    check_outputs(restored, request.export)
    for target in request.export.targets:
        for read in (request.removed, request.report):
            if target.exists() and os.path.samefile(target, read):
                raise StorageError(
                    f"{shown(target)} is read for this, so it is not written over; "
                    "choose another name"
                )


def _plan(
    request: RevertRequest, restored: AudioFile, removed: AudioFile, events: Sequence[SavedEvent]
) -> _Plan:
    export = request.export
    shape = output_shape(State(restored), restored, export.output)
    text = f"Runout {export.version}; revert {len(events)} of {events[0].task}"
    parts = (
        Part(restored, pack(restored, shape, text)),
        Part(removed, pack(removed, shape, text + "; removed part")),
    )
    needed = 2 * shape.audio_bytes  # FLAC: frames and the finished file exist at once
    if shape.kind != "FLAC":
        needed = lay_out(restored, shape, parts[0].luggage.carried).length
    needed = needed * len(export.audio_targets) + _REPORT_BYTES + request.report.stat().st_size
    check_space(export.output, needed)
    return _Plan(parts, shape, needed)


def _verified(
    export: ExportRequest, paths: Sequence[Path], written: Sequence[AudioDigest], progress: Progress
) -> list[dict[str, Any]]:
    """What the report tells of the files, once they read back as they were written."""
    facts = []
    roles = zip(("result", "removed"), export.audio_targets, paths, written, strict=False)
    for index, (role, target, path, digest) in enumerate(roles):
        share = part(progress, index / len(paths), (index + 1) / len(paths))
        broken = StorageError(
            f"{shown(target)} was written but reads back otherwise, so nothing was kept; "
            "check the disk and try again"
        )
        try:
            with open_audio(path) as file:
                found, described = AudioDigest(file.encoding), file.format
                for start in range(0, file.n_samples, file.block_samples):
                    share(0.5 * start / file.n_samples)
                    stop = min(start + file.block_samples, file.n_samples)
                    found.update(file.read_native(start, stop))
        except EngineError as error:
            raise broken from error
        if found.sha256 != digest.sha256:
            raise broken
        size, whole = path.stat().st_size, file_sha256(path, part(share, 0.5, 1.0))
        told = OutputFacts(role, target.name, described, size, whole, digest.sha256, digest.md5)
        facts.append(output_mapping(told))
    return facts
