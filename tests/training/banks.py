"""A bank of clicks for tests: three that were harvested from hiss."""

import numpy as np

from tests.signals import noise
from training.harvest import ClickBank, harvest

RATE = 22050


def small_bank() -> ClickBank:
    """Three clicks in hiss, as harvested."""
    generator = np.random.default_rng(3)
    hiss = noise(generator, 1.0, RATE, 0.003).samples[0].astype(np.float64)
    for place in (5000, 11000, 17000):
        hiss[place : place + 12] += 0.3 * np.exp(-np.arange(12) / 4.0)
    return harvest([hiss], RATE)[0]
