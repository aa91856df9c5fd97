import pytest
import torch

from engine.diffusion.estimates import mean_of_samples, posterior_mean
from engine.diffusion.guidance import NoiseGuidance
from engine.diffusion.samplers import heun, start
from engine.diffusion.schedule import karras_sigmas
from tests.engine.diffusion.gaussian import GaussianPrior, coloured_psd, filtered, fresh

N = 512
PSD = coloured_psd(N, range_db=20.0)


def test_one_estimate_of_white_noise_is_the_wiener_filter():
    prior = GaussianPrior(PSD)
    observed = prior.draw(2, 1) + 0.03 * fresh(2)(torch.zeros(2, 1, N, dtype=torch.float64))
    wiener = filtered(observed, PSD / (PSD + 0.03**2))
    torch.testing.assert_close(posterior_mean(prior, observed, 0.03), wiener)


def test_every_example_may_have_its_own_noise():
    prior = GaussianPrior(PSD)
    observed = prior.draw(2, 1)
    both = posterior_mean(prior, observed, torch.tensor([0.03, 0.3]))
    torch.testing.assert_close(both[1:], posterior_mean(prior, observed[1:], 0.3))
    assert not torch.allclose(both[:1], posterior_mean(prior, observed[:1], 0.3))


def test_the_mean_of_four_samples_regains_two_of_three_decibels():
    """The error of one has twice the variance of the mean's; of four, 1 + 1/4: 2.04 dB less."""
    prior = GaussianPrior(PSD)
    clean = prior.draw(24, 1)
    observed = clean + 0.03 * fresh(2)(clean)
    guided = NoiseGuidance(prior, observed, torch.full_like(PSD, 0.03**2), PSD)
    sigmas = karras_sigmas(20, 1e-3, 1.0)

    def solve(draw):
        return heun(guided, start(draw, clean, 1.0), sigmas, draw)

    one = (solve(fresh(3)) - clean).square().mean()
    four = (mean_of_samples(solve, [fresh(seed) for seed in (3, 4, 5, 6)]) - clean).square().mean()
    assert 10 * torch.log10(one / four) == pytest.approx(2.04, abs=0.3)
