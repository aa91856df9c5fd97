"""What the actions of the View menu do: functions of the desk."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDoubleSpinBox, QInputDialog, QWidget

from app import settings as keys
from app.desk import Desk
from app.layouts import Layout
from app.settings import Setting, T
from app.turns import known_rpm, rpm_of
from engine.turns import RPM_LIMITS, SPEEDS_RPM

ZOOM_FACTOR = 0.5
PANELS = {
    "inspector": "&Inspector",
    "events": "&Events",
    "history": "&History",
    "marks": "&Marks",
    "recording": "&Recording",
    "spectrum": "Average &Spectrum",
    "sides": "Si&des",
}


def zoom_in(desk: Desk) -> None:
    """Zoom around the playhead if it is on the screen, else around the middle."""
    _zoom(desk, ZOOM_FACTOR)


def zoom_out(desk: Desk) -> None:
    """Zoom out likewise."""
    _zoom(desk, 1 / ZOOM_FACTOR)


def _zoom(desk: Desk, factor: float) -> None:
    view_state = desk.session.view_state
    start, stop, at = view_state.start_s, view_state.stop_s, view_state.playhead_s
    view_state.zoom_at(at if start < at < stop else 0.5 * (start + stop), factor)


def zoom_to_selection(desk: Desk) -> None:
    """Show the selection."""
    desk.session.view_state.zoom_to_selection()


def zoom_fit(desk: Desk) -> None:
    """Show the whole side."""
    desk.session.view_state.fit()


def zoom_toggle(desk: Desk) -> None:
    """Swap with the span before."""
    desk.session.view_state.toggle_zoom()


def choose(setting: Setting[T], value: T) -> Callable[[Desk], None]:
    """Remember a value of a setting; who depends on it hears of it."""
    return lambda desk: desk.session.settings.set(setting, value)


def is_chosen(setting: Setting[T], value: T) -> Callable[[Desk], bool]:
    """Whether a setting has this value."""
    return lambda desk: desk.session.settings.get(setting) == value


def is_stereo(desk: Desk) -> bool:
    """Whether there are two channels to choose from."""
    document = desk.session.document
    return document is not None and document.original.n_channels == 2


def is_stft(desk: Desk) -> bool:
    """Whether the spectrogram has bins of equal width in hertz."""
    return desk.session.settings.get(keys.transform) != "cqt"


def has_note_names(desk: Desk) -> bool:
    """Whether notes are named beside the frequencies: always in a CQT."""
    return desk.session.settings.get(keys.note_names) or not is_stft(desk)


def toggle_note_names(desk: Desk) -> None:
    """Name notes beside the frequencies of the STFT too, or not."""
    settings = desk.session.settings
    settings.set(keys.note_names, not settings.get(keys.note_names))


def toggle_turns(desk: Desk) -> None:
    """Mark the turns of the disc, or not."""
    settings = desk.session.settings
    settings.set(keys.show_turns, not settings.get(keys.show_turns))


def set_turn(desk: Desk) -> None:
    """Let a turn begin at the playhead, and show it."""
    settings = desk.session.settings
    settings.set(keys.turn_phase_s, desk.session.view_state.playhead_s)
    settings.set(keys.show_turns, True)


def has_known_speed(desk: Desk) -> bool:
    """Whether the history tells how fast the disc turns."""
    return known_rpm(desk.session.document) is not None


def is_other_speed(desk: Desk) -> bool:
    """Whether the speed is none of the usual ones."""
    rpm = desk.session.settings.get(keys.turn_rpm)
    return rpm > 0.0 and rpm not in SPEEDS_RPM


def ask_speed(desk: Desk) -> None:
    """Ask for a speed; nothing changes unless it is confirmed."""
    assert isinstance(desk, QWidget)
    dialog = QInputDialog(desk)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(dialog.tr("Turns of the disc"))
    dialog.setLabelText(dialog.tr("Turns per minute"))
    dialog.setInputMode(QInputDialog.InputMode.DoubleInput)
    dialog.setDoubleDecimals(3)
    dialog.setDoubleRange(*RPM_LIMITS)
    dialog.setDoubleValue(rpm_of(desk.session))
    for field in dialog.findChildren(QDoubleSpinBox):
        field.setAccessibleName(dialog.labelText())
    dialog.doubleValueSelected.connect(partial(desk.session.settings.set, keys.turn_rpm))
    dialog.open()


def toggle_follow(desk: Desk) -> None:
    """Scroll along while playing, or not."""
    settings = desk.session.settings
    settings.set(keys.follow_playhead, not settings.get(keys.follow_playhead))


def next_panel(desk: Desk) -> None:
    """Focus to the next panel."""
    desk.next_panel(1)


def previous_panel(desk: Desk) -> None:
    """Focus to the panel before."""
    desk.next_panel(-1)


def toggle_panel(name: str) -> Callable[[Desk], None]:
    """Show or hide a panel."""
    return lambda desk: desk.docks.toggle(name)


def is_panel_shown(name: str) -> Callable[[Desk], bool]:
    """Whether a panel is shown."""
    return lambda desk: desk.docks.is_shown(name)


def toggle_full_screen(desk: Desk) -> None:
    """Give the window all of the screen, or the room it had before."""
    assert isinstance(desk, QWidget)
    desk.setWindowState(desk.windowState() ^ Qt.WindowState.WindowFullScreen)


def is_full_screen(desk: Desk) -> bool:
    """Whether the window has all of the screen."""
    return isinstance(desk, QWidget) and desk.isFullScreen()


def reset_layout(desk: Desk) -> None:
    """Put all panels where they belong."""
    desk.docks.reset()


def arrange(layout: Layout) -> Callable[[Desk], None]:
    """Show what is needed for one kind of work."""

    def arrange_for(desk: Desk) -> None:
        desk.docks.arrange(layout.panels)
        desk.views.share(layout.waveform)

    return arrange_for
