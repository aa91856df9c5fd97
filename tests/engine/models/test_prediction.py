import numpy as np
import torch

from engine.dsp.whitening import Grid, local_scale, whiten
from engine.models.prediction import predict
from tests.signals import music, noise

ORDER, WINDOW, HOP = 32, 1024, 441


def test_errors_and_scale_are_those_of_the_rules(rng):
    tune = music(rng, 1.0, 44100).samples + noise(rng, 1.0, 44100, 0.001).samples
    found = predict(torch.from_numpy(tune), ORDER, WINDOW, HOP)
    exact = tune[0].astype(np.float64)
    forward, backward = whiten(exact, Grid(ORDER, WINDOW, HOP).models(exact), HOP)
    np.testing.assert_allclose(found.forward[0], forward, atol=1e-6 * np.abs(forward).max())
    np.testing.assert_allclose(found.backward[0], backward, atol=1e-6 * np.abs(backward).max())
    ratio = found.scale[0].numpy() / local_scale(forward, 176, 6)
    assert 0.97 < np.median(ratio) < 1.03


def test_examples_of_a_batch_know_nothing_of_one_another(rng):
    tunes = torch.from_numpy(np.stack([noise(rng, 0.2).samples[0] for _ in range(3)]))
    together = predict(tunes, ORDER, WINDOW, HOP)
    for number, tune in enumerate(tunes):
        alone = predict(tune[None], ORDER, WINDOW, HOP)
        for one, all_of_them in zip(alone, together, strict=True):
            assert torch.allclose(one[0], all_of_them[number], rtol=1e-4, atol=1e-7)


def test_silence_and_a_few_samples_are_finite_and_have_a_scale():
    for samples in (torch.zeros(1, 5000), torch.full((1, 1), 0.5), torch.ones(1, 40)):
        found = predict(samples, ORDER, WINDOW, HOP)
        assert all(torch.isfinite(each).all() for each in found)
        assert all(each.shape == samples.shape for each in found)
        assert (found.scale >= 1e-5 * 0.99).all()
