"""Examples: cut, damaged and levelled as they are used; every one by its number.

An example follows from the seed of the recipe and its number alone, whoever asks and in which
order; so training goes on after a stop as if there had been none, and several processes share the
work by taking numbers of their own.

Shapes:
    samples    (time)   float32
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.audio import Audio, Samples
from training.chain import Rng, apply_damage, draw_damage, judging_chain
from training.config import DataConfig, Recipe
from training.degradations.base import Degradation
from training.noise_pairs import NoisePairs
from training.recordings import CleanRecording

_MOST_TRIES = 20
SIDES = ("training", "validation")


@dataclass(frozen=True)
class Example:
    """One example and how it came about.

    Attributes:
        source: the file it was cut from.
        start: its first sample there, at the rate of the recipe.
        degraded, target, clean: (time).
        damage: what befell the degraded one, after the material.
        damage_of_target: likewise; none where the target is clean.
    """

    source: Path
    start: int
    degraded: Samples
    target: Samples
    clean: Samples
    damage: tuple[Degradation, ...]
    damage_of_target: tuple[Degradation, ...]


class ExampleMaker:
    """Makes the examples of one side of a recipe; there is no last one."""

    def __init__(
        self, recipe: Recipe, recordings: Sequence[CleanRecording], side: str, folder: Path
    ) -> None:
        self.recipe = recipe
        is_noisy = recipe.data.target == "noisy"
        self._damage = recipe.damage if side == SIDES[0] else judging_chain(recipe.damage)
        self._pairs = NoisePairs(recipe.pairs, folder, self._damage) if is_noisy else None
        self.recordings = tuple(recordings)
        self._side = SIDES.index(side)
        lengths = np.array([len(each.steps) for each in recordings], np.float64)
        self._odds = lengths / lengths.sum()

    def __getitem__(self, number: int) -> Example:
        data = self.recipe.data
        rng = np.random.default_rng((data.seed, self._side, number))
        recording, start, samples = self._cut(rng)
        clean = Audio(_centred(samples)[None], data.sample_rate)
        clean = apply_damage(draw_damage(self.recipe.material, rng), clean)
        if self._pairs:
            pair = self._pairs.draw(clean, recording.dynamics, rng)
            damage, other, degraded, target = pair.damage_a, pair.damage_b, pair.a, pair.b
        else:
            damage, other = draw_damage(self._damage, rng), ()
            degraded, target = apply_damage(damage, clean), clean
        gain = _gain(data, degraded.samples, rng)
        mono = [np.float32(gain) * each.samples[0] for each in (degraded, target, clean)]
        return Example(recording.path, start, mono[0], mono[1], mono[2], damage, other)

    def _cut(self, rng: Rng) -> tuple[CleanRecording, int, Samples]:
        """An excerpt that is not silent, if a few tries find one."""
        data = self.recipe.data
        least = 10.0 ** (data.least_dbfs / 20.0)
        for _ in range(_MOST_TRIES):
            recording = self.recordings[int(rng.choice(len(self.recordings), p=self._odds))]
            start = int(rng.integers(max(1, len(recording.steps) - data.segment_samples + 1)))
            samples = recording.read(start, data.segment_samples)
            if _rms(samples) >= least:
                break
        return recording, start, samples


def _centred(samples: Samples) -> Samples:
    centred: Samples = samples - samples.mean(dtype=np.float32)
    return centred


def _gain(data: DataConfig, degraded: Samples, rng: Rng) -> float:
    """What brings a degraded excerpt to a level near that of the recipe."""
    spread_db = rng.uniform(-data.level_spread_db, data.level_spread_db)
    if data.level == 0.0:
        return 1.0
    return float(data.level / (_rms(degraded) + 1e-6) * 10.0 ** (spread_db / 20.0))


def _rms(samples: Samples) -> float:
    return float(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))
