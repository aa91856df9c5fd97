"""Dataset: the examples of both sides of a recipe, in batches for a network.

Shapes, as einops patterns:
    samples    (batch 1 time)   float32
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from engine.errors import SettingsError
from engine.progress import Progress, ignore, part
from training.clean_places import clean_places
from training.config import Recipe
from training.examples import SIDES, Example, ExampleMaker
from training.music_folders import find_music
from training.recordings import decode
from training.splits import split_recordings


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


class Examples(ExampleMaker, Dataset[Example]):
    """All examples of one side of a recipe, as torch takes them; there is no last one."""


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
        Examples(recipe, training, SIDES[0], folder),
        Examples(recipe, validation, SIDES[1], folder),
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
