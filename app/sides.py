"""Sides: the transfers of this session; one is open, the others wait with all that was done."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app import paths
from app.document import Document
from app.jobs import JobWorker
from app.session import Session
from engine.audio_file import open_audio
from engine.errors import EngineError
from engine.progress import Progress, ignore
from engine.region import Region
from engine.storage.contents import Mark
from engine.storage.recovery import Unclosed, discard


@dataclass(frozen=True)
class LengthJob:
    """Reads the header of a transfer."""

    path: Path

    @property
    def title(self) -> str:
        """Its name."""
        return self.path.name

    def run(self, progress: Progress = ignore) -> tuple[Path, float]:
        """The path and the seconds.

        Raises:
            EngineError: it is no sound.
        """
        progress(0.0)
        with open_audio(self.path) as source:
            return self.path, source.format.duration_s


@dataclass(eq=False)
class Side:
    """A transfer of the list.

    Attributes:
        path: the sound file, or the project where only that is known.
        project: what holds the work on it, be that named or autosaved; None while there is none.
        duration_s: None until the header was read.
        n_operations: that are in force.
        is_unsaved: whether operations are in no named project and no export, or marks in none.
        is_exported: whether all of them are in an export.
        exported: ids of the operations of that.
        marks, noise: what is marked, where there is no project to keep it.
    """

    path: Path
    project: Path | None = None
    duration_s: float | None = None
    n_operations: int = 0
    is_unsaved: bool = False
    is_exported: bool = False
    exported: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()
    noise: Region | None = None
    is_autosave: bool = False

    def take(self, document: Document) -> None:
        """Remember how things stand."""
        folder = document.folder
        self.path = document.path
        self.project = document.project_path if folder is None else folder.path
        self.is_autosave = folder is not None and folder.is_autosave
        self.duration_s = document.duration_s
        self.n_operations = document.head
        has_unsaved_marks = not document.is_named and not document.marks.are_held
        self.is_unsaved = document.n_unsaved > 0 or has_unsaved_marks
        self.is_exported = document.head > 0 and document.n_unexported == 0
        self.exported = document.exported
        self.marks, self.noise = document.marks.items, document.noise


class Sides(QObject):
    """Goes from one transfer to another; what was done on each comes back with it."""

    changed = Signal()
    counted = Signal(int)
    """How many there are, where it is one or none now, or two."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.items: list[Side] = []
        self.current: Side | None = None
        session.left.connect(self._on_left)
        session.document_changed.connect(self._on_document_changed)

    def can_come_back(self, path: Path) -> bool:
        """Whether the open transfer can be left for that one, and loses nothing by it."""
        document, path = self._session.document, path.absolute()
        if document is None or path in (document.path, document.project_path):
            return False
        return document.folder is not None or document.n_unsaved == 0

    def open(self, path: Path) -> bool:
        """Open a transfer, with what was done on it in this session; False if it cannot be read."""
        side = self._find(path.absolute())
        if side is not None and side.project is not None and side.project.is_dir():
            self._session.open_project(side.project)
            return True
        return self._session.open(path)

    def add(self, files: Iterable[Path]) -> None:
        """Put transfers into the list without opening them."""
        for path in (each.absolute() for each in files):
            if self._find(path) is None:
                self._append(Side(path))
                worker = JobWorker(LengthJob(path))
                worker.succeeded.connect(self._on_length)
                self._session.project_runner.submit(worker)
        self.changed.emit()

    def remove(self, side: Side) -> None:
        """Take one that is not open out of the list; an autosaved session goes to the trash."""
        assert side is not self.current, side.path
        self.items.remove(side)
        self._discard(side)
        self._tell_fewer()

    def parked(self) -> Sequence[Path]:
        """The projects of those that are not open."""
        return [each.project for each in self.items if each.project and each is not self.current]

    def stop(self) -> None:
        """Give up autosaved sessions that hold nothing unsaved; the others are found next time."""
        for side in self.items:
            if side is not self.current and not side.is_unsaved:
                self._discard(side)

    def _discard(self, side: Side) -> None:
        if side.project is None or not side.is_autosave or not side.project.is_dir():
            return
        given_up = Unclosed(side.project, "", datetime.now(UTC), 0, crashed_before=False)
        try:
            discard(given_up, paths.trash())
        except EngineError as error:
            self._session.failed.emit(str(error))

    def _find(self, path: Path) -> Side | None:
        return next((each for each in self.items if path in (each.path, each.project)), None)

    def _append(self, side: Side) -> None:
        self.items.append(side)
        if len(self.items) <= 2:
            self.counted.emit(len(self.items))

    @Slot(object)
    def _on_left(self, document: Document) -> None:
        if self.current is not None:
            self.current.take(document)

    @Slot()
    def _on_document_changed(self) -> None:
        document = self._session.document
        if document is not None:
            self._show(document)
            self.changed.emit()
        elif self.current is not None:
            at = self.items.index(self.current)
            self.items.remove(self.current)
            self.current = None
            self._tell_fewer()
            if self.items:  # what waits behind the one that was closed, else before it
                following = self.items[min(at, len(self.items) - 1)]
                QTimer.singleShot(0, self, partial(self._go_on, following))

    def _go_on(self, side: Side) -> None:
        if self._session.document is None and side in self.items:
            self.open(side.path)

    def _tell_fewer(self) -> None:
        self.changed.emit()
        if len(self.items) < 2:
            self.counted.emit(len(self.items))

    def _show(self, document: Document) -> None:
        side = self._find(document.path)
        if side is None and document.project_path is not None:
            side = self._find(document.project_path)
        if side is None:
            side = Side(document.path)
            self._append(side)
        if side.exported and document.folder is not None:
            document.remember_exported(side.exported)
        if side.marks and document.folder is None and not document.marks.items:
            document.marks.take(side.marks, side.noise)
        self.current = side
        side.take(document)
        document.history_changed.connect(self._on_history_changed)
        document.recorded.connect(self._on_history_changed)

    @Slot()
    def _on_history_changed(self) -> None:
        document = self._session.document
        if document is not None and self.current is not None:
            self.current.take(document)
            self.changed.emit()

    @Slot(object)
    def _on_length(self, found: tuple[Path, float]) -> None:
        path, duration_s = found
        side = self._find(path)
        if side is not None:
            side.duration_s = duration_s
            self.changed.emit()
