"""What the actions of the Listen menu do: functions of the desk."""

from collections.abc import Callable

from app import settings as keys
from app.commands import has_document
from app.desk import Desk
from app.document import Monitored
from app.panels.status import told_stage
from app.settings import Setting


def play_or_stop(desk: Desk) -> None:
    """Play or stop."""
    player = desk.session.player
    if player.is_playing:
        player.stop()
    else:
        desk.session.hearing.play()


def play_selection(desk: Desk) -> None:
    """Play what is selected."""
    desk.session.hearing.play_selection()


def play_band(desk: Desk) -> None:
    """Play the selected band of the selected span alone."""
    desk.session.hearing.play_band()


def toggle_loop(desk: Desk) -> None:
    """Play over and over, or once."""
    player = desk.session.player
    player.loop = not player.loop
    desk.session.settings.set(keys.loop, player.loop)


def toggle(setting: Setting[bool]) -> Callable[[Desk], None]:
    """Turn a way of listening on or off; what hears by it hears of it."""

    def turn(desk: Desk) -> None:
        desk.session.settings.set(setting, not desk.session.settings.get(setting))

    return turn


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


def rescan_devices(desk: Desk) -> None:
    """Look for sound devices anew."""
    desk.session.hearing.devices.rescan()


def hold_original(desk: Desk) -> None:
    """Hear the original until the key is let go."""
    desk.session.hearing.hold_original()


def release_original(desk: Desk) -> None:
    """Hear again what was heard before."""
    desk.session.hearing.release_original()


def begin_meter(desk: Desk) -> None:
    """Let the meter forget true peak and clipped samples."""
    desk.transport.meter.put_back()
