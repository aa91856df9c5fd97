"""Noise stretches: where a recording has nothing but the noise of its disc.

Four things tell noise from all that people make:

    partials   The level of a bin, a mean over half a second, stands above what lies on both sides
               of it: noise has 5 dB at most there, the faintest tone that is heard has 8. Lines
               that never stop are whistles and hum of the noise itself.
    level      Noise is about as loud everywhere on a disc, and as loud as the treble of the music
               in its quietest moments. What is far below that is a needle in the air, or a fade;
               what is steady beside the music until it fades is noise of the groove all the same.
    liveliness Bands of noise swell together, with the turns of the disc and its clicks; those of
               speech come and go one by one.
    silence    Digital silence is no noise.

Cells that are near music are left out, as notes begin and end softly.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.audio import Recording
from engine.dsp.bass_tone import bass_tone_db
from engine.dsp.cell_spectra import CellSpectra, cell_spectra
from engine.dsp.faded_noise import steadiness_db
from engine.progress import Progress, ignore, part
from engine.region import Region

LEAST_S, MOST_S, MOST = 0.5, 15.0, 16
LIKELY = 0.45
"""How sure a stretch must be to be taken without being asked for."""
_WINDOW, _LONG = 4, 12
"""Cells of the windows in which partials are looked for: a short note, and a faint one."""
_NEAR, _FAR = 3, 20
"""Bins between which the neighbourhood of a bin lies, on either side."""
_LOWEST_HZ, _TREBLE_HZ = 180.0, 2000.0
_BASS_TONE_DB = 15.0
_PEAK_DB, _LONG_PEAK_DB = 7.5, 5.6
_ROUGH, _LONG_ROUGH = 1.9, 1.1
_MUSIC_DB = 9.5
_AT_ONCE = 512
"""Windows of which spectra are held at once."""
_LIVELY, _N_BANDS, _LIVELY_DB = 8, 12, (1.5, 2.3)
_USUAL_SHARE, _LIVELIER = 0.1, 1.7
_QUIET_PART, _LASTING_SHARE = 0.33, 0.25
_LINE_DB, _MAINS_HZ, _HUM_TOP_HZ = 8.0, (50.0, 60.0), 1000.0
_SILENT, _FAINTEST = 1e-12, 1e-8
_AROUND_DB, _LOUDER_DB, _LOUDEST_DB = 7.0, 4.0, 6.0
_QUIET_SHARE = 0.05
_WORST_SHARE, _UNEVEN = 0.9, 0.3
_PEAK_MARGIN_DB, _ROUGH_MARGIN, _LEVEL_MARGIN_DB, _LENGTH_MARGIN_S = 2.5, 0.9, 4.0, 1.5
_BEFORE, _AFTER = 1, 5
"""Cells of a window with music that are left out: from a quarter of a second before the note that
is the last thing in one, to half a second after the note that is the first."""

Flags = NDArray[np.bool_]
Values = NDArray[np.float64]


@dataclass(frozen=True)
class NoiseStretch:
    """Half open, in seconds.

    Attributes:
        start_s, stop_s: of it.
        origin: lead-in, lead-out or pause; "alone" where there is no music at all.
        level_dbfs: root mean square.
        sure: in [0, 1], by how far it is from being taken for something else.
    """

    start_s: float
    stop_s: float
    origin: str
    level_dbfs: float
    sure: float


def find_noise_stretches(
    recording: Recording, music: Sequence[Region] = (), progress: Progress = ignore
) -> tuple[NoiseStretch, ...]:
    """The stretches of a recording with nothing but noise, in the order of time.

    Args:
        recording: read once, in blocks.
        music: what is known to be music and is never taken.
        progress: told after each block.

    Returns:
        At most MOST, of LEAST_S to MOST_S each; the surest and longest where there are more.

    Raises:
        EngineError: the recording cannot be read.
        Cancelled: progress said so.
    """
    cells = cell_spectra(recording, part(progress, 0.0, 0.95))
    if len(cells.powers) < _WINDOW:
        return ()
    found = [each for each in _Search(cells, music).stretches() if _is_toneless(recording, each)]
    progress(1.0)
    best = sorted(found, key=lambda each: -each.sure * (each.stop_s - each.start_s))[:MOST]
    return tuple(sorted(best, key=lambda each: each.start_s))


def surest_of(stretches: Sequence[NoiseStretch]) -> Region | None:
    """The stretch beside the music that is most likely nothing but noise, and longest.

    None where no stretch is likely enough, or where there is no music at all.
    """
    likely = [each for each in stretches if each.sure >= LIKELY and each.origin != "alone"]
    if not likely:
        return None
    best = max(likely, key=lambda each: each.sure * (each.stop_s - each.start_s))
    return Region(best.start_s, best.stop_s)


def _is_toneless(recording: Recording, stretch: NoiseStretch) -> bool:
    """Whether no low note goes on in it; partials are looked for above _LOWEST_HZ alone."""
    rate = recording.sample_rate
    start, stop = round(stretch.start_s * rate), round(stretch.stop_s * rate)
    audio = recording.read(start, min(stop, recording.n_samples))
    return bass_tone_db(audio) < _BASS_TONE_DB


class _Search:
    """Every measure of the windows of a recording; a window is named by its first cell."""

    def __init__(self, cells: CellSpectra, music: Sequence[Region]) -> None:
        self._cells = cells
        self._lines_db = _lines_db(cells)
        self._peak_db, self._rough = self._partials(0, len(cells.powers), _WINDOW)
        self._bands_db = _bands_db(cells)
        self._mid_db, self._treble_db = self._levels()
        self._is_dead = _any_in(cells.weakest < _SILENT, _WINDOW)
        self._is_music = (self._peak_db > _MUSIC_DB) & ~self._is_dead
        self._has_music = self._is_music.sum() >= _LONG
        self._lively_db, self._usual_power = _LIVELY_DB[0], 1.0
        self._is_free = ~_any_in(_covered(music, cells), _WINDOW)

    def stretches(self) -> Iterator[NoiseStretch]:
        """All there are."""
        is_plain = (self._peak_db < _PEAK_DB) & (self._rough < _ROUGH) & self._is_free
        is_plain &= ~self._is_dead & (_means(self._cells.powers, _WINDOW) > _FAINTEST)
        reference = self._reference(is_plain)
        if reference is None:
            return
        mid_db, treble_db = reference
        off_db = np.maximum(np.abs(self._treble_db - treble_db), np.abs(self._mid_db - mid_db))
        first, last = self._music_ends()
        levels_db = self._mid_db, self._treble_db
        faded_db = steadiness_db(levels_db, reference, is_plain, (first, last))
        off_db = np.minimum(off_db, faded_db)
        is_noise = is_plain & (off_db < _AROUND_DB)
        self._lively_db = self._usual_liveliness_db(is_noise)
        if is_noise.any():  # knocks hardly move a mean of dB, and much a mean of power
            self._usual_power = float(np.median(_means(self._cells.powers, _WINDOW)[is_noise]))
        for start, stop in self._runs(is_noise):
            yield self._stretch(start, stop, off_db, first, last)

    def _partials(self, start: int, stop: int, width: int) -> tuple[Values, Values]:
        """How far the highest bin of each window stands out in dB, and the mean square of all.

        Of windows of so many cells inside of cells [start, stop).
        """
        is_heard = self._cells.hz >= _LOWEST_HZ
        peaks, roughs = [], []
        for first in range(start, max(start + 1, stop - width + 1), _AT_ONCE):
            last = min(stop, first + _AT_ONCE + width - 1)
            spectra = _means(self._cells.levels_db[first:last], width)
            excess = np.maximum(0.0, _excess(spectra) - self._lines_db)[:, is_heard]
            peaks.append(excess.max(axis=1, initial=0.0))
            roughs.append(np.square(excess).mean(axis=1))
        return np.concatenate(peaks), np.concatenate(roughs)

    def _levels(self) -> tuple[Values, Values]:
        """Mean level of each window below and above _TREBLE_HZ."""
        hz = self._cells.hz
        low, high = np.searchsorted(hz, (_LOWEST_HZ, _TREBLE_HZ))
        levels_db = self._cells.levels_db
        mid_db, treble_db = (
            levels_db[:, span].mean(axis=1, dtype=np.float64)
            for span in (slice(low, high), slice(high, None))
        )
        return _means(mid_db, _WINDOW), _means(treble_db, _WINDOW)

    def _is_even(self) -> bool:
        """Whether all that is not silent is about as loud, as in noise that was cut out."""
        loud_db = self._mid_db[~self._is_dead]
        low, high = np.quantile(loud_db, (0.05, 0.95)) if len(loud_db) else (0.0, 0.0)
        return bool(high - low < _AROUND_DB)

    def _reference(self, is_plain: Flags) -> tuple[float, float] | None:
        """Level of the noise below and above _TREBLE_HZ."""
        is_music = self._is_music
        if self._has_music:
            quiet_mid = float(np.quantile(self._mid_db[is_music], _QUIET_SHARE))
            quiet = float(np.quantile(self._treble_db[is_music], _QUIET_SHARE))
            is_plain = is_plain & (self._treble_db < quiet + _LOUDER_DB)
            is_plain &= self._mid_db < quiet_mid + _LOUDER_DB
            near = is_plain & (np.abs(self._treble_db - quiet) < _AROUND_DB)
            if near.sum() >= _WINDOW:
                is_plain = near
        if not is_plain.any():
            return None
        mid, treble = self._mid_db[is_plain], self._treble_db[is_plain]
        # the louder half: hiss of a needle in the air lies below it, and fades do; where nothing
        # is known of music, it may be that itself, of drums alone, and the quieter half counts
        chosen = (treble >= np.median(treble)) == self._has_music
        if not chosen.any():  # all are alike
            chosen[:] = True
        return float(np.median(mid[chosen])), float(np.median(treble[chosen]))

    def _usual_liveliness_db(self, is_noise: Flags) -> float:
        """Most that is taken for noise: sparse crackle has more than shellac."""
        width = min(_LIVELY, len(self._bands_db))
        liveliness_db = _liveliness_db(self._bands_db, width)
        of_noise_db = liveliness_db[is_noise[: len(liveliness_db)]]
        usual_db = np.quantile(of_noise_db, _USUAL_SHARE) if len(of_noise_db) else 0.0
        return float(np.clip(_LIVELIER * usual_db, *_LIVELY_DB))

    def _music_ends(self) -> tuple[float, float]:
        """First and last cell with music; both beyond the end where there is none."""
        where = np.flatnonzero(_run_of(self._is_music, _WINDOW))
        if not len(where):
            return np.inf, np.inf
        return float(where[0]), float(where[-1] + _WINDOW)

    def _runs(self, is_noise: Flags) -> Iterator[tuple[int, int]]:
        """Cells [start, stop) of stretches: all whose every window is noise, away from music."""
        n_cells = len(self._cells.powers)
        spoilt = np.zeros(n_cells, bool)
        for at in np.flatnonzero(~is_noise):
            spoilt[at + _BEFORE : at + _AFTER] = True
        for start, stop in _spans(~spoilt):
            yield from self._checked(start, stop)

    def _checked(self, start: int, stop: int) -> Iterator[tuple[int, int]]:
        """What is left of a run where longer windows inside of it are looked at, in pieces."""
        least, most = (round(each / self._cells.cell_s) for each in (LEAST_S, MOST_S))
        if stop - start < least:
            return
        is_good = np.ones(stop - start, bool)
        for width, is_bad in (self._faint(start, stop), self._lively(start, stop)):
            for at in np.flatnonzero(is_bad):
                is_good[at : at + width] = False
        for first, last in _spans(is_good):
            n_pieces = -(-(last - first) // most)
            edges = np.linspace(first, last, n_pieces + 1).round().astype(int) + start
            for a, b in pairwise(edges):
                if b - a >= least:
                    yield int(a), int(b)

    def _faint(self, start: int, stop: int) -> tuple[int, Flags]:
        """Which long windows have partials that short ones have not shown, and their width."""
        width = min(_LONG, stop - start)
        share = (width - _WINDOW) / (_LONG - _WINDOW)
        peak_db, rough = self._partials(start, stop, width)
        limits = (_PEAK_DB, _LONG_PEAK_DB), (_ROUGH, _LONG_ROUGH)
        most_db, most_rough = ((1.0 - share) * short + share * long for short, long in limits)
        return width, (peak_db > most_db) | (rough > most_rough)

    def _lively(self, start: int, stop: int) -> tuple[int, Flags]:
        """Windows of about a second in which bands go up and down one by one, as in speech."""
        width = min(_LIVELY, stop - start)
        return width, _liveliness_db(self._bands_db[start:stop], width) > self._lively_db

    def _stretch(
        self, start: int, stop: int, off_db: Values, first: float, last: float
    ) -> NoiseStretch:
        windows = slice(start, max(start + 1, stop - _WINDOW + 1))
        cell_s = self._cells.cell_s
        worst = [
            float(np.quantile(values[windows], _WORST_SHARE))
            for values in (self._peak_db, self._rough, off_db)
        ]
        power = float(self._cells.powers[start:stop].mean())
        louder_db = 10.0 * np.log10(power / self._usual_power)
        margins = (
            (_LOUDEST_DB - louder_db) / _LEVEL_MARGIN_DB,
            (_PEAK_DB - worst[0]) / _PEAK_MARGIN_DB,
            (_ROUGH - worst[1]) / _ROUGH_MARGIN,
            (_AROUND_DB - worst[2]) / _LEVEL_MARGIN_DB,
            (stop - start) * cell_s / _LENGTH_MARGIN_S,
            1.0 if self._has_music or self._is_even() else _UNEVEN,
        )
        middle = 0.5 * (start + stop)
        origin = "lead-in" if middle < first else "lead-out" if middle > last else "pause"
        return NoiseStretch(
            start_s=start * cell_s,
            stop_s=stop * cell_s,
            origin=origin if np.isfinite(first) else "alone",
            level_dbfs=10.0 * float(np.log10(power)),
            sure=float(np.clip(min(margins), 0.0, 1.0)),
        )


def _means(values: NDArray[np.floating], width: int) -> Values:
    """Means over windows of cells, of which each begins one cell after the other."""
    sums = np.cumsum(values, axis=0, dtype=np.float64)
    sums = np.concatenate([np.zeros_like(sums[:1]), sums])
    means: Values = (sums[width:] - sums[:-width]) / width
    return means


def _excess(levels_db: Values) -> Values:
    """How far each bin stands above both of its sides (window bin); the edge of a filter never."""
    n_bins = levels_db.shape[1]
    sums = np.pad(np.cumsum(levels_db, axis=1), ((0, 0), (1, 0)))
    bins = np.arange(n_bins)
    below = np.maximum(bins - _FAR, 0), np.maximum(bins - _NEAR + 1, 1)
    above = np.minimum(bins + _NEAR, n_bins - 1), np.minimum(bins + _FAR + 1, n_bins)
    sides = [(sums[:, last] - sums[:, first]) / (last - first) for first, last in (below, above)]
    excess: Values = levels_db - np.maximum(*sides)
    return excess


def _lines_db(cells: CellSpectra) -> Values:
    """How far each bin stands out nearly always: whistles and hum of the noise itself.

    Only mains hum may be loud: anything else that loud may be a tone of somebody.
    """
    width = min(_LONG, len(cells.powers))
    low = int(np.searchsorted(cells.hz, _LOWEST_HZ))
    loudness_db = _means(cells.levels_db[:, low:].mean(axis=1, dtype=np.float64), width)
    quiet = np.flatnonzero(loudness_db <= np.quantile(loudness_db, _QUIET_PART))
    quiet = quiet[:: -(-len(quiet) // _AT_ONCE)]
    spectra = np.stack(
        [cells.levels_db[at : at + width].mean(axis=0, dtype=np.float64) for at in quiet]
    )
    lasting = np.maximum(0.0, np.quantile(_excess(spectra), _LASTING_SHARE, axis=0))
    hz, step = cells.hz, cells.hz[1]
    is_mains = np.zeros(len(hz), bool)
    for mains in _MAINS_HZ:
        is_mains |= np.abs(hz - mains * np.rint(hz / mains)) <= 2.0 * step
    is_mains &= hz < _HUM_TOP_HZ
    lines: Values = np.where(is_mains, lasting, np.minimum(lasting, _LINE_DB))
    return lines


def _bands_db(cells: CellSpectra) -> Values:
    """Mean levels of bands evenly spaced in octaves (cell band)."""
    hz = cells.hz
    edges = np.searchsorted(hz, np.geomspace(_LOWEST_HZ, hz[-1], _N_BANDS + 1))
    edges = np.maximum.accumulate(np.maximum(edges, edges[0] + np.arange(_N_BANDS + 1)))
    bands = [cells.levels_db[:, a:b].mean(axis=1, dtype=np.float64) for a, b in pairwise(edges)]
    return np.stack(bands, axis=1)


def _liveliness_db(bands_db: Values, width: int) -> Values:
    """How much the colour of each window changes within it; that all swells alike is no matter."""
    windows = np.lib.stride_tricks.sliding_window_view(bands_db, width, axis=0)
    left = windows - windows.mean(axis=2, keepdims=True)
    left = left - left.mean(axis=1, keepdims=True)
    liveliness: Values = np.sqrt(np.square(left).mean(axis=(1, 2)))
    return liveliness


def _covered(regions: Sequence[Region], cells: CellSpectra) -> Flags:
    covered = np.zeros(len(cells.powers), bool)
    for each in regions:
        first, last = each.start_s / cells.cell_s, np.ceil(each.stop_s / cells.cell_s)
        covered[int(first) : int(last)] = True
    return covered


def _any_in(flags: Flags, width: int) -> Flags:
    return np.asarray(np.lib.stride_tricks.sliding_window_view(flags, width).any(axis=1))


def _run_of(flags: Flags, width: int) -> Flags:
    """Where so many follow one another, the first of them."""
    if len(flags) < width:
        return np.zeros(0, bool)
    return np.asarray(np.lib.stride_tricks.sliding_window_view(flags, width).all(axis=1))


def _spans(flags: Flags) -> Iterator[tuple[int, int]]:
    """Where flags are set, half open."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]])))
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        yield int(start), int(stop)
