"""InfoJob: reads all of a file and tells what it is."""

from dataclasses import dataclass
from pathlib import Path

from engine.info import FileInfo, read_info
from engine.progress import Progress, ignore


@dataclass(frozen=True)
class InfoJob:
    """Format, peak, chunks and checksums of a file."""

    path: Path

    @property
    def title(self) -> str:
        """The name of the file."""
        return self.path.name

    def run(self, progress: Progress = ignore) -> FileInfo:
        """Read the file once.

        Raises:
            EngineError: it cannot be read, or is damaged.
        """
        return read_info(self.path, progress)
