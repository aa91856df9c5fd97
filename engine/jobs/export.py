"""ExportJob: a state of a recording out to files."""

from dataclasses import dataclass

from engine.audio_file import AudioFile
from engine.export import Exported, ExportRequest, export_set
from engine.progress import Progress, ignore
from engine.project import State


@dataclass(frozen=True, eq=False)
class ExportJob:
    """Writes a state of a source with all that belongs to it, or nothing at all."""

    state: State
    source: AudioFile
    request: ExportRequest

    @property
    def title(self) -> str:
        """What a progress bar calls it."""
        return f"Export {self.request.output.name}"

    def run(self, progress: Progress = ignore) -> Exported:
        """Write, read back, and move to the final names.

        Raises:
            EngineError: the files cannot be written, or not as asked.
        """
        return export_set(self.state, self.source, self.request, progress)
