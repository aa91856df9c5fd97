"""Licences: what Runout stands on, and every text that goes along with it, to read."""

from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt, QUrl, Slot
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

MARGIN = 14.0
MOST_CHARACTERS = 400_000
"""Of a longer text the beginning is shown; the longest that ships is just shorter."""


def licence_texts(folder: Path) -> list[tuple[str, Path]]:
    """Titles and files of all there is to read, the lists of what there is first.

    folder: of the licences; in a source tree it has no texts of packages, which have theirs.
    """
    listed = {
        folder / "third_party.md": _translated("What Runout is built on"),
        folder.parent / "models" / "ATTRIBUTION.md": _translated("What the models learnt from"),
        folder / "training_data.md": _translated("What the detectors learnt from"),
    }
    others = (each for each in folder.rglob("*") if each.is_file() and each not in listed)
    titled = [(title, path) for path, title in listed.items() if path.is_file()]
    return titled + sorted(
        ((_title(each.relative_to(folder)), each) for each in others),
        key=lambda each: each[0].lower(),
    )


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
        self.text.document().setDocumentMargin(MARGIN)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for title, path in licence_texts(folder or paths.resources() / "licences"):
            item = QListWidgetItem(title)
            item.setData(Qt.ItemDataRole.UserRole, str(path))
            item.setToolTip(title)
            self.list.addItem(item)
        self.list.currentItemChanged.connect(self._on_chosen)
        self.text.anchorClicked.connect(self._on_link)
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

    @Slot(QUrl)
    def _on_link(self, link: QUrl) -> None:
        """Go to the text a link names, if it is one of these; links lead nowhere else."""
        for row in range(self.list.count()):
            item = self.list.item(row)
            if Path(str(item.data(Qt.ItemDataRole.UserRole))).name == link.fileName():
                self.list.setCurrentItem(item)
                return


def _translated(text: str) -> str:
    return QCoreApplication.translate("licences", text)


def _title(path: Path) -> str:
    """A text by its name, or by the package it belongs to."""
    if path.parts[0] == "texts":
        return path.stem
    if len(path.parts) == 1:
        return path.name
    package, *rest = path.parts
    kept = [part for part in rest if part not in ("licenses", package)]
    return f"{package}: {'/'.join(kept)}"


def _read(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.read(MOST_CHARACTERS)
    except OSError as error:
        return f"{path}: {error.strerror or error}"
