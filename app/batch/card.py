"""Card of the welcome page: a batch that was cut off, and what can be done about it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.batch.kept import Kept
from app.panels import layout


class BatchCard(QFrame):
    """Hidden while there is none; nothing ever goes on unasked."""

    go_on_wanted = Signal()
    show_wanted = Signal()
    forget_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._told = layout.muted()
        self.go_on = QPushButton(self.tr("Go On"))
        self.look = QPushButton(self.tr("Show the List"))
        self.forget = QPushButton(self.tr("Forget It"))
        self.forget.setToolTip(self.tr("Forget the list; what is finished stays where it is"))
        row = QHBoxLayout()
        row.addWidget(self._told, 1)
        for button, signal in (
            (self.go_on, self.go_on_wanted),
            (self.look, self.show_wanted),
            (self.forget, self.forget_wanted),
        ):
            button.setAccessibleDescription(self.tr("A batch has not come to its end"))
            button.clicked.connect(signal)
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.addWidget(layout.heading(self.tr("A batch has not come to its end")))
        column.addLayout(row)
        self.hide()

    @property
    def told(self) -> str:
        """What is said of it; empty while hidden."""
        return "" if self.isHidden() else self._told.text()

    def show_kept(self, kept: Kept) -> None:
        """Show what was left, if it was left midway."""
        choices = kept.choices
        is_left = choices is not None and kept.is_begun and kept.n_missing > 0
        if is_left and choices is not None:
            self._told.setText(
                self.tr("{n} of {all} sides are missing in {folder}.").format(
                    n=kept.n_missing, all=len(kept.rows), folder=choices.folder
                )
            )
        self.setVisible(is_left)
