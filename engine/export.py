"""Export: result, removed part and report, written as one set and checked before they appear.

The result is on the grid of the source's own samples: a sample that no task changed is copied as it
is stored, in every format. The removed part is `source - result` on the same grid, so that both add
up to the source, sample for sample, for integers; for floats to their rounding, which is counted.
"""

from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from engine.audio import AudioFormat
from engine.audio_file import AudioFile, shown
from engine.audio_writer import AudioWriter, open_writer
from engine.errors import EngineError, StorageError
from engine.export_check import Base, Reading, file_sha256, read_back
from engine.export_plan import ExportPlan, ExportRequest, plan_export
from engine.grid import Limits, fit, removed
from engine.info import LOSSY_NOTE, Levels
from engine.metadata import DIFFERS, AudioDigest, md5_status
from engine.output_set import OutputSet, write_failed
from engine.progress import Progress, ignore, part
from engine.project import State
from engine.report import Balance, OutputFacts, Report, SourceFacts, events_json
from engine.units import db_to_amplitude

__all__ = ["ExportRequest", "Exported", "export_set"]

_WRITTEN, _READ_BACK, _HASHED = 0.6, 0.9, 0.98
"""Shares of the progress bar at which these are done."""


@dataclass(frozen=True, eq=False)
class Exported:
    """The files that appeared, and the report on them, which also exists when it was not written.

    notes: sentences for the user, those on samples beyond full scale first.
    """

    result: Path
    removed: Path | None
    events: Path | None
    report_path: Path | None
    report: Report

    @property
    def outputs(self) -> tuple[Path, ...]:
        """All files that were written."""
        paths = (self.result, self.removed, self.events, self.report_path)
        return tuple(path for path in paths if path is not None)

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences for the user."""
        return self.report.notes

    @property
    def balance(self) -> Balance:
        """What was measured: peaks, samples beyond full scale, exactness."""
        return self.report.balance

    def to_mapping(self) -> dict[str, Any]:
        """The report as plain values."""
        return self.report.to_mapping()


@dataclass(frozen=True, eq=False)
class _Measured:
    """What the pass over the audio measures."""

    limits: Limits
    before: Levels
    after: Levels
    source: AudioDigest


def export_set(
    state: State, source: AudioFile, request: ExportRequest, progress: Progress = ignore
) -> Exported:
    """Write a state of a source with all that belongs to it, or nothing at all.

    Args:
        state: what to write: the source with operations over it, or what was made of it.
        source: the file it came from, whose format and chunks are kept.
        request: names, and what to write.
        progress: asked at every block; when it raises, nothing is left behind.

    Raises:
        AudioFormatError: the format cannot be written or cannot hold this audio.
        StorageError: an output is the source, exists already, has no room or cannot be written.
        Cancelled: progress said so.
    """
    plan = plan_export(state, source, request)
    try:
        with OutputSet(request.targets, request.token) as files:
            report = _export(state, source, request, plan, files, progress)
            if request.events is not None:
                text = events_json(state.operations, source.sample_rate)
                files.temporary(request.events).write_text(text, encoding="utf-8")
            if request.write_report:
                files.temporary(request.report).write_text(report.to_json(), encoding="utf-8")
            progress(1.0)
            files.commit()
    except OSError as error:
        raise write_failed(request.output, plan.needed_bytes, error) from error
    return Exported(
        result=request.output,
        removed=request.removed if request.write_removed else None,
        events=request.events,
        report_path=request.report if request.write_report else None,
        report=report,
    )


def _export(
    state: State,
    source: AudioFile,
    request: ExportRequest,
    plan: ExportPlan,
    files: OutputSet,
    progress: Progress,
) -> Report:
    """Write the audio to its temporary names, read it back, and make the report."""
    encoding = plan.shape.encoding
    measured = _Measured(Limits(), Levels(encoding), Levels(encoding), AudioDigest(source.encoding))
    base = Base(state, source, encoding)
    paths = [files.temporary(target) for target in request.audio_targets]
    digests = _write(state, base, request, plan, paths, measured, part(progress, 0.0, _WRITTEN))
    share = part(progress, _WRITTEN, _READ_BACK)
    reading = _read_back(state, base, request, paths, digests, share)
    balance = _balance(state, measured, reading)
    share = part(progress, _READ_BACK, _HASHED)
    return Report(
        version=request.version,
        preset=request.preset,
        headroom_db=request.headroom_db,
        source=_source_facts(source, measured.source),
        operations=state.operations,
        balance=balance,
        outputs=_output_facts(request, paths, digests, reading.format, share),
        coding_history=plan.history,
        notes=(
            *_notes(source, plan, balance, md5_status(source, measured.source.md5)),
            *_stage_notes(state, request),
        ),
        created=datetime.now(UTC),
        sums=reading.sums,
        operator=request.operator,
        institution=request.institution,
        rounded_to=plan.rounded_to,
    )


def _write(
    state: State,
    base: Base,
    request: ExportRequest,
    plan: ExportPlan,
    paths: list[Path],
    measured: _Measured,
    progress: Progress,
) -> list[AudioDigest]:
    """Write result and removed part to their temporary names."""
    if base.is_staged:
        base.hash_source(measured.source, progress)
    with ExitStack() as stack:
        writers: list[AudioWriter] = []
        for path, carried in zip(paths, (plan.carried, plan.removed_carried), strict=False):
            writer = open_writer(base.source, plan.shape, carried, path)
            writers.append(stack.enter_context(closing(writer)))
        gain = np.float32(db_to_amplitude(-request.headroom_db))
        for start in range(0, state.n_samples, base.block_samples):
            progress(start / state.n_samples)
            stop = min(start + base.block_samples, state.n_samples)
            _write_block(state, base, gain, (start, stop), writers, measured)
        for writer in writers:
            writer.finish(measured.source.md5)
    return [writer.digest for writer in writers]


def _write_block(
    state: State,
    base: Base,
    gain: np.float32,
    span: tuple[int, int],
    writers: list[AudioWriter],
    measured: _Measured,
) -> None:
    native, as_float = base.read_both(*span, measured.limits)
    wanted = state.read(*span).samples
    if gain != 1.0:
        wanted = wanted * gain
    result = fit(wanted, native, as_float, base.encoding, measured.limits)
    if not base.is_staged:
        measured.source.update(native)
    measured.before.update(native)
    measured.after.update(result)
    writers[0].write(result)
    if len(writers) > 1:
        writers[1].write(removed(native, result, base.encoding))


def _read_back(
    state: State,
    base: Base,
    request: ExportRequest,
    paths: list[Path],
    digests: list[AudioDigest],
    progress: Progress,
) -> Reading:
    """Compare what lies on the disk with the source and with what was to be written."""
    broken = StorageError(
        f"{shown(request.output)} was written but reads back otherwise, so nothing was kept; "
        "check the disk and try again"
    )
    try:
        reading = read_back(base, paths, state.staged_operations, progress)
    except EngineError as error:
        raise broken from error
    if reading.sha256 != tuple(digest.sha256 for digest in digests):
        raise broken
    return reading


def _balance(state: State, measured: _Measured, reading: Reading) -> Balance:
    outside = sum(each.outside_changed for each in state.operations)
    return Balance(
        peak_before_dbfs=measured.before.peak_dbfs,
        peak_after_dbfs=measured.after.peak_dbfs,
        over_range=measured.limits.over_range,
        over_range_peak_dbfs=measured.limits.over_peak_dbfs,
        bent=measured.limits.bent,
        outside_changed=reading.outside_changed + outside,
        sum_exact=reading.sums.count == 0,
        sum_errors=reading.sums.count,
    )


def _source_facts(source: AudioFile, digest: AudioDigest) -> SourceFacts:
    return SourceFacts(
        path=str(source.path),
        name=source.path.name,
        format=source.format,
        audio_sha256=digest.sha256,
        audio_md5=digest.md5,
        md5_status=md5_status(source, digest.md5),
    )


def _output_facts(
    request: ExportRequest,
    paths: list[Path],
    digests: list[AudioDigest],
    written: AudioFormat,
    progress: Progress,
) -> tuple[OutputFacts, ...]:
    facts = []
    roles = zip(("result", "removed"), request.audio_targets, paths, digests, strict=False)
    for index, (role, target, path, digest) in enumerate(roles):
        share = part(progress, index / len(paths), (index + 1) / len(paths))
        facts.append(
            OutputFacts(
                role=role,
                name=target.name,
                format=written,
                bytes=path.stat().st_size,
                sha256=file_sha256(path, share),
                audio_sha256=digest.sha256,
                audio_md5=digest.md5,
            )
        )
    return tuple(facts)


def _notes(source: AudioFile, plan: ExportPlan, balance: Balance, checksum: str) -> tuple[str, ...]:
    """Sentences for the user, the most pressing first."""
    notes = []
    if balance.over_range:
        fate = "kept as the file holds floats" if plan.shape.encoding.is_float else "limited"
        notes.append(
            f"{balance.over_range} samples came out beyond full scale, up to "
            f"{balance.over_range_peak_dbfs:+.2f} dBFS, and were {fate}; "
            "export with headroom to avoid that."
        )
    if balance.bent:
        notes.append(f"{balance.bent} samples were limited so that result and removed part add up.")
    if not balance.sum_exact:
        notes.append(
            "Result and removed part add up to the source to float rounding: "
            f"{balance.sum_errors} samples differ in their last bits."
        )
    if checksum == DIFFERS:
        notes.append("The MD5 that the source carries is not that of its audio.")
    if source.format.is_lossy:
        notes.append(LOSSY_NOTE)
    return (*notes, *source.notes, *plan.notes)


def _stage_notes(state: State, request: ExportRequest) -> tuple[str, ...]:
    """What the removed part is of, where that is not the source."""
    stage = state.staged_by
    if stage is None or not request.write_removed:
        return ()
    return (
        f"Removed is what was taken out after {stage.title}; "
        f"result and removed part add up to what {stage.title} made.",
    )
