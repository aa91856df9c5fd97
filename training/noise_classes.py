"""Noise classes: recordings of noise sorted by what made it.

Read are UrbanSound8K (fold3/ID-CLASS-OCCURRENCE-SLICE.wav), ESC (FOLD-CLIP-TAKE-CLASS.wav), and any
folder that holds a folder for each class.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.errors import SettingsError, StorageError
from training.music_folders import AUDIO_SUFFIXES

URBAN_SOUNDS = (
    "air_conditioner", "car_horn", "children_playing", "dog_bark", "drilling",
    "engine_idling", "gun_shot", "jackhammer", "siren", "street_music",
)  # fmt: skip
_URBAN = re.compile(r"\d+-(\d)-\d+-\d+$")
_ESC = re.compile(r"(\d)-\d+-[A-Z](?:-(\d+))?$")
_FOLD = re.compile(r"fold(\d+)$", re.IGNORECASE)


@dataclass(frozen=True)
class NoiseFile:
    """A recording of noise.

    Attributes:
        path: of the file.
        noise_class: what made it.
        fold: files of one fold may stem from one recording; "" where nobody says.
    """

    path: Path
    noise_class: str
    fold: str = ""


def read_noise_classes(folder: Path) -> Mapping[str, tuple[NoiseFile, ...]]:
    """The files of each class, all in the order of their names.

    Raises:
        StorageError: the folder is missing, or holds no noise.
    """
    if not folder.is_dir():
        raise StorageError(f"the folder of noise {folder} is missing")
    classes: dict[str, list[NoiseFile]] = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in AUDIO_SUFFIXES:
            found = _sorted_in(path)
            classes.setdefault(found.noise_class, []).append(found)
    if not classes:
        raise StorageError(f"there is no recording of noise in {folder}")
    return {name: tuple(classes[name]) for name in sorted(classes)}


def find_class(classes: Mapping[str, tuple[NoiseFile, ...]], name: str) -> str:
    """A class by its name, or of UrbanSound8K by its number.

    Raises:
        SettingsError: there is none such.
    """
    if name in classes:
        return name
    if name.isdigit() and int(name) < len(URBAN_SOUNDS) and URBAN_SOUNDS[int(name)] in classes:
        return URBAN_SOUNDS[int(name)]
    raise SettingsError(f"there is no noise of class '{name}'; there are: {', '.join(classes)}")


def _sorted_in(path: Path) -> NoiseFile:
    fold = _FOLD.match(path.parent.name)
    if fold and (urban := _URBAN.match(path.stem)):
        return NoiseFile(path, URBAN_SOUNDS[int(urban[1])], fold[1])
    esc = _ESC.match(path.stem)
    if esc and esc[2]:
        return NoiseFile(path, esc[2], esc[1])
    return NoiseFile(path, path.parent.name, esc[1] if esc else "")
