"""TileCache: spectrogram tiles of Original, Result and Removed, made in the background as asked."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.document import Document, Monitored
from app.session import Session
from app.views.job_feed import JobFeed
from engine.audio import Recording
from engine.cqt_picture import CqtPicture
from engine.jobs.job import Job
from engine.jobs.preload import PreloadJob
from engine.progress import Progress, part
from engine.spectrogram import (
    TILE_FRAMES,
    Analysis,
    TileKey,
    Values,
    analyse_tiles,
    hop_of,
)
from engine.tile_store import SilentStore, TileStore

_PAINT_EVERY_MS = 30
_JOB_SAMPLES = 1 << 19
"""Samples that one job analyses, so that it takes some tens of milliseconds."""
_SKETCH_LIMIT_S = 0.1


@dataclass(frozen=True, eq=False)
class Made:
    """Tiles a job has made; None where a sketch was given up."""

    store: TileStore
    keys: Sequence[TileKey]
    values: Sequence[Values | None]
    is_exact: bool


@dataclass(frozen=True, eq=False)
class AnalyseJob:
    """Tiles analysed from samples."""

    store: TileStore
    recording: Recording
    keys: Sequence[TileKey]
    title: str = "Drawing the spectrogram"

    def run(self, progress: Progress) -> Made:
        """Analyse the tiles."""
        if isinstance(self.store.analysis, CqtPicture) and "torch" not in sys.modules:
            PreloadJob().run()  # the import after it halts the window for less
        values = analyse_tiles(self.store.analysis, self.recording, self.keys, progress)
        return Made(self.store, self.keys, values, True)


@dataclass(frozen=True, eq=False)
class SketchJob:
    """Coarse tiles to be seen until the exact ones are there."""

    store: TileStore
    recording: Recording
    keys: Sequence[TileKey]
    title: str = "Sketching the spectrogram"

    def run(self, progress: Progress) -> Made:
        """Sketch the tiles; the first that is too slow ends it."""
        values: list[Values | None] = []
        for i, key in enumerate(self.keys):
            part(progress, i / len(self.keys), 1.0)(0.0)
            sketch = self.store.analysis.sketch(self.recording, key, _SKETCH_LIMIT_S)
            values.append(sketch)
            if sketch is None:
                break
        return Made(self.store, self.keys[: len(values)], values, False)


class TileCache(JobFeed):
    """Knows which tiles are wanted and gets them: sketches first, then the exact ones."""

    changed = Signal()
    """More tiles are at hand; emitted some times a second at most."""

    def __init__(self, session: Session, analysis: Analysis, parent: QObject | None = None) -> None:
        super().__init__(session, parent)
        self._document: Document | None = None
        self._analysis = analysis
        self._stores: dict[Monitored, TileStore] = {}
        self._wanted: tuple[Monitored, Sequence[TileKey]] = (Monitored.RESULT, ())
        self._can_sketch = True
        self._changes: list[tuple[int, int]] = []
        self._paint_timer = QTimer(self, singleShot=True, interval=_PAINT_EVERY_MS)
        self._paint_timer.timeout.connect(self.changed)
        self._change_timer = QTimer(self, singleShot=True, interval=0)
        self._change_timer.timeout.connect(self._take_changes)
        session.document_changed.connect(self._on_document_changed)
        self._on_document_changed()

    @property
    def analysis(self) -> Analysis:
        """What the tiles are made by."""
        return self._analysis

    def set_analysis(self, analysis: Analysis) -> None:
        """Make tiles by another analysis from now on."""
        if analysis != self._analysis:
            self._analysis = analysis
            self._reset()

    def store(self, monitored: Monitored) -> TileStore | None:
        """The tiles at hand of one way of listening."""
        document = self._document
        if document is None:
            return None
        if Monitored.ORIGINAL not in self._stores:
            self._stores[Monitored.ORIGINAL] = TileStore(self._analysis, document.original)
        if monitored not in self._stores:
            original = self._stores[Monitored.ORIGINAL]
            below = original if monitored is Monitored.RESULT else SilentStore(self._analysis)
            store = TileStore(self._analysis, document.recording(monitored), base=below)
            spans = _spans_in_force(document)
            store.update(document.recording(monitored), spans, spans)
            self._stores[monitored] = store
        return self._stores[monitored]

    def want(self, monitored: Monitored, keys: Sequence[TileKey]) -> None:
        """Ask for tiles, the most urgent first; what was asked for before is forgotten."""
        self._wanted = (monitored, tuple(keys))
        self.feed()

    def next_job(self) -> Job | None:
        """Sketches of what has not been seen at all, then the next tiles to be analysed."""
        monitored, keys = self._wanted
        store, original = self.store(monitored), self.store(Monitored.ORIGINAL)
        document = self._document
        if store is None or original is None or document is None:
            return None
        unseen = [key for key in keys if key.level > 0 and store.get(key) is None]
        if unseen and self._can_sketch:
            return SketchJob(original, document.original, unseen)
        for key in keys:
            length = TILE_FRAMES * hop_of(self._analysis, min(key.level, 0))
            missing = store.missing(key, max(1, _JOB_SAMPLES // length))
            if missing:
                return AnalyseJob(store, store.recording, _neighbours(missing))
        return None

    def take(self, result: object) -> None:
        """Keep tiles, unless their recording has been closed or changed since."""
        assert isinstance(result, Made), result
        if result.store not in self._stores.values():
            return
        for key, values in zip(result.keys, result.values, strict=True):
            if values is None:
                self._can_sketch = False
            else:
                result.store.put(key, values, is_exact=result.is_exact)
        if not self._paint_timer.isActive():
            self._paint_timer.start()

    def give_up(self) -> None:
        """Ask for nothing more."""
        self._wanted = (self._wanted[0], ())

    def _reset(self) -> None:
        self.forget_job()
        self._stores.clear()
        self._changes.clear()
        self._can_sketch = True
        self.changed.emit()

    @Slot()
    def _on_document_changed(self) -> None:
        self._document = self._session.document
        if self._document is not None:
            self._document.changed.connect(self._on_changed)
            self._document.stage_changed.connect(self._begin)
        self._begin()

    @Slot()
    def _begin(self) -> None:
        """Draw another recording."""
        self.give_up()
        self._reset()

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
        # a job that runs now may have read the state before
        self.forget_job()
        spans = _spans_in_force(document)
        for monitored in (Monitored.RESULT, Monitored.REMOVED):
            if monitored in self._stores:
                self._stores[monitored].update(document.recording(monitored), spans, changes)
        self.changed.emit()
        self.feed()


def _neighbours(keys: Sequence[TileKey]) -> Sequence[TileKey]:
    """The first keys that are of one level and follow one another."""
    first = keys[0]
    n_alike = 0
    for i, key in enumerate(keys):
        if key != TileKey(first.level, first.place + i):
            break
        n_alike += 1
    return keys[:n_alike]


def _spans_in_force(document: Document) -> list[tuple[int, int]]:
    return [span for operation in document.state.staged_operations for span in operation.spans]
