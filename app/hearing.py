"""Hearing: what is played when, and how it is listened to; the player follows the settings."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from app import settings as keys
from app.document import Document, Monitored
from app.jobs import JobRunner
from app.loudness_match import LoudnessMatch
from app.output_devices import OutputDevices
from app.player import Player
from app.settings import Settings
from app.view_state import ViewState
from engine.region import Region


class Hearing(QObject):
    """Plays what is selected in its ways; changes how things are heard, never what they are."""

    def __init__(
        self,
        settings: Settings,
        view_state: ViewState,
        player: Player,
        runner: JobRunner,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._settings, self._view_state, self._player = settings, view_state, player
        self._held: Monitored | None = None
        self.taken_by: Callable[[float | None], object] | None = None
        """What plays in place of this while there is a preview; told where from, if a click says.
        """
        self.match = LoudnessMatch(view_state, player, runner, self)
        self.devices = OutputDevices(settings, player, self)
        player.loop = settings.get(keys.loop)
        player.removed_gain_db = settings.get(keys.removed_gain_db)
        player.device = settings.get(keys.output_device)
        view_state.monitored_changed.connect(self._on_monitored_changed)
        view_state.selection_changed.connect(self._on_selection_changed)
        settings.changed.connect(self._on_setting_changed)
        self._on_setting_changed()

    def follow(self, document: Document | None) -> None:
        """Take another document to be heard, or none."""
        if document is None:
            self._player.close()
        else:
            self._player.open(document)
            document.changed.connect(self._player.forget)
        self.match.follow(document)

    def play(self) -> None:
        """Play from the playhead; with the loop on, the selection over and over."""
        if self.taken_by is not None:
            self.taken_by(None)
            return
        if self._player.loop and self._view_state.selection is not None:
            self.play_selection()
            return
        start_s = self._view_state.playhead_s
        at_end = start_s >= self._view_state.duration_s - 0.01
        self._player.play(0.0 if at_end else start_s)

    def seek(self, at_s: float) -> None:
        """Go on playing from where the playhead was put."""
        if self.taken_by is not None:
            self.taken_by(at_s)
        else:
            self._player.play(at_s)

    def play_selection(self) -> None:
        """Play what is selected; in a loop with the rolls that are set for one."""
        selection = self._view_state.selection
        if selection is not None:
            self._play(selection)

    def play_band(self) -> None:
        """Play what is selected, its band alone."""
        selection = self._view_state.selection
        if selection is None or selection.low_hz is None or selection.high_hz is None:
            return
        self._play(selection, (selection.low_hz, selection.high_hz))

    def play_around(self, region: Region) -> None:
        """Play a region with what is before and after it."""
        before_s = self._settings.get(keys.around_before_s)
        after_s = self._settings.get(keys.around_after_s)
        self._player.play(max(0.0, region.start_s - before_s), region.stop_s + after_s)

    def hold_original(self) -> None:
        """Hear and show the original for as long as a key is held."""
        if self._held is None:
            self._held = self._view_state.monitored
            self._view_state.monitor(Monitored.ORIGINAL)

    def release_original(self) -> None:
        """Hear and show again what was before."""
        held, self._held = self._held, None
        if held is not None:
            self._view_state.monitor(held)

    def _play(self, region: Region, band_hz: tuple[float, float] | None = None) -> None:
        before_s = after_s = 0.0
        if self._player.loop:
            before_s = self._settings.get(keys.loop_before_s)
            after_s = self._settings.get(keys.loop_after_s)
        self._player.play(max(0.0, region.start_s - before_s), region.stop_s + after_s, band_hz)

    @Slot()
    def _on_setting_changed(self) -> None:
        self._player.device = self._settings.get(keys.output_device)
        self._player.is_mono = self._settings.get(keys.mono)
        self.match.turn(on=self._settings.get(keys.match_loudness))

    @Slot()
    def _on_selection_changed(self) -> None:
        """A band that is dragged while it is played is heard as it is now."""
        selection = self._view_state.selection
        is_band_heard = self._player.is_playing and self._player.band_hz is not None
        if selection is None or selection.low_hz is None or selection.high_hz is None:
            return
        if is_band_heard:
            self._player.band_hz = (selection.low_hz, selection.high_hz)

    @Slot()
    def _on_monitored_changed(self) -> None:
        self._player.monitored = self._view_state.monitored
