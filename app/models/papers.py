"""Papers of a model: how it was trained, shown as text."""

from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QTabWidget,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from app import paths
from app.models.rows import Row
from engine.jobs.models import CARD, MANIFEST, RECIPE, SHIPS, papers_of

MOST_CHARACTERS = 200_000
"""Of a longer paper the beginning is shown."""
MARGIN = 14.0
ATTRIBUTION, CARDS = "ATTRIBUTION.md", "cards"


def papers(row: Row) -> list[tuple[str, Path]]:
    """Titles and files of what there is to read on a model."""
    entry = row.entry
    if entry is None:
        return []
    folder = papers_of(entry)
    wanted = [
        (_translated("Card"), folder / CARD),
        (_translated("Recipe"), folder / RECIPE),
        (_translated("What it learnt from"), folder / MANIFEST),
    ]
    if row.whose == SHIPS:
        shipped = entry.path.parent
        wanted = [
            (_translated("Card"), shipped / CARDS / f"{entry.name}.md"),
            (_translated("What it learnt from"), shipped / ATTRIBUTION),
        ]
        if entry.recipe:
            wanted.insert(1, (_translated("Recipe"), paths.recipes() / Path(entry.recipe).name))
    return [(title, path) for title, path in wanted if path.is_file()]


class PapersDialog(QDialog):
    """A tab for each paper."""

    def __init__(self, row: Row, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Papers of {title}").format(title=row.title))
        self.resize(720, 560)
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName(self.tr("Papers"))
        for title, path in papers(row):
            text = _page(path)
            text.setAccessibleName(title)
            self.tabs.addTab(text, title)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 12)
        if self.tabs.count():
            column.addWidget(self.tabs)
        else:
            column.addWidget(QLabel(self.tr("Nothing was kept on how this model was trained.")), 1)
        column.addWidget(buttons)


def _page(path: Path) -> QWidget:
    """A paper as it is best read: Markdown set, all else letter by letter."""
    if path.suffix == ".md":
        page = QTextBrowser()
        page.setOpenLinks(False)
        page.document().setDocumentMargin(MARGIN)
        page.setMarkdown(_read(path))
        return page
    text = QPlainTextEdit(_read(path))
    text.setReadOnly(True)
    text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
    return text


def _read(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", errors="replace") as paper:
            return paper.read(MOST_CHARACTERS)
    except OSError as error:
        return f"{path}: {error.strerror or error}"


def _translated(text: str) -> str:
    return QCoreApplication.translate("models", text)
