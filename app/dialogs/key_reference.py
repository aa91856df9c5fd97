"""Key and mouse reference, made from the table of actions."""

from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.language import translated

Row = tuple[str, str, str]
"""Section, keys or gesture, what it does."""

FIXED: tuple[Row, ...] = (
    ("Fixed keys", "Tab, Shift+Tab", "To the next field or button, or back"),
    ("Fixed keys", "Esc in a panel", "Back to the pictures"),
    (
        "Fixed keys",
        "Esc in the pictures",
        "End a drag, else the job, the preview, the selection, playing: one at each press",
    ),
    ("Fixed keys", "Enter in a field", "Take what was typed, and go back to the pictures"),
    ("Fixed keys", "Esc in a field", "Forget what was typed, and go back to the pictures"),
    ("Fixed keys", "Up, Down in a field", "A number or a time by a step; with Page by ten"),
    ("Fixed keys", "Space in the history", "Put a step out of force, or in force again"),
    ("Fixed keys", "Left, Right in the average spectrum", "Read-out by a pixel; with Shift by ten"),
    ("Fixed keys", "Enter on the level meter", "Begin true peak and count anew"),
    ("Fixed keys", "Menu, Shift+F10", "What can be done here"),
    ("Mouse", "Drag in the waveform", "Select a span of time"),
    (
        "Mouse",
        "Drag in the spectrogram",
        "Draw with the tool: a rectangle, unless you chose another",
    ),
    ("Mouse", "Ctrl+drag", "Add to the selection"),
    ("Mouse", "Alt+drag, Ctrl+Shift+drag", "Take from the selection"),
    ("Mouse", "Drag an edge of the selection", "Move that edge"),
    ("Mouse", "Drag the middle of the selection, Shift+drag inside it", "Move all of it"),
    ("Mouse", "Shift+click", "Extend the selection to there"),
    ("Mouse", "Click", "Playhead to there; while playing, play from there"),
    ("Mouse", "Wheel, Ctrl+wheel", "Zoom time at the pointer"),
    ("Mouse", "Shift+wheel", "Scroll time"),
    ("Mouse", "Alt+wheel, wheel over the left axis", "Zoom frequency or level"),
    ("Mouse", "Middle drag", "Pan"),
    ("Mouse", "Right click", "What can be done here"),
    ("Mouse", "Drag a flag of a mark, or an end of its stretch", "Move it"),
    ("Mouse", "Double click on a flag", "Rename the mark"),
    ("Mouse", "Click on a mark in the event strip", "Go to the event and select it"),
    ("Mouse", "Drag in the overview", "Move the visible span"),
    ("Mouse", "Double click on brightness or range", "The usual level"),
)
SIZE = QSize(820, 680)


class KeyReference(QDialog):
    """Every key and every gesture, with a field to search them."""

    def __init__(self, rows: Iterable[Row], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keys and Mouse"))
        self.resize(SIZE.boundedTo(self.screen().availableSize() * 0.85))
        self._sections: tuple[QTreeWidgetItem, ...] = ()
        self._search = QLineEdit()
        self._search.setPlaceholderText(self.tr("Search"))
        self._search.setAccessibleName(self.tr("Search keys and gestures"))
        self._search.setClearButtonEnabled(True)
        self._tree = QTreeWidget()
        self._tree.setAccessibleName(self.tr("Keys and gestures"))
        self._tree.setColumnCount(2)
        self._tree.setHeaderLabels([self.tr("Key or gesture"), self.tr("What it does")])
        self._tree.setRootIsDecorated(False)
        self._tree.setIndentation(12)
        self._tree.setUniformRowHeights(True)
        self._tree.setSelectionMode(QTreeWidget.SelectionMode.SingleSelection)
        header = self._tree.header()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 12)
        column.addWidget(self._search)
        column.addWidget(self._tree, 1)
        column.addWidget(buttons)
        self._fill(rows)
        self._search.textChanged.connect(self._on_searched)

    @property
    def keys(self) -> list[str]:
        """The keys and gestures that are shown."""
        return [row.text(0) for top in self._sections for row in _children(top) if _shown(row)]

    def _fill(self, rows: Iterable[Row]) -> None:
        sections: dict[str, QTreeWidgetItem] = {}
        for section, keys, told in (map(translated, row) for row in rows):
            if section not in sections:
                top = QTreeWidgetItem([section])
                font = top.font(0)
                font.setBold(True)
                top.setFont(0, font)
                top.setFlags(Qt.ItemFlag.ItemIsEnabled)
                self._tree.addTopLevelItem(top)
                sections[section] = top
            sections[section].addChild(QTreeWidgetItem([keys, told]))
        self._sections = tuple(sections.values())
        self._tree.expandAll()

    @Slot(str)
    def _on_searched(self, text: str) -> None:
        wanted = text.casefold()
        for top in self._sections:
            for row in _children(top):
                row.setHidden(wanted not in f"{row.text(0)} {row.text(1)}".casefold())
            top.setHidden(not any(_shown(row) for row in _children(top)))


def _children(top: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    return [row for i in range(top.childCount()) if (row := top.child(i)) is not None]


def _shown(row: QTreeWidgetItem) -> bool:
    return not row.isHidden()
