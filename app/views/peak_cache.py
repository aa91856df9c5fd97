"""PeakCache: the peaks of Original, Result and Removed, made and kept up in the background."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app import settings as keys
from app.document import Document, Monitored
from app.session import Session
from app.views.job_feed import JobFeed
from engine.audio import Recording
from engine.channels import ALL, CHANNELS, SINGLE, OneChannel, channel_of
from engine.jobs.job import Job
from engine.peaks import BLOCK_SAMPLES, Peaks
from engine.peaks_file import load_peaks, save_peaks
from engine.picture_cache import PictureCache
from engine.progress import Progress
from engine.project import Operation
from engine.spectrogram import Excerpt
from engine.tile_store import merge_spans

_PAINT_EVERY_MS = 50
_WIDEST_EXCERPT_SAMPLES = 1 << 19
_TURN_S = 0.25
"""How long a job may keep the others waiting."""


@dataclass(frozen=True, eq=False)
class LoadJob:
    """The peaks that were kept when the recording was open before."""

    cache: PictureCache
    peaks: Peaks
    title: str = "Looking for the waveform"

    def run(self, progress: Progress) -> bool:
        """Fill the peaks if they were kept."""
        return load_peaks(self.cache, self.peaks)


@dataclass(frozen=True, eq=False)
class SaveJob:
    """Peaks are kept for the next time."""

    cache: PictureCache
    peaks: Peaks
    title: str = "Keeping the waveform"

    def run(self, progress: Progress) -> None:
        """Write the peaks, which are complete."""
        save_peaks(self.cache, self.peaks)


@dataclass(frozen=True, eq=False)
class SketchJob:
    """A first, coarse picture of a whole recording."""

    peaks: Peaks
    title: str = "Sketching the waveform"

    def run(self, progress: Progress) -> None:
        """Fill the peaks from a few spots."""
        self.peaks.sketch()


@dataclass(frozen=True, eq=False)
class PeaksJob:
    """The exact peaks of some spans, as far as they can be had in one turn."""

    peaks: Peaks
    spans: Sequence[tuple[int, int]]
    title: str = "Drawing the waveform"

    def run(self, progress: Progress) -> "PeaksJob | None":
        """Fill the peaks above the spans; returns the job for what is left of them."""
        began = perf_counter()
        for i, (start, stop) in enumerate(self.spans):
            for first in range(start, stop, BLOCK_SAMPLES):
                progress(0.0)
                last = min(stop, first + BLOCK_SAMPLES)
                self.peaks.refresh(first, last)
                if perf_counter() - began > _TURN_S:
                    return PeaksJob(self.peaks, [(last, stop), *self.spans[i + 1 :]])
        return None


@dataclass(frozen=True, eq=False)
class ExcerptJob:
    """The samples of a span, to be drawn one by one."""

    recording: Recording
    start: int
    stop: int
    kind: tuple[Monitored, tuple[Operation, ...]]
    title: str = "Reading samples"

    def run(self, progress: Progress) -> tuple[Excerpt, tuple[Monitored, tuple[Operation, ...]]]:
        """Read samples [start, stop)."""
        samples = self.recording.read(self.start, self.stop).samples
        return Excerpt(self.recording, self.start, samples), self.kind


class PeakCache(JobFeed):
    """Shared by the views that draw waveforms; one for each session."""

    changed = Signal()
    """Some peaks are newer than before; emitted some times a second at most."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(session, parent)
        self._document: Document | None = None
        self._original: Peaks | None = None
        self._channels = session.settings.get(keys.channels)
        self._seen: dict[Recording, Peaks] = {}
        self._repaired: dict[Monitored, Peaks] = {}
        self._jobs: deque[LoadJob | SketchJob | PeaksJob | SaveJob] = deque()
        self._is_complete = False
        self._changes: list[tuple[int, int]] = []
        self._excerpt: Excerpt | None = None
        self._excerpt_of: tuple[Monitored, tuple[Operation, ...]] | None = None
        self._wanted: ExcerptJob | None = None
        self._paint_timer = QTimer(self, singleShot=True, interval=_PAINT_EVERY_MS)
        self._paint_timer.timeout.connect(self.changed)
        self._change_timer = QTimer(self, singleShot=True, interval=0)
        self._change_timer.timeout.connect(self._take_changes)
        session.document_changed.connect(self._on_document_changed)
        session.settings.changed.connect(self._on_setting_changed)
        self._on_document_changed()

    @property
    def is_complete(self) -> bool:
        """Whether every sample of the original has been seen."""
        return self._is_complete

    @property
    def channels(self) -> str:
        """Which of CHANNELS the peaks are of: all of them unless the recording is stereo."""
        is_stereo = self._document is not None and self._document.original.n_channels == 2
        return self._channels if is_stereo and self._channels in CHANNELS else ALL

    @property
    def n_channels(self) -> int:
        """How many channels the peaks have."""
        document = self._document
        return document.original.n_channels if document and self.channels == ALL else 1

    def peaks(self, monitored: Monitored) -> Peaks | None:
        """The peaks to draw; those of the original stand in while it is still being read."""
        document, original = self._document, self._original
        if document is None or original is None:
            return None
        has_repairs = bool(document.shown.staged_operations)
        if monitored is Monitored.ORIGINAL or not self._is_complete:
            return original
        if monitored is Monitored.RESULT and not has_repairs:
            return original
        if monitored not in self._repaired:
            recording = self._recording(monitored)
            is_result = monitored is Monitored.RESULT
            peaks = original.over(recording) if is_result else Peaks(recording)
            self._repaired[monitored] = peaks
            self._refresh(peaks, _spans_in_force(document))
        return self._repaired[monitored]

    def excerpt(self, monitored: Monitored, start: int, stop: int) -> Excerpt | None:
        """Samples [start, stop) and more around them; None until they have been read."""
        document = self._document
        if document is None or stop - start > _WIDEST_EXCERPT_SAMPLES:
            return None
        kind = (monitored, document.shown.operations)
        at_hand = self._excerpt if kind == self._excerpt_of else None
        if at_hand is not None and at_hand.start <= start and at_hand.stop >= stop:
            return at_hand
        recording = self._recording(monitored)
        rim = stop - start
        first, last = max(0, start - rim), min(recording.n_samples, stop + rim)
        self._wanted = ExcerptJob(recording, first, last, kind)
        self.feed()
        return None

    def next_job(self) -> Job | None:
        """Samples that are waited for, then peaks."""
        wanted, self._wanted = self._wanted, None
        if wanted is not None:
            return wanted
        return self._jobs.popleft() if self._jobs else None

    def take(self, result: object) -> None:
        """Note that peaks have changed, or keep an excerpt."""
        if isinstance(result, tuple):
            self._excerpt, self._excerpt_of = result
            self.changed.emit()
            return
        if isinstance(result, PeaksJob):
            self._jobs.appendleft(result)
            if not self._paint_timer.isActive():
                self._paint_timer.start()
            return
        if result is True:  # all of it was kept
            self._jobs.clear()
        if not self._jobs and self._original is not None and not self._is_complete:
            self._is_complete = True
            self._seen[self._original.recording] = self._original
            if result is not True and self._session.pictures is not None:
                self._jobs.append(SaveJob(self._session.pictures, self._original))
        self.changed.emit()

    def give_up(self) -> None:
        """Ask for nothing more."""
        self._jobs.clear()
        self._wanted = None

    @Slot()
    def _on_document_changed(self) -> None:
        self._seen.clear()
        self._document = self._session.document
        if self._document is not None:
            self._document.changed.connect(self._on_changed)
            self._document.stage_changed.connect(self._begin)
        self._begin()

    @Slot()
    def _begin(self) -> None:
        """Draw another recording, or one that was seen before."""
        self.forget_job()
        self.give_up()
        self._repaired.clear()
        self._changes.clear()
        self._excerpt = self._original = None
        self._is_complete = False
        if self._document is not None:
            original = self._recording(Monitored.ORIGINAL)
            seen = self._seen_of(original)
            self._is_complete = seen is not None
            self._original = seen or Peaks(original)
            if seen is None:
                if self._session.pictures is not None:
                    self._jobs.append(LoadJob(self._session.pictures, self._original))
                self._jobs.append(SketchJob(self._original))
                self._refresh(self._original, [(0, original.n_samples)])
        self.changed.emit()

    def _recording(self, monitored: Monitored) -> Recording:
        assert self._document is not None
        return channel_of(self._document.recording(monitored), self._channels)

    def _seen_of(self, recording: Recording) -> Peaks | None:
        """Complete peaks from before: those of the recording, or of the one it is a channel of."""
        if recording in self._seen:
            return self._seen[recording]
        if not isinstance(recording, OneChannel) or recording.kind not in SINGLE:
            return None
        whole = self._seen.get(recording.recording)
        return None if whole is None else whole.channel(recording, SINGLE[recording.kind])

    @Slot(str)
    def _on_setting_changed(self, key: str) -> None:
        if key == keys.channels.key:
            self._channels = self._session.settings.get(keys.channels)
            self._begin()

    @Slot(int, int)
    def _on_changed(self, start: int, stop: int) -> None:
        self._changes.append((start, stop))
        self._change_timer.start()

    @Slot()
    def _take_changes(self) -> None:
        document, changes = self._document, self._changes
        self._changes = []
        if document is None:
            return
        if not document.shown.staged_operations:
            self._repaired.clear()
        for monitored, peaks in self._repaired.items():
            peaks.recording = self._recording(monitored)
            self._refresh(peaks, changes)
        self.changed.emit()

    def _refresh(self, peaks: Peaks, spans: list[tuple[int, int]]) -> None:
        # thousands of clicks become few reads: a block costs less than fifty of them
        merged = merge_spans(spans, gap=BLOCK_SAMPLES // 8)
        if merged:
            self._jobs.append(PeaksJob(peaks, merged))
        self.feed()


def _spans_in_force(document: Document) -> list[tuple[int, int]]:
    return [span for operation in document.shown.staged_operations for span in operation.spans]
