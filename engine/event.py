"""Event: one damage that was found and repaired, and what a person decided on it."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True)
class Event:
    """Samples [start, stop) of a channel.

    confidence is in [0, 1]; removed_db is the power taken out, dB relative to full scale.
    """

    start: int
    stop: int
    channel: int
    confidence: float
    removed_db: float


class Decision(StrEnum):
    """What was decided on an event.

    rejected: there was no damage. reverted: there was, and the repair is worse. Both put back what
    was there before.
    """

    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    REVERTED = "reverted"

    @property
    def is_repaired(self) -> bool:
        """Whether the repair is in force."""
        return self in (Decision.PENDING, Decision.ACCEPTED)


@dataclass(frozen=True)
class Decided:
    """A decision on one event of an operation, by its place in the operation's events."""

    operation: str
    event: int
    decision: Decision
