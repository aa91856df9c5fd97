"""ViewStack: overview, ruler, waveform, spectrogram and events on one time axis."""

from itertools import takewhile

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from app import settings as keys
from app.event_list import EventList
from app.session import Session
from app.turns import turns_of
from app.views.base import AudioView
from app.views.events import EventsView
from app.views.marks import MarkStrip
from app.views.overview import OverviewView
from app.views.peak_cache import PeakCache
from app.views.spectrogram import SpectrogramView
from app.views.waveform import WaveformView
from app.widgets.stepping import next_edge, span_with
from app.widgets.time_ruler import TimeRuler
from app.widgets.view_bar import ViewBar
from engine.project import Operation

_LONGEST_STEP_S = 1.0
"""A playhead that moves further at once was set by hand, and the views stay where they are."""


class ViewStack(QWidget):
    """All views of the recording; they share the peaks, and follow the playhead while it plays.

    Attributes:
        peaks: what waveform and overview draw from.
        views: the views by the names they have in VIEWS.
        ruler: the time ruler.
        marks: flags of the marks, under it.
        splitter: holds waveform and spectrogram.
        bar: what the spectrogram shows, above it.
    """

    hovered = Signal(str)
    """What lies under the pointer in any view; empty once it has left."""
    context_menu_requested = Signal(QPoint)
    """Right click in any view, in global coordinates."""

    def __init__(
        self, session: Session, parent: QWidget | None = None, events: EventList | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._state = session.view_state
        self._playhead_s = self._state.playhead_s
        self.peaks = PeakCache(session, self)
        self.overview = OverviewView(session, peaks=self.peaks)
        self.ruler = TimeRuler(self._state)
        self.marks = MarkStrip(session)
        self.waveform = WaveformView(session, peaks=self.peaks)
        self.spectrogram = SpectrogramView(session)
        self.events = EventsView(session, events=events)
        self.views: dict[str, AudioView] = {
            "overview": self.overview,
            "waveform": self.waveform,
            "spectrogram": self.spectrogram,
            "events": self.events,
        }
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.waveform)
        self.bar = ViewBar(session.settings)
        below = QWidget()
        column = QVBoxLayout(below)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.spectrogram, 1)
        self.splitter.addWidget(below)
        self.splitter.setStretchFactor(0, 2)
        self.splitter.setStretchFactor(1, 3)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.overview)
        layout.addWidget(self.ruler)
        layout.addWidget(self.marks)
        layout.addWidget(self.splitter, 1)
        layout.addWidget(self.events)
        for view in self.views.values():
            view.speak_of(self.events.events)
            view.hovered.connect(self.hovered)
            view.context_menu_requested.connect(self.context_menu_requested)
        self._state.playhead_changed.connect(self._on_playhead_changed)
        self.events.events.changed.connect(self._on_events_changed)
        session.document_changed.connect(self._on_document_changed)
        session.settings.changed.connect(self._show_turns)
        self._on_events_changed()
        self._on_document_changed()

    @Slot()
    def _on_document_changed(self) -> None:
        document = self._session.document
        if document is not None:
            document.stage_changed.connect(self._on_stage_changed)
            document.history_changed.connect(self._show_turns)
        self._on_stage_changed()

    @Slot()
    def _on_stage_changed(self) -> None:
        """The recording has other channels, or none."""
        document = self._session.document
        self._show_turns()
        self.bar.set_stereo(document is not None and document.original.n_channels == 2)

    @Slot()
    def _show_turns(self) -> None:
        self.ruler.show_turns(turns_of(self._session))

    @Slot()
    def _on_events_changed(self) -> None:
        """A recording in which nothing was found needs no room for it.

        What was found and is undone keeps it: pictures that are compared by undoing stay in place.
        """
        document = self._session.document
        steps: tuple[Operation, ...] = ()
        if document is not None:
            undone = takewhile(lambda each: not each.stage, document.operations[document.head :])
            steps = (*document.state.staged_operations, *undone)
        self.events.setVisible(any(each.events for each in steps))

    @property
    def focused(self) -> AudioView:
        """The view that has the keys; the spectrogram where none has."""
        return next((each for each in self.views.values() if each.hasFocus()), self.spectrogram)

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """Where the keys go from one to the next, from top to bottom."""
        upper = (self.overview, self.marks, self.waveform)
        return (*upper, self.bar, self.spectrogram, self.events)

    def share(self, waveform: float) -> None:
        """Give the waveform this share of the height it has in common with the spectrogram."""
        height = sum(self.splitter.sizes())
        self.splitter.setSizes([round(waveform * height), round((1.0 - waveform) * height)])

    def go_to_edge(self, direction: int) -> None:
        """Move the playhead to the next edge (1) of what is selected, marked or found, or back."""
        state = self._state
        found_s = next_edge(state.playhead_s, self._edges_s(), direction)
        if found_s is not None:
            state.set_playhead(found_s)
            state.set_span(*span_with(state.start_s, state.stop_s, found_s))

    def _edges_s(self) -> NDArray[np.float64]:
        document, selection = self._session.document, self._state.selection
        marked = list(selection.parts()) if selection is not None else []
        edges_s = [0.0, self._state.duration_s]
        if document is not None:
            edges_s += [s for each in document.marks.items for s in (each.start_s, each.stop_s)]
        edges_s += [edge for each in marked for edge in (each.start_s, each.stop_s)]
        columns, rows = self.events.events.columns, self.events.events.rows
        starts_s = columns.start[rows] / columns.sample_rate
        return np.concatenate([np.array(edges_s), starts_s])

    @Slot()
    def _on_playhead_changed(self) -> None:
        """Turn the page when the playhead runs out of the visible span."""
        before_s, now_s = self._playhead_s, self._state.playhead_s
        self._playhead_s = now_s
        start_s, stop_s = self._state.start_s, self._state.stop_s
        runs_out = start_s <= before_s < stop_s <= now_s < before_s + _LONGEST_STEP_S
        if runs_out and self._session.settings.get(keys.follow_playhead):
            self._state.set_span(now_s, now_s + stop_s - start_s)
