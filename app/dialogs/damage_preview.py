"""Damage preview: a few seconds before and after damage, as small pictures and to be heard."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QWidget

from app.excerpt import Excerpt
from app.panels import layout
from training.damage_excerpt import DamageExcerpt

CLEAN, DAMAGED = "clean", "damaged"
_SCALE = 2


class DamagePreview(QWidget):
    """Shows an excerpt; buttons play it."""

    failed = Signal(str)
    """It cannot be played."""

    def __init__(self, excerpt: Excerpt, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._excerpt = excerpt
        self._found: DamageExcerpt | None = None
        self._heard = ""
        self.pictures = {CLEAN: QLabel(), DAMAGED: QLabel()}
        self.plays = {CLEAN: QPushButton(), DAMAGED: QPushButton()}
        self.told = layout.muted()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        names = {CLEAN: self.tr("As it is"), DAMAGED: self.tr("Damaged")}
        for column, (kind, name) in enumerate(names.items()):
            picture, play = self.pictures[kind], self.plays[kind]
            picture.setFixedSize(176 * _SCALE, 56 * _SCALE)
            picture.setAccessibleName(self.tr("Spectrogram: {name}").format(name=name))
            play.setProperty("kind", kind)
            play.clicked.connect(self._on_play)
            grid.addWidget(QLabel(name), 0, 2 * column)
            grid.addWidget(play, 0, 2 * column + 1, Qt.AlignmentFlag.AlignRight)
            grid.addWidget(picture, 1, 2 * column, 1, 2)
        grid.addWidget(self.told, 2, 0, 1, 4)
        grid.setColumnStretch(4, 1)
        grid.setHorizontalSpacing(12)
        excerpt.changed.connect(self._refresh)
        excerpt.failed.connect(self.failed)
        self._refresh()

    @property
    def found(self) -> DamageExcerpt | None:
        """What is shown; None before there is any."""
        return self._found

    def show_excerpt(self, found: DamageExcerpt | None) -> None:
        """Show another one, or that there is none."""
        is_heard = self._heard if self._excerpt.is_playing else ""
        self._found = found
        shown = {} if found is None else {
            CLEAN: found.clean_picture, DAMAGED: found.damaged_picture
        }  # fmt: skip
        for kind, label in self.pictures.items():
            pixmap = QPixmap()
            pixmap.loadFromData(shown.get(kind, b""))
            label.setPixmap(pixmap if pixmap.isNull() else pixmap.scaled(label.size()))
        if is_heard == DAMAGED:  # what is heard is no more what is shown
            self._excerpt.stop()
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        texts = {CLEAN: self.tr("&Hear It"), DAMAGED: self.tr("Hear the &Damage")}
        for kind, play in self.plays.items():
            is_heard = self._excerpt.is_playing and self._heard == kind
            play.setText(self.tr("Stop") if is_heard else texts[kind])
            play.setEnabled(self._found is not None)

    @Slot()
    def _on_play(self) -> None:
        button, found = self.sender(), self._found
        if not isinstance(button, QPushButton) or found is None:
            return
        kind = str(button.property("kind"))
        is_same = self._excerpt.is_playing and kind == self._heard
        self._excerpt.stop()
        if not is_same:
            self._heard = kind
            self._excerpt.play(found.clean if kind == CLEAN else found.damaged)
        self._refresh()
