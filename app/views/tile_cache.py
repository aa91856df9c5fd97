"""TileCache: spectrogram tiles of Original, Result and Removed, made in the background as asked."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app import settings as keys
from app.document import Document, Monitored
from app.session import Session
from app.views.job_feed import JobFeed
from engine.audio import Recording
from engine.channels import channel_of
from engine.cqt_picture import CqtPicture
from engine.jobs.job import Job
from engine.jobs.preload import PreloadJob
from engine.memory import give_back
from engine.progress import Progress, part
from engine.spectrogram import (
    TILE_FRAMES,
    Analysis,
    TileKey,
    Values,
    analyse_tiles,
    hop_of,
)
from engine.tile_archive import TileArchive
from engine.tile_store import SilentStore, TileStore

_PAINT_EVERY_MS = 30
_JOB_SAMPLES = 1 << 19
"""Samples that one job analyses, so that it takes some tens of milliseconds."""
_SKETCH_LIMIT_S = 0.3
"""For one tile; looks into FLAC files, which must be sought, take a third of that."""
_TURN_S = 0.1
"""How long a job may go on with another sketch."""
_MOST_LOADED = 8
"""Tiles that one job looks for on disk."""


@dataclass(frozen=True, eq=False)
class Made:
    """Tiles a job has made; None where a sketch was given up."""

    store: TileStore
    tiles: Sequence[tuple[TileKey, Values | None]]
    is_exact: bool


@dataclass(frozen=True, eq=False)
class ArchiveJob:
    """What is known of the tiles on disk is brought up to date, in both directions."""

    archive: TileArchive
    title: str = "Looking for the spectrogram"

    def run(self, progress: Progress) -> None:
        """Find out which tiles there are, and write what waits."""
        if not self.archive.is_open:
            self.archive.open()
        self.archive.flush()


@dataclass(frozen=True, eq=False)
class TilesJob:
    """Final tiles, loaded where they are on disk, else analysed from samples."""

    store: TileStore
    recording: Recording
    keys: Sequence[TileKey]
    archive: TileArchive | None
    is_archived: bool
    """Whether the tiles should be in the archive: all of them or none."""
    title: str = "Drawing the spectrogram"

    def run(self, progress: Progress) -> Made:
        """Load or analyse the tiles; one of a higher level that cannot be loaded is left out."""
        tiles: list[tuple[TileKey, Values | None]] = []
        if self.archive is not None and self.is_archived:
            loaded = ((key, self.archive.load(key)) for key in self.keys)
            tiles = [(key, values) for key, values in loaded if values is not None]
        found = {key for key, _ in tiles}
        keys = [key for key in self.keys if key.level <= 0 and key not in found]
        if keys:
            analysis = self.store.analysis
            if isinstance(analysis, CqtPicture) and "torch" not in sys.modules:
                PreloadJob().run()  # the import after it halts the window for less
            values = analyse_tiles(analysis, self.recording, keys, progress)
            tiles += zip(keys, values, strict=True)
            if isinstance(analysis, CqtPicture):
                give_back()
        if self.archive is not None:
            self.archive.flush()
        return Made(self.store, tiles, True)


@dataclass(frozen=True, eq=False)
class SketchJob:
    """Coarse tiles to be seen until the exact ones are there."""

    store: TileStore
    recording: Recording
    keys: Sequence[TileKey]
    title: str = "Sketching the spectrogram"

    def run(self, progress: Progress) -> Made:
        """Sketch tiles until the time is up; the first that is too slow ends it."""
        tiles: list[tuple[TileKey, Values | None]] = []
        began = perf_counter()
        for i, key in enumerate(self.keys):
            part(progress, i / len(self.keys), 1.0)(0.0)
            sketch = self.store.analysis.sketch(self.recording, key, _SKETCH_LIMIT_S)
            tiles.append((key, sketch))
            if sketch is None or perf_counter() - began > _TURN_S:
                break
        return Made(self.store, tiles, False)


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
        self._channels = session.settings.get(keys.channels)
        self._changes: list[tuple[int, int]] = []
        self._paint_timer = QTimer(self, singleShot=True, interval=_PAINT_EVERY_MS)
        self._paint_timer.timeout.connect(self.changed)
        self._change_timer = QTimer(self, singleShot=True, interval=0)
        self._change_timer.timeout.connect(self._take_changes)
        session.document_changed.connect(self._on_document_changed)
        session.settings.changed.connect(self._on_setting_changed)
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
            original, pictures = self._recording(Monitored.ORIGINAL), self._session.pictures
            archive = TileArchive(pictures, original, self._analysis) if pictures else None
            self._stores[Monitored.ORIGINAL] = TileStore(self._analysis, original, archive=archive)
        if monitored not in self._stores:
            source = self._stores[Monitored.ORIGINAL]
            below = source if monitored is Monitored.RESULT else SilentStore(self._analysis)
            recording = self._recording(monitored)
            store = TileStore(self._analysis, recording, base=below)
            spans = _spans_in_force(document)
            store.update(recording, spans, spans)
            self._stores[monitored] = store
        return self._stores[monitored]

    def want(self, monitored: Monitored, keys: Sequence[TileKey]) -> None:
        """Ask for tiles, the most urgent first; what was asked for before is forgotten."""
        self._wanted = (monitored, tuple(keys))
        self.feed()

    def next_job(self) -> Job | None:
        """What is on disk, sketches of what has not been seen at all, then tiles to be analysed."""
        monitored, keys = self._wanted
        store, original = self.store(monitored), self.store(Monitored.ORIGINAL)
        document = self._document
        if store is None or original is None or document is None:
            return None
        archive = original.archive
        if archive is not None and not archive.is_open:
            return ArchiveJob(archive)
        kept = [key for key in keys if store.has_archived(key) and not _is_exact(store, key)]
        if kept:
            return TilesJob(store, store.recording, kept[:_MOST_LOADED], archive, True)
        unseen = [key for key in keys if key.level > 0 and store.get(key) is None]
        if unseen and self._can_sketch:
            return SketchJob(original, original.recording, unseen)
        for key in keys:
            length = TILE_FRAMES * hop_of(self._analysis, min(key.level, 0))
            missing = store.missing(key, max(1, _JOB_SAMPLES // length))
            if missing:
                alike, is_archived = _neighbours(missing, store)
                return TilesJob(store, store.recording, alike, archive, is_archived)
        return ArchiveJob(archive) if archive is not None and archive.has_queued else None

    def take(self, result: object) -> None:
        """Keep tiles, unless their recording has been closed or changed since."""
        if result is None:
            return
        assert isinstance(result, Made), result
        if result.store not in self._stores.values():
            return
        for key, values in result.tiles:
            if values is None:
                self._can_sketch = False
            else:
                result.store.put(key, values, is_exact=result.is_exact)
        if not self._paint_timer.isActive():
            self._paint_timer.start()

    def give_up(self) -> None:
        """Ask for nothing more."""
        self._wanted = (self._wanted[0], ())

    def _recording(self, monitored: Monitored) -> Recording:
        assert self._document is not None
        return channel_of(self._document.recording(monitored), self._channels)

    @Slot(str)
    def _on_setting_changed(self, key: str) -> None:
        if key == keys.channels.key:
            self._channels = self._session.settings.get(keys.channels)
            self._reset()

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
                self._stores[monitored].update(self._recording(monitored), spans, changes)
        self.changed.emit()
        self.feed()


def _is_exact(store: TileStore, key: TileKey) -> bool:
    tile = store.get(key)
    return tile is not None and tile.is_exact


def _neighbours(keys: Sequence[TileKey], store: TileStore) -> tuple[Sequence[TileKey], bool]:
    """The first keys that follow one another in one level, all or none on disk; and which."""
    first, is_archived = keys[0], store.has_archived(keys[0])
    n_alike = 0
    for i, key in enumerate(keys):
        if key != TileKey(first.level, first.place + i) or store.has_archived(key) != is_archived:
            break
        n_alike += 1
    return keys[:n_alike], is_archived


def _spans_in_force(document: Document) -> list[tuple[int, int]]:
    return [span for operation in document.shown.staged_operations for span in operation.spans]
