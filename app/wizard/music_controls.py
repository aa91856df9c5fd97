"""Controls of the music page: where to drop, what is done with the list, the right to use it."""

from collections.abc import Collection, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.language import translated
from app.panels import layout
from app.panels.numbers import counted
from app.sentence import as_sentence
from training.wizard.music_check import MusicProblem
from training.wizard.scan import GOOD_MINUTES, Scan

_LONGEST_LICENCE = 120
_BAR = 240


class DropZone(QFrame):
    """What is shown while there is no music."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("drop")
        title = QLabel(self.tr("Drop clean recordings here"))
        title.setObjectName("title")
        sentence = layout.muted(
            self.tr(
                "Files or whole folders, best WAV or FLAC at 44.1 kHz or more: {minutes:.0f} "
                "minutes or more of music, an hour is better."
            ).format(minutes=GOOD_MINUTES)
        )
        column = QVBoxLayout(self)
        column.addStretch(1)
        for label in (title, sentence):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        column.addStretch(1)

    def set_hot(self, *, on: bool) -> None:
        """Show that what is dragged can be dropped."""
        self.setProperty("hot", on)
        self.style().polish(self)


class Listing(QWidget):
    """Buttons above the table, and below it what all files come to."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.files = QPushButton(self.tr("Add &Files…"))
        self.folder = QPushButton(self.tr("Add Fo&lder…"))
        self.use = QPushButton(self.tr("&Use Selected"))
        self.leave_out = QPushButton(self.tr("Leave &Out Selected"))
        self.remove = QPushButton(self.tr("&Remove"))
        self.remove.setToolTip(
            self.tr("Take the selected rows off the list (Del); files stay where they are")
        )
        self.stop = QPushButton(self.tr("&Stop"))
        self.again = QPushButton(self.tr("&Go On Looking at the Files"))
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setMinimumWidth(_BAR)
        self.bar.setAccessibleName(self.tr("Progress of looking at the files"))
        self.name = layout.muted()
        self.name.setWordWrap(False)
        self.told = QLabel()
        self.told.setAccessibleName(self.tr("Music that is used"))
        self.doubts = layout.muted()
        self.above = _row(self.files, self.folder, self.use, self.leave_out, self.remove)
        self._work = _row(self.bar, self.stop, self.name)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self._rest = _row(self.again)
        for each in (self._work, self._rest, self.told, self.doubts):
            column.addWidget(each)

    def show_state(self, *, is_busy: bool, is_whole: bool, has_files: bool) -> None:
        """Show what there is to see now; is_whole: whether all files were looked at."""
        self._work.setVisible(is_busy)
        self._rest.setVisible(not is_busy and not is_whole)
        self.told.setVisible(has_files)
        for each in (self.use, self.leave_out, self.remove):
            each.setVisible(has_files)

    def show_progress(self, fraction: float, name: str) -> None:
        """How far the look at the files is."""
        self.bar.setValue(round(1000 * fraction))
        if name:
            self.name.setText(name)

    def tell(self, scan: Scan, unused: Collection[Path], problems: Sequence[MusicProblem]) -> None:
        """How much is used, and what is doubtful about it as soon as that is known."""
        n_used = len(scan.files) - len(unused)
        self.told.setText(
            self.tr("Used: {used} of {all} files, {minutes:.1f} minutes").format(
                used=counted(n_used), all=counted(len(scan.files)), minutes=scan.minutes(unused)
            )
        )
        told = [as_sentence(translated(each.sentence)) for each in problems]
        self.doubts.setText("\n".join(told))
        self.doubts.setVisible(bool(told))


class Permission(QWidget):
    """The user's word that the music may be trained on, and by what right."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tick = QCheckBox(
            self.tr("I &may train on these recordings: they are mine, free, or I was permitted to")
        )
        self.licence = QLineEdit()
        self.licence.setMaxLength(_LONGEST_LICENCE)
        self.licence.setPlaceholderText(
            self.tr("for example: CC0-1.0, public domain, own recordings")
        )
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.addRow(self.tick)
        form.addRow(self.tr("Li&cence or source"), self.licence)
        form.addRow(
            "",
            layout.muted(self.tr("It is written into the card of the model, for whoever gets it.")),
        )
        self.tick.clicked.connect(self.changed)
        self.licence.editingFinished.connect(self.changed)

    def show_said(self, *, is_permitted: bool, licence: str) -> None:
        """Show what was said before."""
        self.tick.setChecked(is_permitted)
        if not self.licence.hasFocus():
            self.licence.setText(licence)


def _row(*widgets: QWidget) -> QWidget:
    box = QWidget()
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 0, 0, 0)
    for each in widgets:
        row.addWidget(each)
    row.addStretch(1)
    return box
