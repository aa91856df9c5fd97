"""Clip levels: where a recording was cut off, found by its flat tops.

A clipped peak is a plateau with kinks: several samples at the top of everything around, and a fall
to both sides that is far steeper than the top is flat. A smooth peak, of however low a tone, is a
parabola and falls by no more than its own flatness foretells; a normalised recording has a highest
sample and no plateau. Plateaus count when several of them lie at one level, so one chance does not.

Each channel has its levels of either polarity, and may have several of them: the two sides of a
converter differ, and gain may have been changed after the damage.

Shapes:
    samples   (channel time)   float32
    wave      (time)           float64, of one polarity: clipping is at its top

References:
    Laguna & Lerch, "An Efficient Algorithm for Clipping Detection and Declipping Audio", AES 141st
    Convention, 2016: clipping shows in the histogram of the samples; here only plateaus count.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.audio import Audio, Recording, Samples
from engine.progress import Progress, ignore

Wave = NDArray[np.float64]
Flags = NDArray[np.bool_]

_BLOCK_S = 0.1
"""Plateaus count at the top of a block this long, so that levels may change."""
_READ_S = 10.0
_FLATNESS = (0.0, 1e-4, 1e-3)
"""Depth of a plateau as a share of the level: digital, dithered afterwards, worn by more."""
_LEAST_RUN = 3
_KINK = 60.0
"""Fall beside a plateau in depths of it; a parabola falls by 16 over as many samples."""
_GRAIN = 1e-6
_QUIETEST = 1e-4
_STEP = 1e-3
"""Levels closer together than this share are one."""
_LEAST_RUNS, _LEAST_SAMPLES = 3, 9
_LEAST_SHARE = 0.5
"""Dither makes a few plateaus by chance that are flatter than the others."""
_FULL_SCALE, _FULL_SCALE_RUN = 0.9999, 4
"""One plateau of four samples is enough where full scale itself says why."""


@dataclass(frozen=True)
class ClipLevel:
    """Samples in [low, high] at the top of their block were clipped."""

    low: float
    high: float


Levels = tuple[tuple[ClipLevel, ...], tuple[ClipLevel, ...]]
"""Levels of the positive and of the negative half, as magnitudes."""


@dataclass
class _Evidence:
    """Plateaus of one flatness at about one level."""

    low: float = np.inf
    high: float = 0.0
    runs: int = 0
    samples: int = 0
    longest: int = 0

    def add(self, low: float, high: float, length: int) -> None:
        self.low, self.high = min(self.low, low), max(self.high, high)
        self.runs += 1
        self.samples += length
        self.longest = max(self.longest, length)

    @property
    def is_enough(self) -> bool:
        at_full_scale = self.high >= _FULL_SCALE and self.longest >= _FULL_SCALE_RUN
        return at_full_scale or (self.runs >= _LEAST_RUNS and self.samples >= _LEAST_SAMPLES)


@dataclass
class _Plateaus:
    """What was seen of one polarity of one channel: evidence by level and flatness."""

    seen: dict[tuple[int, int], _Evidence] = field(default_factory=dict)

    def add(self, wave: Wave, block: int) -> None:
        tops = _tops(wave, block)
        for rank, flatness in enumerate(_FLATNESS):
            for low, high, length in _plateaus(wave, tops, flatness):
                key = (round(np.log(high) / _STEP), rank)
                self.seen.setdefault(key, _Evidence()).add(low, high, length)

    def levels(self) -> tuple[ClipLevel, ...]:
        """The levels with enough evidence, each by its flattest plateaus that are not chance."""
        found = []
        for step in sorted({step for step, _ in self.seen}):
            ranks = [self.seen.get((step, rank), _Evidence()) for rank in range(len(_FLATNESS))]
            most = max(evidence.samples for evidence in ranks)
            for evidence in ranks:
                if evidence.is_enough and evidence.samples >= _LEAST_SHARE * most:
                    found.append(ClipLevel(evidence.low, evidence.high))
                    break
        return tuple(found)


def find_levels(recording: Recording, progress: Progress = ignore) -> tuple[Levels, ...]:
    """The clip levels of each channel of a whole recording; empty where nothing was clipped."""
    rate = recording.sample_rate
    block, length = max(1, round(_BLOCK_S * rate)), round(_READ_S * rate)
    seen = [(_Plateaus(), _Plateaus()) for _ in range(recording.n_channels)]
    for start in range(0, recording.n_samples, length):
        progress(start / recording.n_samples, "looking for clipped peaks")
        piece = recording.read(start, min(recording.n_samples, start + length))
        for samples, (positive, negative) in zip(piece.samples, seen, strict=True):
            wave = samples.astype(np.float64)
            positive.add(wave, block)
            negative.add(-wave, block)
    return tuple((positive.levels(), negative.levels()) for positive, negative in seen)


def find_clipped(audio: Audio, levels: tuple[Levels, ...]) -> Flags:
    """Which samples (channel time) were clipped at levels that `find_levels` gave."""
    clipped = np.zeros(audio.samples.shape, bool)
    block = max(1, round(_BLOCK_S * audio.sample_rate))
    for samples, of_channel, flags in zip(audio.samples, levels, clipped, strict=True):
        for sign, polarity in zip((1.0, -1.0), of_channel, strict=True):
            if polarity:
                wave = sign * samples.astype(np.float64)
                tops = _tops(wave, block)
                for level in polarity:
                    flags |= (tops >= level.low) & (tops <= level.high) & (wave >= level.low)
    return clipped


def find_above(samples: Samples, level: float) -> Flags:
    """Which samples reach a level that was given, either way."""
    return np.abs(samples) >= np.float32(level)


def _tops(wave: Wave, block: int) -> Wave:
    """The highest sample of its block, for every sample."""
    tops = np.maximum.reduceat(wave, np.arange(0, len(wave), block))
    return np.repeat(tops, block)[: len(wave)]


def _plateaus(wave: Wave, tops: Wave, flatness: float) -> Iterator[tuple[float, float, int]]:
    """Lowest sample, highest sample and length of each plateau with kinks."""
    flat = (wave >= tops * (1.0 - flatness)) & (tops > _QUIETEST)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flat, [False]))))
    starts, stops = edges[::2], edges[1::2]
    long = stops - starts >= _LEAST_RUN
    starts, stops = starts[long], stops[long]
    if not len(starts):
        return
    bounds = np.stack((starts, stops), axis=1).ravel()
    inside = np.append(wave, -np.inf)
    highs = np.maximum.reduceat(inside, bounds)[::2]
    lows = np.minimum.reduceat(np.append(wave, np.inf), bounds)[::2]
    lengths = stops - starts
    fall = np.zeros(len(starts))
    for reach in (lengths, 1 + lengths // 2):  # the next plateau may be as near as that
        before = highs - wave[np.maximum(starts - reach, 0)]
        after = highs - wave[np.minimum(stops - 1 + reach, len(wave) - 1)]
        fall = np.maximum(fall, before + after)
    steps = np.abs(np.diff(wave))
    grain = float(steps[steps > 0.0].min(initial=1.0))
    depth = np.maximum(np.maximum(highs - lows, grain), _GRAIN * highs)
    kinked = fall >= _KINK * depth
    for index in np.flatnonzero(kinked):
        yield float(lows[index]), float(highs[index]), int(lengths[index])
