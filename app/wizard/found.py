"""Found: what trainings were begun, read from their folders."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.language import to_translate
from engine.errors import EngineError
from engine.progress import Progress, ignore
from training.run_status import RunStatus, read_status
from training.wizard.plan import FILE, PAGES, RUN, Plan, load_plan, plan_folders


@dataclass(frozen=True)
class Training:
    """A training in its folder.

    Attributes:
        folder: of it.
        changed: when something was said last.
        plan: what was said.
        run: how its run stands.
        problem: why it cannot be gone on with.
    """

    folder: Path
    changed: datetime
    plan: Plan
    run: RunStatus
    problem: str = ""


@dataclass(frozen=True)
class FindTrainingsJob:
    """Reads the plans in a folder."""

    parent: Path
    title: str = to_translate("Looking for trainings")

    def run(self, progress: Progress = ignore) -> tuple[Training, ...]:
        """Those that were begun, the last first."""
        return tuple(_training(each) for each in plan_folders(self.parent))


def _training(folder: Path) -> Training:
    try:
        changed = datetime.fromtimestamp((folder / FILE).stat().st_mtime)
    except OSError:
        changed = datetime.fromtimestamp(0)
    run = read_status(folder / RUN)
    try:
        return Training(folder, changed, load_plan(folder), run)
    except EngineError as error:
        return Training(folder, changed, Plan(page=PAGES[0]), run, str(error))
