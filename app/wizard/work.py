"""Work: the training that is open in the wizard; all pages share it and know no other."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from app import paths
from app.excerpt import Excerpt
from app.jobs import JobRunner, JobWorker
from app.session import Session
from app.theme import Theme
from engine.catalog import Catalog
from engine.catalog_file import load_catalog
from engine.errors import EngineError, ModelError
from engine.jobs.job import Job
from engine.storage.lock import Held, Lock, take_lock
from training.wizard.plan import Plan, load_plan, save_plan

_log = logging.getLogger(__name__)


class Work(QObject):
    """The folder of a training, what was said so far, and the jobs of its pages."""

    changed = Signal()
    """Another plan."""
    problem = Signal(str, str)
    """A sentence for the banner of the window, and of which kind it is."""
    next_wanted = Signal()
    """A page is done by itself and wants the one after it."""
    use_wanted = Signal(str)
    """The name of a task that is to be shown in the main window, as a model of it is new."""

    def __init__(self, session: Session, theme: Theme, folder: Path, parent: QObject) -> None:
        """Open a training; a folder without a plan gets an empty one.

        Raises:
            EngineError: it cannot be read or written, or another window has it.
        """
        super().__init__(parent)
        self.session, self.theme, self.folder = session, theme, folder
        self.plan = load_plan(folder) if folder.exists() else Plan()
        save_plan(self.plan, folder)
        self._lock = _taken(folder)
        self.runner = JobRunner("training", self)
        self.excerpt = Excerpt(session.player, self)
        self.excerpt.failed.connect(self._on_failed)

    @property
    def recipes(self) -> Path:
        """Where the recipes of the models that ship are."""
        return paths.recipes()

    def catalog(self) -> Catalog:
        """The models that are installed now, the user's own first."""
        return load_catalog([paths.user_models(), paths.models()], _pass_over)

    def change(self, **parts: Any) -> None:
        """Replace parts of the plan and keep it."""
        plan = self.plan.changed(**parts)
        if plan == self.plan:
            return
        self.plan = plan
        try:
            save_plan(plan, self.folder)
        except EngineError as error:
            self.problem.emit(str(error), "error")
        self.changed.emit()

    def submit(
        self,
        job: Job,
        succeeded: Callable[[Any], object],
        failed: Callable[[str], object] | None = None,
        progressed: Callable[[float, str], object] | None = None,
    ) -> JobWorker:
        """Run a job on the thread of the wizard, after those that wait.

        Connected are bound methods of QObjects; what fails is told in the banner where nobody else
        takes it.
        """
        worker = JobWorker(job)
        worker.succeeded.connect(succeeded)
        worker.failed.connect(self._on_failed if failed is None else failed)
        if progressed is not None:
            worker.progressed.connect(progressed)
        self.runner.submit(worker)
        return worker

    def show_problem(self, sentence: str, kind: str = "error") -> None:
        """A sentence in the banner of the window."""
        self.problem.emit(sentence, kind)

    def close(self) -> None:
        """Stop sounds and jobs, and let the folder go."""
        self.excerpt.stop()
        self.runner.stop()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self.problem.emit(sentence, "error")


def _taken(folder: Path) -> Lock | None:
    """The lock of a folder.

    Raises:
        ModelError: another window has it.
    """
    try:
        return take_lock(folder)
    except Held as error:
        raise ModelError(f"this training is open elsewhere: {error}") from error
    except OSError as error:
        raise ModelError(f"{folder} cannot be written: {error.strerror or error}") from error


def _pass_over(error: ModelError) -> None:
    """A damaged file takes no other model away."""
    _log.warning("%s", error)
