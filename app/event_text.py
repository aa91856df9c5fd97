"""An event in words."""

from PySide6.QtCore import QCoreApplication

from app.event_columns import Columns
from app.language import translated
from engine.event import Decision
from engine.units import format_time

_WORDS = {
    Decision.PENDING: "pending",
    Decision.ACCEPTED: "accepted",
    Decision.REJECTED: "rejected",
    Decision.REVERTED: "reverted",
}


def decision_word(decision: Decision) -> str:
    """A decision as it is told."""
    return translated(_WORDS[decision])


def channel_name(channel: int, n_channels: int) -> str:
    """Left and right where there are two, else a number from 1 on."""
    return (_tr("L"), _tr("R"))[channel] if n_channels == 2 else f"{channel + 1}"


def width_ms(columns: Columns, index: int) -> float:
    """How long an event is, in milliseconds."""
    return float(1000.0 * (columns.stop[index] - columns.start[index]) / columns.sample_rate)


def event_text(columns: Columns, index: int, n_channels: int) -> str:
    """All that is known of an event, on one line."""
    operation = columns.operations[columns.operation[index]]
    parts = (
        f"{translated(operation.title)} {columns.event[index] + 1}",
        format_time(columns.start[index] / columns.sample_rate),
        f"{width_ms(columns, index):.2f} ms",
        channel_name(int(columns.channel[index]), n_channels),
        _tr("{share:.0%} sure").format(share=columns.confidence[index]),
        _tr("{db:.0f} dB removed").format(db=columns.removed_db[index]),
        decision_word(columns.decided(index)),
    )
    return " · ".join(parts)


def _tr(text: str) -> str:
    return QCoreApplication.translate("events", text)
