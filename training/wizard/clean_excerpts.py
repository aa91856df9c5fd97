"""Clean excerpts: pieces of the user's music to try damage on, without decoding all of it.

They are what `training.examples` cuts from; so what is shown is made exactly as training does it.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from engine.audio import Samples
from engine.audio_file import open_audio
from engine.errors import AudioFormatError, SettingsError
from engine.progress import Progress, ignore
from training.chain import Rng
from training.music_folders import find_music
from training.recordings import CleanRecording
from training.wizard.plan import Music

_FULL = 32767.0
_LEAST_DBFS = -45.0
_TRIES = 6


def music_files(music: Music) -> tuple[Path, ...]:
    """The user's recordings, without those that are left out.

    Raises:
        SettingsError: no place was named.
        StorageError: there is none.
    """
    if not music.places:
        raise SettingsError("no clean music is named; add some on the page Clean music")
    return find_music(map(Path, music.places), map(Path, music.left_out))


def read_excerpt(
    paths: Sequence[Path], sample_rate: int, duration_s: float, rng: Rng
) -> CleanRecording:
    """A piece of a recording that is drawn, not silent if a few tries find one.

    Raises:
        AudioFormatError, StorageError: none of those that were drawn can be read.
    """
    best: CleanRecording | None = None
    problem: AudioFormatError | None = None
    for _ in range(_TRIES):
        path = paths[int(rng.integers(len(paths)))]
        try:
            samples = _read(path, sample_rate, duration_s, rng)
        except AudioFormatError as error:
            problem = error
            continue
        found = _recording(path, samples, sample_rate)
        if best is None or found.rms > best.rms:
            best = found
        if 20.0 * np.log10(max(best.rms, 1e-9)) >= _LEAST_DBFS:
            break
    if best is None:
        assert problem is not None
        raise problem
    return best


def read_excerpts(
    music: Music,
    sample_rate: int,
    duration_s: float,
    count: int,
    seed: int,
    progress: Progress = ignore,
) -> tuple[CleanRecording, ...]:
    """Several pieces; errors as of `music_files` and `read_excerpt`."""
    paths = music_files(music)
    rng = np.random.default_rng(seed)
    found = []
    for number in range(count):
        progress(number / count, "reading music")
        found.append(read_excerpt(paths, sample_rate, duration_s, rng))
    return tuple(found)


def mono(samples: Samples, from_rate: int, to_rate: int) -> Samples:
    """One channel (time) of several, at another rate."""
    import soxr  # heavy: loads on first use

    mixed: Samples = samples.mean(axis=0, dtype=np.float32)
    if from_rate == to_rate or not mixed.size:
        return mixed
    return np.asarray(soxr.resample(mixed, from_rate, to_rate, "HQ"), np.float32)


def _read(path: Path, sample_rate: int, duration_s: float, rng: Rng) -> Samples:
    with open_audio(path) as file:
        length = min(file.n_samples, round(duration_s * file.sample_rate))
        start = int(rng.integers(file.n_samples - length + 1))
        return mono(file.read(start, start + length).samples, file.sample_rate, sample_rate)


def _recording(path: Path, samples: Samples, sample_rate: int) -> CleanRecording:
    """As `decode` would have it."""
    peak = float(np.abs(samples).max(initial=0.0)) or 1.0
    rms = float(np.sqrt(np.mean(np.square(samples, dtype=np.float64)))) if samples.size else 0.0
    steps = np.rint(samples * (_FULL / peak)).astype(np.int16)
    return CleanRecording(path, steps, peak / _FULL, rms, sample_rate)
