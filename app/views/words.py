"""Words: what a view of the recording says of it, for those who do not see it."""

import numpy as np
from PySide6.QtCore import QCoreApplication

from app.document import Document
from app.event_list import EventList
from app.event_text import event_text
from app.view_state import ViewState
from engine.region import Region
from engine.units import SILENCE_DB, amplitude_to_db, format_time

LEVEL_S = 0.01
"""Over how long the level at the playhead is the highest."""


def playhead_words(state: ViewState, document: Document) -> str:
    """Where the playhead is, and the peak level from there on."""
    recording = document.recording(state.monitored)
    start = min(max(int(state.playhead_s * recording.sample_rate), 0), recording.n_samples - 1)
    stop = min(start + max(1, int(LEVEL_S * recording.sample_rate)), recording.n_samples)
    peak = float(np.abs(recording.read(start, stop).samples).max())
    level_db = amplitude_to_db(peak)
    time = format_time(state.playhead_s)
    if level_db <= SILENCE_DB:
        return _tr("Playhead at {time}, silent.").format(time=time)
    return _tr("Playhead at {time}, {level:.0f} dBFS.").format(time=time, level=level_db)


def selection_words(selection: Region | None) -> str:
    """From when to when, and which band, is selected."""
    if selection is None:
        return _tr("Nothing is selected.")
    times = {"start": format_time(selection.start_s), "stop": format_time(selection.stop_s)}
    if selection.low_hz is None or selection.high_hz is None:
        return _tr("Selected: {start} to {stop}.").format(**times)
    text = _tr("Selected: {start} to {stop}, {low:.0f} to {high:.0f} Hz.")
    if selection.shape:
        text = _tr("Selected: drawn within {start} to {stop}, {low:.0f} to {high:.0f} Hz.")
    return text.format(**times, low=selection.low_hz, high=selection.high_hz)


def event_words(events: EventList | None, n_channels: int) -> str:
    """Which event is looked at, of how many; empty where none is."""
    if events is None or events.current is None:
        return ""
    places = np.flatnonzero(events.rows == events.current)
    told = event_text(events.columns, events.current, n_channels)
    if not len(places):
        return _tr("Event: {event}.").format(event=told)
    return _tr("Event {number} of {count}: {event}.").format(
        number=int(places[0]) + 1, count=len(events.rows), event=told
    )


def span_words(state: ViewState) -> str:
    """What is on the screen."""
    start, stop = format_time(state.start_s), format_time(state.stop_s)
    return _tr("Shown: {start} to {stop}.").format(start=start, stop=stop)


def band_words(state: ViewState) -> str:
    """Which frequencies are on the screen."""
    return _tr("Frequencies: {low:.0f} to {high:.0f} Hz.").format(
        low=state.low_hz, high=state.high_hz
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("words", text)
