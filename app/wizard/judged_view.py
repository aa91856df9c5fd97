"""Judged view: what was found of a model: sentences, figures, and pictures of the clips."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.language import translated
from app.panels import layout
from app.sentence import as_sentence
from app.wizard.clip_player import ClipPlayer
from app.wizard.level_picture import LevelPicture
from app.wizard.work import Work
from training.wizard.contest import BASE, CLASSICAL, UNTOUCHED, VERSIONS, YOURS
from training.wizard.exam import OWN
from training.wizard.figure_table import ERROR, SHOWN, FigureRow, figure_rows
from training.wizard.heard import ReadClip, ReadClipJob
from training.wizard.plan import JUDGE
from training.wizard.result import CLIPS, SI_SDR, Result
from training.wizard.verdict import Verdict, count_votes, told_votes

_HEIGHT = 190


class JudgedView(QWidget):
    """Shown once nobody listens blindly any more."""

    drawn = Signal()
    """The picture of a clip is there."""

    def __init__(self, work: Work) -> None:
        super().__init__()
        self._work = work
        self._result: Result | None = None
        self.head = QLabel()
        self.head.setWordWrap(True)
        font = self.head.font()
        font.setBold(True)
        font.setPointSizeF(1.2 * font.pointSizeF())
        self.head.setFont(font)
        self.told = QLabel()
        self.told.setWordWrap(True)
        self.votes = QLabel()
        self.votes.setWordWrap(True)
        self.notes = layout.muted()
        self.table = QTableWidget()
        self.table.setAccessibleName(self.tr("Figures of all versions"))
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        self.table.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.table.verticalHeader().hide()
        self.table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.clip = QComboBox()
        self.clip.setAccessibleName(self.tr("Clip to look at"))
        self.player = ClipPlayer(work.session.player, self)
        names = self._names()
        self.pictures = {who: LevelPicture(names[who]) for who in VERSIONS}
        self.buttons = {who: QPushButton(self.tr("Hear")) for who in VERSIONS}
        self._lay_out()
        self.clip.currentIndexChanged.connect(self._on_clip)
        self.player.changed.connect(self._refresh_buttons)
        self.player.failed.connect(work.show_problem)

    def show_result(self, result: Result, verdict: Verdict, votes: tuple[str, ...]) -> None:
        """Show figures and sentences; votes are those of the blind test."""
        is_same, self._result = result == self._result, result
        first, *others = (translated(each) for each in verdict.sentences)
        self.head.setText(first)
        self.told.setText("\n\n".join(others))
        counted = told_votes(count_votes(votes, len(result.versions)))
        self.votes.setText("\n\n".join(translated(each) for each in counted))
        self.votes.setVisible(bool(counted))
        self.notes.setText(" ".join(as_sentence(translated(each)) for each in result.notes))
        self.notes.setVisible(bool(result.notes))
        self._fill(result)
        if not is_same:
            self._fill_clips(result)

    def _lay_out(self) -> None:
        about = layout.muted(
            self.tr(
                "By how many decibels each version is nearer to the clean music than the untouched "
                "clip; higher is better, and 0 changes nothing for the better. The last row tells "
                "how far below clean music lies what is done to it: from 30 dB on it is hardly "
                "heard."
            )
        )
        row = QHBoxLayout()
        label = QLabel(self.tr("&Look at clip"))
        label.setBuddy(self.clip)
        row.addWidget(label)
        row.addWidget(self.clip)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        for part in (self.head, self.told, self.votes, self.notes, self.table, about):
            column.addWidget(part)
        column.addLayout(row)
        column.addLayout(self._laid_pictures())

    def _laid_pictures(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(12)
        names = self._names()
        for who in VERSIONS:
            self.pictures[who].setMinimumHeight(_HEIGHT)
            button = self.buttons[who]
            button.setCheckable(True)
            button.setAccessibleName(self.tr("Hear {version}").format(version=names[who]))
            button.clicked.connect(self._on_hear)
            column = QVBoxLayout()
            column.addWidget(self.pictures[who], 1)
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
            row.addLayout(column, 1)
        return row

    def _fill(self, result: Result) -> None:
        rows, names = figure_rows(result), self._names()
        shown = [who for who in SHOWN if any(who in row.values for row in rows)]
        self.table.setColumnCount(1 + len(shown))
        self.table.setHorizontalHeaderLabels([self.tr("Clips"), *(names[who] for who in shown)])
        self.table.setRowCount(len(rows))
        for number, row in enumerate(rows):
            self.table.setItem(number, 0, QTableWidgetItem(self._told_row(row)))
            for column, who in enumerate(shown, 1):
                value = row.values.get(who)
                cell = QTableWidgetItem("" if value is None else f"{value:.1f} dB")
                cell.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(number, column, cell)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        height = header.sizeHint().height() + 2 * self.table.frameWidth() + 2
        height += sum(self.table.rowHeight(each) for each in range(len(rows)))
        self.table.setFixedHeight(height)

    def _told_row(self, row: FigureRow) -> str:
        if row.figure == ERROR:
            return self.tr("Clean music, to what is done to it")
        is_sdr = row.figure == SI_SDR
        if row.snr_db is not None:
            return self.tr("     of them with music {snr} dB above the noise").format(
                snr=f"{row.snr_db:g}"
            )
        if row.kind == OWN and is_sdr:
            return self.tr("Your discs (SI-SDR)")
        if row.kind == OWN:
            return self.tr("Your discs (log spectrum)")
        if is_sdr:
            return self.tr("Other damage (SI-SDR)")
        return self.tr("Other damage (log spectrum)")

    def _names(self) -> dict[str, str]:
        return {
            YOURS: self.tr("Yours"),
            BASE: self.tr("Base"),
            CLASSICAL: self.tr("Classical"),
            UNTOUCHED: self.tr("Untouched"),
        }

    def _fill_clips(self, result: Result) -> None:
        self.clip.blockSignals(True)
        self.clip.clear()
        for number, clip in enumerate(result.heard, 1):
            self.clip.addItem(f"{number}   {clip.name}")
        self.clip.setCurrentIndex(-1)
        self.clip.blockSignals(False)
        if result.heard:
            self.clip.setCurrentIndex(0)

    @Slot(int)
    def _on_clip(self, index: int) -> None:
        result = self._result
        if result is None or not 0 <= index < len(result.heard):
            return
        self.player.stop()
        job = ReadClipJob(result.heard[index], self._work.folder / JUDGE / CLIPS)
        self._work.submit(job, self._on_read)

    @Slot(object)
    def _on_read(self, clip: ReadClip) -> None:
        self.player.load(clip.sounds)
        for who in VERSIONS:
            self.pictures[who].setVisible(who in clip.pictures)
            self.buttons[who].setVisible(who in clip.pictures)
            if who in clip.pictures:
                self.pictures[who].show_values(clip.pictures[who])
        self.drawn.emit()

    @Slot()
    def _on_hear(self) -> None:
        for who, button in self.buttons.items():
            if button is self.sender():
                is_heard = self.player.is_playing and self.player.version == who
                self.player.stop() if is_heard else self.player.hear(who)
        self._refresh_buttons()

    @Slot()
    def _refresh_buttons(self) -> None:
        for who, button in self.buttons.items():
            is_heard = self.player.is_playing and self.player.version == who
            button.setChecked(is_heard)
            button.setText(self.tr("Stop") if is_heard else self.tr("Hear"))
