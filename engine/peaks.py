"""Pyramid of smallest and largest samples: a waveform of any length drawn at once.

The base level has one entry for every 128 samples, each further level one for four of the level
below. An entry never hides a click: it holds the extremes of all samples below it.

Shapes:
    low, high   (channel entry)         float32, one pair of arrays for each level
    columns     (channel column 2)      float32, smallest and largest sample of a column
"""

from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from engine.audio import Recording, Samples
from engine.audio_file import AudioFile
from engine.extremes import extremes
from engine.progress import Progress, ignore

BASE_SAMPLES = 128
BRANCHES = 4
BLOCK_SAMPLES = 1 << 19
"""Samples of a block; a multiple of BASE_SAMPLES, some milliseconds of work."""
_READ_SAMPLES = 1 << 17
"""Samples of a read: what is made of so few stays in the cache of a processor core."""
SKETCH_SPOTS = 512
SKETCH_SAMPLES = 512
SKETCH_LIMIT_S = 0.1
_COARSEST_ENTRIES = 256


@dataclass(frozen=True, eq=False)
class _Level:
    low: Samples
    high: Samples


def fold(low: Samples, high: Samples, factor: int) -> tuple[Samples, Samples]:
    """Smallest and largest of each `factor` neighbours; a rest at the end makes an entry too.

    Args:
        low: (channel entry), at least one entry.
        high: like low.
        factor: a power of two. Halving pairs is twice as fast as a reduction over short rows.
    """
    n_missing = -low.shape[1] % factor
    if n_missing:
        low = np.pad(low, ((0, 0), (0, n_missing)), mode="edge")
        high = np.pad(high, ((0, 0), (0, n_missing)), mode="edge")
    while factor > 1:
        low = np.minimum(low[:, 0::2], low[:, 1::2])
        high = np.maximum(high[:, 0::2], high[:, 1::2])
        factor //= 2
    return low, high


class Peaks:
    """Extremes of a recording at every zoom; all zero until something has been computed.

    One thread may fill it while another reads columns: what is not yet filled is merely older.
    """

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        n_entries = -(-recording.n_samples // BASE_SAMPLES)
        self._levels: list[_Level] = []
        while not self._levels or n_entries > _COARSEST_ENTRIES:
            if self._levels:
                n_entries = -(-n_entries // BRANCHES)
            shape = (recording.n_channels, n_entries)
            self._levels.append(_Level(np.zeros(shape, np.float32), np.zeros(shape, np.float32)))

    @property
    def base(self) -> tuple[Samples, Samples]:
        """Smallest and largest (channel entry) of each BASE_SAMPLES."""
        return self._levels[0].low, self._levels[0].high

    def set_base(self, low: Samples, high: Samples) -> None:
        """Take (not copy) a base level computed before, and fold the others from it."""
        assert low.shape == high.shape == self._levels[0].low.shape, (low.shape, high.shape)
        self._levels[0] = _Level(low, high)
        self._fold_up(0, low.shape[1])

    def over(self, recording: Recording) -> "Peaks":
        """The same peaks for a recording that differs in spans which are refreshed next."""
        copy = Peaks(recording)
        for level, own in zip(copy._levels, self._levels, strict=True):
            level.low[:], level.high[:] = own.low, own.high
        return copy

    def channel(self, recording: Recording, index: int) -> "Peaks":
        """The peaks of a recording that is one channel of this one; shares their memory."""
        one = Peaks(recording)
        span = slice(index, index + 1)
        one._levels = [_Level(level.low[span], level.high[span]) for level in self._levels]
        return one

    def compute(self, progress: Progress = ignore) -> None:
        """Read the whole recording: a sketch of it first, then every sample."""
        n_samples = self.recording.n_samples
        self.sketch()
        for start in range(0, n_samples, BLOCK_SAMPLES):
            progress(start / n_samples, "Peaks")
            self.refresh(start, min(n_samples, start + BLOCK_SAMPLES))
        progress(1.0)

    def sketch(self, limit_s: float = SKETCH_LIMIT_S) -> None:
        """Fill the pyramid from a few spots; too small where the loudest sample lies between.

        Doubles the number of spots until there are SKETCH_SPOTS or the time is up, which it is
        soon where each spot needs a seek in a compressed file.
        """
        began, n_spots = perf_counter(), SKETCH_SPOTS // 32
        while n_spots <= SKETCH_SPOTS and perf_counter() - began < limit_s:
            self._sketch(n_spots)
            n_spots *= 2

    def _sketch(self, n_spots: int) -> None:
        n_entries = self._levels[0].low.shape[1]
        edges = np.linspace(0, n_entries, min(n_spots, n_entries) + 1).astype(int)
        for first, last in zip(edges[:-1], edges[1:], strict=True):
            start = int(first) * BASE_SAMPLES
            stop = min(start + SKETCH_SAMPLES, int(last) * BASE_SAMPLES, self.recording.n_samples)
            samples = self.recording.read(start, stop).samples
            self._levels[0].low[:, first:last] = samples.min(axis=1, keepdims=True)
            self._levels[0].high[:, first:last] = samples.max(axis=1, keepdims=True)
        self._fold_up(0, n_entries)

    def refresh(self, start: int, stop: int) -> None:
        """Read samples [start, stop) anew and correct the entries above them."""
        stop = min(stop, self.recording.n_samples)
        first, last = start // BASE_SAMPLES, -(-stop // BASE_SAMPLES)
        base, step = self._levels[0], _READ_SAMPLES // BASE_SAMPLES
        for entry in range(first, last, step):
            span = slice(entry, min(last, entry + step))
            base.low[:, span], base.high[:, span] = self._read(span)
        if first < last:
            self._fold_up(first, last)

    def columns(self, start: float, stop: float, width: int) -> NDArray[np.float32]:
        """Extremes of `width` equal columns of samples [start, stop), read where entries are wider.

        Returns:
            (channel column 2): smallest and largest sample of the columns, none of them empty;
            their edges are rounded down to entries of the pyramid, below 128 samples to samples.
        """
        if stop - start >= BASE_SAMPLES * width:
            return self.entry_columns(start, stop, width)
        first, last = max(0, int(start)), min(self.recording.n_samples, int(np.ceil(stop)) + 1)
        samples = self.recording.read(first, last).samples
        return sample_columns(samples, start - first, stop - first, width)

    def entry_columns(self, start: float, stop: float, width: int) -> NDArray[np.float32]:
        """Like `columns`, from the pyramid at any zoom: reads nothing, coarse below 128 samples."""
        size, chosen = BASE_SAMPLES, self._levels[0]
        for i, level in enumerate(self._levels[1:], start=1):
            # at least two entries in a column, so that an edge is wrong by half a column at most
            if 2 * BASE_SAMPLES * BRANCHES**i * width <= stop - start:
                size, chosen = BASE_SAMPLES * BRANCHES**i, level
        edges = _edges(start / size, stop / size, width, chosen.low.shape[1])
        return _reduced(chosen.low, chosen.high, edges)

    def _read(self, entries: slice) -> tuple[Samples, Samples]:
        """Entries of the base level, from the samples below them."""
        start = entries.start * BASE_SAMPLES
        stop = min(self.recording.n_samples, entries.stop * BASE_SAMPLES)
        if isinstance(self.recording, AudioFile):
            return self.recording.read_extremes(start, stop, BASE_SAMPLES)
        return extremes(self.recording.read(start, stop).samples, BASE_SAMPLES)

    def _fold_up(self, first: int, last: int) -> None:
        for below, level in zip(self._levels[:-1], self._levels[1:], strict=True):
            first, last = first // BRANCHES, -(-last // BRANCHES)
            span = slice(first * BRANCHES, last * BRANCHES)
            level.low[:, first:last], level.high[:, first:last] = fold(
                below.low[:, span], below.high[:, span], BRANCHES
            )


def sample_columns(samples: Samples, start: float, stop: float, width: int) -> NDArray[np.float32]:
    """Extremes of `width` equal columns of samples (channel time) [start, stop)."""
    return _reduced(samples, samples, _edges(start, stop, width, samples.shape[1]))


def _edges(start: float, stop: float, width: int, n_entries: int) -> NDArray[np.intp]:
    """Edges of columns as entry indices; the last is one past the last entry that is read."""
    edges = np.floor(np.linspace(start, stop, width + 1)).astype(np.intp)
    edges = np.clip(edges, 0, n_entries - 1)
    edges[-1] = min(n_entries, max(int(np.ceil(stop)), int(edges[-2]) + 1))
    return edges


def _reduced(low: Samples, high: Samples, edges: NDArray[np.intp]) -> NDArray[np.float32]:
    # reduceat takes the one entry at an edge where two edges are the same
    stop = edges[-1]
    lowest = np.minimum.reduceat(low[:, :stop], edges[:-1], axis=1)
    highest = np.maximum.reduceat(high[:, :stop], edges[:-1], axis=1)
    return np.stack([lowest, highest], axis=-1)
