"""What the actions of Listen/Playhead and of paging do: functions of the desk."""

from collections.abc import Callable

from app.desk import Desk
from app.widgets.nudging import LOWEST_HZ

WIDE_STEP = 10
"""Pixels."""


def step(pixels: int) -> Callable[[Desk], None]:
    """Move the playhead by pixels of the picture that has the keys."""
    return lambda desk: desk.views.focused.step(pixels)


def go_to_edge(direction: int) -> Callable[[Desk], None]:
    """Move the playhead to the next edge of what is selected, marked or found."""
    return lambda desk: desk.views.go_to_edge(direction)


def page(direction: int) -> Callable[[Desk], None]:
    """Show the span after, or before, the one that is shown."""

    def turn(desk: Desk) -> None:
        state = desk.session.view_state
        state.scroll_by(direction * (state.stop_s - state.start_s))

    return turn


def zoom_frequency(factor: float) -> Callable[[Desk], None]:
    """Zoom the band that is shown, around the selected one or its middle."""

    def zoom(desk: Desk) -> None:
        spectrogram, selection = desk.views.spectrogram, desk.session.view_state.selection
        scale = spectrogram.band_scale
        y = scale.top + 0.5 * scale.height
        if selection is not None and selection.low_hz is not None and selection.high_hz is not None:
            y = 0.5 * (scale.y_of(selection.low_hz) + scale.y_of(selection.high_hz))
            y = min(max(y, float(scale.top)), float(scale.top + scale.height))
        spectrogram.zoom_axis(y, factor)

    return zoom


def scroll_frequency(direction: int) -> Callable[[Desk], None]:
    """Show higher frequencies, or lower ones, by a tenth of what is shown."""

    def scroll(desk: Desk) -> None:
        spectrogram = desk.views.spectrogram
        spectrogram.move_axis(direction * max(1, spectrogram.height() // 10))

    return scroll


def all_frequencies(desk: Desk) -> None:
    """Show all frequencies there are."""
    state = desk.session.view_state
    state.set_band(LOWEST_HZ, state.nyquist_hz)


def zoom_level(factor: float) -> Callable[[Desk], None]:
    """Show the waveform larger where the factor is below 1, or smaller."""
    return lambda desk: desk.views.waveform.zoom_axis(0.0, factor)
