"""Every conversion factor: decibels, seconds and samples, times as people write them."""

import math
import re

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.errors import SettingsError

SILENCE_DB = -200.0
_TIME = re.compile(r"(?:(?:(\d+):)?(\d+):)?(\d+(?:\.\d*)?|\.\d+)")


def db_to_amplitude(level_db: float) -> float:
    """Ratio of amplitudes for a level in dB."""
    return float(10.0 ** (level_db / 20.0))


def amplitude_to_db(amplitude: float) -> float:
    """Level in dB (full scale 1.0 is 0 dB); silence is SILENCE_DB."""
    return max(SILENCE_DB, 20.0 * math.log10(amplitude)) if amplitude > 0.0 else SILENCE_DB


def power_to_db(power: ArrayLike, floor_db: float = SILENCE_DB) -> NDArray[np.float32]:
    """Power ratios to dB, element by element, not below floor_db."""
    floor = 10.0 ** (floor_db / 10.0)
    level_db: NDArray[np.float64] = 10.0 * np.log10(
        np.maximum(np.asarray(power, np.float64), floor)
    )
    return level_db.astype(np.float32)


def seconds_to_samples(time_s: float, sample_rate: int) -> int:
    """Nearest sample index of a time."""
    return round(time_s * sample_rate)


def samples_to_seconds(samples: int, sample_rate: int) -> float:
    """Time of a sample index."""
    return samples / sample_rate


def parse_time(text: str) -> float:
    """Seconds from `12.3`, `1:02.350` or `1:00:02.5`.

    Raises:
        SettingsError: the text is none of these.
    """
    match = _TIME.fullmatch(text.strip())
    if match is None:
        raise SettingsError(f"'{text}' is not a time; write seconds (12.30) or m:ss.mmm (1:02.350)")
    hours, minutes, seconds = match.groups()
    return int(hours or 0) * 3600.0 + int(minutes or 0) * 60.0 + float(seconds)


def format_time(time_s: float, decimals: int = 3) -> str:
    """`m:ss.mmm`, or `h:mm:ss.mmm` from an hour on."""
    total = round(abs(time_s) * 10**decimals)
    whole, fraction = divmod(total, 10**decimals)
    minutes, seconds = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    head = f"{hours}:{minutes:02d}" if hours else f"{minutes}"
    tail = f".{fraction:0{decimals}d}" if decimals else ""
    return f"{'-' if time_s < 0 and total else ''}{head}:{seconds:02d}{tail}"
