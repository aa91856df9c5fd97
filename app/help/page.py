"""Page: a chapter of the guide as it is read, in the colours of the theme."""

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, QSize, QSizeF, Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import (
    QImageReader,
    QPixmap,
    QResizeEvent,
    QTextBlock,
    QTextCursor,
    QTextDocument,
    QWheelEvent,
)
from PySide6.QtWidgets import QTextBrowser, QWidget
from typing_extensions import override

from app.help.chapters import Chapter
from app.help.dressing import MARGIN, anchor_of, dress, pictures, place_of

ZOOMS = (-3, 12)
"""Points that the text may be smaller or larger."""
_EDGE = 16
"""Pixels below the upper edge, where what is read begins."""
_RIGHT = QTextCursor.MoveOperation.Right
_SETTLE_MS = 80
"""Pictures follow the width once it has rested."""


class Page(QTextBrowser):
    """Shows one chapter; opens nothing itself, and fetches nothing but pictures of the guide."""

    zoom_wanted = Signal(int)
    """Points by which the text is to be larger."""

    def __init__(self, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._sizes: dict[str, QSizeF] = {}
        self._waiting: dict[str, QSizeF] = {}
        """Pictures that are still to be read, and how large they are to be."""
        self._went = "", -1
        """The heading that was gone to, and how far down that was."""
        self._next = QTimer(self, singleShot=True, interval=0)
        self._next.timeout.connect(self._draw_one)
        self._is_due = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._is_due.timeout.connect(self.fit_pictures)
        self.setOpenLinks(False)
        # all of it is wrapped to the width; rounding alone would bring a bar for one pixel
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Page of the guide"))
        self._usual = self.font().pointSizeF()

    @property
    def anchor(self) -> str:
        """The anchor of the heading that is read: gone to, or above what is seen first."""
        if self._went[1] == self.verticalScrollBar().value():
            return self._went[0]
        block = self.cursorForPosition(QPoint(_EDGE, _EDGE)).block()
        while block.isValid():
            if anchor := anchor_of(block):
                return anchor
            block = block.previous()
        return ""

    def show_chapter(self, chapter: Chapter, colours: Mapping[str, str]) -> None:
        """Show a chapter from its beginning."""
        # made before it is shown, as each change of one that is shown lays all of it out anew
        made = QTextDocument(self)
        made.setDefaultFont(self.font())
        made.setMarkdown(chapter.markdown, QTextDocument.MarkdownFeature.MarkdownDialectGitHub)
        dress(made, colours, [each.anchor for each in chapter.sections])
        self._waiting.clear()
        self._went = chapter.sections[0].anchor if chapter.sections else "", 0
        self._keep_room(made)
        self.setAccessibleDescription(chapter.title)
        self.setDocument(made)  # which deletes the one before, as that is a child too
        self._next.start()

    def go_to(self, anchor: str) -> None:
        """Bring a heading to the upper edge; one that is not there changes nothing."""
        block = place_of(self.document(), anchor)
        if block is not None:
            self.setTextCursor(QTextCursor(block))
            self.verticalScrollBar().setValue(self._top(block) - _EDGE // 2)
            self._went = anchor, self.verticalScrollBar().value()

    def zoom(self, points: int) -> None:
        """Show text so many points larger than usual, and stay where one reads."""
        block = self.cursorForPosition(QPoint(_EDGE, _EDGE)).block()
        above = self._top(block) - self.verticalScrollBar().value()
        font = self.font()
        font.setPointSizeF(self._usual + points)
        self.setFont(font)
        self.verticalScrollBar().setValue(self._top(block) - above)

    def _top(self, block: QTextBlock) -> int:
        """Where a block begins, in pixels from the beginning of the page."""
        return round(self.document().documentLayout().blockBoundingRect(block).top())

    @Slot()
    def fit_pictures(self) -> None:
        """Make pictures as wide as there is room, and no wider than they are."""
        self._keep_room(self.document())
        self._next.start()

    def _keep_room(self, document: QTextDocument) -> None:
        room = self.viewport().width() - 2 * MARGIN - 2
        cursor = QTextCursor(document)
        for place, shown in pictures(document):
            size = self._size(shown.name())
            if size.width() > room:
                size.scale(QSizeF(room, size.height()), Qt.AspectRatioMode.KeepAspectRatio)
            if size.isEmpty() or room < 1:
                continue
            self._waiting[shown.name()] = size
            if size.width() != shown.width():
                shown.setWidth(size.width())
                shown.setHeight(size.height())
                cursor.setPosition(place)
                cursor.movePosition(_RIGHT, QTextCursor.MoveMode.KeepAnchor)
                cursor.setCharFormat(shown)

    @Slot()
    def _draw_one(self) -> None:
        """Read a picture whose room is kept, one a turn, so that nothing halts for many of them."""
        if not self._waiting:
            return
        name = next(iter(self._waiting))
        size = self._waiting.pop(name)
        made = _scaled(QPixmap(str(self._folder / name)), size, self.devicePixelRatioF())
        kind = QTextDocument.ResourceType.ImageResource
        self.document().addResource(kind, QUrl(name), made)
        self.viewport().update()
        self._next.start()

    def _size(self, name: str) -> QSizeF:
        """The size of a picture; an empty one where it is none of the guide's."""
        if name not in self._sizes:
            path = (self._folder / name).resolve()
            is_ours = path.is_relative_to(self._folder.resolve())
            self._sizes[name] = QSizeF(QImageReader(str(path)).size() if is_ours else QSize())
        return QSizeF(self._sizes[name])

    @override
    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Nothing, from nowhere: pictures are put in once they are read."""
        return QPixmap(1, 1) if kind == QTextDocument.ResourceType.ImageResource.value else None

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._is_due.start()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.DevicePixelRatioChange:
            self._is_due.start()

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            turned = event.angleDelta().y()
            self.zoom_wanted.emit((turned > 0) - (turned < 0))
            event.accept()
        else:
            super().wheelEvent(event)


def _scaled(whole: QPixmap, size: QSizeF, ratio: float) -> QPixmap:
    """A picture with as many pixels as the screen has for it, but no more than it has itself."""
    wanted = (size * ratio).toSize().boundedTo(whole.size())
    if wanted == whole.size():
        return whole
    smooth = Qt.TransformationMode.SmoothTransformation
    return whole.scaled(wanted, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
