"""Event: one damage that was found and repaired."""

from dataclasses import dataclass


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
