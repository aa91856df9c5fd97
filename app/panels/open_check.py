"""Open check: what a transfer that was just opened has to say, a line each; nothing if nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, Qt, QTimer, Slot
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QWidget,
)

from app import settings as keys
from app.jobs import JobWorker
from app.language import translated
from app.panels.numbers import counted
from app.panels.recording import bext_facts
from app.session import Session
from engine.audio import AudioFormat
from engine.audio_file import AudioFile
from engine.bext import Bext, parse_bext
from engine.jobs.open_check import OpenCheckJob, SampleFacts
from engine.metadata import read_chunk
from engine.tasks.declip import Declip
from engine.tasks.rumble import Rumble
from engine.units import format_time

ARCHIVAL_RATE_HZ, ARCHIVAL_BITS = 96_000, 24
"""What IASA TC-03 and TC-04 recommend for analogue originals, as far as it is widely adopted."""
OFFSET_DB = -50.0
"""A lower offset than this is in every converter, and does no harm."""
PAUSE_MS = 2500
"""The first pictures of a recording are drawn before all of it is read for this."""


@dataclass(frozen=True)
class Fact:
    """A sentence, and a task that helps, with the text of its button."""

    text: str
    task: str = ""
    does: str = ""


class OpenCheck(QFrame):
    """Stands above the pictures until it is closed, and stops nothing."""

    def __init__(
        self, session: Session, actions: Mapping[str, QAction], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.setProperty("kind", "note")
        self.setAccessibleName(self.tr("What is worth knowing about this transfer"))
        self._session, self._actions = session, actions
        self._facts: list[Fact] = []
        self._rows = QGridLayout(self)
        self._rows.setContentsMargins(12, 6, 8, 6)
        self._rows.setHorizontalSpacing(12)
        self._rows.setVerticalSpacing(3)
        self._rows.setColumnStretch(0, 1)
        self._close = QToolButton()
        self._close.setAccessibleName(self.tr("Close what is worth knowing"))
        self._close.setToolTip(self.tr("Close; Preferences can turn it off for good"))
        self._close.clicked.connect(self.dismiss)
        self._rows.addWidget(self._close, 0, 2, Qt.AlignmentFlag.AlignTop)
        self._due = QTimer(self)
        self._due.setSingleShot(True)
        self._due.setInterval(PAUSE_MS)
        self._due.timeout.connect(self._on_due)
        session.document_changed.connect(self._on_document_changed)
        self.hide()

    @property
    def told(self) -> list[str]:
        """The sentences shown."""
        return [] if self.isHidden() else [fact.text for fact in self._facts]

    def set_icon(self, icon: QIcon) -> None:
        """The icon of the close button."""
        self._close.setIcon(icon)

    def stop(self) -> None:
        """Begin no more checks, before the application quits."""
        self._due.stop()

    @Slot()
    def dismiss(self) -> None:
        """Tell nothing more of this transfer."""
        self._due.stop()
        self._show([])

    @Slot()
    def _on_document_changed(self) -> None:
        self.dismiss()
        source = self._fresh()
        if source is None:
            return
        self._show(format_facts(source.format) + [Fact(translated(note)) for note in source.notes])
        self._due.start()

    def _fresh(self) -> AudioFile | None:
        """A transfer that is open for the first time; a project was told of it before."""
        document = self._session.document
        if document is None or document.project_path is not None:
            return None
        is_wanted = self._session.settings.get(keys.open_check)
        return document.source if is_wanted and isinstance(document.source, AudioFile) else None

    @Slot()
    def _on_due(self) -> None:
        source = self._fresh()
        if source is not None:
            worker = JobWorker(OpenCheckJob(source))
            worker.succeeded.connect(self._on_checked)
            self._session.measuring_runner.submit(worker)

    @Slot(object)
    def _on_checked(self, found: SampleFacts) -> None:
        source = self._fresh()
        if source is None:
            return
        facts = self._facts + sample_facts(found)
        bext = parse_bext(read_chunk(source, "bext") or b"")
        if facts and bext is not None:
            facts.append(Fact(_told_bext(bext)))
        self._show(facts)

    def _show(self, facts: list[Fact]) -> None:
        self._facts = facts
        for index in reversed(range(self._rows.count())):
            item = self._rows.itemAt(index)
            widget = None if item is None else item.widget()
            if widget is not None and widget is not self._close:
                self._rows.removeWidget(widget)
                widget.hide()
                widget.deleteLater()
        for row, fact in enumerate(facts):
            label = QLabel(fact.text)
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._rows.addWidget(label, row, 0)
            if fact.task:
                button = QPushButton(fact.does)
                button.setAccessibleDescription(fact.text)
                button.setProperty("task", fact.task)
                button.clicked.connect(self._on_clicked)
                self._rows.addWidget(button, row, 1)
        self.setVisible(bool(facts))

    @Slot()
    def _on_clicked(self) -> None:
        button = self.sender()
        if isinstance(button, QPushButton):
            self._actions[f"task_{button.property('task')}"].trigger()


def format_facts(described: AudioFormat) -> list[Fact]:
    """What the header tells against a transfer."""
    if described.is_lossy:
        told = _tr(
            "{codec}: the codec has smeared the clicks; "
            "results will be worse than from a lossless transfer."
        )
        return [Fact(told.format(codec=described.container))]
    is_short = not described.is_float and described.bits < ARCHIVAL_BITS
    if described.sample_rate >= ARCHIVAL_RATE_HZ and not is_short:
        return []
    told = _tr("{rate:g} kHz, {bits} bit: below the archival recommendation of 96 kHz, 24 bit.")
    return [Fact(told.format(rate=described.sample_rate / 1000, bits=described.bits))]


def sample_facts(found: SampleFacts) -> list[Fact]:
    """What the samples tell against a transfer."""
    facts = []
    if found.first_clipped_s is not None:
        told = _tr("{count} samples are clipped, the first at {time}.").format(
            count=counted(found.n_clipped), time=format_time(found.first_clipped_s)
        )
        facts.append(Fact(told, Declip.name, _tr("Declip…")))
    highest = max(found.offset_db, default=OFFSET_DB)
    if highest > OFFSET_DB:
        told = _tr("The zero line lies off by {offset:.0f} dBFS; a high-pass brings it back.")
        facts.append(Fact(told.format(offset=highest), Rumble.name, _tr("High-pass…")))
    return facts


def _told_bext(bext: Bext) -> str:
    told = bext_facts(bext)
    parts = [told[name] for name in ("Description", "Originator", "Originated") if name in told]
    return _tr("It carries broadcast metadata, which exports keep: {what}").format(
        what=" · ".join(parts) or _tr("all fields empty")
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("open_check", text)
