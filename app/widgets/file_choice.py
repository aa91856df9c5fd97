"""File choice: the field of a setting that is a file, taken from a menu or from anywhere."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QWidget,
)


class FileChoice(QWidget):
    """Shows the name of a file; the button offers those that are at hand, and a dialog."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._path: Path | None = None
        self._at_hand: Callable[[], Sequence[Path]] = tuple
        self._filter = ""
        self._text = QLabel()
        # a long name is cut off, and does not make the panel wider
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._menu = QMenu(self)
        self._choose = QPushButton(self.tr("Choose"))
        self._choose.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._choose.setMenu(self._menu)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._text, 1)
        row.addWidget(self._choose)
        self.setFocusProxy(self._choose)
        self._menu.aboutToShow.connect(self.fill_menu)
        self._menu.triggered.connect(self._on_triggered)
        self._show()

    @property
    def menu(self) -> QMenu:
        """What the button opens; `fill_menu` makes it."""
        return self._menu

    def path(self) -> Path | None:
        """The file taken, if any."""
        return self._path

    def set_path(self, path: Path | None) -> None:
        """Take a file."""
        if path != self._path:
            self._path = path
            self._show()
            self.changed.emit()

    def offer(self, at_hand: Callable[[], Sequence[Path]], name_filter: str) -> None:
        """Say how to find files that are at hand, and what a dialog shows: `Files (*.suffix)`."""
        self._at_hand, self._filter = at_hand, name_filter

    @Slot()
    def fill_menu(self) -> None:
        """List what can be taken now."""
        self._menu.clear()
        offered = self._at_hand()
        for path in offered:
            self._menu.addAction(path.stem.replace("&", "&&")).setData(str(path))
        if offered:
            self._menu.addSeparator()
        self._menu.addAction(self.tr("Other file…"))
        none = self._menu.addAction(self.tr("None"))
        none.setData("")
        none.setEnabled(self._path is not None)

    def _show(self) -> None:
        self._text.setText(self.tr("none chosen") if self._path is None else self._path.stem)
        self._text.setToolTip("" if self._path is None else str(self._path))
        self._text.setObjectName("muted" if self._path is None else "")
        self._text.style().polish(self._text)

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        chosen = action.data()
        if chosen is None:
            self._ask()
        else:
            self.set_path(Path(chosen) if chosen else None)

    def _ask(self) -> None:
        folder = str(self._path.parent) if self._path is not None else ""
        chosen, _ = QFileDialog.getOpenFileName(
            self, self.tr("Choose a file"), folder, f"{self._filter};;{self.tr('All files')} (*)"
        )
        if chosen:
            self.set_path(Path(chosen))
