"""ViewState: visible span and band, selection, playhead; how views agree."""

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from app.document import Monitored
from engine.region import Region

MIN_SPAN_SAMPLES = 16
N_STORED = 5
"""Places for selections to come back to."""


class ViewState(QObject):
    """Seconds and hertz, never pixels. Views read it, change it by its methods and repaint."""

    span_changed = Signal()
    """Visible span in time."""
    band_changed = Signal()
    """Visible band of the spectrogram."""
    selection_changed = Signal()
    playhead_changed = Signal()
    monitored_changed = Signal()
    lock_changed = Signal()
    previewed_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._duration_s = 1.0
        self._sample_rate = 44100
        self._span = (0.0, 1.0)
        self._band = (20.0, 22050.0)
        self._selection: Region | None = None
        self._is_locked = False
        self._previewed: Region | None = None
        self.stored: list[Region | None] = [None] * N_STORED
        """Selections that were put aside."""
        self._playhead_s = 0.0
        self._monitored = Monitored.RESULT
        self._span_before: tuple[float, float] | None = None

    def reset(self, duration_s: float, sample_rate: int) -> None:
        """Begin anew with a recording: all of it visible, nothing selected."""
        self._duration_s, self._sample_rate = duration_s, sample_rate
        self._selection, self._playhead_s = None, 0.0
        self.stored = [None] * N_STORED
        self.lock(is_on=False)
        self._monitored = Monitored.RESULT
        self._span_before = None
        self._span = (0.0, duration_s)
        self._band = (20.0, sample_rate / 2)
        for signal in (self.span_changed, self.band_changed, self.selection_changed):
            signal.emit()
        self.playhead_changed.emit()
        self.monitored_changed.emit()

    def restage(self, duration_s: float, sample_rate: int) -> None:
        """Go on with the same music at another speed or rate: what was seen is seen still."""
        factor = duration_s / self._duration_s
        nyquist_hz, selection = self.nyquist_hz, self._selection
        self._duration_s, self._sample_rate = duration_s, sample_rate
        start_s, stop_s = (factor * edge for edge in self._span)
        self._span_before = None
        self.set_span(start_s, stop_s)
        low_hz, high_hz = self._band
        self.set_band(low_hz, self.nyquist_hz if high_hz >= nyquist_hz else high_hz)
        self._playhead_s = min(factor * self._playhead_s, duration_s)
        self._selection = None if selection is None else self._clipped(selection.scaled(factor))
        self.stored = [None if each is None else each.scaled(factor) for each in self.stored]
        self.selection_changed.emit()
        self.playhead_changed.emit()

    @property
    def duration_s(self) -> float:
        """Length of the recording."""
        return self._duration_s

    @property
    def sample_rate(self) -> int:
        """Rate of the recording."""
        return self._sample_rate

    @property
    def nyquist_hz(self) -> float:
        """Highest frequency there is."""
        return self._sample_rate / 2

    @property
    def start_s(self) -> float:
        """Left edge of the visible span."""
        return self._span[0]

    @property
    def stop_s(self) -> float:
        """Right edge of the visible span."""
        return self._span[1]

    @property
    def low_hz(self) -> float:
        """Lower edge of the visible band."""
        return self._band[0]

    @property
    def high_hz(self) -> float:
        """Upper edge of the visible band."""
        return self._band[1]

    @property
    def selection(self) -> Region | None:
        """What is selected, with or without a band."""
        return self._selection

    @property
    def playhead_s(self) -> float:
        """Where playing is, or would begin."""
        return self._playhead_s

    @property
    def monitored(self) -> Monitored:
        """Which of Original, Result and Removed is heard and shown."""
        return self._monitored

    def set_span(self, start_s: float, stop_s: float) -> None:
        """Show [start_s, stop_s), kept inside the recording and above MIN_SPAN_SAMPLES."""
        shortest = min(MIN_SPAN_SAMPLES / self._sample_rate, self._duration_s)
        length = min(max(stop_s - start_s, shortest), self._duration_s)
        start = min(max(start_s, 0.0), self._duration_s - length)
        if (start, start + length) != self._span:
            self._span = (start, start + length)
            self.span_changed.emit()

    def zoom_at(self, time_s: float, factor: float) -> None:
        """Make the visible span `factor` times as long, keeping time_s where it is on screen."""
        start, stop = self._span
        longest = self._duration_s / (stop - start)
        shortest = MIN_SPAN_SAMPLES / self._sample_rate / (stop - start)
        factor = min(max(factor, shortest), longest)
        self.set_span(time_s - (time_s - start) * factor, time_s + (stop - time_s) * factor)

    def scroll_by(self, seconds: float) -> None:
        """Move the visible span."""
        self.set_span(self._span[0] + seconds, self._span[1] + seconds)

    def fit(self) -> None:
        """Show the whole recording."""
        self.set_span(0.0, self._duration_s)

    def zoom_to_selection(self) -> None:
        """Show the selection with a tenth of its length on both sides."""
        if self._selection is not None:
            rim = 0.1 * self._selection.duration_s
            self.set_span(self._selection.start_s - rim, self._selection.stop_s + rim)

    def toggle_zoom(self) -> None:
        """Swap between the visible span and the one before the last swap."""
        before = self._span_before or (0.0, self._duration_s)
        self._span_before = self._span
        self.set_span(*before)

    def set_band(self, low_hz: float, high_hz: float) -> None:
        """Show [low_hz, high_hz) in the spectrogram, kept between 1 Hz and Nyquist."""
        low = min(max(low_hz, 1.0), self.nyquist_hz * 0.99)
        high = min(max(high_hz, low * 1.01), self.nyquist_hz)
        if (low, high) != self._band:
            self._band = (low, high)
            self.band_changed.emit()

    @property
    def previewed(self) -> Region | None:
        """Where a preview is heard and shown, or is about to be."""
        return self._previewed

    def set_previewed(self, region: Region | None) -> None:
        """Show where a preview is, or that there is none."""
        if region != self._previewed:
            self._previewed = region
            self.previewed_changed.emit()

    @property
    def is_locked(self) -> bool:
        """Whether the selection stays as it is, whatever is done to it."""
        return self._is_locked

    def lock(self, *, is_on: bool) -> None:
        """Hold the selection, so that no click or key undoes a careful one; or let it go."""
        if is_on is not self._is_locked:
            self._is_locked = is_on
            self.lock_changed.emit()

    def select(self, region: Region | None) -> None:
        """Select a region, clipped to the recording; None selects nothing; not while locked."""
        if self._is_locked:
            return
        if region is not None:
            region = self._clipped(region)
        if region != self._selection:
            self._selection = region
            self.selection_changed.emit()

    def _clipped(self, region: Region) -> Region | None:
        start, stop = max(0.0, region.start_s), min(self._duration_s, region.stop_s)
        if start >= stop:
            return None
        clipped = replace(region, start_s=start, stop_s=stop)
        if region.low_hz is None or region.high_hz is None:
            return clipped
        low, high = region.low_hz, min(region.high_hz, self.nyquist_hz)
        band = (low, high) if low < high else (None, None)
        return replace(clipped, low_hz=band[0], high_hz=band[1])

    def set_playhead(self, time_s: float) -> None:
        """Move the playhead, kept inside the recording."""
        time_s = min(max(time_s, 0.0), self._duration_s)
        if time_s != self._playhead_s:
            self._playhead_s = time_s
            self.playhead_changed.emit()

    def monitor(self, monitored: Monitored) -> None:
        """Hear and show Original, Result or Removed."""
        if monitored is not self._monitored:
            self._monitored = monitored
            self.monitored_changed.emit()
