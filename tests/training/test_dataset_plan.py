"""Which excerpts become the pairs of a data set."""

from pathlib import Path

import numpy as np
import pytest

from tests.signals import noise
from training.config import DataConfig, DatasetConfig, Recipe
from training.dataset_plan import Source, plan_pairs
from training.recordings import CleanRecording

RATE, SIZE = 8000, 4000


@pytest.fixture
def sources(rng: np.random.Generator) -> dict[Source, CleanRecording]:
    """Three recordings of 2, 4 and 8 seconds."""
    found = {}
    for duration_s in (2, 4, 8):
        samples = noise(rng, duration_s, RATE).samples[0]
        steps = np.rint(32767 * samples / np.abs(samples).max()).astype(np.int16)
        path = Path(f"{duration_s}s.wav")
        recording = CleanRecording(path, steps, 1 / 32767, 0.1, RATE)
        found[Source(path, path.name, "", "train")] = recording
    return found


def recipe(choice: str = "random", seed: int = 0) -> Recipe:
    data = DataConfig(sample_rate=RATE, segment_samples=SIZE, seed=seed)
    return Recipe("test", data=data, dataset=DatasetConfig(choice=choice))


def test_recordings_give_in_proportion_to_what_is_usable(sources):
    drafts = plan_pairs(recipe(), sources, 70)
    assert [draft.number for draft in drafts] == list(range(70))
    counts = [sum(draft.source == source for draft in drafts) for source in sources]
    assert counts == [10, 20, 40]
    assert len(plan_pairs(recipe(), sources, 1)) == 1


def test_all_follows_from_the_seed(sources):
    starts = [
        [each.start for each in plan_pairs(recipe(seed=seed), sources, 20)] for seed in (1, 1, 2)
    ]
    assert starts[0] == starts[1]
    assert starts[0] != starts[2]


def test_diverse_excerpts_do_not_overlap_until_there_are_no_more(sources):
    few = [each.start for each in plan_pairs(recipe("diverse"), sources, 8) if "8" in each.name[7:]]
    assert len(few) >= 4
    assert min(np.diff(sorted(few))) >= SIZE
    assert len(plan_pairs(recipe("diverse"), sources, 200)) == 200


def test_names_are_unique_and_never_too_long():
    source = Source(Path("x" * 200 + ".wav"), "", "", "train")
    steps = np.ones(RATE, np.int16)
    recording = CleanRecording(source.path, steps, 0.1, 0.1, RATE)
    names = {each.name for each in plan_pairs(recipe(), {source: recording}, 5)}
    assert len(names) == 5
    assert max(map(len, names)) == 67
