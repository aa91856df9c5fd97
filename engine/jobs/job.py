"""Job: one run that takes long."""

from typing import Protocol

from engine.progress import Progress


class Job(Protocol):
    """A title and a run; what `run` returns is handed to whoever asked for it."""

    @property
    def title(self) -> str:
        """What a progress bar calls it."""

    def run(self, progress: Progress) -> object:
        """Do the work; raises Cancelled from inside `progress`, EngineError for the user."""
