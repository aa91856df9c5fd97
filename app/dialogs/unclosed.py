"""Unsaved work of other sessions, shown while a recording is open."""

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from app.panels.unclosed import UnclosedCard


class UnclosedDialog(QDialog):
    """The card of the welcome page, and a button that leaves all as it is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Unsaved Work"))
        self.setMinimumWidth(640)
        self.card = UnclosedCard()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 12)
        column.addWidget(self.card)
        column.addWidget(buttons)
