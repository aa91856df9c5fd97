"""TileStore: the spectrogram tiles at hand, pooled level by level, shared between recordings."""

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import chain
from typing import NamedTuple

import numpy as np

from engine.audio import Recording
from engine.spectrogram import TILE_FRAMES, Analysis, TileKey, Values, hop_of
from engine.tile_archive import TileArchive

DEFAULT_BUDGET_BYTES = 48 << 20
_PINNED_LEVELS = 5
"""Those of at most 16 tiles each: of one of them a screen of 4096 pixels shows the whole."""
_FEWEST_TILES = 64


def pool(first: Values, second: Values) -> Values:
    """The tile above two neighbours: the larger of each two frames."""
    frames = np.concatenate([first, second], axis=1)
    return np.asarray(np.maximum(frames[:, 0::2], frames[:, 1::2]), np.uint8)


def merge_spans(spans: Iterable[tuple[int, int]], gap: int = 0) -> list[tuple[int, int]]:
    """Sorted spans; those that overlap or lie no more than `gap` samples apart become one."""
    edges = np.fromiter(chain.from_iterable(spans), np.int64).reshape(-1, 2)
    if not len(edges):
        return []
    edges = edges[np.argsort(edges[:, 0], kind="stable")]
    reach = np.maximum.accumulate(edges[:, 1])
    first = np.flatnonzero(edges[1:, 0] > reach[:-1] + gap) + 1
    starts = edges[np.concatenate(([0], first)), 0]
    stops = reach[np.concatenate((first - 1, [len(edges) - 1]))]
    return list(zip(starts.tolist(), stops.tolist(), strict=True))


def silence(analysis: Analysis) -> Values:
    """The values of a tile without sound."""
    return np.zeros((len(analysis.bins_hz), TILE_FRAMES), np.uint8)


def _stop_of(span: tuple[int, int]) -> int:
    return span[1]


class Tile(NamedTuple):
    """Values, and whether they are final; those of a sketch or from before an edit are not."""

    values: Values
    is_exact: bool


class SilentStore:
    """Tiles of silence, to lay the store of a difference over."""

    def __init__(self, analysis: Analysis) -> None:
        self._tile = Tile(silence(analysis), True)

    def get(self, key: TileKey) -> Tile:
        """A silent tile."""
        return self._tile

    def put(self, key: TileKey, values: Values, *, is_exact: bool) -> None:
        """Keep nothing: all is known."""

    def has_archived(self, key: TileKey) -> bool:
        """Nothing has to be kept."""
        return False


class TileStore:
    """The tiles of one recording that are at hand, the least recently used dropped first.

    A store may lie over another one: outside the spans in which the two recordings differ it shares
    the tiles of that one. It knows which tiles are missing; others compute them, in any thread, and
    put them in here, all in one thread. One with an archive has final tiles written there and knows
    which of those that are no longer at hand can be loaded.
    """

    def __init__(
        self,
        analysis: Analysis,
        recording: Recording,
        base: "TileStore | SilentStore | None" = None,
        budget_bytes: int = DEFAULT_BUDGET_BYTES,
        archive: TileArchive | None = None,
    ) -> None:
        self.analysis = analysis
        self.recording = recording
        self.archive = archive
        self._base = base
        self._tiles: OrderedDict[TileKey, Tile] = OrderedDict()
        self._n_bytes = 0
        self._spans: list[tuple[int, int]] = []
        self._silence = silence(analysis)
        # pooling needs two tiles of each level at once, and these must not drop one another
        self._budget_bytes = max(budget_bytes, _FEWEST_TILES * self._silence.nbytes)

    @property
    def n_bytes(self) -> int:
        """Memory of the tiles it holds itself."""
        return self._n_bytes

    @cached_property
    def top_level(self) -> int:
        """The level at which one tile covers the recording."""
        level = 0
        while hop_of(self.analysis, level) * TILE_FRAMES < self.recording.n_samples:
            level += 1
        return level

    def update(
        self,
        recording: Recording,
        spans: Sequence[tuple[int, int]],
        changed: Sequence[tuple[int, int]],
    ) -> None:
        """Take another state of the recording.

        Args:
            recording: the state, as long as the one before.
            spans: where it differs from the recording of the store below.
            changed: where it may differ from the state before; tiles there are to be made anew.
        """
        self.recording = recording
        self._spans = merge_spans(spans)
        merged = merge_spans(changed)
        for key, tile in self._tiles.items():
            if tile.is_exact and self._meets(key, merged):
                self._tiles[key] = Tile(tile.values, False)

    def get(self, key: TileKey) -> Tile | None:
        """A tile if it is at hand, else None."""
        if not 0 <= self._first_sample(key) < self.recording.n_samples:
            return Tile(self._silence, True)
        differs = self._base is None or self._meets(key, self._spans)
        if differs and key in self._tiles:
            self._tiles.move_to_end(key)
            return self._tiles[key]
        below = self._base.get(key) if self._base is not None else None
        return Tile(below.values, below.is_exact and not differs) if below else None

    def put(self, key: TileKey, values: Values, *, is_exact: bool) -> None:
        """Keep a tile; a sketch does not replace a final one."""
        if self._base is not None and not self._meets(key, self._spans):
            self._base.put(key, values, is_exact=is_exact)
            return
        before = self._tiles.pop(key, None)
        if before is not None:
            self._n_bytes -= before.values.nbytes
            if before.is_exact and not is_exact:
                values, is_exact = before
        self._tiles[key] = Tile(values, is_exact)
        self._n_bytes += values.nbytes
        if is_exact and self.archive is not None:
            self.archive.queue(key, values)
        self._drop_oldest()

    def has_archived(self, key: TileKey) -> bool:
        """Whether a tile can be loaded instead of made."""
        if self.archive is not None:
            return self.archive.has(key)
        differs = self._base is None or self._meets(key, self._spans)
        return self._base is not None and not differs and self._base.has_archived(key)

    def missing(self, key: TileKey, limit: int) -> list[TileKey]:
        """Up to `limit` tiles to be loaded or analysed before this one is final.

        Pools what is complete on its way: an empty answer means that the tile is final now.
        """
        tile = self.get(key)
        if tile is not None and tile.is_exact:
            return []
        if key.level <= 0 or self.has_archived(key):
            return [key]
        found: list[TileKey] = []
        for child in key.children:
            if len(found) < limit:
                found += self.missing(child, limit - len(found))
        if not found:
            first, second = (self.get(child) for child in key.children)
            assert first is not None, key
            assert second is not None, key
            self.put(key, pool(first.values, second.values), is_exact=True)
        return found

    def nearest(self, key: TileKey) -> tuple[TileKey, Tile] | None:
        """The tile, or the lowest one above that is at hand."""
        for level in range(key.level, max(key.level, self.top_level) + 1):
            ancestor = key.ancestor(level)
            tile = self.get(ancestor)
            if tile is not None:
                return ancestor, tile
        return None

    def _first_sample(self, key: TileKey) -> int:
        return key.place * TILE_FRAMES * hop_of(self.analysis, key.level)

    def _meets(self, key: TileKey, spans: Sequence[tuple[int, int]]) -> bool:
        """Whether the tile sees a sample of merged spans."""
        if not spans:
            return False
        start = self._first_sample(key)
        stop = start + TILE_FRAMES * hop_of(self.analysis, key.level) + self.analysis.margin_samples
        start -= self.analysis.margin_samples
        after = bisect_right(spans, start, key=_stop_of)
        return after < len(spans) and spans[after][0] < stop

    def _drop_oldest(self) -> None:
        if self._n_bytes <= self._budget_bytes:
            return
        pinned = self.top_level - _PINNED_LEVELS
        for key in list(self._tiles):
            if self._n_bytes <= self._budget_bytes:
                return
            # coarse tiles stay: they are drawn until finer ones come
            if key.level <= pinned:
                self._n_bytes -= self._tiles.pop(key).values.nbytes
