"""RestoreFileJob: a file in, a restored copy with its report out."""

from dataclasses import dataclass
from pathlib import Path

from engine.audio_file import open_audio, shown
from engine.equipment import Equipment
from engine.errors import EngineError, StorageError
from engine.export import Exported, ExportRequest, export_set
from engine.export_plan import check_outputs
from engine.jobs.restore import NOTHING, RestoreJob
from engine.progress import Progress, ignore, part
from engine.project import State
from engine.region import Region
from engine.tasks import Task

RESTORED = 0.85
"""Share of the progress bar at which the tasks are done and writing begins."""


@dataclass(frozen=True, eq=False)
class RestoreFileJob:
    """Tasks on the regions of a file (none: all of it), and what to write."""

    source: Path
    request: ExportRequest
    tasks: tuple[Task, ...]
    regions: tuple[Region, ...] = ()
    equipment: Equipment = NOTHING

    @property
    def title(self) -> str:
        """The name of the file."""
        return self.source.name

    def run(self, progress: Progress = ignore) -> Exported:
        """Read, restore, write; outputs appear together at the end or not at all.

        Raises:
            EngineError: one sentence that begins with the name of the file.
            Cancelled: progress said so.
        """
        name = shown(self.source)
        try:
            with open_audio(self.source) as source:
                check_outputs(source, self.request)
                job = RestoreJob(name, State(source), self.tasks, self.regions, self.equipment)
                state = State(source, job.run(part(progress, 0.0, RESTORED)))
                for target in self.request.targets:
                    _make_folder(target.parent)
                return export_set(state, source, self.request, part(progress, RESTORED, 1.0))
        except EngineError as error:
            if name in str(error):
                raise
            raise type(error)(f"{name}: {error}") from error


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = (error.strerror or "input/output error").lower()
        raise StorageError(
            f"the folder {shown(folder)} cannot be made: {reason}; choose another folder"
        ) from error
