"""How panels are laid out: headings, rules and scrolling columns that look alike."""

import re

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

MARGIN = 12
SPACING = 8
NARROWEST, WIDEST = 190, 320
"""Pixels that a panel asks for at least."""
WIDEST_CHARACTERS = 53
"""The same where the font is large."""
_BREAKS = re.compile(r"[_.\-,]|[^\W_]{32}")


def column(parent: QWidget) -> QVBoxLayout:
    """The column a panel stacks its parts in."""
    layout = QVBoxLayout(parent)
    layout.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
    layout.setSpacing(SPACING)
    return layout


def heading(text: str) -> QLabel:
    """The title of a part."""
    label = QLabel(text)
    label.setObjectName("heading")
    return label


def muted(text: str = "") -> QLabel:
    """A quieter sentence that wraps."""
    label = QLabel(text)
    label.setObjectName("muted")
    label.setWordWrap(True)
    return label


def breakable(name: str) -> str:
    """A text without spaces that can be wrapped after its punctuation, and in very long words."""
    return _BREAKS.sub(lambda found: f"{found[0]}\u200b", name)


def rule() -> QFrame:
    """A thin line between two parts."""
    line = QFrame()
    line.setObjectName("rule")
    return line


class ScrollingColumn(QScrollArea):
    """A column that scrolls when the window is low and is never narrower than what it holds.

    Args:
        inside: what it holds.
        is_tight: whether it is no higher than that, so that something can stand right below.
    """

    def __init__(self, inside: QWidget, *, is_tight: bool = False) -> None:
        super().__init__()
        self._is_tight = is_tight
        if is_tight:
            self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        inside.setObjectName("panel")
        self.setObjectName("panel")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(inside)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        inside = self.widget()
        if inside is not None and watched is inside and event.type() is QEvent.Type.LayoutRequest:
            # one long word, as in a file name, is not to push the pictures away
            needed = inside.minimumSizeHint().width()
            widest = max(WIDEST, WIDEST_CHARACTERS * self.fontMetrics().averageCharWidth())
            self.setMinimumWidth(min(max(needed, NARROWEST), widest))
            self.updateGeometry()
        return super().eventFilter(watched, event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()  # what wraps needs another height

    @override
    def sizeHint(self) -> QSize:
        hint, inside = super().sizeHint(), self.widget()
        if not self._is_tight or inside is None:
            return hint
        height = inside.heightForWidth(self.viewport().width())
        return QSize(hint.width(), height if height > 0 else inside.sizeHint().height())
