"""Card of the welcome page: a training that goes on without its window, or that was cut off."""

from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.panels import layout
from app.wizard.found import Training
from training.run_status import KILLED, RUNNING


class TrainingCard(QFrame):
    """Hidden while there is none; nothing ever goes on unasked."""

    show_wanted = Signal(object)
    """The folder of the training."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._folder: Path | None = None
        self._title, self._told = QLabel(), layout.muted()
        self._title.setObjectName("heading")
        self.look = QPushButton(self.tr("Show the Training"))
        self.look.clicked.connect(self._on_look)
        row = QHBoxLayout()
        row.addWidget(self._told, 1)
        row.addWidget(self.look)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.addWidget(self._title)
        column.addLayout(row)
        self.hide()

    @property
    def told(self) -> str:
        """What is said of it; empty while hidden."""
        return "" if self.isHidden() else self._told.text()

    def show_first(self, found: tuple[Training, ...]) -> None:
        """Show the first training that is at work or was cut off, if one is."""
        wanted = [each for each in found if each.run.condition in (RUNNING, KILLED)]
        self.setVisible(bool(wanted))
        if not wanted:
            return
        first = wanted[0]
        self._folder = first.folder
        title = first.plan.goal.title or self.tr("New training")
        share = round(100 * first.run.share)
        if first.run.condition == RUNNING:
            self._title.setText(self.tr("A training goes on"))
            told = self.tr("{title}: {share} % done; it needs no window.")
        else:
            self._title.setText(self.tr("A training was cut off"))
            told = self.tr("{title}: {share} % done; it can go on from its last checkpoint.")
        self._told.setText(told.format(title=title, share=share))
        self.look.setAccessibleDescription(self._title.text())

    @Slot()
    def _on_look(self) -> None:
        self.hide()
        self.show_wanted.emit(self._folder)
