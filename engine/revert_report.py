"""The report of an export, brought up to date after some of its repairs were put back."""

import copy
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from engine.containers import Encoding
from engine.event import Decision
from engine.project import Operation
from engine.report import iso_time, operation_mapping
from engine.revert_audio import Passed
from engine.review import Review
from engine.saved_report import SavedEvent, SavedReport
from engine.sum_errors import SumErrors


def reverted_report(
    report: SavedReport,
    events: Sequence[SavedEvent],
    review: Operation,
    passed: Passed,
    version: str,
) -> dict[str, Any]:
    """What the report tells now; its outputs and its line of history are still the old ones.

    Args:
        report: of the export.
        events: those put back, all of one operation.
        review: the operation that this was.
        passed: what was counted and measured.
        version: of the software.
    """
    told: dict[str, Any] = copy.deepcopy(dict(report.told))
    numbers = {each.number for each in events}
    for event in told["operations"][events[0].operation - 1]["events"]:
        if event["number"] in numbers:
            event["decision"] = Decision.REVERTED.value
    sum_errors = told["sum_errors"] - passed.mended_sums
    told |= {
        "software": {"name": "Runout", "version": version},
        "created": iso_time(datetime.now(UTC)),
        "seconds": round(told["seconds"] + review.seconds, 3),
        "peak_after_dbfs": passed.levels.peak_dbfs,
        "sum_errors": sum_errors,
        "sum_exact": sum_errors == 0,
        "notes": [*told["notes"], *_also_undone(told, events[0].operation)],
    }
    rate = told["source"]["sample_rate"]
    told["operations"].append(operation_mapping(review, rate, (), SumErrors((), Encoding(16))))
    return told


def _also_undone(told: dict[str, Any], operation: int) -> list[str]:
    """What else is gone at the events: the source's samples know of no operation."""
    stages = [index for index, each in enumerate(told["operations"]) if each["stage"] is not None]
    first = stages[-1] + 1 if stages else 0  # what was removed is told against the last stage
    others = [
        each["title"]
        for number, each in enumerate(told["operations"][first:], start=first + 1)
        if number != operation and each["changed"] and each["task"] != Review.name
    ]
    if not others:
        return []
    return [
        "Where repairs were put back lie the source's own samples, without "
        f"{', '.join(dict.fromkeys(others))}."
    ]
