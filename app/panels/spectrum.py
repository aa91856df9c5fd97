"""Spectrum: the average spectrum of what is selected, or of what is on the screen."""

from PySide6.QtCore import QEvent, Qt, QTimer, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget
from typing_extensions import override

from app import settings as keys
from app.document import Document, Monitored
from app.jobs import JobWorker
from app.session import Session
from app.widgets.colours import colours_of
from app.widgets.spectrum_plot import Curve, SpectrumPlot
from engine.audio import Recording
from engine.average_spectrum import Spectrum
from engine.channels import channel_of
from engine.jobs.spectra import SpectraJob
from engine.region import Region
from engine.units import format_time, seconds_to_samples

REST_MS = 250
"""How long a selection rests before its spectrum is computed."""
ORIGINAL, RESULT, NOISE = "original", "result", "noise"


class SpectrumPanel(QWidget):
    """Original and Result, and the groove noise if it is marked; follows while it is shown.

    Attributes:
        plot: the curves.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._state = session, session.view_state
        self._worker: JobWorker | None = None
        self._spectra: dict[str, Spectrum] = {}
        self._is_stale = True
        self.setObjectName("panel")
        self.plot = SpectrumPlot()
        self._about, self._told, self._legend = QLabel(), QLabel(), QLabel()
        self._about.setObjectName("muted")
        self._legend.setTextFormat(Qt.TextFormat.RichText)
        head = QHBoxLayout()
        for label in (self._about, self._legend):
            head.addWidget(label)
        head.addStretch(1)
        head.addWidget(self._told)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 6, 10, 6)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.plot, 1)
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._compute)
        self._connect()
        self._on_document_changed()

    @property
    def region(self) -> Region:
        """What the spectrum is of."""
        state = self._state
        return state.selection or Region(state.start_s, state.stop_s)

    def _connect(self) -> None:
        self.plot.told.connect(self._told.setText)
        self._session.document_changed.connect(self._on_document_changed)
        self._session.settings.changed.connect(self._on_setting_changed)
        for signal in (self._state.selection_changed, self._state.span_changed):
            signal.connect(self._on_region_changed)

    @Slot()
    def _on_document_changed(self) -> None:
        # the session has let go of its jobs, this one's worker too
        self._forget()
        self._spectra = {}
        self._show()
        document = self._session.document
        if document is not None:
            for signal in (document.changed, document.stage_changed, document.noise_changed):
                signal.connect(self._on_changed)
        self._on_changed()

    @Slot(str)
    def _on_setting_changed(self, key: str) -> None:
        if key == keys.channels.key:
            self._on_changed()

    @Slot()
    def _on_region_changed(self) -> None:
        self._on_changed()

    @Slot()
    def _on_changed(self) -> None:
        self._is_stale = True
        if self.isVisible():
            self._rest.start()

    def _forget(self) -> None:
        if self._worker is not None:
            self._worker.cancel()
            self._worker = None

    @Slot()
    def _compute(self) -> None:
        document = self._session.document
        if document is None or not self.isVisible():
            return
        self._forget()
        self._is_stale = False
        worker = JobWorker(SpectraJob(self._spans(document)))
        self._worker = worker
        worker.succeeded.connect(self._on_computed)
        worker.failed.connect(self._session.failed)
        self._session.picture_runner.submit(worker)

    def _spans(self, document: Document) -> dict[str, tuple[Recording, int, int]]:
        """What is averaged; a result in which nothing was done is the original."""
        names = {ORIGINAL: Monitored.ORIGINAL}
        if document.shown.staged_operations:
            names[RESULT] = Monitored.RESULT
        spans = {
            name: (document.recording(monitored), self.region) for name, monitored in names.items()
        }
        if document.noise is not None:
            spans[NOISE] = (document.original, document.noise)
        kind, rate = self._session.settings.get(keys.channels), document.original.sample_rate
        return {
            name: (channel_of(recording, kind), *_samples(region, rate, recording.n_samples))
            for name, (recording, region) in spans.items()
        }

    @Slot(object)
    def _on_computed(self, spectra: dict[str, Spectrum]) -> None:
        if (
            self._worker is None or self.sender() is not self._worker
        ):  # of a selection that is no more
            return
        self._worker = None
        self._spectra = spectra
        self._show()

    def _show(self) -> None:
        colours = colours_of(self.palette())
        looks = {
            ORIGINAL: (self.tr("Original"), colours.text, Qt.PenStyle.SolidLine),
            RESULT: (self.tr("Result"), colours.wave, Qt.PenStyle.SolidLine),
            NOISE: (self.tr("Noise"), colours.noise, Qt.PenStyle.DashLine),
        }
        curves = []
        for name, spectrum in self._spectra.items():
            words, colour, line = looks[name]
            curves.append(Curve(words, spectrum, colour, line))
        region = self.region
        band = None
        if region.low_hz is not None and region.high_hz is not None:
            band = (region.low_hz, region.high_hz)
        self.plot.show_curves(curves, band)
        marks = (
            f'<span style="color:{curve.colour.name()}">'
            f"{'╌╌' if curve.line is Qt.PenStyle.DashLine else '━━'}</span> {curve.name}"
            for curve in curves
        )
        self._legend.setText("&nbsp;&nbsp; ".join(marks))
        self._about.setText(self._told_region(region) if curves else "")

    def _told_region(self, region: Region) -> str:
        words = self.tr("Visible span {start} to {stop}")
        if self._state.selection is not None:
            words = self.tr("Selection {start} to {stop}")
        return words.format(
            start=format_time(region.start_s, 2), stop=format_time(region.stop_s, 2)
        )

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.PaletteChange:
            self._show()
        super().changeEvent(event)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self._rest.start()


def _samples(region: Region, rate: int, n_samples: int) -> tuple[int, int]:
    """First sample of a region and one past its last, at least one sample of the recording."""
    start = min(max(0, seconds_to_samples(region.start_s, rate)), n_samples - 1)
    return start, min(max(start + 1, seconds_to_samples(region.stop_s, rate)), n_samples)
