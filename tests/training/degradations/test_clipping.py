"""Clipping: by signal to distortion, hard and soft."""

import numpy as np
import pytest

from tests.signals import music, snr_db
from training.degradations.clipping import Clipping


@pytest.mark.parametrize("kind", ["hard", "soft"])
@pytest.mark.parametrize("sdr_db", [1.0, 3.0, 10.0, 30.0])
def test_distortion_is_as_strong_as_was_asked_for(kind, sdr_db, rng):
    clean = music(rng, 1.0, 22050, 2)
    clipped = Clipping(kind=kind, sdr_db=sdr_db).apply(clean)
    assert snr_db(clean.samples, clipped.samples) == pytest.approx(sdr_db, abs=0.01)


def test_hard_clipping_touches_nothing_below_its_level(rng):
    clean = music(rng, 1.0, 22050)
    clipped = Clipping(sdr_db=10.0).apply(clean).samples
    level = np.abs(clipped).max()
    below = np.abs(clean.samples) < level
    assert np.array_equal(clipped[below], clean.samples[below])
    assert np.all(np.abs(clipped[~below]) == level)


def test_soft_clipping_has_no_flat_tops(rng):
    clean = music(rng, 1.0, 22050)
    clipped = Clipping(kind="soft", sdr_db=10.0).apply(clean).samples[0]
    highest = np.abs(clipped) == np.abs(clipped).max()
    assert highest.sum() <= 2
    order = np.argsort(clean.samples[0], kind="stable")
    assert np.all(np.diff(clipped[order]) >= 0.0)
