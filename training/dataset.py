"""Dataset: examples cut, damaged and levelled as they are used; every one by its number.

An example follows from the seed of the recipe and its number alone, whoever asks and in which
order; so training goes on after a stop as if there had been none, and several processes share the
work by taking numbers of their own.

Shapes, as einops patterns:
    samples    (batch 1 time)   float32
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from engine.audio import Audio, Samples
from engine.errors import SettingsError
from engine.progress import Progress, ignore, part
from training.chain import Rng, apply_damage, draw_damage, judging_chain
from training.clean_places import clean_places
from training.config import DataConfig, Recipe
from training.degradations.base import Degradation
from training.music_folders import find_music
from training.noise_pairs import NoisePairs
from training.recordings import CleanRecording, decode
from training.splits import split_recordings

_MOST_TRIES = 20
_SIDES = ("training", "validation")


class Batch(NamedTuple):
    """Examples, each tensor (batch 1 time).

    degraded is what the network is given, target what it should give, clean the truth, which
    noise-to-noise training never learns from: there the target is the music under other noise.
    """

    degraded: Tensor
    target: Tensor
    clean: Tensor

    def to(self, device: torch.device | str) -> "Batch":
        """The same on a device."""
        return Batch(*(each.to(device, non_blocking=True) for each in self))


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


class Examples(Dataset[Example]):
    """All examples of one side of a recipe; there is no last one."""

    def __init__(
        self, recipe: Recipe, recordings: Sequence[CleanRecording], side: str, folder: Path
    ) -> None:
        self.recipe = recipe
        is_noisy = recipe.data.target == "noisy"
        self._damage = recipe.damage if side == _SIDES[0] else judging_chain(recipe.damage)
        self._pairs = NoisePairs(recipe.pairs, folder, self._damage) if is_noisy else None
        self.recordings = tuple(recordings)
        self._side = _SIDES.index(side)
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


class Sides(NamedTuple):
    """Examples to learn from and examples to judge by; the second have none where none is kept."""

    training: Examples
    validation: Examples


def open_sides(recipe: Recipe, folder: Path, cache: Path, progress: Progress = ignore) -> Sides:
    """Find, split and decode the recordings of a recipe; of copies one is taken, to train on.

    Args:
        recipe: whose [data] says what to look for.
        folder: the data folder, where its paths start.
        cache: where decoded recordings are kept.
        progress: of the decoding.

    Raises:
        SettingsError, StorageError, AudioFormatError: nothing is found, or a file is not readable.
    """
    data = recipe.data
    places = clean_places(data, folder, cache, progress=progress)
    paths = find_music(places, (folder / each for each in data.left_out))
    seen, kept = split_recordings(paths, data.validation_share, data.validation)
    decoded = []
    for number, path in enumerate((*seen, *kept)):
        part(progress, 0.0, 1.0)(number / len(paths), f"reading {path.name}")
        decoded.append(decode(path, data.sample_rate, cache))
    firsts = {each.sha256: each for each in reversed(decoded) if each.rms > 0.0}
    usable = [each for each in decoded if firsts.get(each.sha256) is each]
    training = [each for each in usable if each.path in set(seen)]
    validation = [each for each in usable if each.path in set(kept)] or training
    if not training:
        raise SettingsError("all recordings to train on are silent")
    return Sides(
        Examples(recipe, training, "training", folder),
        Examples(recipe, validation, "validation", folder),
    )


def batches(
    examples: Examples, first_step: int, n_examples: int, rank: int, size: int, n_workers: int
) -> Iterator[Batch]:
    """Batches of this process from a step on, without end.

    Args:
        examples: of one side.
        first_step: counted from 0.
        n_examples: of a step, over all processes.
        rank: which process this is.
        size: of how many.
        n_workers: processes that prepare batches ahead; 0 prepares them here.
    """
    own = n_examples // size
    numbers = _Numbers(first_step * n_examples + rank * own, own, n_examples)
    loader = DataLoader(
        examples, batch_sampler=numbers, num_workers=n_workers, collate_fn=join_examples,
        persistent_workers=n_workers > 0, pin_memory=torch.cuda.is_available(),
    )  # fmt: skip
    return iter(loader)


def join_examples(examples: Sequence[Example]) -> Batch:
    """Examples as tensors."""
    kinds = zip(*((each.degraded, each.target, each.clean) for each in examples), strict=True)
    return Batch(*(torch.from_numpy(np.stack(kind))[:, None] for kind in kinds))


class _Numbers:
    """Lists of numbers of examples, one a step, without end."""

    def __init__(self, first: int, n_own: int, n_all: int) -> None:
        self._first, self._n_own, self._n_all = first, n_own, n_all

    def __iter__(self) -> Iterator[list[int]]:
        first = self._first
        while True:
            yield list(range(first, first + self._n_own))
            first += self._n_all


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
