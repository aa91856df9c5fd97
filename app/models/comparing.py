"""Window that compares two models, or a model and a method without one, on what is open."""

import random
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from app import settings as keys
from app.equipment import load_equipment
from app.jobs import JobWorker
from app.language import translated
from app.models.chooser import Chooser
from app.models.listening import Listening
from app.models.version import Version
from app.panels import layout
from app.panels.numbers import told_seconds
from app.sentence import as_sentence
from app.session import Session
from app.theme import Theme
from app.widgets.banner import Banner
from app.widgets.region_text import region_text
from engine.errors import EngineError
from engine.jobs.compare_models import (
    UNASKED_S,
    Compared,
    CompareJob,
    Made,
    stretch,
)
from engine.units import seconds_to_samples

SIZE, SMALLEST = QSize(980, 680), QSize(640, 500)
LETTERS = ("A", "B")


class CompareWindow(QWidget):
    """Runs both on a few seconds; nothing is written into the project."""

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self._session, self._theme = session, theme
        self._worker: JobWorker | None = None
        self._compared: Compared | None = None
        self._order: tuple[int, ...] = (0, 1, 2)
        """Which version each row is: 0 the original, 1 and 2 the contenders."""
        self._is_hidden = False
        self.listening = Listening(session.player, self)
        self.banner = Banner()
        self.chooser = Chooser()
        self.begin = QPushButton(self.tr("&Compare on the Selection"))
        self.cancel = QPushButton(self.tr("Ca&ncel"))
        self.play = QPushButton(self.tr("&Play"))
        self.blind = QPushButton(self.tr("Compare &Blind"))
        self.reveal = QPushButton(self.tr("&Reveal"))
        self.rows = [Version(number, self) for number in (1, 2, 3)]
        self._told, self._bar = layout.muted(), QProgressBar()
        self._lay_out()
        self._connect()
        self._on_models_changed()
        self._show()

    @property
    def is_blind(self) -> bool:
        """Whether it is hidden which version is which."""
        return self._is_hidden

    @property
    def order(self) -> tuple[int, ...]:
        """Which version each row is."""
        return self._order

    @property
    def told(self) -> str:
        """What would be compared, or why it cannot be."""
        return self._told.text()

    @property
    def is_busy(self) -> bool:
        """Whether it is at work."""
        return self._worker is not None

    @property
    def why(self) -> str:
        """Why nothing can be compared now, as a sentence; empty if it can."""
        if self._session.document is None:
            return self.tr("No recording is open; open one, and select a few seconds of it.")
        first, second = self.chooser.chosen
        if first is None or second is None or first == second:
            return self.tr("A and B are the same; choose another one.")
        if self.chooser.task.needs_region and self._session.view_state.selection is None:
            return self.tr("This task needs a selection: drag over the damage in the main window.")
        return ""

    def choose(self, names: Sequence[str]) -> None:
        """Take models, by name, to be compared; one alone is compared with what has no model."""
        self.banner.tell(self.chooser.choose(names), "warning")

    @Slot()
    def run(self) -> None:
        """Begin to compare."""
        document, view_state = self._session.document, self._session.view_state
        if document is None or self.why or self._worker is not None:
            return
        try:
            equipment = load_equipment(self._session.settings.get(keys.compute_device))
        except EngineError as error:
            self.banner.tell(str(error), "error")
            return
        selection, state, task = view_state.selection, document.state, self.chooser.task
        taken = stretch(selection, view_state.playhead_s, document.duration_s)
        rate = state.sample_rate
        start = min(seconds_to_samples(taken.start_s, rate), state.n_samples - 1)
        stop = max(start + 1, min(seconds_to_samples(taken.stop_s, rate), state.n_samples))
        (region,) = self._session.target((task,)) or (None,)
        if region is not None and region.stop_s > taken.stop_s:
            region = replace(region, stop_s=taken.stop_s)
        wanted = tuple(each for each in self.chooser.chosen if each is not None)
        self.listening.stop()
        self.banner.clear()
        self._compared, self._order, self._is_hidden = None, (0, 1, 2), False
        job = CompareJob(state, start, stop, wanted, equipment, region, document.noise)
        self._worker = worker = JobWorker(job)
        worker.succeeded.connect(self._on_compared)
        worker.failed.connect(self._on_failed)
        worker.progressed.connect(self._on_progressed)
        worker.ended.connect(self._on_ended)
        self._session.measuring_runner.submit(worker)
        self._show()

    def stop(self) -> None:
        """End everything, before the application quits."""
        if self._worker is not None:
            self._worker.cancel()
        self.listening.stop()
        self.close()

    # Assembly.

    def _lay_out(self) -> None:
        self.setWindowTitle(self.tr("Compare Models - Runout"))
        self.setMinimumSize(SMALLEST)
        self.resize(SIZE.boundedTo(self.screen().availableSize() - QSize(8, 40)))
        self.begin.setObjectName("primary")
        self.begin.setDefault(True)
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Progress"))
        self.blind.setToolTip(
            self.tr("Mix the three up and hide which is which, so that only the ear decides")
        )
        self.play.setToolTip(self.tr("Play over and over, or stop (Space)"))
        working = QHBoxLayout()
        working.addWidget(self.begin)
        working.addWidget(self._told, 1)
        working.addWidget(self._bar, 1)
        working.addWidget(self.cancel)
        hearing = QHBoxLayout()
        hearing.addWidget(self.play)
        hearing.addWidget(
            layout.muted(self.tr("Keys 1, 2 and 3 choose what is heard; Space plays and stops.")), 1
        )
        hearing.addWidget(self.blind)
        hearing.addWidget(self.reveal)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 12)
        column.setSpacing(10)
        column.addWidget(self.chooser)
        column.addLayout(working)
        column.addWidget(self.banner)
        for row in self.rows:
            column.addWidget(row, 1)
        column.addLayout(hearing)

    def _connect(self) -> None:
        session = self._session
        self.chooser.changed.connect(self._show)
        self.begin.clicked.connect(self.run)
        self.cancel.clicked.connect(self._on_cancel)
        self.play.clicked.connect(self.listening.toggle)
        self.blind.clicked.connect(self._on_blind)
        self.reveal.clicked.connect(self._on_reveal)
        for row in self.rows:
            row.chosen.connect(self._on_row)
        self.listening.changed.connect(self._show_heard)
        self.listening.moved.connect(self._on_moved)
        self.listening.failed.connect(self._on_failed)
        session.models.changed.connect(self._on_models_changed)
        session.document_changed.connect(self._on_document_changed)
        session.view_state.selection_changed.connect(self._show)
        session.view_state.playhead_changed.connect(self._show_target)
        self._theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        for key, row in zip(("1", "2", "3"), self.rows, strict=True):
            QShortcut(QKeySequence(key), self, row.choose)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Close), self, self.close)

    # How it goes on.

    @Slot()
    def _on_models_changed(self) -> None:
        self.chooser.offer(load_equipment().catalog)

    @Slot()
    def _on_cancel(self) -> None:
        if self._worker is not None:
            self._worker.cancel()

    @Slot(object)
    def _on_compared(self, compared: Compared) -> None:
        if self.sender() is not self._worker or compared.original.audio is None:
            return
        self._compared = compared
        original = compared.original.audio
        self.listening.load(original, [each.audio or original for each in compared.made])
        self._show()

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self.banner.tell(sentence, "error")

    @Slot(float, str)
    def _on_progressed(self, fraction: float, message: str) -> None:
        self._bar.setValue(round(1000 * fraction))

    @Slot()
    def _on_ended(self) -> None:
        if self.sender() is self._worker:
            self._worker = None
            self._show()

    @Slot()
    def _on_document_changed(self) -> None:
        self._on_cancel()
        self.listening.stop()
        self._show()

    @Slot()
    def _on_blind(self) -> None:
        order = list(self._order)
        random.SystemRandom().shuffle(order)
        self._order, self._is_hidden = tuple(order), True
        self._show()
        self.rows[0].choose()
        self.listening.play()

    @Slot()
    def _on_reveal(self) -> None:
        self._is_hidden = False
        self._show()

    @Slot(int)
    def _on_row(self, number: int) -> None:
        version = self._order[number - 1]
        if self._can_be_heard(version):
            self.listening.choose(version)

    def _can_be_heard(self, version: int) -> bool:
        return self._compared is not None and self._versions()[version].audio is not None

    def _versions(self) -> tuple[Made, ...]:
        assert self._compared is not None
        return (self._compared.original, *self._compared.made)

    # What is shown.

    @Slot()
    def _show(self) -> None:
        """Show everything as things stand now."""
        is_busy, compared = self._worker is not None, self._compared
        self.chooser.setEnabled(not is_busy)
        self.begin.setEnabled(not is_busy and not self.why)
        self._bar.setVisible(is_busy)
        self.cancel.setVisible(is_busy)
        self._told.setVisible(not is_busy)
        can_hear = compared is not None and all(each.audio for each in compared.made)
        self.play.setEnabled(compared is not None)
        self.blind.setVisible(not self._is_hidden)
        self.blind.setEnabled(can_hear and not is_busy)
        self.reveal.setVisible(self._is_hidden)
        for row, version in zip(self.rows, self._order, strict=True):
            self._show_row(row, version)
        self._show_target()
        self._show_heard()

    def _show_row(self, row: Version, version: int) -> None:
        if self._compared is None:
            is_busy = self._worker is not None
            told = self.tr("At work…") if is_busy else self.tr("Nothing was compared yet.")
            row.show_nothing(self._name(version, None), told)
            return
        made = self._versions()[version]
        if self._is_hidden:
            row.show_hidden()
        elif made.audio is None:
            row.show_problem(self._name(version, made), as_sentence(translated(made.problem)))
        else:
            row.show_made(self._name(version, made), self._figures(made), made.picture,
                          self._compared.bins_hz)  # fmt: skip

    def _name(self, version: int, made: Made | None) -> str:
        if version == 0:
            return self.tr("Original")
        if made is None or made.contender is None:
            return LETTERS[version - 1]
        return f"{LETTERS[version - 1]}: {self.chooser.title(made.contender)}"

    def _figures(self, made: Made) -> str:
        if made.contender is None:
            return self.tr("As it is now, untouched by either.")
        return self.tr(
            "Took {time}. What it took out lies {removed:.1f} dB below the original."
        ).format(time=told_seconds(made.seconds), removed=-made.removed_db)

    @Slot()
    def _show_target(self) -> None:
        document, view_state = self._session.document, self._session.view_state
        if document is None or self.why:
            self._told.setText(self.why)
            return
        taken = stretch(view_state.selection, view_state.playhead_s, document.duration_s)
        text = region_text(taken)
        if view_state.selection is None:
            told = self.tr("Nothing is selected, so {seconds:.0f} s around the playhead: {region}")
            self._told.setText(told.format(seconds=min(UNASKED_S, taken.duration_s), region=text))
        elif taken.duration_s < view_state.selection.duration_s:
            told = self.tr("The first {seconds:.0f} s of the selection: {region}")
            self._told.setText(told.format(seconds=taken.duration_s, region=text))
        else:
            self._told.setText(self.tr("The selection: {region}").format(region=text))

    @Slot()
    def _show_heard(self) -> None:
        is_playing = self.listening.is_playing
        self.play.setText(self.tr("Sto&p") if is_playing else self.tr("&Play"))
        for row, version in zip(self.rows, self._order, strict=True):
            row.show_heard(on=self._compared is not None and version == self.listening.heard)
            if not is_playing:
                row.picture.show_place(None)

    @Slot(float)
    def _on_moved(self, at_s: float) -> None:
        if self._compared is None or self._compared.original.audio is None:
            return
        share = at_s / max(self._compared.original.audio.duration_s, 1e-9)
        for row in self.rows:
            row.picture.show_place(share if self.listening.is_playing else None)

    @Slot()
    def _on_theme_changed(self) -> None:
        self.banner.set_icon(self._theme.icon("close"))

    # Qt.

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:  # a button that has the keys takes it for itself
            self.listening.toggle()
        else:
            super().keyPressEvent(event)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        self.listening.stop()
        super().hideEvent(event)
