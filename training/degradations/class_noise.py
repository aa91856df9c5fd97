"""Class noise: environmental noise of one class, of any, or of any but one."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

import numpy as np
from typing_extensions import override

from engine.audio import Audio
from engine.audio_file import shown
from engine.errors import SettingsError
from engine.params import param
from training.degradations.base import RandomDegradation, add_at_snr
from training.degradations.noise_files import read_noise, stretch
from training.noise_classes import URBAN_SOUNDS, NoiseFile, read_noise_classes

ANY = -1
_ROUND_S = 60.0 / 78.0


@dataclass(frozen=True)
class ClassNoise(RandomDegradation):
    """A random piece of a random file; its class is drawn first, so that large ones weigh no more.

    Classes count as their collection does (UrbanSound8K from 0 to 9, ESC from 0 to 49), or, where
    a folder stands for each, in the order of their names.
    """

    name: ClassVar[str] = "class_noise"
    is_additive: ClassVar[bool] = True
    folder: Path | None = param(
        None, label="Folder of noises", description="UrbanSound8K, ESC, or a folder for each class."
    )
    class_number: int = param(ANY, ANY, label="Class", description="-1 for any.")
    but_class: int = param(ANY, ANY, label="Any class but", description="-1 for none.")
    snr_db: float = param(10.0, -10.0, 40.0, unit="dB", label="Signal to noise")

    @override
    def apply(self, clean: Audio) -> Audio:
        if not clean.n_samples:
            return Audio(clean.samples.copy(), clean.sample_rate)
        rng = self.rng()
        files = self._files(rng)
        noise = read_noise(files[int(rng.integers(len(files)))].path, clean.sample_rate)
        piece = stretch(noise, clean.n_samples, _ROUND_S * clean.sample_rate, rng)
        return add_at_snr(clean, (piece - piece.mean(dtype=np.float64))[None], self.snr_db)

    def _files(self, rng: np.random.Generator) -> tuple[NoiseFile, ...]:
        """All files of one class."""
        if self.folder is None:
            raise SettingsError("folder is not set; name a folder of noises")
        classes = _classes(self.folder)
        fit = list(classes)
        if self.class_number != ANY:
            fit = [_class_name(self.class_number, classes, self.folder)]
        if self.but_class != ANY:
            other = _class_name(self.but_class, classes, self.folder)
            fit = [name for name in fit if name != other]
        if not fit:
            raise SettingsError(f"but_class = {self.but_class} leaves no class; choose another")
        return classes[fit[int(rng.integers(len(fit)))]]


@lru_cache(maxsize=16)
def _classes(folder: Path) -> Mapping[str, tuple[NoiseFile, ...]]:
    return read_noise_classes(folder)


def _class_name(number: int, classes: Mapping[str, tuple[NoiseFile, ...]], folder: Path) -> str:
    if str(number) in classes:
        return str(number)
    urban = URBAN_SOUNDS[number] if number < len(URBAN_SOUNDS) else ""
    if urban in classes:
        return urban
    names = sorted(classes)
    if number >= len(names):
        raise SettingsError(
            f"there is no noise of class {number} in {shown(folder)}; it has {len(names)} classes: "
            f"{', '.join(names)}"
        )
    return names[number]
