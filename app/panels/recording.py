"""Recording: what the open file is and carries, and what was exported of it.

Checksums are read in the background.
"""

from PySide6.QtCore import QCoreApplication, Qt, QTimer, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from app.jobs import JobRunner, JobWorker
from app.language import translated
from app.panels import layout
from app.panels.exports import Exports
from app.session import Session
from engine.audio import AudioFormat
from engine.audio_file import AudioFile
from engine.bext import Bext
from engine.info import FileInfo
from engine.jobs.read_info import InfoJob
from engine.units import format_time

FILE = "File"
HISTORY = "History"
WAIT_MS = 1500
"""The first pictures of a recording are drawn before its checksums are read."""


class RecordingPanel(QWidget):
    """Left panel; facts a line each, selectable so that they can be copied."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._runner = JobRunner("checksums", self)
        self._facts: dict[str, str] = {}
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(WAIT_MS)
        self._wait.timeout.connect(self._on_waited)
        inside = QWidget()
        self._grid = QGridLayout()
        self._grid.setColumnStretch(1, 1)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(5)
        column = layout.column(inside)
        column.addLayout(self._grid)
        self.exports = Exports(session)
        column.addWidget(self.exports)
        column.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(layout.ScrollingColumn(inside))
        session.document_changed.connect(self._on_document_changed)
        self._on_document_changed()

    @property
    def facts(self) -> dict[str, str]:
        """What is shown, by its name."""
        return dict(self._facts)

    def stop(self) -> None:
        """Read no more, before the application quits."""
        self._wait.stop()
        self._runner.stop()

    @Slot()
    def _on_document_changed(self) -> None:
        self._runner.cancel_all()
        self._wait.stop()
        document = self._session.document
        if document is None or not isinstance(document.source, AudioFile):
            self._show({})
            return
        self._show(format_facts(document.path.name, document.source.format))
        self._wait.start()

    @Slot()
    def _on_waited(self) -> None:
        document = self._session.document
        if document is None:
            return
        if self._session.is_busy:  # the reading can wait, the restoration shall not
            self._wait.start()
            return
        worker = JobWorker(InfoJob(document.path))
        worker.succeeded.connect(self._on_read)
        worker.failed.connect(self._session.failed)
        self._runner.submit(worker)

    @Slot(object)
    def _on_read(self, info: FileInfo) -> None:
        document = self._session.document
        if document is not None and document.path.name == info.name:
            self._show(self._facts | measured_facts(info))

    def _show(self, facts: dict[str, str]) -> None:
        self._facts = facts
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for row, (name, text) in enumerate(facts.items()):
            label, value = layout.muted(translated(name)), QLabel(text)
            label.setWordWrap(False)
            value.setWordWrap(True)
            value.setToolTip(text)
            label.setToolTip(_tips().get(name, ""))
            value.setAccessibleDescription(label.toolTip())
            if name in (FILE, HISTORY):
                value.setText(layout.breakable(text))  # not to be copied from here
            else:
                value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(value, row, 1, Qt.AlignmentFlag.AlignTop)


def _tips() -> dict[str, str]:
    """What the facts mean that are not known to everyone."""
    return {
        "Clipped": _tr("Samples that stand at full scale: the transfer was recorded too loud"),
        "Chunks": _tr(
            "The parts of the file, sound and notes on it; exports carry what their format can hold"
        ),
        "Audio MD5": _tr(
            "A checksum of the samples alone; where the file carries one, both tell whether the "
            "sound is as it was written"
        ),
        "Originator": _tr("Who made the transfer, as the file tells it"),
        "Reference": _tr("The number of the transfer with whoever made it"),
        HISTORY: _tr("How the sound came here: a line for each device and each export"),
    }


def _tr(text: str) -> str:
    return QCoreApplication.translate("recording", text)


def format_facts(name: str, described: AudioFormat) -> dict[str, str]:
    """What the header tells."""
    depth = translated("{bits} bit float" if described.is_float else "{bits} bit integer")
    channels = {1: translated("mono"), 2: translated("stereo")}
    return {
        FILE: name,
        "Format": described.container,
        "Rate": f"{described.sample_rate / 1000:g} kHz",
        "Depth": translated("lossy codec")
        if described.is_lossy
        else depth.format(bits=described.bits),
        "Channels": channels.get(described.n_channels, str(described.n_channels)),
        "Length": format_time(described.duration_s),
    }


def measured_facts(info: FileInfo) -> dict[str, str]:
    """What only reading all of it tells."""
    facts = {"Peak": f"{info.peak_dbfs:.1f} dBFS"}
    if info.clipped_samples:
        facts["Clipped"] = translated("{count} samples at full scale").format(
            count=info.clipped_samples
        )
    if info.chunks:
        facts["Chunks"] = ", ".join(chunk.id.strip() for chunk in info.chunks)
    if info.bext is not None:
        facts |= bext_facts(info.bext)
    told = {
        "matches": translated("matches the one it carries"),
        "differs": translated("DIFFERS from the one it carries"),
    }
    facts["Audio MD5"] = told.get(info.md5_status, translated("none carried"))
    return facts


def bext_facts(bext: Bext) -> dict[str, str]:
    """What a broadcast file tells of itself, as far as it tells it."""
    told = {
        "Description": bext.description,
        "Originator": bext.originator,
        "Reference": bext.originator_reference,
        "Originated": f"{bext.origination_date} {bext.origination_time}",
        HISTORY: bext.coding_history,
    }
    return {name: text.strip() for name, text in told.items() if text.strip()}
