"""Sound files: opened, told of, drawn, and read to their end."""

import json
from pathlib import Path
from random import Random

from engine.audio_file import open_audio
from engine.info import read_info
from engine.peaks import Peaks
from engine.storage.label_file import cue_marks
from fuzzing.chunks import damaged_flac, damaged_riff
from fuzzing.damage import damaged_any, damaged_field
from fuzzing.inputs import Files, Kind
from fuzzing.sounds import sound_files


def damaged_sound(rng: Random, number: int, sounds: dict[str, bytes]) -> tuple[str, bytes]:
    """The name and content of a sound file that is damaged."""
    names = sorted(sounds)
    name = names[number // 8 % len(names)]  # each of them gets each sort of damage in turn
    content = sounds[name]

    def by_meaning(rng: Random, content: bytes) -> bytes:
        if content[:4] in (b"RIFF", b"RF64"):
            return damaged_riff(rng, content)
        if content[:4] == b"FORM":
            return damaged_riff(rng, content, ">")
        if content[:4] == b"fLaC":
            return damaged_flac(rng, content)
        return damaged_field(rng, content)

    damaged = damaged_any(rng, number, content, by_meaning)
    if rng.random() < 0.05:
        name = rng.choice(names)  # a suffix that does not fit
    return name, damaged


class AudioFiles(Kind):
    """Every container that is read: heads, luggage and bodies."""

    name = "sound"
    share = 40

    def __init__(self, scratch: Path) -> None:
        self._sounds = sound_files()

    def make(self, rng: Random, number: int) -> Files:
        """One file."""
        name, content = damaged_sound(rng, number, self._sounds)
        return {name: content}

    def read(self, folder: Path) -> bool:
        """As `runout info`, the waveform and the markers of a window do."""
        (path,) = folder.iterdir()
        with open_audio(path) as file:
            cue_marks(file)
            peaks = Peaks(file)
            peaks.sketch()
            peaks.columns(0, file.n_samples, 7)
            file.read(max(0, file.n_samples - 10), file.n_samples)
        json.dumps(read_info(path).to_mapping(), allow_nan=False)
        return True
