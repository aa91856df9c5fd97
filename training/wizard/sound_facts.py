"""Sound facts: what tells for and against a recording as clean music, whatever its header says.

How high music reaches is read from its spectrum: a file at 44.1 kHz that was made of one at 22 kHz,
or of an MP3, has nothing above the filter that it went through. There its spectrum falls by tens of
decibels within a kilohertz, down to the noise of 16 bits, and stays there. Music that ends by
itself fades over several kilohertz, and noise of a microphone or of a tape never ends.

Holes that a lossy codec leaves in time and frequency were tried as well: the partials of a piano
beat against one another and leave as many.

Shapes:
    samples    (channel time)   float32, full scale = 1.0
    power      (bin)            float64, mean power of a bin; that of white noise is its variance
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.audio import Recording, Samples
from engine.audio_file import AudioFile
from engine.progress import Progress, ignore, part
from engine.units import SILENCE_DB, amplitude_to_db, power_to_db

Power = NDArray[np.float64]

_FRAME = 2048
_BLOCK_S = 2.0
_LEVEL_S = 0.05
_LOUD_S = 0.5
_COMMON = 0.9
"""Of blocks; what only a few of them have, such as a click, does not count."""
_NOTHING_DB = -91.0
"""10 dB above the noise of rounding to 16 bits, a twelfth of a step squared."""
_BAND_HZ = 200.0
_LOWEST_HZ = 1000.0
_STEEP_BANDS, _STEEP_DB = 5, 30.0
_NYQUIST_SHARE = 0.93
"""Filters of converters and of changes of rate begin above this share of half the rate."""
_CODED_HZ = (13_000.0, 20_200.0)
"""Where lossy codecs cut music off at the rates people use."""
_SILENT_DBFS = -50.0
_CLIPPED_PER_S = 1.0
_QUIETEST = 0.05


@dataclass(frozen=True)
class SoundFacts:
    """What was measured.

    Attributes:
        sample_rate: in Hz.
        n_channels: of them.
        duration_s: in seconds.
        bandwidth_hz: up to where there is more than the noise of 16 bits.
        cut_hz: where the spectrum is cut off as by a filter; 0 where it is not.
        n_clipped: samples at a level that peaks were cut off at, over all channels.
        loudest_dbfs: root mean square of the loudest half second.
        noise_dbfs: of the quietest twentieth, what is digital silence left aside.
        codec: OGG or MP3 where the file is lossy itself; else empty.
    """

    sample_rate: int
    n_channels: int
    duration_s: float
    bandwidth_hz: float
    cut_hz: float
    n_clipped: int
    loudest_dbfs: float
    noise_dbfs: float
    codec: str = ""

    @property
    def is_silent(self) -> bool:
        """Whether training would find nothing to cut from it."""
        return self.loudest_dbfs < _SILENT_DBFS

    @property
    def is_clipped(self) -> bool:
        """Whether that can be heard, and learnt."""
        return self.n_clipped > _CLIPPED_PER_S * self.duration_s

    @property
    def looks_coded(self) -> bool:
        """Whether it ends where lossy codecs end, whatever the file is now."""
        return _CODED_HZ[0] <= self.cut_hz <= _CODED_HZ[1]

    @property
    def is_lossy(self) -> bool:
        """Whether it went through a lossy codec, by its own form or by its spectrum."""
        return bool(self.codec) or self.looks_coded

    @property
    def is_narrow(self) -> bool:
        """Whether it was made of a recording at a far lower rate."""
        return 0.0 < self.cut_hz < _CODED_HZ[0]


def measure(file: AudioFile, progress: Progress = ignore) -> SoundFacts:
    """Read a file twice, or three times where it is clipped; never all of it at once.

    Raises:
        AudioFormatError: it is damaged.
        Cancelled: progress said so.
    """
    powers, levels = _look(file, part(progress, 0.0, 0.4))
    power = np.quantile(powers, _COMMON, axis=0)
    bandwidth_hz, cut_hz = find_end(power, file.sample_rate)
    heard = levels[levels > 0.0]
    loud = _loudest(levels)
    return SoundFacts(
        file.sample_rate,
        file.n_channels,
        round(file.n_samples / file.sample_rate, 3),
        bandwidth_hz,
        cut_hz,
        _count_clipped(file, part(progress, 0.4, 1.0)),
        round(amplitude_to_db(loud**0.5), 1),
        round(_quietest_db(heard), 1),
        file.format.container if file.format.is_lossy else "",
    )


def find_end(power: Power, sample_rate: int) -> tuple[float, float]:
    """How high a spectrum reaches, and where it is cut off.

    Args:
        power: of bins from 0 Hz to half the rate.
        sample_rate: in Hz.

    Returns:
        bandwidth and cut in hertz; a cut of 0 where there is none.
    """
    nyquist_hz = sample_rate / 2.0
    edges_hz = np.arange(0.0, nyquist_hz - _BAND_HZ / 2.0, _BAND_HZ)
    hz = np.linspace(0.0, nyquist_hz, len(power))
    starts = np.searchsorted(hz, edges_hz)
    sums, widths = np.add.reduceat(power, starts), np.diff([*starts, len(power)])
    bands = np.asarray(power_to_db(sums / widths, 2 * SILENCE_DB), np.float64)
    present = np.flatnonzero(bands > _NOTHING_DB)
    if not len(present):
        return 0.0, 0.0
    last = int(present[-1])
    bandwidth_hz = float(min(edges_hz[last] + _BAND_HZ, nyquist_hz))
    if not _LOWEST_HZ <= bandwidth_hz < _NYQUIST_SHARE * nyquist_hz:
        return bandwidth_hz, 0.0
    return bandwidth_hz, _cut_hz(bands, last)


def _cut_hz(bands: Power, last: int) -> float:
    """Where the last steep fall is that leads down to nothing; 0 where it fades."""
    nothing = max(float(bands[last + 1 :].max()), _NOTHING_DB - 10.0)
    for at in range(last, max(_STEEP_BANDS, last - _STEEP_BANDS), -1):
        before = float(np.median(bands[at - _STEEP_BANDS : at]))
        if before - nothing >= _STEEP_DB:
            return at * _BAND_HZ
    return 0.0


def _look(file: Recording, progress: Progress) -> tuple[Power, Power]:
    """Mean spectra of blocks (block bin), and mean power (piece) of short pieces."""
    rate, n_samples = file.sample_rate, file.n_samples
    short = max(1, round(_LEVEL_S * rate))
    length = max(_FRAME, round(_BLOCK_S * rate) // short * short)
    powers, levels = [], []
    for start in range(0, n_samples, length):
        progress(start / n_samples)
        samples = file.read(start, min(start + length, n_samples)).samples
        if start == 0 or samples.shape[1] >= _FRAME:
            powers.append(_power(samples))
        squares = np.square(samples, dtype=np.float64).mean(axis=0)
        edges = np.arange(0, len(squares), short)
        levels.append(np.add.reduceat(squares, edges) / np.diff([*edges, len(squares)]))
    return np.array(powers), np.concatenate(levels)


def _power(samples: Samples) -> Power:
    """Mean over the frames of a block, of whichever channel has more of it."""
    missing = -samples.shape[1] % _FRAME if samples.shape[1] < _FRAME else 0
    padded = np.pad(samples, ((0, 0), (0, missing)))
    n_frames = padded.shape[1] // _FRAME
    frames = padded[:, : n_frames * _FRAME].reshape(len(padded), n_frames, _FRAME)
    window = np.hanning(_FRAME).astype(np.float32)
    spectrum = np.fft.rfft(frames * window, axis=2)
    mean = np.square(np.abs(spectrum)).mean(axis=1) / float(np.square(window, dtype=float).sum())
    return np.asarray(mean.max(axis=0), np.float64)


def _loudest(levels: Power) -> float:
    """Mean power of the loudest half second."""
    size = min(len(levels), round(_LOUD_S / _LEVEL_S))
    return float(np.convolve(levels, np.ones(size) / size, "valid").max(initial=0.0))


def _quietest_db(heard: Power) -> float:
    return float(power_to_db(np.quantile(heard, _QUIETEST))) if len(heard) else SILENCE_DB


def _count_clipped(file: Recording, progress: Progress) -> int:
    """Samples at levels that peaks were cut off at."""
    from engine.dsp.clip_level import find_clipped, find_levels

    levels = find_levels(file, part(progress, 0.0, 0.6))
    if not any(any(of_channel) for of_channel in levels):
        return 0
    length, count = round(_BLOCK_S * file.sample_rate), 0
    for start in range(0, file.n_samples, length):
        progress(0.6 + 0.4 * start / file.n_samples)
        piece = file.read(start, min(start + length, file.n_samples))
        count += int(np.count_nonzero(find_clipped(piece, levels)))
    return count
