"""Player: audio out; Original, Result and Removed on one clock; tells where playing is."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from app.document import Document, Monitored
from app.mixer import Mixer
from app.play_clock import PlayClock
from app.playback_buffer import Cue, PlaybackBuffer
from app.sound_output import Output, SoundOutput
from engine.dsp.band_pass import band_pass
from engine.dsp.level import Level, LevelWatch
from engine.dsp.stream_filter import StreamFilter
from engine.errors import DeviceError
from engine.tasks.replay_eq import ReplayEq
from engine.units import (
    db_to_amplitude,
    samples_to_seconds,
    seconds_to_samples,
)

TICK_MS = 20
LINGER_MS = 500
"""How long the stream plays silence after the end: a device drops what it has not played yet."""
STALL_TICKS = 150
MOST_REMOVED_GAIN_DB = 30.0


class Player(QObject):
    """Plays the open document; the device is opened at the first play."""

    position_changed = Signal(float)
    """Second of the recording that is heard now, some fifty times a second while playing."""
    playing_changed = Signal(bool)
    levels_changed = Signal(object)
    """A Level of each channel of the recording, as it was heard since the last time."""
    under_ran = Signal(int)
    """Blocks of silence heard in place of sound since the recording was opened."""
    failed = Signal(str)
    """One sentence; playing has stopped."""
    notice = Signal(str)
    """One sentence on how the recording is played."""

    def __init__(
        self,
        parent: QObject | None = None,
        open_output: Callable[[Mixer, str], Output] = SoundOutput,
    ) -> None:
        super().__init__(parent)
        self._open_output = open_output
        self._document: Document | None = None
        self._device = ""
        self._loop = False
        self._monitored = Monitored.RESULT
        self._removed_gain_db = 0.0
        self._match_gains_db = (0.0, 0.0)
        self._is_mono = False
        self._equaliser: ReplayEq | None = None
        self._band_hz: tuple[float, float] | None = None
        self._filtered: tuple[ReplayEq | None, tuple[float, float] | None] = (None, None)
        """What the mixer's filter stands for."""
        self._position_s = 0.0
        self._cue: Cue | None = None
        self._mixer: Mixer | None = None
        self._output: Output | None = None
        self._clock: PlayClock | None = None
        self._levels = LevelWatch(1, 1)
        self._is_held = False
        self._under_runs = self._seen_under_runs = 0
        self._seen_calls = self._idle_ticks = 0
        self._ticker = QTimer(self)
        self._ticker.setTimerType(Qt.TimerType.PreciseTimer)
        self._ticker.setInterval(TICK_MS)
        self._ticker.timeout.connect(self._on_tick)
        self._linger = QTimer(self)
        self._linger.setSingleShot(True)
        self._linger.setInterval(LINGER_MS)
        self._linger.timeout.connect(self._close_output)

    def companion(self, parent: QObject) -> "Player":
        """Another player on the same device, as for excerpts that are no part of the recording."""
        other = Player(parent, self._open_output)
        other.device = self._device
        return other

    @property
    def is_playing(self) -> bool:
        """Whether something is played, or about to be."""
        return self._cue is not None

    @property
    def position_s(self) -> float:
        """Second of the recording that is heard now, or was last."""
        return self._position_s

    @property
    def under_runs(self) -> int:
        """Blocks of silence heard in place of sound since the recording was opened."""
        return self._under_runs

    @property
    def loop(self) -> bool:
        """Whether playing begins anew at its start when it comes to its stop."""
        return self._loop

    @loop.setter
    def loop(self, loop: bool) -> None:
        self._loop = loop
        self._hand_down()

    @property
    def monitored(self) -> Monitored:
        """What is heard; changes between two samples, without a gap."""
        return self._monitored

    @monitored.setter
    def monitored(self, monitored: Monitored) -> None:
        self._monitored = monitored
        self._hand_down()

    @property
    def removed_gain_db(self) -> float:
        """How much louder Removed is heard than it is, 0 .. 30 dB."""
        return self._removed_gain_db

    @removed_gain_db.setter
    def removed_gain_db(self, gain_db: float) -> None:
        self._removed_gain_db = min(max(gain_db, 0.0), MOST_REMOVED_GAIN_DB)
        self._hand_down()

    @property
    def match_gains_db(self) -> tuple[float, float]:
        """What Original and Result are heard with, that one may be as loud as the other."""
        return self._match_gains_db

    @match_gains_db.setter
    def match_gains_db(self, gains_db: tuple[float, float]) -> None:
        self._match_gains_db = gains_db
        self._hand_down()

    @property
    def is_mono(self) -> bool:
        """Whether all channels are heard as one."""
        return self._is_mono

    @is_mono.setter
    def is_mono(self, is_mono: bool) -> None:
        self._is_mono = is_mono
        self._hand_down()

    @property
    def equaliser(self) -> ReplayEq | None:
        """Replay curves that all is heard through; no sample of a recording is changed."""
        return self._equaliser

    @equaliser.setter
    def equaliser(self, equaliser: ReplayEq | None) -> None:
        self._equaliser = equaliser
        self._filter()

    @property
    def band_hz(self) -> tuple[float, float] | None:
        """The band that alone is heard, if what was played last was one."""
        return self._band_hz

    @band_hz.setter
    def band_hz(self, band_hz: tuple[float, float] | None) -> None:
        self._band_hz = band_hz
        self._filter()

    @property
    def device(self) -> str:
        """Name of the sound device, as `devices` tells it; empty is the system's choice."""
        return self._device

    @device.setter
    def device(self, device: str) -> None:
        if device == self._device:
            return
        self._device = device
        cue = self._cue
        self._close_output()
        if cue is not None and self._document is not None:
            rate = self._document.original.sample_rate
            self.play(self._position_s, samples_to_seconds(cue.stop, rate), self._band_hz)

    def open(self, document: Document) -> None:
        """Take a document to play in place of the present one."""
        self.close()
        self._document = document
        self._position_s = 0.0
        self._under_runs = 0
        self.under_ran.emit(0)

    def give_back(self) -> None:
        """Stop and give the device back; the position stays, and nothing plays until `take_up`."""
        self._close_output()
        self._is_held = True

    def take_up(self) -> None:
        """Devices may be opened again."""
        self._is_held = False

    def close(self) -> None:
        """Stop, give the device back and let go of the document."""
        self._close_output()
        self._document = None

    def play(
        self,
        start_s: float,
        stop_s: float | None = None,
        band_hz: tuple[float, float] | None = None,
        *,
        is_seamless: bool = False,
    ) -> None:
        """Play [start_s, stop_s), by default to the end; what is played now is faded out.

        band_hz: hear this band of it alone. is_seamless: fade over where a loop begins anew.
        """
        document = self._document
        if document is None:
            return
        rate, n_samples = document.original.sample_rate, document.original.n_samples
        start = min(max(seconds_to_samples(start_s, rate), 0), n_samples)
        stop = n_samples if stop_s is None else min(seconds_to_samples(stop_s, rate), n_samples)
        if start >= stop or not self._has_output(document):
            return
        assert self._mixer is not None
        was_playing = self.is_playing
        self._band_hz = band_hz
        self._filter()
        self._cue = self._mixer.cue = Cue(start, stop, is_seamless or band_hz is not None)
        self._mixer.buffer.play(self._cue)
        self._linger.stop()
        self._idle_ticks = 0
        self._ticker.start()
        self._move_to(samples_to_seconds(start, rate))
        if not was_playing:
            self.playing_changed.emit(True)

    def stop(self) -> None:
        """Stop playing; the position stays."""
        if self._cue is None or self._mixer is None:
            return
        self._cue = self._mixer.cue = None
        self._ticker.stop()
        self._linger.start()
        self.levels_changed.emit((Level(),) * self._mixer.buffer.n_channels)
        self.playing_changed.emit(False)

    def toggle(self) -> None:
        """Stop, or play on from the position; from the start if it is at the end."""
        if self.is_playing:
            self.stop()
        elif self._document is not None:
            at_end = self._position_s > self._document.duration_s - 0.5 * TICK_MS / 1000
            self.play(0.0 if at_end else self._position_s)

    @Slot(int, int)
    def forget(self, start: int, stop: int) -> None:
        """Samples [start, stop) of the result have changed; playing goes on with the new ones."""
        if self._mixer is not None and self._document is not None:
            result = self._document.recording(Monitored.RESULT)
            self._mixer.buffer.replace_result(result, start, stop)

    def restage(self, factor: float) -> None:
        """The document is another recording now, `factor` times as long; playing goes on there."""
        cue, mixer, document = self._cue, self._mixer, self._document
        position_s = factor * self._position_s
        stop_s = factor * cue.stop / mixer.buffer.sample_rate if cue and mixer else 0.0
        self._close_output()  # which takes one rate and one number of channels
        if document is None:
            return
        self._position_s = min(position_s, document.duration_s)
        self.levels_changed.emit((Level(),) * document.original.n_channels)
        if cue is not None:
            self.play(self._position_s, min(stop_s, document.duration_s), self._band_hz)

    def _has_output(self, document: Document) -> bool:
        """Open the device unless it is open; False, and `failed`, if that cannot be."""
        if self._output is not None:
            return True
        if self._is_held:
            self.notice.emit(self.tr("Looking for sound devices; press play again in a moment."))
            return False
        original = document.recording(Monitored.ORIGINAL)
        buffer = PlaybackBuffer(original, document.recording(Monitored.RESULT))
        mixer = Mixer(buffer)
        try:
            self._output = self._open_output(mixer, self._device)
        except DeviceError as error:
            self.failed.emit(str(error))
            return False
        buffer.start()
        self._mixer = mixer
        self._clock = PlayClock(mixer)
        self._levels = LevelWatch(original.sample_rate, original.n_channels)
        self._seen_under_runs = self._seen_calls = 0
        self._filtered = (None, None)
        self._hand_down()
        if self._output.notice:
            self.notice.emit(self._output.notice)
        return True

    @Slot()
    def _close_output(self) -> None:
        self.stop()
        self._linger.stop()
        if self._output is not None and self._mixer is not None:
            self._output.close()
            self._mixer.buffer.close()
        self._output = self._mixer = self._clock = None

    def _hand_down(self) -> None:
        if self._mixer is not None:
            self._mixer.buffer.loop = self._loop
            self._mixer.monitored = self._monitored
            self._mixer.is_mono = self._is_mono
            gains_db = (*self._match_gains_db, self._removed_gain_db)
            self._mixer.gains = dict(zip(Monitored, map(db_to_amplitude, gains_db), strict=True))

    def _filter(self) -> None:
        """Equaliser and band as one filter: it costs the callback no more than either alone."""
        mixer, task, band_hz = self._mixer, self._equaliser, self._band_hz
        wanted = (task, band_hz)
        if mixer is None or wanted == self._filtered:
            return
        self._filtered = wanted
        rate = mixer.buffer.sample_rate
        sections = () if task is None else task.sections(rate)
        if band_hz is not None:
            sections += band_pass(*band_hz, rate)
        mixer.equaliser = StreamFilter(sections, mixer.buffer.n_channels) if sections else None

    def _move_to(self, position_s: float) -> None:
        if position_s != self._position_s:
            self._position_s = position_s
            self.position_changed.emit(position_s)

    @Slot()
    def _on_tick(self) -> None:
        if self._clock is None or self._mixer is None or self._cue is None:
            return
        heard = self._clock.heard(self._cue)
        for block in heard.blocks:
            self._levels.add(block)
        if heard.blocks:
            self.levels_changed.emit(self._levels.take())
        if heard.position is not None:
            rate = self._mixer.buffer.sample_rate
            self._move_to(samples_to_seconds(heard.position, rate))
        if heard.ended:
            self.stop()
        self._look_after_output()

    def _look_after_output(self) -> None:
        output, mixer = self._output, self._mixer
        if output is None or mixer is None:
            return
        if output.under_runs > self._seen_under_runs:
            self._under_runs += output.under_runs - self._seen_under_runs
            self._seen_under_runs = output.under_runs
            self.under_ran.emit(self._under_runs)
        self._idle_ticks = self._idle_ticks + 1 if output.calls == self._seen_calls else 0
        self._seen_calls = output.calls
        if mixer.buffer.failure is not None:
            self._fail(str(mixer.buffer.failure))
        elif not output.is_active or self._idle_ticks > STALL_TICKS:
            name = f" '{self._device}'" if self._device else ""
            sentence = self.tr("The sound device{0} has gone; connect it again and press play.")
            self._fail(sentence.format(name))

    def _fail(self, sentence: str) -> None:
        self._close_output()
        self.failed.emit(sentence)
