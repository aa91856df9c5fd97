"""Previews of a run: which there are, and one of them with its pictures, as the trainer left them.

Shapes:
    levels    (bin frame) uint8, 0 for _FLOOR_DB and below, 255 for the loudest of the three
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.audio import Audio
from engine.audio_file import open_audio
from engine.errors import StorageError
from engine.progress import Progress, ignore
from training.run_folder import PREVIEWS

SOUNDS = ("degraded", "restored", "clean")
_N_FFT, _HOP = 1024, 256
_RANGE_DB = 90.0
_ROWS = 256


@dataclass(frozen=True, eq=False)
class Shown:
    """One example as it was after some steps: sounds and pictures, by the names of SOUNDS."""

    step: int
    sounds: Mapping[str, Audio]
    pictures: Mapping[str, NDArray[np.uint8]]


def preview_steps(run: Path) -> tuple[int, ...]:
    """After which steps there are previews; the picture of one is written last."""
    found = []
    for path in (run / PREVIEWS).glob("step-*.png"):
        number = path.stem.removeprefix("step-")
        if number.isdigit():
            found.append(int(number))
    return tuple(sorted(found))


@dataclass(frozen=True)
class PreviewJob:
    """Reads the preview of a step."""

    run_folder: Path
    step: int
    title: str = "Reading an example"

    def run(self, progress: Progress = ignore) -> Shown:
        """Read it and make its pictures.

        Raises:
            EngineError: it is not there any more, or cannot be read.
        """
        stem = self.run_folder / PREVIEWS / f"step-{self.step:06d}"
        sounds = {name: _read(Path(f"{stem}-{name}.wav")) for name in SOUNDS}
        pictures = pictures_of(sounds)
        progress(1.0)
        return Shown(self.step, sounds, pictures)


def pictures_of(sounds: Mapping[str, Audio]) -> dict[str, NDArray[np.uint8]]:
    """Levels (bin frame) of the first channel of some sounds, on one scale."""
    levels_db = {name: _levels_db(each) for name, each in sounds.items()}
    top_db = max(float(each.max()) for each in levels_db.values())
    return {name: _values(each, top_db) for name, each in levels_db.items()}


def _read(path: Path) -> Audio:
    if not path.is_file():
        raise StorageError(f"{path} is not there any more; choose another example")
    with open_audio(path) as file:
        return file.read(0, file.n_samples)


def _levels_db(audio: Audio) -> NDArray[np.float32]:
    """Level of each bin and frame."""
    samples = audio.samples[0]
    padded = np.pad(samples, (_N_FFT // 2, _N_FFT))
    frames = np.lib.stride_tricks.sliding_window_view(padded, _N_FFT)[::_HOP]
    spectrum = np.fft.rfft(frames * np.hanning(_N_FFT), axis=1)
    power = np.square(np.abs(spectrum)).T[:-1]
    rows = power.reshape(_ROWS, -1, power.shape[1]).max(axis=1)
    levels: NDArray[np.float32] = (10.0 * np.log10(rows + 1e-12)).astype(np.float32)
    return levels


def _values(levels_db: NDArray[np.float32], top_db: float) -> NDArray[np.uint8]:
    share = np.clip((levels_db - (top_db - _RANGE_DB)) / _RANGE_DB, 0.0, 1.0)
    values: NDArray[np.uint8] = np.rint(255.0 * share).astype(np.uint8)
    return values
