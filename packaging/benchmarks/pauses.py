"""Where a side of a record has nothing but its own noise, and what its spectrum is there.

Levels are those between 200 Hz and 4 kHz in stretches of a quarter of a second. A pause is at least
a second long, within 6 dB of level and at least 12 dB below the median of the side: steady, as the
noise of a groove is, where a fade-out is not. No partial stands out of its mean spectrum there by
8 dB or more: by so much do those of chords that a piano lets ring under the noise, and noise by 6
at most. The quarter of a second at either end of a file is its cut, and counts for nothing. Pauses
that begin or end within ten seconds of an end of the side are run-in and run-out, and where there
are such no others are taken, as what lies between phrases may be the hall or a faint instrument;
else the quietest are. Digital silence is none. Loud is what lies above the median.

Shapes:
    wave     (time)    float64, full scale = 1.0
    levels   (block)   dBFS
    powers   (band)    mean power in third octaves
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter
from scipy.signal import butter, sosfiltfilt, stft

Wave = NDArray[np.float64]
Flags = NDArray[np.bool_]

LOW_HZ, HIGH_HZ = 200.0, 4000.0
BLOCK_S = 0.25
LEAST_BLOCKS = 4
STEADY_DB, BELOW_DB, ALIKE_DB = 6.0, 12.0, 3.0
SILENT_DBFS = -75.0
EDGE_S = 10.0
PARTIAL_DB, PARTIAL_WINDOW_S, AROUND_HZ = 8.0, 0.186, 120.0
WINDOW_S = 0.093
CENTRES_HZ: Wave = 1000.0 * 2.0 ** (np.arange(-6, 6) / 3.0)
"""Of the third octaves that lie between 200 Hz and 4 kHz: 250 Hz to 3.2 kHz."""


def levels_of(wave: Wave, rate: int) -> Wave:
    """Level of each quarter of a second between 200 Hz and 4 kHz, dBFS."""
    edges = [LOW_HZ, min(HIGH_HZ, 0.45 * rate)]
    band = sosfiltfilt(butter(4, edges, "band", fs=rate, output="sos"), wave)
    size = round(BLOCK_S * rate)
    blocks = band[: len(band) // size * size].reshape(-1, size)
    levels: Wave = 10.0 * np.log10(np.square(blocks).mean(axis=1) + 1e-12)
    return levels


def find_pauses(wave: Wave, rate: int) -> list[tuple[int, int]]:
    """Blocks (first, after the last) of each pause; none where the music never stops."""
    levels = levels_of(wave, rate)
    heard = levels[levels > SILENT_DBFS]
    if not len(heard):
        return []
    steady = _steady(levels, float(np.median(heard)) - BELOW_DB)
    inner = [(max(first, 1), min(stop, len(levels) - 1)) for first, stop in steady]
    found = [
        each
        for each in inner
        if each[1] - each[0] >= LEAST_BLOCKS and partial_db(wave, rate, each) < PARTIAL_DB
    ]
    edge = round(EDGE_S / BLOCK_S)
    outer = [each for each in found if each[0] < edge or each[1] > len(levels) - edge]
    taken = outer or found
    means = [10.0 * np.log10(np.mean(10.0 ** (levels[a:b] / 10.0))) for a, b in taken]
    return [each for each, mean in zip(taken, means, strict=True) if mean <= min(means) + ALIKE_DB]


def partial_db(wave: Wave, rate: int, span: tuple[int, int]) -> float:
    """How far the highest partial between 200 Hz and 4 kHz stands above what is around it."""
    n_blocks = len(wave) // round(BLOCK_S * rate)
    hz, powers = powers_in(wave, rate, flags_of([span], n_blocks), PARTIAL_WINDOW_S)
    levels = 10.0 * np.log10(powers + 1e-20)
    around = median_filter(levels, 2 * round(AROUND_HZ / hz[1]) + 1)
    inside = (hz >= LOW_HZ) & (hz < HIGH_HZ)
    return float((levels - around)[inside].max())


def _steady(levels: Wave, highest: float) -> list[tuple[int, int]]:
    found, first = [], 0
    while first < len(levels):
        stop = first
        while stop < len(levels) and SILENT_DBFS < levels[stop] < highest:
            if np.ptp(levels[first : stop + 1]) > STEADY_DB:
                break
            stop += 1
        if stop - first >= LEAST_BLOCKS:
            found.append((first, stop))
        first = max(stop, first + 1) if stop - first >= LEAST_BLOCKS else first + 1
    return found


def flags_of(spans: Sequence[tuple[int, int]], n_blocks: int) -> Flags:
    """Whether each block lies in one of the spans."""
    flags = np.zeros(n_blocks, dtype=bool)
    for first, stop in spans:
        flags[first:stop] = True
    return flags


def loud(levels: Wave) -> Flags:
    """Blocks above the median of what is heard."""
    heard = levels[levels > SILENT_DBFS]
    return levels >= (np.median(heard) if len(heard) else np.inf)


def powers_in(
    wave: Wave, rate: int, chosen: Flags, window_s: float = WINDOW_S
) -> tuple[Wave, Wave]:
    """Mean power over chosen blocks: of the frequencies (bin) in Hz, and (bin)."""
    size = 2 ** round(np.log2(window_s * rate))
    block = round(BLOCK_S * rate)
    total, count = np.zeros(size // 2 + 1), 0
    for first, stop in _runs(chosen):
        stretch = wave[first * block : stop * block]
        hz, _, spectra = stft(stretch, rate, nperseg=size, boundary=None, padded=False)
        total += np.square(np.abs(spectra)).sum(axis=1)
        count += spectra.shape[1]
    hz = np.arange(size // 2 + 1) * (rate / size)
    return hz, total / max(count, 1)


def _runs(chosen: Flags) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], chosen, [False]))))
    return [(int(first), int(stop)) for first, stop in edges.reshape(-1, 2)]


def third_octaves(hz: Wave, powers: Wave) -> Wave:
    """Power in each third octave of CENTRES_HZ."""
    reach = 2.0 ** (1.0 / 6.0)
    return np.array(
        [powers[(hz >= centre / reach) & (hz < centre * reach)].sum() for centre in CENTRES_HZ]
    )


def down_db(before: Wave, after: Wave, hz: Wave, band: tuple[float, float]) -> float:
    """How far power between two frequencies has gone down, dB."""
    inside = (hz >= band[0]) & (hz < band[1])
    return float(10.0 * np.log10((before[inside].sum() + 1e-20) / (after[inside].sum() + 1e-20)))
