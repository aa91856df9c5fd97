"""Spoken: what a canvas shows as a value in words, for those who do not see it.

Qt asks for an interface of a widget when a screen reader comes to it; a canvas answers with its
words of that moment, so that nothing has to be kept up while nobody listens.
"""

from typing import Any

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QAccessibleValueChangeEvent,
)
from PySide6.QtWidgets import QAccessibleWidget, QWidget
from typing_extensions import override

SETTLED_MS = 250
"""What has changed is announced once it has been still for so long; never while it plays."""
LEAST_MS = 1000
"""The value is told to have changed no more often than this."""


class Canvas(QWidget):
    """A widget that says in parts what it shows, the most important first."""

    def spoken(self) -> tuple[str, ...]:
        """Sentences on what is shown now."""
        raise NotImplementedError  # a widget cannot be an ABC as well


class CanvasInterface(QAccessibleWidget):
    """A canvas as screen readers know it: a graphic with a value."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas, QAccessible.Role.Graphic)

    @override
    def text(self, t: QAccessible.Text) -> str:
        canvas = self.object()
        if t in (QAccessible.Text.Value, QAccessible.Text.Description):
            # readers differ in which of the two they read
            return " ".join(canvas.spoken()) if isinstance(canvas, Canvas) else ""
        return super().text(t)


def _interface_of(name: str, thing: QObject) -> Any:
    return CanvasInterface(thing) if isinstance(thing, Canvas) else None


def speak_canvases() -> None:
    """Have Qt ask canvases for their words from now on."""
    QAccessible.installFactory(_interface_of)


class Speaker(QObject):
    """Tells screen readers what has changed on a canvas: seldom, and only what is new."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._told: tuple[str, ...] = ()
        self._settled = QTimer(self, singleShot=True, interval=SETTLED_MS)
        self._settled.timeout.connect(self._announce)
        self._pause = QTimer(self, singleShot=True, interval=LEAST_MS)

    @Slot()
    def change(self) -> None:
        """Something on the canvas is new."""
        if not self._canvas.hasFocus() or not QAccessible.isActive():
            return
        self._settled.start()
        if not self._pause.isActive():
            self._pause.start()
            words = " ".join(self._canvas.spoken())
            QAccessible.updateAccessibility(QAccessibleValueChangeEvent(self._canvas, words))

    @Slot()
    def _announce(self) -> None:
        parts = self._canvas.spoken()
        new = " ".join(part for part in parts if part not in self._told)
        self._told = parts
        if new and self._canvas.hasFocus():
            self.tell(new)

    def tell(self, words: str) -> None:
        """Have a sentence read."""
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._canvas, words))
