"""Dataset plan: which excerpts of which recordings become the pairs of a data set.

Recordings give excerpts in proportion to what is usable of them, so that whole recordings are on
one side and each side has about the share that it has of the music. All follows from the seed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from training.chain import Rng
from training.config import Recipe
from training.recordings import CleanRecording
from training.segment_choice import choose_diverse, choose_random, usable_starts

_PLAN = 1 << 32
"""Numbers of pairs lie below, so that no pair is drawn as the plan is."""
_LONGEST_NAME = 60


@dataclass(frozen=True)
class Source:
    """A recording that pairs are cut from.

    Attributes:
        path: of its file.
        name: what the manifest calls it.
        sha256: of its decoded audio.
        split: train, validation or test.
    """

    path: Path
    name: str
    sha256: str
    split: str


@dataclass(frozen=True)
class Draft:
    """A pair of which nothing is drawn yet.

    Attributes:
        number: from 0; what is drawn for it follows from that and the seed.
        source: the recording.
        start: of the excerpt.
        dynamics: of the recording.
    """

    number: int
    source: Source
    start: int
    dynamics: float

    @property
    def name(self) -> str:
        """Of its files, without suffix."""
        return f"{self.number:06d}_{self.source.path.stem[:_LONGEST_NAME]}"

    def rng(self, seed: int) -> Rng:
        """A generator of its own."""
        return np.random.default_rng((seed, self.number))


def plan_pairs(
    recipe: Recipe, sources: Mapping[Source, CleanRecording], count: int
) -> tuple[Draft, ...]:
    """Share a number of pairs out among recordings.

    Args:
        recipe: says how excerpts are chosen, and how long they are.
        sources: that are not silent, decoded.
        count: of pairs.
    """
    rate, size = recipe.data.sample_rate, recipe.data.segment_samples
    rng = np.random.default_rng((recipe.data.seed, _PLAN))
    spans = [usable_starts(len(each.steps), rate, size) for each in sources.values()]
    shares = _shared(count, [last - first + size for first, last in spans])
    drafts: list[Draft] = []
    for (source, recording), n_own in zip(sources.items(), shares, strict=True):
        if not n_own:
            continue
        for start in _starts(recipe, recording, n_own, rng):
            drafts.append(Draft(len(drafts), source, start, recording.dynamics))
    return tuple(drafts)


def _starts(recipe: Recipe, recording: CleanRecording, count: int, rng: Rng) -> list[int]:
    """Diverse excerpts where they are wanted, random ones for all that these leave open."""
    data = recipe.data
    rate, size = data.sample_rate, data.segment_samples
    starts: list[int] = []
    if recipe.dataset.choice == "diverse":
        chosen = choose_diverse(recording, rate, size, count, data.least_dbfs)
        starts = [each.start for each in chosen]
    while len(starts) < count:
        starts.append(choose_random(recording, rate, size, data.least_dbfs, rng))
    return starts


def _shared(count: int, weights: Sequence[int]) -> list[int]:
    """Whole numbers that add up to count, in proportion to weights (largest remainders)."""
    exact = count * np.array(weights, np.float64) / sum(weights)
    shares = np.floor(exact).astype(int)
    for number in np.argsort(shares - exact, kind="stable")[: count - shares.sum()]:
        shares[number] += 1
    return [int(each) for each in shares]
