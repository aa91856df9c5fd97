"""Card: all that is known of one model, in plain words."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.language import translated
from app.models.asking import show_folder
from app.models.papers import PapersDialog, papers
from app.models.rows import Row
from app.models.words import (
    told_licence,
    told_purpose,
    told_score,
    told_use,
    whose_words,
)
from app.panels import layout
from app.panels.numbers import told_rate
from app.sentence import as_sentence
from engine.catalog import Entry
from engine.jobs.models import SHIPS, Soundness


class ModelCard(QWidget):
    """Shows a row; texts can be marked and copied."""

    locate_wanted = Signal()
    use_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row: Row | None = None
        self._owners = whose_words()
        self._title = _text()
        self._title.setObjectName("title")
        self._about, self._purpose, self._use = _text(), _text(), layout.muted()
        self._state = _text()
        self._scores, self._sources, self._facts = _text(), _text(), _text()
        self._sha256, self._path = _text(), _text()
        self.locate = QPushButton(self.tr("Locate File…"))
        self.use = QPushButton(self.tr("Use This One"))
        self.copy = QPushButton(self.tr("Copy SHA-256"))
        self.folder = QPushButton(self.tr("Show in Folder"))
        self.papers = QPushButton(self.tr("Recipe and Papers…"))
        self._parts: dict[str, list[QWidget]] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(14, 12, 14, 12)
        self._column.setSpacing(layout.SPACING)
        self._lay_out()
        self.copy.clicked.connect(self._on_copy)
        self.folder.clicked.connect(self.show_in_folder)
        self.papers.clicked.connect(self.show_papers)
        self.locate.clicked.connect(self.locate_wanted)
        self.use.clicked.connect(self.use_wanted)
        self.show_row(None)

    @property
    def told(self) -> str:
        """All that is shown, part by part."""
        labels = (each for each in self.findChildren(QLabel) if not each.isHidden())
        return "\n".join(each.text() for each in labels if each.text())

    def show_row(self, row: Row | None) -> bool:
        """Show what is known of a row; None: that none is chosen. Tells if it is another one."""
        before, self._row = self._row, row
        entry = None if row is None else row.entry
        if row is None:
            self._title.setText(self.tr("No model is chosen"))
            self._about.setText(self.tr("Choose one on the left to read its card."))
        else:
            self._title.setText(row.title)
            self._about.setText("" if entry is None else translated(entry.description))
        self._show_state(row)
        self._show_entry(row, entry)
        for name, widgets in self._parts.items():
            for widget in widgets:
                widget.setVisible(self._has(name, row, entry))
        for label in (self._about, self._purpose, self._use, self._state):
            label.setVisible(bool(label.text()))
        return (before and before.key) != (row and row.key)

    @Slot()
    def show_in_folder(self) -> None:
        """Show where its file is, in the program the system has for folders."""
        row = self._row
        if row is not None:
            show_folder(row.file if row.entry is None else row.entry.path)

    @Slot()
    def show_papers(self) -> None:
        """Show how it was trained, as far as that was kept."""
        if self._row is not None and papers(self._row):
            dialog = PapersDialog(self._row, self)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.open()

    def _lay_out(self) -> None:
        column = self._column
        for widget in (self._title, self._about, self._purpose, self._use, self.use, self._state,
                       self.locate):  # fmt: skip
            if isinstance(widget, QPushButton):
                column.addWidget(widget, 0, Qt.AlignmentFlag.AlignLeft)
            else:
                column.addWidget(widget)
        self._parts["locate"], self._parts["use"] = [self.locate], [self.use]
        for name, title, label in (
            ("scores", self.tr("FIGURES"), self._scores),
            ("sources", self.tr("WHAT IT LEARNT FROM"), self._sources),
            ("facts", self.tr("MORE"), self._facts),
            ("sha256", self.tr("SHA-256 OF ITS FILE"), self._sha256),
            ("path", self.tr("FILE"), self._path),
        ):
            heading = layout.heading(title)
            column.addSpacing(4)
            column.addWidget(heading)
            column.addWidget(label)
            self._parts[name] = [heading, label]
            if name == "sha256":
                column.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignLeft)
                self._parts[name].append(self.copy)
        row = QHBoxLayout()
        row.addWidget(self.folder)
        row.addWidget(self.papers)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)
        self._parts["folder"], self._parts["papers"] = [self.folder], [self.papers]

    def _has(self, part: str, row: Row | None, entry: Entry | None) -> bool:
        if row is None:
            return False
        if part in ("path", "folder"):
            return True
        if part in ("locate", "use"):
            return row.lacks_weights if part == "locate" else row.can_be_used
        if entry is None:
            return False
        if part == "papers":
            return bool(papers(row))
        return part != "scores" or bool(entry.scores)

    def _show_state(self, row: Row | None) -> None:
        if row is None:
            self._state.setText("")
            return
        problem = layout.breakable(as_sentence(translated(row.problem))) if row.problem else ""
        if row.soundness is Soundness.MISSING and row.entry is not None:
            problem = self.tr(
                "Its file is missing: {path} is expected, with the SHA-256 below. If you have "
                "that file elsewhere, locate it: it is copied after its SHA-256 was compared."
            ).format(path=layout.breakable(str(row.entry.path)))
        elif row.soundness is Soundness.WHOLE:
            problem = self.tr("✔ Its file is whole: byte for byte the one it was entered with.")
        elif row.soundness is Soundness.UNVERIFIED:
            problem = self.tr("Its file has not been verified since Runout was started.")
        elif row.soundness is Soundness.DAMAGED and row.can_be_removed:
            problem = self.tr("{problem} Remove takes it to the trash.").format(problem=problem)
        self._state.setText(problem)

    def _show_entry(self, row: Row | None, entry: Entry | None) -> None:
        self._purpose.setText("" if entry is None else told_purpose(entry))
        self._use.setText("" if row is None else told_use(row))
        file = None if row is None else row.file
        self._path.setText("" if file is None else layout.breakable(str(file)))
        if entry is None or row is None:
            return
        self._path.setText(layout.breakable(str(entry.path)))
        self._sha256.setText(layout.breakable(_in_groups(entry.sha256)))
        scores = [told_score(name, value) for name, value in entry.scores.items()]
        self._scores.setText("\n".join(f"• {each}" for each in scores))
        sources = "\n".join(entry.sources) or self.tr("Nobody told.")
        licence = self.tr("Licence of the model: {licence}").format(
            licence=told_licence(entry.licence)
        )
        more = self.tr("Who made what: ATTRIBUTION.md beside the file.")
        lines = [sources, licence, more] if row.whose == SHIPS else [sources, licence]
        self._sources.setText("\n".join(lines))
        facts = (
            self.tr("Name: {name}").format(name=entry.name),
            self.tr("Version: {version}").format(version=entry.version),
            self.tr("Network: {network}").format(network=entry.network),
            self.tr("Trained at a sample rate of {rate}").format(rate=told_rate(entry.sample_rate)),
            self.tr("Origin: {origin}").format(origin=self._owners[row.whose]),
        )
        signed = self.tr("Said to be fit for use by {person}").format(person=entry.signed)
        self._facts.setText("\n".join((*facts, signed) if entry.signed else facts))

    @Slot()
    def _on_copy(self) -> None:
        if self._row is not None and self._row.entry is not None:
            QGuiApplication.clipboard().setText(self._row.entry.sha256)


def _text() -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
    return label


def _in_groups(digits: str) -> str:
    """Digits in groups of eight, as they are compared by eye."""
    return " ".join(digits[at : at + 8] for at in range(0, len(digits), 8))
