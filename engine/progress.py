"""How long work reports, and how it is stopped: one callable does both."""

from typing import Protocol


class Cancelled(Exception):  # noqa: N818 - it is not an error: the user asked for it
    """The user asked to stop; raised from inside a progress report."""


class Progress(Protocol):
    """Where long work reports to."""

    def __call__(self, fraction: float, message: str = "") -> None:
        """Report work done in [0, 1]; raises Cancelled once the user has asked to stop."""


def ignore(fraction: float, message: str = "") -> None:
    """Take reports and never stop the work."""


def part(progress: Progress, start: float, stop: float) -> Progress:
    """Give a subtask the share [start, stop] of the whole."""

    def report(fraction: float, message: str = "") -> None:
        progress(start + (stop - start) * fraction, message)

    return report
