"""What the actions of Select/Edges do: the selection moved and resized by keys."""

from collections.abc import Callable

from app.desk import Desk
from app.select_commands import can_snap, has_stored, toggle_band
from app.widgets.nudging import band_edge_moved, band_moved, edge_moved, moved_inside
from app.widgets.selection_box import Edge
from app.widgets.selection_tools import Joining, joined, region_stroke
from app.widgets.stepping import span_with
from engine.region import Region

STEP_PIXELS = 4


def can_move_edge(desk: Desk) -> bool:
    """Whether there is an edge to move, or a selection to begin."""
    is_open = desk.session.document is not None
    return is_open and (desk.session.view_state.selection is None or can_snap(desk))


def move_edge(edge: Edge, direction: int) -> Callable[[Desk], None]:
    """Move the start or the stop by some pixels; where nothing is selected, begin at the playhead.

    Args:
        edge: START or STOP.
        direction: 1 for later, -1 for earlier.
    """

    def move(desk: Desk) -> None:
        state, step_s = desk.session.view_state, direction * _step_s(desk)
        selection, at_s = state.selection, state.playhead_s
        if selection is None:
            start_s, stop_s = sorted((at_s, min(max(at_s + step_s, 0.0), state.duration_s)))
            changed = Region(start_s, stop_s) if start_s < stop_s else None
        else:
            changed = edge_moved(selection, edge, step_s, state.duration_s)
        _select(desk, changed, edge)

    return move


def move_selection(direction: int) -> Callable[[Desk], None]:
    """Move all that is selected by some pixels."""

    def move(desk: Desk) -> None:
        state = desk.session.view_state
        if state.selection is not None:
            by_s = direction * _step_s(desk)
            edge = Edge.STOP if direction > 0 else Edge.START
            _select(desk, moved_inside(state.selection, by_s, state.duration_s), edge)

    return move


def move_band_edge(edge: Edge, direction: int) -> Callable[[Desk], None]:
    """Move the upper or the lower edge by a quarter tone; the first press gives a band."""

    def move(desk: Desk) -> None:
        state = desk.session.view_state
        if state.selection is not None and not state.selection.has_band:
            toggle_band(desk)
        elif state.selection is not None:
            state.select(band_edge_moved(state.selection, edge, direction, state.nyquist_hz))

    return move


def move_band(direction: int) -> Callable[[Desk], None]:
    """Move the band by a quarter tone; the first press gives a band."""

    def move(desk: Desk) -> None:
        state = desk.session.view_state
        if state.selection is not None and not state.selection.has_band:
            toggle_band(desk)
        elif state.selection is not None:
            state.select(band_moved(state.selection, direction, state.nyquist_hz))

    return move


def can_join(place: int) -> Callable[[Desk], bool]:
    """Whether something was put aside there, and a span or a box is selected."""
    return lambda desk: has_stored(place)(desk) and can_snap(desk)


def join_stored(place: int, how: Joining) -> Callable[[Desk], None]:
    """Select what was put aside with the box that is selected added to it, or taken from it."""

    def join(desk: Desk) -> None:
        state = desk.session.view_state
        stored, box = state.stored[place], state.selection
        if stored is not None and box is not None:
            drawn = region_stroke(box)
            state.select(joined(stored, drawn, how, state.duration_s, state.nyquist_hz))

    return join


def type_selection(desk: Desk) -> None:
    """Hand the keys to the numbers of the selection."""
    desk.docks.show("inspector")
    desk.inspector.fields.take_focus()


def _step_s(desk: Desk) -> float:
    pixel_s = desk.views.spectrogram.time_scale.seconds_per_pixel
    return max(STEP_PIXELS * pixel_s, 1.0 / desk.session.view_state.sample_rate)


def _select(desk: Desk, region: Region | None, edge: Edge) -> None:
    """Select a region, and have the edge that moved on the screen."""
    state = desk.session.view_state
    state.select(region)
    if region is not None:
        edge_s = region.start_s if edge is Edge.START else region.stop_s
        state.set_span(*span_with(state.start_s, state.stop_s, edge_s))
