"""Run a side of a batch: restore or survey a file, and tell what became of it in plain figures."""

import dataclasses
import secrets
import time

import numpy as np

from engine.audio import Recording
from engine.audio_file import AudioFile, open_audio, shown
from engine.errors import EngineError
from engine.export import Exported
from engine.export_check import file_sha256
from engine.jobs.restore_file import RestoreFileJob
from engine.jobs.side import DONE, FAILED, SILENT_DB, STOPPED, Outcome, Side, Stamp, Written
from engine.jobs.survey import SurveyJob
from engine.progress import Cancelled, Progress, ignore, part
from engine.thumbnail import thumbnail
from engine.units import power_to_db

RESTORED, COMPARED = 0.95, 0.99
BLOCK_SAMPLES = 1 << 19


def run_side(side: Side, progress: Progress = ignore) -> Outcome:
    """Do what a side asks for; what the user can act on is told, not raised."""
    clock = time.perf_counter()
    try:
        stamp = Stamp.of(side.source) if side.source.is_file() else None
        outcome = _survey(side, progress) if side.is_survey else _restore(side, progress)
        outcome = dataclasses.replace(outcome, source_stamp=stamp)
    except EngineError as error:
        outcome = Outcome(FAILED, str(error))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        outcome = Outcome(FAILED, f"{shown(side.source)} cannot be read: {reason}; check the disk")
    except MemoryError:
        outcome = Outcome(
            FAILED, f"{shown(side.source)}: there is not enough memory; run fewer sides at once"
        )
    except Cancelled:
        outcome = Outcome(STOPPED)
    return dataclasses.replace(
        outcome,
        source=str(side.source),
        preset=side.request.preset or "",
        seconds=time.perf_counter() - clock,
    )


def _restore(side: Side, progress: Progress) -> Outcome:
    # a second attempt finds no file of the first in its way
    token = side.request.token + secrets.token_hex(3)
    request = dataclasses.replace(side.request, token=token)
    job = RestoreFileJob(side.source, request, side.tasks, side.regions, side.equipment)
    exported = job.run(part(progress, 0.0, RESTORED))
    with open_audio(side.source) as source, open_audio(exported.result) as result:
        removed_db = _removed_db(source, result, part(progress, RESTORED, COMPARED))
        pictures = thumbnail(source), thumbnail(result)
    report = exported.report
    described = _described(source)
    return dataclasses.replace(
        described,
        fingerprint=side.fingerprint(),
        audio_sha256=report.source.audio_sha256,
        written=_written(exported),
        clicks=sum(len(each.events) for each in report.operations),
        removed_db=removed_db,
        peak_before_dbfs=round(report.balance.peak_before_dbfs, 2),
        peak_after_dbfs=round(report.balance.peak_after_dbfs, 2),
        notes=(*(note for each in report.operations for note in each.notes), *report.notes),
        before=pictures[0],
        after=pictures[1],
    )


def _survey(side: Side, progress: Progress) -> Outcome:
    with open_audio(side.source) as source:
        survey = SurveyJob(source).run(progress)
        return dataclasses.replace(
            _described(source),
            fingerprint=side.fingerprint(),
            notes=source.notes,
            survey=survey,
            before=thumbnail(source),
        )


def _described(source: AudioFile) -> Outcome:
    described = source.format
    return Outcome(
        DONE,
        sample_rate=described.sample_rate,
        n_channels=described.n_channels,
        n_samples=described.n_samples,
        encoding=f"{described.container} {described.subtype}",
    )


def _written(exported: Exported) -> tuple[Written, ...]:
    """Checksums of all files; those of sound files were taken while they were read back."""
    known = {each.name: each.sha256 for each in exported.report.outputs}
    return tuple(
        Written(path.name, known.get(path.name) or file_sha256(path), Stamp.of(path))
        for path in exported.outputs
    )


def _removed_db(source: Recording, result: Recording, progress: Progress) -> float | None:
    """Power of the difference relative to the source; None where there is no difference to take."""
    shape = (source.sample_rate, source.n_channels, source.n_samples)
    if shape != (result.sample_rate, result.n_channels, result.n_samples):
        return None
    whole = removed = 0.0
    for start in range(0, source.n_samples, BLOCK_SAMPLES):
        progress(start / source.n_samples)
        stop = min(start + BLOCK_SAMPLES, source.n_samples)
        before = source.read(start, stop).samples.astype(np.float64)
        whole += float(np.square(before).sum())
        before -= result.read(start, stop).samples
        removed += float(np.square(before).sum())
    if whole == 0.0:
        return None
    return round(float(power_to_db(np.array([removed / whole]), SILENT_DB)[0]), 2)
