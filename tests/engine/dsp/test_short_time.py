import numpy as np
import pytest

from engine.dsp.short_time import ShortTime
from tests.signals import noise, sine, snr_db


@pytest.mark.parametrize("n_samples", [1, 17, 4410, 4411, 10000])
def test_what_is_not_changed_comes_back(n_samples: int, rng: np.random.Generator):
    grid = ShortTime.of(44100, 20, 5)
    samples = noise(rng, 1.0, n_channels=2).samples[:, :n_samples]
    back = grid.inverse(grid.forward(samples), n_samples)
    assert back.shape == samples.shape
    assert back.dtype == np.float32
    assert snr_db(samples, back) > 120.0


def test_pieces_from_whole_hops_share_their_frames(rng: np.random.Generator):
    grid = ShortTime.of(44100, 20, 5)
    samples = noise(rng, 1.0).samples
    later = grid.forward(samples[:, 10 * grid.hop_samples :])
    whole = grid.forward(samples)
    np.testing.assert_allclose(later[:, 4:-4], whole[:, 14:-4], atol=1e-5)


def test_a_sine_lies_in_the_bin_of_its_frequency():
    grid = ShortTime.of(44100, 20, 5)
    spectrum = grid.inside(sine(1000.0, 1.0).samples)
    assert spectrum.shape[2] == grid.n_bins
    assert set(np.abs(spectrum[0]).argmax(axis=1)) == {100}
