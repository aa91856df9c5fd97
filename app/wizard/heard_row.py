"""Heard row: spectrograms of an excerpt clean, damaged and of the user's own, each to be played."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Signal, Slot
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QPushButton, QSizePolicy, QWidget
from typing_extensions import override

from app.theme import Theme
from app.widgets.colours import colour_table, colours_of
from engine.audio import Audio
from training.wizard.example import HeardExample

KINDS = ("clean", "degraded", "yours")
_MAP, _TOP_DB, _RANGE_DB = "inferno", -25.0, 75.0


class HeardRow(QWidget):
    """Three pictures with their buttons."""

    play_wanted = Signal(object)
    """An Audio is to be heard."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._sounds: dict[str, Audio | None] = {}
        words = (self.tr("Play Clea&n"), self.tr("Play &Damaged"), self.tr("Play &Yours"))
        names = (
            self.tr("Spectrogram of the clean music"),
            self.tr("Spectrogram of the damaged music"),
            self.tr("Spectrogram of your side"),
        )
        self.pictures = {kind: _Picture(name) for kind, name in zip(KINDS, names, strict=True)}
        self.buttons = {kind: QPushButton(text) for kind, text in zip(KINDS, words, strict=True)}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        for column, kind in enumerate(KINDS):
            grid.addWidget(self.pictures[kind], 0, column)
            grid.addWidget(self.buttons[kind], 1, column)
            grid.setColumnStretch(column, 1)
            self.buttons[kind].setEnabled(False)
            self.buttons[kind].clicked.connect(self._on_play)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def offer_damaged(self, on: bool) -> None:
        """Whether anything damages the music at all."""
        self.pictures["degraded"].setVisible(on)
        self.buttons["degraded"].setVisible(on)

    def show_example(self, example: HeardExample | None) -> None:
        """Show an example, or none."""
        for kind in KINDS:
            self._sounds[kind] = None if example is None else getattr(example, kind)
            self.buttons[kind].setEnabled(self._sounds[kind] is not None)
            self.pictures[kind].show_values(None if example is None else example.pictures.get(kind))

    @Slot()
    def _on_play(self) -> None:
        for kind, button in self.buttons.items():
            if button is self.sender() and self._sounds.get(kind) is not None:
                self.play_wanted.emit(self._sounds[kind])

    @Slot()
    def _on_theme_changed(self) -> None:
        for button in self.buttons.values():
            button.setIcon(self._theme.icon("play"))


class _Picture(QWidget):
    def __init__(self, name: str) -> None:
        super().__init__()
        self._image: QImage | None = None
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_values(self, values: NDArray[np.uint8] | None) -> None:
        """Show levels (bin frame), or nothing."""
        self._image = None
        if values is not None:
            colours = colour_table(_MAP, _TOP_DB, _RANGE_DB)
            pixels = np.ascontiguousarray(colours[values[::-1]])
            height, width = pixels.shape
            image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)
            self._image = image.copy()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(240, 120)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(100, 90)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            place = QRectF(self.rect())
            painter.fillRect(place, colours_of(self.palette()).lane)
            if self._image is not None:
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
                painter.drawImage(place, self._image)
