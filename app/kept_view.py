"""What a window shows of a recording, as plain values that a project keeps."""

from collections.abc import Mapping
from typing import Any, TypeGuard

from app import settings as keys
from app.document import Monitored
from app.settings import Setting, Settings
from app.view_state import N_STORED, ViewState
from engine.cqt_picture import BINS_PER_OCTAVE
from engine.region import Region
from engine.spectrogram import N_FFTS, WINDOWS
from engine.storage.disk import Damaged
from engine.storage.fields import region_of, region_values

PICTURE: tuple[tuple[Setting[Any], tuple[Any, ...]], ...] = (
    (keys.transform, ("stft", "cqt")),
    (keys.n_fft, N_FFTS),
    (keys.window, WINDOWS),
    (keys.bins_per_octave, BINS_PER_OCTAVE),
    (keys.frequency_scale, ("log", "linear", "mel")),
)
"""Settings of the pictures that come back with a project, and their values; the rest is taste."""


def view_of(view_state: ViewState, settings: Settings) -> dict[str, object]:
    """What is visible, selected, monitored, and where the playhead and a turn of the disc are."""
    selection = view_state.selection
    return {
        "span": [view_state.start_s, view_state.stop_s],
        "band": [view_state.low_hz, view_state.high_hz],
        "selection": None if selection is None else region_values(selection),
        "stored": [None if each is None else region_values(each) for each in view_state.stored],
        "is_locked": view_state.is_locked,
        "playhead": view_state.playhead_s,
        "monitored": view_state.monitored.value,
        "turn": settings.get(keys.turn_phase_s),
        "picture": {each.key: settings.get(each) for each, _ in PICTURE},
    }


def show_view(view: Mapping[str, object], view_state: ViewState, settings: Settings) -> None:
    """Show what was shown; what a view does not tell, or tells wrong, stays as it is."""
    span, band = _numbers(view.get("span"), 2), _numbers(view.get("band"), 2)
    if span is not None and span[0] < span[1]:
        view_state.set_span(*span)
    if band is not None and band[0] < band[1]:
        view_state.set_band(*band)
    view_state.select(_selection(view.get("selection")))
    stored = view.get("stored")
    if isinstance(stored, list):
        view_state.stored = [_selection(each) for each in (*stored, *[None] * N_STORED)][:N_STORED]
    view_state.lock(is_on=view.get("is_locked") is True and view_state.selection is not None)
    playhead = view.get("playhead")
    if _is_number(playhead):
        view_state.set_playhead(playhead)
    turn = view.get("turn")
    if _is_number(turn):
        settings.set(keys.turn_phase_s, float(turn))
    monitored = view.get("monitored")
    if isinstance(monitored, str) and monitored in set(Monitored):
        view_state.monitor(Monitored(monitored))
    picture = view.get("picture")
    for each, values in PICTURE:
        value = picture.get(each.key) if isinstance(picture, Mapping) else None
        if value in values:
            settings.set(each, value)


def _selection(value: object) -> Region | None:
    try:
        return None if value is None else region_of(value, "the view")
    except Damaged:
        return None


def _numbers(value: object, count: int) -> list[float] | None:
    """A list of so many numbers."""
    if not isinstance(value, list) or len(value) != count or not all(map(_is_number, value)):
        return None
    return value


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
