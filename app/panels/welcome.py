"""Welcome: what the window shows while nothing is open."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from app.panels import layout
from app.panels.unclosed import UnclosedCard

LOGO = 72
NARROW = 480
"""Width that the buttons take, in pixels."""
LEAST_ROOM = 8
"""Pixels at each side."""


class Welcome(QWidget):
    """One sentence, a place to drop a file, three buttons; above them what was left by a crash."""

    def __init__(self, open_: QAction, project: QAction, demo: QAction) -> None:
        super().__init__()
        self.unclosed = UnclosedCard()
        self._logo = QLabel()
        self._area = QFrame()
        self._area.setObjectName("drop")
        self._area.setMinimumHeight(340)
        title = QLabel(self.tr("Drop a transfer here"))
        title.setObjectName("title")
        sentence = layout.muted(
            self.tr("Runout repairs clicks, noise and gaps; your file is only read, never changed.")
        )
        formats = layout.muted(self.tr("WAV · BWF · RF64 · W64 · AIFF · FLAC · Ogg · MP3"))
        keys = layout.muted(self.tr("F1 opens the guide, F2 lists every key and mouse gesture"))
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        buttons.addStretch(1)
        self._open = _button(self.tr("Open transfer…"), open_, "primary")
        self.setFocusProxy(self._open)
        buttons.addWidget(self._open)
        buttons.addWidget(_button(self.tr("Open project…"), project))
        buttons.addWidget(_button(self.tr("Open the demo side"), demo))
        buttons.addStretch(1)
        inside = QVBoxLayout(self._area)
        inside.setContentsMargins(8, 36, 8, 30)
        inside.setSpacing(10)
        inside.addStretch(1)
        for label in (self._logo, title, sentence):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            inside.addWidget(label)
        inside.addSpacing(14)
        inside.addLayout(buttons)
        inside.addSpacing(10)
        for label in (formats, keys):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            inside.addWidget(label)
        inside.addStretch(1)
        outer = self._outer = QVBoxLayout(self)
        outer.setContentsMargins(LEAST_ROOM, 40, LEAST_ROOM, 40)
        outer.setSpacing(16)
        outer.addWidget(self.unclosed)
        outer.addWidget(self._area, 1)

    def put_first(self, widget: QWidget) -> None:
        """Show something above all else."""
        self._outer.insertWidget(0, widget)

    def put_in(self, widget: QWidget) -> None:
        """Show something below the buttons."""
        inside = self._area.layout()
        assert isinstance(inside, QVBoxLayout)
        inside.insertWidget(inside.count() - 1, widget)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave room at the sides where there is some: the buttons go before it."""
        super().resizeEvent(event)
        side = max(LEAST_ROOM, min(60, (self.width() - NARROW) // 2))
        self._outer.setContentsMargins(side, 40, side, 40)

    @override
    def minimumSizeHint(self) -> QSize:
        """With the least room at the sides, so that panels can have it once there are pictures."""
        hint, margins = super().minimumSizeHint(), self._outer.contentsMargins()
        spare = margins.left() + margins.right() - 2 * LEAST_ROOM
        return QSize(hint.width() - spare, hint.height())

    def set_logo(self, pixmap: QPixmap) -> None:
        """The picture above the words."""
        self._logo.setPixmap(pixmap)

    def set_hot(self, hot: bool) -> None:
        """Show that what is dragged can be dropped."""
        self._area.setProperty("hot", hot)
        self._area.style().polish(self._area)


def _button(text: str, action: QAction, name: str = "") -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setToolTip(action.toolTip())
    button.clicked.connect(action.trigger)
    return button
