"""Project info: where a project lies, what it was made of, and how large it is."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.jobs import JobWorker
from app.language import to_translate
from app.panels import layout
from app.panels.numbers import counted, told_bytes
from app.session import Session
from engine.progress import Progress, ignore


@dataclass(frozen=True)
class FactsJob:
    """Reads what a project folder tells, as the command line does."""

    folder: Path

    @property
    def title(self) -> str:
        """What a progress bar calls it."""
        return to_translate("Read the project")

    def run(self, progress: Progress = ignore) -> dict[str, Any]:
        """The facts, as `runout project info --json` has them.

        Raises:
            StorageError: nothing in it can be read.
        """
        from app.project_facts import project_facts  # with the command line, which loads slowly

        progress(0.0)
        return project_facts(self.folder)


class ProjectInfoDialog(QDialog):
    """A line for each fact, all of them to be copied."""

    def __init__(self, session: Session, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._rows: list[tuple[str, str]] = []
        self.setWindowTitle(self.tr("Project Info"))
        self.setMinimumWidth(620)
        self._grid = QGridLayout()
        self._grid.setColumnStretch(1, 1)
        self._grid.setHorizontalSpacing(14)
        self._problem = layout.muted(self.tr("Reading…"))
        copy, show = QPushButton(self.tr("&Copy")), QPushButton(self.tr("Show in &Folder"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(show, QDialogButtonBox.ButtonRole.ActionRole)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 14)
        column.setSpacing(12)
        column.addLayout(self._grid)
        column.addWidget(self._problem)
        column.addWidget(buttons)
        buttons.rejected.connect(self.reject)
        copy.clicked.connect(self.copy)
        show.clicked.connect(self._on_show)
        worker = JobWorker(FactsJob(folder))
        worker.succeeded.connect(self._on_read)
        worker.failed.connect(self._problem.setText)
        session.project_runner.submit(worker)

    @property
    def text(self) -> str:
        """What is shown, a fact a line."""
        return "\n".join(f"{name}: {value}" for name, value in self._rows)

    @Slot()
    def copy(self) -> None:
        """Put all of it on the clipboard."""
        QGuiApplication.clipboard().setText(self.text)

    @Slot(object)
    def _on_read(self, facts: dict[str, Any]) -> None:
        self._problem.hide()
        self._rows = self._told(facts)
        for row, (name, value) in enumerate(self._rows):
            told = QLabel(layout.breakable(value))  # not to be copied from here
            told.setWordWrap(True)
            told.setAccessibleName(name)
            label = layout.muted(name)
            label.setWordWrap(False)
            self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(told, row, 1)

    def _told(self, facts: dict[str, Any]) -> list[tuple[str, str]]:
        source, operations = facts["source"], facts["operations"]
        name = facts["title"]
        if facts["is_autosave"]:
            name = self.tr("none yet; all that is done is kept as a session")
        found = source["found"] or self.tr("{path} (not there)").format(path=source["path"])
        in_force = sum(each["in_force"] for each in operations)
        rows = [
            (self.tr("Name"), name),
            (self.tr("Folder"), facts["path"]),
            (self.tr("Transfer"), found),
            (self.tr("SHA-256 of its sound"), source["audio_sha256"] or self.tr("not read yet")),
            (
                self.tr("Operations"),
                self.tr("{count}, of them {in_force} in force").format(
                    count=counted(len(operations)), in_force=counted(in_force)
                ),
            ),
            (self.tr("Marks"), counted(len(facts["marks"]))),
            (self.tr("Size"), told_bytes(facts["bytes"])),
            (self.tr("Of that not in force"), told_bytes(facts["bytes_not_in_force"])),
            (self.tr("Saved states"), counted(len(facts["generations"]))),
            (self.tr("Made by"), f"Runout {facts['software']}"),
        ]
        return [*rows, *((self.tr("Note"), note) for note in facts["notes"])]

    @Slot()
    def _on_show(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder)))
