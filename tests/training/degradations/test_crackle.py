"""Crackle: level, number and crowding of its ticks."""

import numpy as np
import pytest

from tests.signals import music
from training.degradations.crackle import Crackle

RATE = 44100


def added(crackle, clean):
    return (crackle.apply(clean).samples - clean.samples)[0].astype(np.float64)


def ticks(noise):
    """Number of ticks in each tenth of a second."""
    high = np.abs(np.diff(noise)) > 0.05 * np.abs(noise).max()
    starts = np.flatnonzero(high[1:] & ~high[:-1])
    apart = np.flatnonzero(np.diff(starts, prepend=-RATE) > 40)
    return np.bincount(starts[apart] // (RATE // 10), minlength=len(noise) // (RATE // 10))


def test_crackle_has_the_ratio_that_was_asked_for(rng):
    clean = music(rng, 2.0, RATE)
    noise = added(Crackle(snr_db=15.0), clean)
    ratio = 10 * np.log10(np.mean(clean.samples**2) / np.mean(noise**2))
    assert ratio == pytest.approx(15.0, abs=0.01)


def test_more_ticks_when_more_are_asked_for(rng):
    clean = music(rng, 4.0, RATE)
    few, many = (
        ticks(added(Crackle(per_second=rate, spread_db=0.0, clusters_db=0.0), clean)).sum()
        for rate in (60.0, 240.0)
    )
    assert few == pytest.approx(4 * 60, rel=0.25)
    assert many == pytest.approx(4 * 240, rel=0.25)


def test_ticks_come_in_clusters(rng):
    clean = music(rng, 4.0, RATE)
    spread = [
        np.std(ticks(added(Crackle(per_second=200.0, spread_db=0.0, clusters_db=db), clean)))
        for db in (0.0, 12.0)
    ]
    assert spread[1] > 2.0 * spread[0]


def test_ticks_differ_in_size_as_much_as_was_asked_for(rng):
    clean = music(rng, 2.0, RATE)
    crests = []
    for spread_db in (0.0, 12.0):
        noise = added(Crackle(per_second=300.0, spread_db=spread_db, clusters_db=0.0), clean)
        crests.append(20 * np.log10(np.abs(noise).max() / noise.std()))
    assert crests[1] > crests[0] + 6.0
