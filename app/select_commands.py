"""What the actions of the Select menu do: functions of the desk."""

from app.desk import Desk
from engine.region import Region

DEFAULT_BAND_HZ = (1000.0, 6000.0)


def select_all(desk: Desk) -> None:
    """Select the whole side."""
    view_state = desk.session.view_state
    view_state.select(Region(0.0, view_state.duration_s))


def select_none(desk: Desk) -> None:
    """Select nothing."""
    desk.session.view_state.select(None)


def select_visible(desk: Desk) -> None:
    """Select what is on the screen."""
    view_state = desk.session.view_state
    view_state.select(Region(view_state.start_s, view_state.stop_s))


def start_at_playhead(desk: Desk) -> None:
    """Move or set the start of the selection."""
    view_state = desk.session.view_state
    selection, at_s = view_state.selection, view_state.playhead_s
    stop_s = selection.stop_s if selection and selection.stop_s > at_s else view_state.duration_s
    if at_s < stop_s:
        band = (selection.low_hz, selection.high_hz) if selection else (None, None)
        view_state.select(Region(at_s, stop_s, *band))


def stop_at_playhead(desk: Desk) -> None:
    """Move or set the stop of the selection."""
    view_state = desk.session.view_state
    selection, at_s = view_state.selection, view_state.playhead_s
    start_s = selection.start_s if selection and selection.start_s < at_s else 0.0
    if start_s < at_s:
        band = (selection.low_hz, selection.high_hz) if selection else (None, None)
        view_state.select(Region(start_s, at_s, *band))


def toggle_band(desk: Desk) -> None:
    """Limit the selection to a band, or free it; the band it had last comes back."""
    view_state = desk.session.view_state
    selection = view_state.selection
    if selection is None:
        return
    if selection.has_band:
        desk.inspector.remember_band(selection)
        view_state.select(Region(selection.start_s, selection.stop_s))
    else:
        band = desk.inspector.band_hz or DEFAULT_BAND_HZ
        view_state.select(Region(selection.start_s, selection.stop_s, *band))


def mark_noise(desk: Desk) -> None:
    """Mark the selected span as groove noise only."""
    desk.inspector.mark_noise()


def clear_noise(desk: Desk) -> None:
    """Take the mark away."""
    if desk.session.document is not None:
        desk.session.document.mark_noise(None)


def has_band(desk: Desk) -> bool:
    """Whether the selection is limited in frequency."""
    selection = desk.session.view_state.selection
    return selection is not None and selection.has_band


def has_noise(desk: Desk) -> bool:
    """Whether a span is marked as noise."""
    document = desk.session.document
    return document is not None and document.noise is not None
