"""A short side of a disc for tests of the wizard: noise, music, noise."""

from pathlib import Path

import numpy as np
import soundfile

from engine.audio import Audio
from tests.signals import music, noise

RATE = 11025
LEAD_S, MUSIC_S, END_S = 3.0, 4.0, 3.0


def side(rng: np.random.Generator, level: float = 0.02) -> Audio:
    """Three seconds of noise, four of music, three of noise."""
    played = np.zeros((1, round((LEAD_S + MUSIC_S + END_S) * RATE)), np.float32)
    start, stop = round(LEAD_S * RATE), round((LEAD_S + MUSIC_S) * RATE)
    played[:, start:stop] = 0.3 * music(rng, MUSIC_S, RATE).samples
    hiss = noise(rng, LEAD_S + MUSIC_S + END_S, RATE, level)
    return Audio(played + hiss.samples, RATE)


def write_side(path: Path, rng: np.random.Generator, level: float = 0.02) -> str:
    """The same as a file; its path as text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    audio = side(rng, level)
    soundfile.write(path, audio.samples.T, audio.sample_rate, subtype="PCM_16")
    return str(path)
