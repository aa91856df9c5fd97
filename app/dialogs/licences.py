"""Licences: what Runout stands on, and every text that goes along with it, to read."""

from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from app import paths

FIRST = ("third_party.md", "training_data.md", "models/ATTRIBUTION.md")
MOST_CHARACTERS = 400_000
"""Of a longer text the beginning is shown; the longest that ships is just shorter."""


def licence_texts(folder: Path) -> list[tuple[str, Path]]:
    """Titles and files of all there is to read, the lists of what there is first.

    folder: of the licences; in a source tree it has no texts of packages, which have theirs.
    """
    listed = [folder / name for name in FIRST[:2]]
    listed.append(folder.parent / FIRST[2])
    others = sorted(
        (each for each in folder.rglob("*") if each.is_file() and each not in listed),
        key=lambda each: each.relative_to(folder).as_posix().lower(),
    )
    titled = [(each.relative_to(folder.parent).as_posix(), each) for each in listed]
    titled += [(_title(each.relative_to(folder)), each) for each in others]
    return [(title, path) for title, path in titled if path.is_file()]


class LicencesDialog(QDialog):
    """A list of the texts, and the one that is chosen."""

    def __init__(self, parent: QWidget | None = None, folder: Path | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Licences"))
        self.resize(940, 640)
        self.list, self.text = QListWidget(), QTextBrowser()
        self.list.setAccessibleName(self.tr("Licences"))
        self.text.setAccessibleName(self.tr("Text of the licence"))
        self.text.setOpenLinks(False)
        for title, path in licence_texts(folder or paths.resources() / "licences"):
            item = QListWidgetItem(title)
            item.setData(Qt.ItemDataRole.UserRole, str(path))
            self.list.addItem(item)
        self.list.currentItemChanged.connect(self._on_chosen)
        splitter = QSplitter()
        splitter.addWidget(self.list)
        splitter.addWidget(self.text)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([260, 680])
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 12)
        column.addWidget(splitter)
        column.addWidget(buttons)
        self.list.setCurrentRow(0)

    @Slot()
    def _on_chosen(self) -> None:
        if self.list.currentRow() < 0:
            return
        path = Path(str(self.list.currentItem().data(Qt.ItemDataRole.UserRole)))
        text = _read(path)
        if path.suffix == ".md":
            self.text.setMarkdown(text)
        else:
            self.text.setPlainText(text)


def _title(path: Path) -> str:
    """A text by its name, or by the package it belongs to."""
    if path.parts[0] == "texts":
        return path.stem
    kept = [part for part in path.parts[:-1] if part != "licenses"]
    return " / ".join([*kept, path.name]) if len(path.parts) > 1 else path.name


def _read(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.read(MOST_CHARACTERS)
    except OSError as error:
        return f"{path}: {error.strerror or error}"
