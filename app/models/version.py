"""Version: one of those that are compared, as a row: its key, its figures, its picture."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.models.picture import ExcerptPicture
from app.panels import layout

SIDE = 260
"""Pixels that name and figures take."""


class Version(QWidget):
    """Row number 1, 2 or 3, which that key chooses."""

    chosen = Signal(int)

    def __init__(self, number: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._number = number
        self.button = QPushButton(str(number))
        self.button.setCheckable(True)
        self.button.setToolTip(self.tr("Hear this one (key {number})").format(number=number))
        self.button.clicked.connect(self.choose)
        self._title, self._figures = QLabel(), layout.muted()
        self._title.setWordWrap(True)
        self.picture = ExcerptPicture()
        side = QVBoxLayout()
        head = QHBoxLayout()
        head.addWidget(self.button)
        head.addWidget(self._title, 1)
        side.addLayout(head)
        side.addWidget(self._figures)
        side.addStretch(1)
        left = QWidget()
        left.setFixedWidth(SIDE)
        left.setLayout(side)
        side.setContentsMargins(0, 0, 0, 0)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(left)
        row.addWidget(self.picture, 1)

    @property
    def title(self) -> str:
        """What it is called."""
        return self._title.text()

    @property
    def figures(self) -> str:
        """What is said of it."""
        return self._figures.text()

    @Slot()
    def choose(self) -> None:
        """Hear it."""
        if self.button.isEnabled():
            self.chosen.emit(self._number)

    def show_nothing(self, title: str, told: str) -> None:
        """Show that there is nothing yet, and why."""
        self._set(title, "", is_enabled=False)
        self.picture.show_text(told)

    def show_hidden(self) -> None:
        """Hide which one it is."""
        self._set(self.tr("Which one is it?"), "", is_enabled=True)
        self.picture.show_text(self.tr("Hidden until you reveal it."))

    def show_problem(self, title: str, problem: str) -> None:
        """Show why there is nothing to hear."""
        self._set(title, "", is_enabled=False)
        self.picture.show_text(problem)

    def show_made(
        self,
        title: str,
        figures: str,
        values: NDArray[np.uint8],
        bins_hz: NDArray[np.float64],
    ) -> None:
        """Show what was made."""
        self._set(title, figures, is_enabled=True)
        self.picture.show_values(values, bins_hz)

    def show_heard(self, *, on: bool) -> None:
        """Show whether it is the one that is heard."""
        self.button.setChecked(on)

    def _set(self, title: str, figures: str, *, is_enabled: bool) -> None:
        self._title.setText(title)
        self._figures.setText(figures)
        self.button.setEnabled(is_enabled)
        name = self.tr("{number}: hear {title}").format(number=self._number, title=title)
        self.button.setAccessibleName(name)
        self.picture.setAccessibleName(self.tr("Spectrogram: {title}").format(title=title))
