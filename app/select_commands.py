"""What the actions of the Select menu do: functions of the desk."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtGui import QGuiApplication

from app import settings as keys
from app.desk import Desk
from app.turns import turns_of
from app.widgets.region_text import region_bounds, region_text
from app.widgets.selection_tools import Tool, inverted
from engine.region import Region
from engine.snap import nearest_of, zero_crossing

DEFAULT_BAND_HZ = (1000.0, 6000.0)
EVENT_REACH = 0.25
"""Share of the visible span that an edge moves at most to an event."""


def select_all(desk: Desk) -> None:
    """Select the whole side."""
    view_state = desk.session.view_state
    view_state.select(Region(0.0, view_state.duration_s))


def select_none(desk: Desk) -> None:
    """Select nothing."""
    desk.session.view_state.select(None)


def copy_bounds(desk: Desk) -> None:
    """Put the bounds of the selection on the clipboard."""
    region = desk.session.view_state.selection
    if region is None:
        return
    text = region_bounds(region)
    QGuiApplication.clipboard().setText(text)
    desk.tell(_tr("On the clipboard: {text}").format(text=text))


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


def to_start(desk: Desk) -> None:
    """Select all before the playhead."""
    state = desk.session.view_state
    state.select(Region(0.0, state.playhead_s) if state.playhead_s > 0.0 else None)


def to_end(desk: Desk) -> None:
    """Select all after the playhead."""
    state = desk.session.view_state
    is_before = state.playhead_s < state.duration_s
    state.select(Region(state.playhead_s, state.duration_s) if is_before else None)


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
    """Take all such marks away."""
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


def is_locked(desk: Desk) -> bool:
    """Whether the selection stays as it is."""
    return desk.session.view_state.is_locked


def toggle_lock(desk: Desk) -> None:
    """Hold the selection, or let it go."""
    view_state = desk.session.view_state
    view_state.lock(is_on=not view_state.is_locked)
    desk.tell(
        _tr("The selection is locked: clicks and drags leave it as it is.")
        if view_state.is_locked
        else _tr("The selection is free again.")
    )


def choose_tool(tool: Tool) -> Callable[[Desk], None]:
    """Draw with another tool from now on."""

    def choose(desk: Desk) -> None:
        desk.session.settings.set(keys.selection_tool, tool.value)
        desk.focus_views()

    return choose


def is_tool(tool: Tool) -> Callable[[Desk], bool]:
    """Whether a drag in the spectrogram draws with this tool."""
    return lambda desk: desk.session.settings.get(keys.selection_tool) == tool.value


def invert(desk: Desk) -> None:
    """Select all that is not selected; the whole side if nothing is."""
    view_state = desk.session.view_state
    if view_state.selection is None:
        select_all(desk)
        return
    found = inverted(view_state.selection, view_state.duration_s, view_state.nyquist_hz)
    view_state.select(found)


def store(place: int) -> Callable[[Desk], None]:
    """Put the selection aside in one of some places, or empty that where nothing is selected."""

    def put(desk: Desk) -> None:
        view_state = desk.session.view_state
        view_state.stored[place] = region = view_state.selection
        text = _tr("Place {n} is empty again.") if region is None else _tr("Place {n}: {region}")
        told = "" if region is None else region_text(region)
        desk.tell(text.format(n=place + 1, region=told))

    return put


def recall(place: int) -> Callable[[Desk], None]:
    """Select what was put aside there."""
    return lambda desk: desk.session.view_state.select(desk.session.view_state.stored[place])


def has_stored(place: int) -> Callable[[Desk], bool]:
    """Whether something was put aside there."""
    return lambda desk: (
        desk.session.document is not None and desk.session.view_state.stored[place] is not None
    )


def can_snap(desk: Desk) -> bool:
    """Whether there are edges to move."""
    selection = desk.session.view_state.selection
    return selection is not None and not selection.shape


def snap_to_zero(desk: Desk) -> None:
    """Move both edges to where what is monitored goes through zero."""
    document = desk.session.document
    if document is not None:
        recording = document.recording(desk.session.view_state.monitored)
        snap(desk, lambda at_s: zero_crossing(recording, at_s))


def can_snap_to_events(desk: Desk) -> bool:
    """Whether there are events as well."""
    return can_snap(desk) and desk.review.can_go


def snap_to_events(desk: Desk) -> None:
    """Move the start to where an event begins, and the stop to where one ends."""
    columns, view_state = desk.review.events.columns, desk.session.view_state
    reach_s = EVENT_REACH * (view_state.stop_s - view_state.start_s)
    starts = (columns.start / columns.sample_rate).tolist()
    stops = (columns.stop / columns.sample_rate).tolist()
    snap(
        desk,
        lambda at_s: nearest_of(starts, at_s, reach_s),
        lambda at_s: nearest_of(stops, at_s, reach_s),
    )


def can_snap_to_turns(desk: Desk) -> bool:
    """Whether the turns of the disc are marked as well."""
    return can_snap(desk) and turns_of(desk.session) is not None


def snap_to_turns(desk: Desk) -> None:
    """Move both edges to where the nearest turns of the disc begin."""
    turns = turns_of(desk.session)
    duration_s = desk.session.view_state.duration_s
    if turns is None:
        return

    def nearest(at_s: float) -> float:
        number = round((at_s - turns.phase_s) / turns.period_s)
        return min(max(turns.time_s(number), 0.0), duration_s)

    snap(desk, nearest)


def snap(
    desk: Desk,
    to: Callable[[float], float],
    stop_to: Callable[[float], float] | None = None,
) -> None:
    """Move the edges of the selection, the stop by a function of its own where there is one."""
    view_state = desk.session.view_state
    selection = view_state.selection
    if selection is None:
        return
    start_s, stop_s = to(selection.start_s), (stop_to or to)(selection.stop_s)
    if start_s < stop_s:
        view_state.select(replace(selection, start_s=start_s, stop_s=stop_s))


def _tr(text: str) -> str:
    return QGuiApplication.translate("commands", text)
