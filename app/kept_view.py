"""What a window shows of a recording, as plain values that a project keeps."""

from collections.abc import Mapping
from typing import Any, TypeGuard

from app import settings as keys
from app.document import Monitored
from app.settings import Setting, Settings
from app.view_state import ViewState
from engine.cqt_picture import BINS_PER_OCTAVE
from engine.errors import SettingsError
from engine.region import Region
from engine.spectrogram import N_FFTS, WINDOWS

PICTURE: tuple[tuple[Setting[Any], tuple[Any, ...]], ...] = (
    (keys.transform, ("stft", "cqt")),
    (keys.n_fft, N_FFTS),
    (keys.window, WINDOWS),
    (keys.bins_per_octave, BINS_PER_OCTAVE),
    (keys.frequency_scale, ("log", "linear", "mel")),
)
"""Settings of the pictures that come back with a project, and their values; the rest is taste."""


def view_of(view_state: ViewState, settings: Settings) -> dict[str, object]:
    """What is visible, selected, monitored, and where the playhead is."""
    selection = view_state.selection
    return {
        "span": [view_state.start_s, view_state.stop_s],
        "band": [view_state.low_hz, view_state.high_hz],
        "selection": None
        if selection is None
        else [selection.start_s, selection.stop_s, selection.low_hz, selection.high_hz],
        "playhead": view_state.playhead_s,
        "monitored": view_state.monitored.value,
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
    playhead = view.get("playhead")
    if _is_number(playhead):
        view_state.set_playhead(playhead)
    monitored = view.get("monitored")
    if isinstance(monitored, str) and monitored in set(Monitored):
        view_state.monitor(Monitored(monitored))
    picture = view.get("picture")
    for each, values in PICTURE:
        value = picture.get(each.key) if isinstance(picture, Mapping) else None
        if value in values:
            settings.set(each, value)


def _selection(value: object) -> Region | None:
    numbers = _numbers(value, 2) or _numbers(value, 4)
    try:
        return Region(*numbers) if numbers else None
    except SettingsError:
        return None


def _numbers(value: object, count: int) -> list[float] | None:
    """A list of so many numbers; of four, the last two may be missing."""
    if not isinstance(value, list):
        return None
    numbers = value[:2] if len(value) == 4 and value[2:] == [None, None] else value
    return numbers if len(numbers) == count and all(map(_is_number, numbers)) else None


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
