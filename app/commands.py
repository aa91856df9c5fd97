"""What the actions do: functions of the desk, that is the session and the panels around it."""

from collections.abc import Callable

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication

from app import paths
from app import settings as keys
from app.desk import Desk
from app.diagnostics import diagnostics
from app.document import Monitored
from app.panels.status import told_stage
from app.settings import Setting, T
from engine.region import Region

ZOOM_FACTOR = 0.5
PANELS = {
    "inspector": "&Inspector",
    "events": "&Events",
    "history": "&History",
    "recording": "&Recording",
}
DEFAULT_BAND_HZ = (1000.0, 6000.0)


def has_document(desk: Desk) -> bool:
    """Whether a recording is open."""
    return desk.session.document is not None


def has_selection(desk: Desk) -> bool:
    """Whether something is selected."""
    return desk.session.view_state.selection is not None


def has_band(desk: Desk) -> bool:
    """Whether the selection is limited in frequency."""
    selection = desk.session.view_state.selection
    return selection is not None and selection.has_band


def has_noise(desk: Desk) -> bool:
    """Whether a span is marked as noise."""
    document = desk.session.document
    return document is not None and document.noise is not None


def can_undo(desk: Desk) -> bool:
    """Whether there is an operation to undo, and no job is built upon it."""
    document = desk.session.document
    return document is not None and document.can_undo and not desk.session.is_busy


def can_redo(desk: Desk) -> bool:
    """Whether there is an operation to redo."""
    document = desk.session.document
    return document is not None and document.can_redo and not desk.session.is_busy


def can_run(desk: Desk) -> bool:
    """Whether the inspector shows something that can run now."""
    return desk.inspector.can_run


def can_repeat(desk: Desk) -> bool:
    """Whether something has run that can run again now."""
    session = desk.session
    if session.document is None or session.is_busy or session.last is None:
        return False
    tasks = session.last[1]
    return bool(session.target(tasks)) or not any(task.needs_region for task in tasks)


def can_cancel(desk: Desk) -> bool:
    """Whether Esc has anything to end."""
    return desk.session.is_busy or desk.session.player.is_playing or has_selection(desk)


def choose_file(desk: Desk) -> None:
    """Ask for a file."""
    desk.choose_file()


def open_demo(desk: Desk) -> None:
    """Open the side that ships."""
    desk.open(paths.demo())


def export(desk: Desk) -> None:
    """Write the restored copy."""
    desk.export()


def close(desk: Desk) -> None:
    """Close the recording."""
    desk.close_recording()


def quit_(desk: Desk) -> None:
    """End the application."""
    desk.quit()


def undo(desk: Desk) -> None:
    """Move the head back."""
    if desk.session.document is not None:
        desk.session.document.undo()


def redo(desk: Desk) -> None:
    """Move the head forward."""
    if desk.session.document is not None:
        desk.session.document.redo()


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


def reset_layout(desk: Desk) -> None:
    """Put all panels where they belong."""
    desk.docks.reset()


def choose_task(name: str) -> Callable[[Desk], None]:
    """Show a task in the inspector."""

    def choose(desk: Desk) -> None:
        desk.inspector.choose_task(name)
        desk.docks.show("inspector")

    return choose


def choose_preset(name: str) -> Callable[[Desk], None]:
    """Show a preset in the inspector."""

    def choose(desk: Desk) -> None:
        desk.inspector.choose_preset(name)
        desk.docks.show("inspector")

    return choose


def run(desk: Desk) -> None:
    """Run what the inspector shows."""
    desk.inspector.run()


def repeat_last(desk: Desk) -> None:
    """Run the last tasks again on what is selected now."""
    session = desk.session
    if session.last is not None:
        session.restore(*session.last, session.target(session.last[1]))


def cancel(desk: Desk) -> None:
    """End the job, else playing, else the selection."""
    session = desk.session
    if session.is_busy:
        session.runner.cancel_all()
    elif session.player.is_playing:
        session.player.stop()
    else:
        session.view_state.select(None)


def play_or_stop(desk: Desk) -> None:
    """Play or stop."""
    player = desk.session.player
    if player.is_playing:
        player.stop()
    else:
        desk.session.play()


def play_selection(desk: Desk) -> None:
    """Play what is selected."""
    desk.session.play_selection()


def toggle_loop(desk: Desk) -> None:
    """Play over and over, or once."""
    player = desk.session.player
    player.loop = not player.loop
    desk.session.settings.set(keys.loop, player.loop)


def is_looping(desk: Desk) -> bool:
    """Whether playing begins anew at the end."""
    return desk.session.player.loop


def go_to_start(desk: Desk) -> None:
    """Playhead to the start."""
    desk.session.view_state.set_playhead(0.0)


def go_to_end(desk: Desk) -> None:
    """Playhead to the end."""
    desk.session.view_state.set_playhead(desk.session.view_state.duration_s)


def monitor(monitored: Monitored) -> Callable[[Desk], None]:
    """Hear and show one of the three."""
    return lambda desk: desk.session.view_state.monitor(monitored)


def is_monitored(monitored: Monitored) -> Callable[[Desk], bool]:
    """Whether this one is heard and shown."""
    return lambda desk: desk.session.view_state.monitored is monitored


def stage_tip(desk: Desk) -> str:
    """What Original and Removed mean now; empty while that is the plain thing."""
    document = desk.session.document
    maker = document.state.staged_by if document is not None else None
    return "" if maker is None else told_stage(maker)


def can_equalise(desk: Desk) -> bool:
    """Whether replay curves were chosen that can be heard."""
    return has_document(desk) and desk.inspector.equaliser.has_curves


def is_equalised(desk: Desk) -> bool:
    """Whether everything is heard through replay curves."""
    return desk.inspector.equaliser.is_on


def toggle_equaliser(desk: Desk) -> None:
    """Hear everything through the chosen replay curves, or as it is."""
    desk.inspector.equaliser.turn(on=not desk.inspector.equaliser.is_on)


def hold_original(desk: Desk) -> None:
    """Hear the original until the key is let go."""
    desk.session.hold_original()


def release_original(desk: Desk) -> None:
    """Hear again what was heard before."""
    desk.session.release_original()


def show_keys(desk: Desk) -> None:
    """Show the key reference."""
    desk.show_keys()


def copy_diagnostics(desk: Desk) -> None:
    """Put versions and system on the clipboard."""
    QGuiApplication.clipboard().setText(diagnostics(desk.session.settings))
    desk.tell(QGuiApplication.translate("commands", "The diagnostics are on the clipboard."))


def open_log_folder(desk: Desk) -> None:
    """Show the folder of the log in the file manager."""
    folder = paths.log_file().parent
    folder.mkdir(parents=True, exist_ok=True)
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def show_about(desk: Desk) -> None:
    """Show name, version and licence."""
    desk.show_about()
