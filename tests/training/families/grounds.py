"""What families stand on in tests: short recipes, and sines as music with noise as damage."""

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch

from engine.models.network import Network
from training.config import recipe_from_mapping
from training.dataset import Batch
from training.families.base import Family, Ground
from training.workers import Alone

RATE = 8000


def ground(family: str, others: Mapping[str, Network] | None = None, **training: Any) -> Ground:
    tables = {
        "name": "toy",
        "data": {"sample_rate": RATE, "segment_samples": 512},
        "training": {"family": family, "learning_rate": 5e-3, **training},
    }
    recipe = recipe_from_mapping(tables, Path())
    return Ground(recipe, Alone(torch.device("cpu")), others or {})


def batch(seed: int, n_examples: int = 4, n_samples: int = 512) -> Batch:
    """Pairs of sines at a level of 0.1, and white noise 10 dB below."""
    rng = np.random.default_rng(seed)
    time = np.arange(n_samples) / RATE
    pitch = rng.uniform(100.0, 1500.0, (n_examples, 2, 1))
    phase = rng.uniform(0.0, 2.0 * np.pi, (n_examples, 2, 1))
    clean = 0.1 * np.sin(2.0 * np.pi * pitch * time + phase).sum(1, keepdims=True)
    noisy = clean + 0.0316 * rng.standard_normal(clean.shape)
    degraded, target = (torch.from_numpy(each).float() for each in (noisy, clean))
    return Batch(degraded, target, target)


def run(family: Family, first: int, last: int) -> list[dict[str, float]]:
    """Steps as the loop does them: what is drawn follows from the number of the step."""
    costs = []
    for step in range(first, last):
        torch.manual_seed(step)
        costs.append(family.step(batch(step)))
    return costs


def assert_goes_on_alike(one: Family, other: Family, first: int, last: int) -> None:
    """Two families that were made alike: the other takes over the state of the one half-way."""
    run(one, 0, first)
    other.load_state(copy.deepcopy(one.state()))
    assert run(one, first, last) == run(other, first, last)
    for name, module in one.modules().items():
        theirs = other.modules()[name].state_dict()
        for key, value in module.state_dict().items():
            assert torch.equal(value, theirs[key]), (name, key)
