"""What a batch leaves beside its outputs: a table, a page to read and print, and checksums.

    batch.csv, batch.html     or survey.csv, survey.html where nothing was restored
    SHA256SUMS                of all outputs and their reports, for `sha256sum -c`; those of batches
                              before into the same folder stay in it

They tell of sides, not of runs: no times, and a side that was finished before is as one done now.
So they are the same bytes however often the batch was stopped, and whoever did the work.
"""

import csv
import io
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path, PurePosixPath

from engine.jobs.batch_page import page
from engine.jobs.side import DONE, Outcome, Side
from engine.jobs.survey import Survey
from engine.sync import write_whole

SUMS = "SHA256SUMS"
COLUMNS = (
    "source", "output", "state", "duration_s", "sample_rate", "channels", "encoding", "preset",
    "clicks", "removed_db", "peak_before_dbfs", "peak_after_dbfs", "source_audio_sha256",
    "output_sha256", "note",
)  # fmt: skip

Told = Sequence[tuple[Side, Outcome]]
Pictures = Callable[[Side], tuple[bytes, bytes]]


def write_reports(
    root: Path, told: Told, done: Mapping[str, Outcome], pictures: Pictures
) -> tuple[Path, ...]:
    """Write them over those of the run before.

    Args:
        root: the folder of the outputs.
        told: the sides that are over, in their order.
        done: what became of all sides whose outputs are in the folder, by the names of these.
        pictures: where the thumbnails of a side are.

    Returns:
        The files.

    Raises:
        StorageError: one cannot be written.
    """
    is_survey = any(side.is_survey for side, _ in told)
    stem = "survey" if is_survey else "batch"
    contents = {
        f"{stem}.csv": table(root, told).encode("utf-8", "surrogateescape"),
        f"{stem}.html": page(root, told, pictures).encode("utf-8", "replace"),
    }
    if not is_survey:
        contents[SUMS] = checksums(root, done).encode("utf-8", "surrogateescape")
    for name, content in contents.items():
        write_whole(root / name, content)
    return tuple(root / name for name in contents)


def table(root: Path, told: Told) -> str:
    """A row for each side; comma-separated values as in RFC 4180."""
    survey_columns = [each.name for each in fields(Survey)]
    is_survey = any(side.is_survey for side, _ in told)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([*COLUMNS, *survey_columns] if is_survey else COLUMNS)
    for side, outcome in told:
        row = _row(root, side, outcome)
        if is_survey:
            measured = {} if outcome.survey is None else asdict(outcome.survey)
            row += [_cell(measured.get(name)) for name in survey_columns]
        writer.writerow(row)
    return text.getvalue()


def checksums(root: Path, done: Mapping[str, Outcome]) -> str:
    """A line for each file that was written and is still there, by its path."""
    lines = {
        PurePosixPath(output).with_name(each.name).as_posix(): each.sha256
        for output, outcome in done.items()
        for each in outcome.written
    }
    there = (name for name in sorted(lines) if os.path.exists(root / name))
    return "".join(_sum_line(name, lines[name]) for name in there)


def remove_unfinished(root: Path) -> None:
    """Delete what is left of reports that were being written when the power went."""
    for name in ("batch.csv", "batch.html", "survey.csv", "survey.html", SUMS):
        for each in root.glob(f".{name}.*.part"):
            each.unlink(missing_ok=True)


def _row(root: Path, side: Side, outcome: Outcome) -> list[str]:
    is_written = bool(outcome.written)
    is_read = outcome.state == DONE
    return [
        str(side.source),
        side.request.output.relative_to(root).as_posix() if is_written else "",
        outcome.state,
        f"{outcome.duration_s:.3f}" if is_read else "",
        str(outcome.sample_rate) if is_read else "",
        str(outcome.n_channels) if is_read else "",
        outcome.encoding,
        "" if side.is_survey else side.request.preset or "",
        str(outcome.clicks) if is_written else "",
        _cell(outcome.removed_db),
        _cell(outcome.peak_before_dbfs),
        _cell(outcome.peak_after_dbfs),
        outcome.audio_sha256,
        outcome.written[0].sha256 if is_written else "",
        outcome.error or " ".join(outcome.notes),
    ]


def _cell(value: float | None) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _sum_line(name: str, sha256: str) -> str:
    """As GNU coreutils writes it: a name that would break the line is escaped, and marked."""
    escaped = name.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
    return f"{'' if escaped == name else chr(92)}{sha256}  {escaped}\n"
