"""Files of noise: found, decoded once, and played on and on.

Shapes:
    noise, loop, stretch   (time)   float32, mono, of mean 0
"""

from functools import lru_cache
from pathlib import Path

import numpy as np

from engine.audio import Samples
from engine.audio_file import open_audio, shown
from engine.errors import SettingsError

Rng = np.random.Generator

SUFFIXES = (".wav", ".flac", ".ogg", ".oga", ".mp3", ".aif", ".aiff", ".aifc", ".w64", ".rf64")
_LONGEST_S = 300.0
"""What lies behind it in a file brings no other noise."""
_KEPT_FILES = 16
"""At most so many decoded files stay in memory: 850 MB at 44.1 kHz if all are that long."""
_FADE = 0.1
"""Share of a turn over which its end is faded into its start."""


def sound_files(path: Path | None, what: str) -> tuple[Path, ...]:
    """The file itself, or all sound files in a folder and below it, in the order of their names.

    Args:
        path: a file or a folder.
        what: the setting that names it, for the sentence.

    Raises:
        SettingsError: there is none.
    """
    if path is None:
        raise SettingsError(f"{what} is not set; name a file or a folder of noise")
    files = _listed(path, _stamp(path))
    if not files:
        problem = "holds no sound file" if path.is_dir() else "is not there"
        raise SettingsError(
            f"{what} = {shown(path)} {problem}; name a file or a folder with recordings of noise"
        )
    return files


def _stamp(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:
        return (0, 0)
    return status.st_ino, status.st_mtime_ns


@lru_cache(maxsize=64)
def _listed(path: Path, stamp: tuple[int, int]) -> tuple[Path, ...]:
    """`stamp` tells a folder from another that lay in its place before."""
    if path.is_file():
        return (path,)
    found = (each for each in path.rglob("*") if each.suffix.lower() in SUFFIXES)
    return tuple(sorted(each for each in found if each.is_file()))


def read_noise(path: Path, sample_rate: int) -> Samples:
    """The noise of a file at some rate; nobody may write into it.

    Raises:
        SettingsError: it is silent.
        EngineError: it cannot be read.
    """
    try:
        status = path.stat()
    except OSError as error:
        raise SettingsError(f"{shown(path)} cannot be read: {error.strerror}") from error
    return _decoded(path, sample_rate, (status.st_mtime_ns, status.st_size))


@lru_cache(maxsize=_KEPT_FILES)
def _decoded(path: Path, sample_rate: int, stamp: tuple[int, int]) -> Samples:
    """`stamp` tells a file from another that lay in its place before."""
    import soxr

    with open_audio(path) as file:
        excerpt = file.read(0, min(file.n_samples, round(_LONGEST_S * file.sample_rate)))
        rate = file.sample_rate
    noise: Samples = excerpt.samples.mean(axis=0, dtype=np.float32)
    if rate != sample_rate:
        noise = np.asarray(soxr.resample(noise, rate, sample_rate, "HQ"), np.float32)
    noise = noise - noise.mean(dtype=np.float64).astype(np.float32)
    if not noise.size or np.abs(noise).max() < 1e-6:
        raise SettingsError(f"{shown(path)} is silent and cannot serve as noise; remove it")
    noise.flags.writeable = False
    return noise


def stretch(noise: Samples, n_samples: int, turn_samples: float, rng: Rng) -> Samples:
    """A piece of noise from a random place on; if it is too short, its turns go on and on."""
    if len(noise) < n_samples:
        noise = _loop(noise, turn_samples)
        first = int(rng.integers(len(noise)))
        return np.resize(np.roll(noise, -first), n_samples)
    first = int(rng.integers(len(noise) - n_samples + 1))
    return noise[first : first + n_samples]


def _loop(noise: Samples, turn_samples: float) -> Samples:
    """Whole turns that run on into themselves; all there is when it is less than one.

    The fade keeps power, as two turns of noise hardly correlate.
    """
    fade = min(round(_FADE * turn_samples), len(noise) // 4)
    longest = len(noise) - fade
    length = round(int(longest / turn_samples) * turn_samples) or longest
    up = np.sin(0.5 * np.pi * (np.arange(fade, dtype=np.float32) + 0.5) / max(fade, 1))
    loop = noise[:length].copy()
    loop[:fade] = up * loop[:fade] + up[::-1] * noise[length : length + fade]
    return loop
