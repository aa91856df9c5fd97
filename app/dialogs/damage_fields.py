"""Damage fields: the chain as text, the seed, and the file to write."""

import secrets

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from app.panels import layout

HIGHEST_SEED = 2**31 - 1
"""The largest that a field holds; the command line takes larger ones."""


class DamageFields(QWidget):
    """Three rows; the text can be copied from, and another one be put in its place."""

    text_wanted = Signal(str)
    """A chain in words that is to be used."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = QLineEdit()
        self.seed = QSpinBox()
        self.path = QLineEdit()
        self.use_text = QPushButton(self.tr("&Use This Text"))
        self.again = QPushButton(self.tr("Dra&w Again"))
        self._browse = QPushButton(self.tr("&Browse…"))
        self.seed.setRange(0, HIGHEST_SEED)
        self.seed.setMinimumWidth(130)
        self.again.setToolTip(self.tr("Other random clicks and noises with the same settings"))
        self.text.setToolTip(self.tr("The same chain, as runout degrade --chain takes it"))
        self.use_text.setEnabled(False)
        self._lay_out()
        self.text.textEdited.connect(self._on_text_edited)
        self.text.returnPressed.connect(self._on_use_text)
        self.use_text.clicked.connect(self._on_use_text)
        self.again.clicked.connect(self._on_again)
        self._browse.clicked.connect(self._on_browse)

    def show_chain(self, text: str) -> None:
        """Show what the chain is in words."""
        self.text.setText(text)
        self.text.setCursorPosition(0)
        self.use_text.setEnabled(False)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        for row, (text, field) in enumerate(
            (
                (self.tr("Chain as &text"), self.text),
                (self.tr("&Seed"), self.seed),
                (self.tr("&File"), self.path),
            )
        ):
            label = QLabel(text)
            label.setBuddy(field)
            field.setAccessibleName(text.replace("&", ""))
            grid.addWidget(label, row, 0)
        seeds = QHBoxLayout()
        seeds.setSpacing(10)
        seeds.addWidget(self.seed)
        seeds.addWidget(self.again)
        seeds.addWidget(layout.muted(self.tr("The same seed gives the same damage again.")), 1)
        grid.addWidget(self.text, 0, 1)
        grid.addWidget(self.use_text, 0, 2)
        grid.addLayout(seeds, 1, 1, 1, 2)
        grid.addWidget(self.path, 2, 1)
        grid.addWidget(self._browse, 2, 2)

    @Slot()
    def _on_text_edited(self) -> None:
        self.use_text.setEnabled(True)

    @Slot()
    def _on_use_text(self) -> None:
        self.text_wanted.emit(self.text.text())

    @Slot()
    def _on_again(self) -> None:
        self.seed.setValue(secrets.randbelow(HIGHEST_SEED + 1))

    @Slot()
    def _on_browse(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(
            self,
            self.tr("Write the damaged copy as"),
            self.path.text(),
            self.tr("Sound files (*.wav *.flac *.aiff *.w64 *.rf64);;All files (*)"),
            options=QFileDialog.Option.DontConfirmOverwrite,  # what exists is refused
        )
        if chosen:
            self.path.setText(chosen)
