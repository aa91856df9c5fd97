"""Noise parts: what the page with noise is made of, and what each part shows when."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.language import translated
from app.panels import layout
from app.sentence import as_sentence
from app.wizard.noise_tree import NoiseTree
from training.wizard.noise_marks import Marked

_BAR = 260


class NoiseParts(QObject):
    """Buttons, the search, the tree and what is said of it; the page does what they ask for."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.files = QPushButton(self.tr("Add &Files…"))
        self.folder = QPushButton(self.tr("Add F&older…"))
        self.projects = QPushButton(self.tr("Take &Marks from Projects…"))
        self.projects.setToolTip(
            self.tr("Stretches that are marked as groove noise; those of what is open are there")
        )
        self.remove = QPushButton(self.tr("&Remove"))
        self.remove.setToolTip(self.tr("Take the selected transfers out of the list (Delete)"))
        self.stop = QPushButton(self.tr("&Stop Searching"))
        self.bar = QProgressBar()
        self.tree = NoiseTree()
        self.play = QPushButton(self.tr("&Play"))
        self.all = QPushButton(self.tr("&Tick All"))
        self.none = QPushButton(self.tr("Tick &None"))
        self.total, self.note = QLabel(), layout.muted()
        self.problems = layout.muted()
        self.searching = QLabel()
        self.optional = QLabel(
            self.tr(
                "The model you start from learns nothing of noise, so this page can be left empty."
            )
        )
        self._search, self._tools = QWidget(), QWidget()
        self._drop = QFrame()

    def lay_out(self, column: QVBoxLayout) -> None:
        """Put everything into the column of the page."""
        top = QHBoxLayout()
        for each in (self.files, self.folder, self.projects, self.remove):
            top.addWidget(each)
        top.addStretch(1)
        self._lay_out_search()
        self._lay_out_tools()
        self._lay_out_drop()
        font = self.total.font()
        font.setBold(True)
        self.total.setFont(font)
        for label in (self.optional, self.total, self.problems):
            label.setWordWrap(True)
        for widget in (self.problems, self._search):
            widget.hide()
        column.addWidget(self.optional)
        column.addLayout(top)
        column.addWidget(self._search)
        column.addWidget(self.problems)
        column.addWidget(self._drop, 1)
        column.addWidget(self.tree, 1)
        column.addWidget(self._tools)
        column.addWidget(self.total)
        column.addWidget(self.note)

    def show_optional(self, *, on: bool) -> None:
        """Say that noise is not needed."""
        self.optional.setVisible(on)

    def show_search(self, *, on: bool) -> None:
        """Show that a search runs."""
        self.bar.setValue(0)
        self.searching.setText(self.tr("Searching…") if on else "")
        self._search.setVisible(on)

    def show_progress(self, fraction: float, message: str) -> None:
        """Show how far it is."""
        self.bar.setValue(round(1000 * fraction))
        if message:
            self.searching.setText(self.tr("Searching {name}…").format(name=message))

    def show_total(self, total: str, note: str) -> None:
        """Show what is ticked; the place to drop on while there is nothing."""
        is_empty = not self.tree.paths
        self._drop.setVisible(is_empty)
        for each in (self.tree, self._tools, self.total, self.note):
            each.setVisible(not is_empty)
        self.total.setText(total)
        self.note.setText(note)

    def show_choice(self, *, any_side: bool, any_stretch: bool, heard: bool) -> None:
        """Show what can be done with what is selected."""
        self.remove.setEnabled(any_side)
        self.play.setEnabled(any_stretch)
        self.play.setText(self.tr("Sto&p") if heard else self.tr("&Play"))

    def show_drop(self, *, hot: bool) -> None:
        """Show that what is dragged can be dropped."""
        self._drop.setProperty("hot", hot)
        self._drop.style().polish(self._drop)

    def tell_problems(self, marked: Marked) -> None:
        """Tell which projects could not be read."""
        told = " ".join(as_sentence(translated(each)) for each in marked.problems)
        self.problems.setText(told)
        self.problems.setVisible(bool(told))

    def _lay_out_search(self) -> None:
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.bar.setFixedWidth(_BAR)
        self.bar.setAccessibleName(self.tr("Progress of the search"))
        row = QHBoxLayout(self._search)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.bar)
        row.addWidget(self.stop)
        row.addWidget(self.searching, 1)

    def _lay_out_tools(self) -> None:
        row = QHBoxLayout(self._tools)
        row.setContentsMargins(0, 0, 0, 0)
        for each in (self.play, self.all, self.none):
            row.addWidget(each)
        hint = layout.muted(self.tr("Space plays, Enter ticks, F2 names the lot"))
        hint.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(hint, 1)

    def _lay_out_drop(self) -> None:
        self._drop.setObjectName("drop")
        self._drop.setMinimumHeight(220)
        title = QLabel(self.tr("Drop transfers of your discs here"))
        title.setObjectName("title")
        told = layout.muted(
            self.tr(
                "Whole sides are best, from the needle's first turn to the run-out. They are only "
                "read, and two seconds of noise are enough to begin with; twenty are better."
            )
        )
        column = QVBoxLayout(self._drop)
        column.addStretch(1)
        for label in (title, told):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        column.addStretch(1)
