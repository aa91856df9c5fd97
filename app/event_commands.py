"""`runout events` and `runout revert`: single repairs, listed and put back."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from app.console import UsageError, progress_bar, tell, tell_json, warn
from app.task_commands import JSON, NO_REPORT, OVERWRITE
from app.version import VERSION
from engine.event import Decision
from engine.export_plan import ExportRequest
from engine.saved_report import SavedEvent, SavedReport, read_events, read_report
from engine.units import format_time

OPERATION = Annotated[
    int | None,
    typer.Option("--operation", metavar="K", help="Which operation, counted from 1."),
]
TASK = Annotated[
    str | None, typer.Option("--task", metavar="NAME", help="Which task, such as declick.")
]
NUMBERS = Annotated[
    str, typer.Option("--events", metavar="N[,N-M...]", help="Their numbers, as listed.")
]
_COLUMNS = ("operation", "number", "time", "width ms", "channel", "confidence", "removed dB",
            "decision")  # fmt: skip
_MOST_NUMBERS = 10_000_000


def add_event_commands(commands: typer.Typer) -> None:
    """Add both commands."""
    commands.command("events", rich_help_panel="Single repairs")(list_events)
    commands.command("revert", rich_help_panel="Single repairs")(revert)


def list_events(
    file: Annotated[
        Path,
        typer.Argument(
            readable=False,
            metavar="FILE",
            help="A .runout.json, what --events has written, or a project.",
        ),
    ],
    task: TASK = None,
    operation: OPERATION = None,
    decision: Annotated[
        Decision | None, typer.Option("--decision", help="Only those decided so.")
    ] = None,
    as_json: JSON = False,
) -> None:
    """List what was found: number, time, width, channel, confidence, removed dB, decision."""
    found = [
        each
        for each in _read(file)
        if task in (None, each.task)
        and operation in (None, each.operation)
        and decision in (None, each.decision)
    ]
    if as_json:
        tell_json({"file": str(file), "events": [each.to_mapping() for each in found]})
    else:
        for line in event_lines(found):
            tell(line)


def _read(file: Path) -> tuple[SavedEvent, ...]:
    if not file.is_dir():
        return read_events(file)
    from app.project_work import project_events  # projects are not quick to load

    return project_events(file)


def event_lines(events: Sequence[SavedEvent]) -> list[str]:
    """Events as a table with a heading."""
    rows = [_COLUMNS, *(_cells(each) for each in events)]
    widths = [max(len(row[index]) for row in rows) for index in range(len(_COLUMNS))]
    return ["  ".join(cell.rjust(w) for cell, w in zip(row, widths, strict=True)) for row in rows]


def _cells(each: SavedEvent) -> tuple[str, ...]:
    return (
        f"{each.operation} {each.task}",
        str(each.number),
        format_time(each.time_s, 4),
        f"{each.width_ms:.2f}",
        str(each.event.channel + 1),
        f"{each.event.confidence:.3f}",
        f"{each.event.removed_db:.1f}",
        each.decision.value,
    )


def revert(
    restored: Annotated[
        Path,
        typer.Argument(
            readable=False, metavar="RESTORED", help="A result of an export; never written to."
        ),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", readable=False, help="The file to write.")
    ],
    events: NUMBERS,
    task: TASK = None,
    operation: OPERATION = None,
    removed: Annotated[
        Path | None,
        typer.Option("--removed", readable=False, metavar="FILE", help="Its removed part."),
    ] = None,
    report: Annotated[
        Path | None, typer.Option("--report", readable=False, metavar="FILE", help="Its report.")
    ] = None,
    removed_out: Annotated[
        bool, typer.Option("--removed-out", help="Also write what is still taken out.")
    ] = False,
    no_report: NO_REPORT = False,
    overwrite: OVERWRITE = False,
    as_json: JSON = False,
) -> None:
    """Put single repairs back, from a result, its removed part and its report alone."""
    from engine.revert import RevertRequest, revert_events

    numbers = parse_numbers(events)
    beside = ExportRequest(restored, VERSION)
    told = read_report(report or beside.report)
    request = RevertRequest(
        restored=restored,
        removed=removed or beside.removed,
        report=report or beside.report,
        operation=choose_operation(_offered(told), task, operation),
        numbers=numbers,
        export=ExportRequest(
            output,
            VERSION,
            write_removed=removed_out,
            write_report=not no_report,
            overwrite=overwrite,
        ),
    )
    with progress_bar(restored.name) as progress:
        done = revert_events(request, progress)
    for note in done.notes:
        warn(f"{restored.name}: {note}")
    if as_json:
        tell_json({"written": [str(path) for path in done.outputs], **done.told})
        return
    for path in done.outputs:
        tell(str(path))


def _offered(report: SavedReport) -> list[tuple[str, int]]:
    return [(str(each["task"]), len(each["events"])) for each in report.operations]


def choose_operation(
    offered: Sequence[tuple[str, int]], task: str | None, operation: int | None
) -> int:
    """Which operation is meant, counted from 1.

    Args:
        offered: task and number of events of each operation.
        task: its task, if that was said.
        operation: its place, if that was said.

    Raises:
        UsageError: none or several could be meant.
    """
    if operation is not None:
        if not 1 <= operation <= len(offered):
            raise UsageError(f"there is no operation {operation}; there are {len(offered)}")
        return operation
    found = [
        (number, name)
        for number, (name, n_events) in enumerate(offered, start=1)
        if n_events and task in (None, name)
    ]
    if len(found) == 1:
        return found[0][0]
    what = "no operation" if task is None else f"no {task}"
    if not found:
        raise UsageError(f"{what} has found any event; see them with `runout events`")
    names = ", ".join(f"{number} ({name})" for number, name in found)
    raise UsageError(f"several operations have found events; say --operation {names}")


def parse_numbers(text: str) -> tuple[int, ...]:
    """Read `N[,N-M...]`: numbers and spans of numbers, from 1.

    Raises:
        UsageError: it is none.
    """
    numbers: set[int] = set()
    for word in text.split(","):
        first, dash, last = (each.strip() for each in word.partition("-"))
        if not _is_number(first) or (dash and not _is_number(last)):
            raise _no_numbers(text)
        low, high = int(first), int(last) if dash else int(first)
        if not 1 <= low <= high or high - low > _MOST_NUMBERS:
            raise _no_numbers(text)
        numbers.update(range(low, high + 1))
    return tuple(sorted(numbers))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 9


def _no_numbers(text: str) -> UsageError:
    return UsageError(f"'{text}' names no events; write numbers from 1, such as 3 or 3,7-9")
