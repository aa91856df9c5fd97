"""Contents: chapters and their sections as a tree, and what a search found as a list."""

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStackedWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.help.chapters import Chapter, split
from app.help.search import find
from app.panels import layout
from app.panels.numbers import counted

_PLACE = Qt.ItemDataRole.UserRole
_DEEPEST = 2
"""Headings below this level are found by searching."""


class Contents(QWidget):
    """The left side of the window: where to go."""

    wanted = Signal(str)
    """A place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chapters: tuple[Chapter, ...] = ()
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search the guide"))
        self.search.setAccessibleName(self.tr("Search the guide"))
        self.search.setClearButtonEnabled(True)
        self.tree = QTreeWidget()
        self.tree.setAccessibleName(self.tr("Contents"))
        self.tree.setHeaderHidden(True)
        self.tree.setIndentation(14)
        self.tree.setExpandsOnDoubleClick(False)
        self.found = QListWidget()
        self.found.setAccessibleName(self.tr("What was found"))
        self.found.setWordWrap(True)
        self.found.setSpacing(4)
        self.told = layout.muted()
        self._pages = QStackedWidget()
        self._pages.addWidget(self.tree)
        self._pages.addWidget(self.found)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 6, 12)
        column.setSpacing(8)
        column.addWidget(self.search)
        column.addWidget(self._pages, 1)
        column.addWidget(self.told)
        self.told.hide()
        self.search.textChanged.connect(self._on_searched)
        self.search.returnPressed.connect(self._on_entered)
        self.tree.itemActivated.connect(self._on_tree)
        self.tree.itemClicked.connect(self._on_tree)
        self.found.itemActivated.connect(self._on_found)
        self.found.itemClicked.connect(self._on_found)

    def show_chapters(self, chapters: Iterable[Chapter]) -> None:
        """List chapters, and the sections of each."""
        self._chapters = tuple(chapters)
        self.tree.clear()
        for chapter in self._chapters:
            top = QTreeWidgetItem([chapter.title])
            top.setData(0, _PLACE, chapter.name)
            self.tree.addTopLevelItem(top)
            for section in chapter.sections[1:]:
                if section.level <= _DEEPEST:
                    item = QTreeWidgetItem([section.title])
                    item.setData(0, _PLACE, f"{chapter.name}#{section.anchor}")
                    top.addChild(item)

    def mark(self, place: str) -> None:
        """Show where the reader is; the chapter is unfolded, others are not."""
        name, _ = split(place)
        for index in range(self.tree.topLevelItemCount()):
            top = self.tree.topLevelItem(index)
            if top is None:
                continue
            is_here = top.data(0, _PLACE) == name
            top.setExpanded(is_here)
            if is_here:
                found = _child(top, place) or top
                self.tree.setCurrentItem(found)
                self.tree.scrollToItem(found)

    @Slot(str)
    def _on_searched(self, text: str) -> None:
        hits = find(self._chapters, text)
        is_on = bool(text.strip())
        self.found.clear()
        for hit in hits:
            title = hit.title if hit.title == hit.chapter else f"{hit.chapter} › {hit.title}"
            item = QListWidgetItem(f"{title}\n{hit.excerpt}")
            item.setData(_PLACE, hit.place)
            self.found.addItem(item)
        self._pages.setCurrentWidget(self.found if is_on else self.tree)
        self.told.setVisible(is_on)
        self.told.setText(
            self.tr("{n} places").format(n=counted(len(hits)))
            if hits
            else self.tr("Nothing in the guide holds all of these words.")
        )

    @Slot()
    def _on_entered(self) -> None:
        """Enter goes to the first place found; another one is chosen in the list."""
        if self.found.count():
            self.found.setCurrentRow(0)
            self.found.setFocus()
            self.wanted.emit(self.found.item(0).data(_PLACE))

    @Slot(QTreeWidgetItem)
    def _on_tree(self, item: QTreeWidgetItem) -> None:
        self.wanted.emit(item.data(0, _PLACE))

    @Slot(QListWidgetItem)
    def _on_found(self, item: QListWidgetItem) -> None:
        self.wanted.emit(item.data(_PLACE))


def _child(top: QTreeWidgetItem, place: str) -> QTreeWidgetItem | None:
    for index in range(top.childCount()):
        child = top.child(index)
        if child is not None and child.data(0, _PLACE) == place:
            return child
    return None
