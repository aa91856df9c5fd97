"""Harvest: the clicks of recordings that hold no music, each by itself.

Between two passages of hiss a click is all that the hiss does not foretell. What interpolation
puts in its place is what the hiss may have been, and the difference is the click: its thump and
its ringing with it, and little of the hiss.

A bank holds the waves one after the other, each with a peak of 1 and a sign that makes the peak
positive, and what was measured of each. It is a NumPy archive without pickled objects.

Shapes:
    noise    (time)    float64
    waves    (sample)  float32, all clicks
    starts   (click+1) int64, where each begins; the last is the end
"""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.audio import Samples
from engine.audio_file import shown
from engine.errors import SettingsError
from engine.sync import write_whole

Real = NDArray[np.float64]

_LONGEST_S = 0.008
_FADE_S = 0.0001
_LEAST_EXCESS = 8.0
"""Standard deviations of what cannot be foretold that a click must reach."""
_LEAST_HEIGHT = 3.0
"""Times the hiss around it that its peak must reach."""
_EDGE = 0.05
"""Share of its peak down to which a click is wide."""
_MOST = 1 << 24
"""Samples that a bank may hold."""


@dataclass(frozen=True, eq=False)
class ClickBank:
    """Clicks and what was measured of them; all but waves and starts are (click,).

    width_ms: while it is above a twentieth of its peak; height_db: its peak above the hiss that
    was around it; centre_hz: the mean frequency of its energy; source: which recording it is from;
    rates: (recording,) how many a second each recording had.
    """

    sample_rate: int
    waves: Samples
    starts: NDArray[np.int64]
    width_ms: Real
    height_db: Real
    centre_hz: Real
    source: NDArray[np.int64]
    rates: Real

    def __len__(self) -> int:
        return len(self.starts) - 1

    def wave(self, number: int) -> Samples:
        """One click, (time), of peak 1."""
        return self.waves[self.starts[number] : self.starts[number + 1]]


def harvest(recordings: Sequence[Real], sample_rate: int) -> tuple[ClickBank, list[Real]]:
    """The clicks of recordings without music, and the recordings with none.

    Args:
        recordings: each (time,).
        sample_rate: of all of them, in Hz.

    Returns:
        A bank, and recordings as long as they were, whose clicks are interpolated.
    """
    waves, measures, sources, rates, quiet = [], [], [], [], []
    for number, noise in enumerate(recordings):
        found, without = _clicks(noise, sample_rate)
        quiet.append(without)
        rates.append(len(found) * sample_rate / max(1, len(noise)))
        waves += [wave for wave, _ in found]
        measures += [_measured(wave, height, sample_rate) for wave, height in found]
        sources += [number] * len(found)
    lengths = np.array([0, *(len(each) for each in waves)], np.int64)
    width_ms, height_db, centre_hz = np.array(measures, np.float64).reshape(-1, 3).T
    together = np.concatenate([np.zeros(0, np.float32), *waves]).astype(np.float32)
    bank = ClickBank(
        sample_rate, together, np.cumsum(lengths), width_ms, height_db, centre_hz,
        np.array(sources, np.int64), np.array(rates),
    )  # fmt: skip
    return bank, quiet


def save_bank(path: Path, bank: ClickBank) -> None:
    """Write a bank, whole or not at all; waves in 16 bits.

    Raises:
        StorageError: the file cannot be written.
    """
    values = {each.name: getattr(bank, each.name) for each in fields(bank)}
    values["waves"] = np.round(bank.waves * 32767.0).astype(np.int16)
    content = io.BytesIO()
    np.savez_compressed(content, **values)
    write_whole(path, content.getvalue())


def load_bank(path: Path | None) -> ClickBank:
    """Read a bank; nobody may write into it.

    Raises:
        SettingsError: it is not named, not there, or no bank.
    """
    if path is None:
        raise SettingsError("path is not set; name a bank of clicks")
    try:
        status = path.stat()
    except OSError as error:
        raise SettingsError(
            f"path = {shown(path)} cannot be read: {error.strerror}; name a bank of clicks"
        ) from error
    return _loaded(path, (status.st_mtime_ns, status.st_size))


@lru_cache(maxsize=4)
def _loaded(path: Path, stamp: tuple[int, int]) -> ClickBank:
    """`stamp` tells a file from another that lay in its place before."""
    try:
        with np.load(path, allow_pickle=False) as file:
            values = {each.name: file[each.name] for each in fields(ClickBank)}
        bank = _checked(values)
    except (KeyError, OSError, TypeError, ValueError, zipfile.BadZipFile) as error:
        raise SettingsError(f"{shown(path)} is no bank of clicks: {error}") from error
    bank.waves.flags.writeable = False
    return bank


def _checked(values: dict[str, Any]) -> ClickBank:
    starts = values["starts"].astype(np.int64)
    values |= {"sample_rate": int(values["sample_rate"]), "starts": starts}
    values["waves"] = values["waves"].astype(np.float32) / np.float32(32767.0)
    if len(starts) < 2 or starts[0] != 0 or np.any(np.diff(starts) < 1):
        raise ValueError("it holds none")
    if starts[-1] != values["waves"].size or values["waves"].size > _MOST:
        raise ValueError("its parts do not fit together")
    return ClickBank(**values)


def _clicks(noise: Real, sample_rate: int) -> tuple[list[tuple[Samples, float]], Real]:
    """Clicks with their heights above the hiss, and the noise without what was found."""
    from engine.dsp.click_detector import find
    from engine.dsp.click_repair import repair_clicks
    from engine.dsp.spans import covered

    finds = find(noise, sample_rate, round(_LONGEST_S * sample_rate))
    spans = finds.spans
    if not len(spans):
        return [], noise.copy()
    repaired = repair_clicks(noise, finds.repaired, spans, sample_rate)
    quiet = np.where(covered(spans, len(noise)), repaired, noise)
    removed, hiss = noise - quiet, _level(quiet, sample_rate)
    fade = max(1, round(_FADE_S * sample_rate))
    rise = 0.5 - 0.5 * np.cos(np.pi * (np.arange(fade) + 0.5) / fade)
    found = []
    for start, stop in spans:
        wave = removed[start:stop].copy()
        at = int(np.abs(wave).argmax())
        height = abs(wave[at]) / hiss[start + at]
        if height < _LEAST_HEIGHT or finds.excess[start:stop].max() < _LEAST_EXCESS:
            continue
        short = min(fade, len(wave) // 3)
        wave[:short] *= rise[:short]
        wave[len(wave) - short :] *= rise[:short][::-1]
        top = wave[int(np.abs(wave).argmax())]
        found.append(((wave / top).astype(np.float32), height))
    return found, quiet


def _level(quiet: Real, sample_rate: int) -> Real:
    """Root mean square of the tenth of a second around each sample."""
    from scipy.ndimage import uniform_filter1d

    power = uniform_filter1d(quiet**2, max(1, sample_rate // 10))
    return np.asarray(np.sqrt(np.maximum(power, 1e-14)))


def _measured(wave: Samples, height: float, sample_rate: int) -> tuple[float, float, float]:
    """Width in ms, height in dB, centre in Hz."""
    high = np.flatnonzero(np.abs(wave) > _EDGE)
    power = np.abs(np.fft.rfft(wave, 1024)) ** 2
    centre_hz = float(power @ np.fft.rfftfreq(1024, 1.0 / sample_rate) / power.sum())
    width_ms = 1000.0 * float(high[-1] - high[0] + 1) / sample_rate
    return width_ms, 20.0 * float(np.log10(height)), centre_hz
