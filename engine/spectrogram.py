"""Spectrogram pictures: uint8 tiles of levels in dB, pooled in time by their maximum.

A tile is 256 frames long. Level 0 has the hop of its analysis, each level above twice that; a frame
there is the maximum of the two below, so that a click of one sample stays visible when a whole side
is one screen wide. Levels below 0 have shorter hops and are analysed, not pooled.

Shapes:
    values   (bin frame)   uint8: 0 is FLOOR_DB or less, one step is STEP_DB

The level of a bin is the mean power over the channels; a sine of full scale has 0 dB.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from time import perf_counter
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.audio import Audio, Recording, Samples
from engine.progress import Progress, ignore

TILE_FRAMES = 256
FLOOR_DB = -120.0
STEP_DB = 0.5
N_FFTS = (512, 1024, 2048, 4096, 8192)
"""Windows of the short-time transform to choose from."""
WINDOWS = ("hann", "blackman-harris", "kaiser", "gaussian")
"""Their shapes, the first of which is the usual one."""

_FRAMES_AT_ONCE = 32
_BLACKMAN_HARRIS = (0.35875, -0.48829, 0.14128, -0.01168)
"""F. J. Harris, "On the use of windows", Proc. IEEE 66(1), 1978: four terms, -92 dB."""
_KAISER_BETA = 9.0
_GAUSSIAN_SIGMAS = 3.5
"""Standard deviations from the middle of a Gaussian window to its edge."""

Values = NDArray[np.uint8]


class TileKey(NamedTuple):
    """Which tile: its level and its place in the row of that level."""

    level: int
    place: int

    @property
    def children(self) -> tuple["TileKey", "TileKey"]:
        """The two tiles of the level below that it is pooled from."""
        below = self.level - 1
        return TileKey(below, 2 * self.place), TileKey(below, 2 * self.place + 1)

    def ancestor(self, level: int) -> "TileKey":
        """The tile of a higher level that covers it."""
        return TileKey(level, self.place >> (level - self.level))


class Analysis(Protocol):
    """What a tile of level 0 or below is made by."""

    @property
    def name(self) -> str:
        """What no other analysis of the same recording is called, fit for a folder."""

    @property
    def bins_hz(self) -> NDArray[np.float64]:
        """Centre of each bin, rising."""

    @property
    def hop_samples(self) -> int:
        """Samples from frame to frame at level 0."""

    @property
    def finest_level(self) -> int:
        """The lowest level there is, 0 or below."""

    @property
    def margin_samples(self) -> int:
        """How far a frame sees beyond its hop."""

    def analyse(self, recording: Recording, key: TileKey) -> Values:
        """Values of a tile of level 0 or below."""

    def sketch(self, recording: Recording, key: TileKey, limit_s: float) -> Values | None:
        """Values of a tile of any level from one short look per frame; may miss a click.

        Returns:
            None if it would take longer than limit_s, as it does when each look needs a seek in a
            compressed file.
        """


def values_of(power: NDArray[np.float32]) -> Values:
    """Quantise power, 1.0 being a sine of full scale."""
    floor = np.float32(10.0 ** (FLOOR_DB / 10.0))
    steps = np.log10(np.maximum(power, floor))
    steps *= np.float32(10.0 / STEP_DB)
    steps -= np.float32(FLOOR_DB / STEP_DB - 0.5)
    return np.asarray(np.minimum(steps, 255.0), np.uint8)


def value_to_db(value: float) -> float:
    """Level of a value of a tile."""
    return FLOOR_DB + STEP_DB * value


def window_of(shape: str, n_samples: int) -> NDArray[np.float64]:
    """A window of one of WINDOWS, periodic, with 1.0 in its middle."""
    if shape == "kaiser":
        return np.kaiser(n_samples + 1, _KAISER_BETA)[:-1]
    place = np.arange(n_samples) / n_samples
    if shape == "gaussian":
        gaussian: NDArray[np.float64] = np.exp(-0.5 * (_GAUSSIAN_SIGMAS * (2 * place - 1)) ** 2)
        return gaussian
    if shape == "blackman-harris":
        return sum(
            (a * np.cos(2 * np.pi * i * place) for i, a in enumerate(_BLACKMAN_HARRIS)),
            start=np.zeros(n_samples),
        )
    assert shape == "hann", shape
    return np.hanning(n_samples + 1)[:-1]


@dataclass(frozen=True)
class StftPicture:
    """Short-time Fourier transform; hops of a quarter of its window and less.

    n_fft: length of the window. window: its shape, one of WINDOWS.
    """

    sample_rate: int
    n_fft: int = 2048
    window: str = WINDOWS[0]
    finest_level = -3

    @property
    def name(self) -> str:
        """Its window tells it from others."""
        shape = "" if self.window == WINDOWS[0] else f"-{self.window}"
        return f"stft-{self.n_fft}{shape}"

    @property
    def hop_samples(self) -> int:
        """Samples from frame to frame at level 0."""
        return self.n_fft // 4

    @property
    def margin_samples(self) -> int:
        """How far a frame sees beyond its hop."""
        return self.n_fft // 2

    @cached_property
    def bins_hz(self) -> NDArray[np.float64]:
        """Centre of each bin."""
        return np.linspace(0.0, self.sample_rate / 2, self.n_fft // 2 + 1)

    @cached_property
    def _window(self) -> Samples:
        window: Samples = window_of(self.window, self.n_fft).astype(np.float32)
        window /= 0.5 * window.sum()
        return window

    def analyse(self, recording: Recording, key: TileKey) -> Values:
        """Values of a tile of level 0 or below."""
        hop = hop_of(self, key.level)
        start = key.place * TILE_FRAMES * hop + (hop - self.n_fft) // 2
        samples = read_padded(recording, start, start + (TILE_FRAMES - 1) * hop + self.n_fft)
        frames = np.lib.stride_tricks.sliding_window_view(samples, self.n_fft, axis=1)[:, ::hop]
        return self._values(frames)

    def sketch(self, recording: Recording, key: TileKey, limit_s: float) -> Values | None:
        """Values of a tile of any level, one window per frame; None if it takes too long."""
        hop = hop_of(self, key.level)
        if hop <= 4 * self.n_fft:
            return self.analyse(recording, key)
        start = key.place * TILE_FRAMES * hop + (hop - self.n_fft) // 2
        frames = np.zeros((recording.n_channels, TILE_FRAMES, self.n_fft), np.float32)
        began = perf_counter()
        for i in range(TILE_FRAMES):
            if start + i * hop < recording.n_samples:
                stop = start + i * hop + self.n_fft
                frames[:, i] = read_padded(recording, start + i * hop, stop)
            if perf_counter() - began > limit_s:
                return None
        return self._values(frames)

    def _values(self, frames: Samples) -> Values:
        """Values of frames (channel frame time), some at a time: these stay in the cache."""
        n_channels, n_frames, _ = frames.shape
        values = np.empty((n_frames, self.n_fft // 2 + 1), np.uint8)
        for start in range(0, n_frames, _FRAMES_AT_ONCE):
            part = frames[:, start : start + _FRAMES_AT_ONCE]
            power = np.zeros((part.shape[1], values.shape[1]), np.float32)
            for channel in part:
                spectrum = np.fft.rfft(channel * self._window)
                power += np.square(spectrum.real)
                power += np.square(spectrum.imag)
            power /= np.float32(n_channels)
            values[start : start + _FRAMES_AT_ONCE] = values_of(power)
        return np.ascontiguousarray(values.T)


@dataclass(frozen=True, eq=False)
class Excerpt:
    """A recording of which one span has been read already; reads inside it cost nothing."""

    recording: Recording
    start: int
    samples: Samples

    @property
    def stop(self) -> int:
        """One past the last sample that has been read."""
        return self.start + int(self.samples.shape[1])

    @property
    def sample_rate(self) -> int:
        """Samples per second."""
        return self.recording.sample_rate

    @property
    def n_channels(self) -> int:
        """Number of channels."""
        return self.recording.n_channels

    @property
    def n_samples(self) -> int:
        """Number of samples of each channel."""
        return self.recording.n_samples

    def read(self, start: int, stop: int) -> Audio:
        """Read samples [start, stop)."""
        if start < self.start or stop > self.stop:
            return self.recording.read(start, stop)
        span = slice(start - self.start, stop - self.start)
        return Audio(self.samples[:, span].copy(), self.sample_rate)


def analyse_tiles(
    analysis: Analysis,
    recording: Recording,
    keys: Sequence[TileKey],
    progress: Progress = ignore,
) -> list[Values]:
    """Analyse neighbouring tiles of one level, reading the recording once.

    Reading tile by tile would go back by an overlap each time, and a step back in a compressed
    file costs more than the tile.
    """
    length = TILE_FRAMES * hop_of(analysis, keys[0].level)
    start = min(key.place for key in keys) * length - analysis.margin_samples
    stop = (max(key.place for key in keys) + 1) * length + analysis.margin_samples
    start, stop = max(0, start), min(recording.n_samples, stop)
    excerpt = Excerpt(recording, start, recording.read(start, stop).samples)
    values = []
    for i, key in enumerate(keys):
        progress(i / len(keys))
        values.append(analysis.analyse(excerpt, key))
    progress(1.0)
    return values


def hop_of(analysis: Analysis, level: int) -> int:
    """Samples from frame to frame at a level."""
    if level >= 0:
        return analysis.hop_samples << level
    return analysis.hop_samples >> -level


def level_for(analysis: Analysis, samples_per_pixel: float) -> int:
    """The lowest level whose frames are at least a pixel wide, so that none is skipped."""
    level = analysis.finest_level
    while hop_of(analysis, level) < samples_per_pixel:
        level += 1
    return level


def read_padded(recording: Recording, start: int, stop: int) -> Samples:
    """Samples [start, stop), silence outside the recording."""
    samples = np.zeros((recording.n_channels, stop - start), np.float32)
    first, last = max(0, start), min(stop, recording.n_samples)
    if first < last:
        samples[:, first - start : last - start] = recording.read(first, last).samples
    return samples
