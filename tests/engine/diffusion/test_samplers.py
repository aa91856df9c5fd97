"""With the ideal estimate of a Gaussian prior a sampler is linear in its noise, and its bins do
not meet: what it makes of one impulse in each of its draws gives its covariance without chance.
"""

from functools import partial

import pytest
import torch
from torch import Tensor

from engine.diffusion.noise import FieldDraw
from engine.diffusion.samplers import SAMPLERS, Sampler, churn, start
from engine.diffusion.schedule import karras_sigmas, log_linear_sigmas
from engine.errors import ModelError
from tests.engine.diffusion.gaussian import (
    GaussianPrior,
    coloured_psd,
    covariance,
    filtered,
    fresh,
    mean_power,
)

N = 64
COLOURED = coloured_psd(N)
WHITE = torch.full((N // 2 + 1,), 0.06**2, dtype=torch.float64)
SIGMA_MAX = 2.0
N_STEPS = {"euler": 800, "heun": 40, "churn": 70, "dpm2m": 40}
"""Steps that each sampler needs to come within 2 %."""


def silent(like: Tensor) -> Tensor:
    return torch.zeros_like(like)


class ImpulseDraw:
    """Draw number k is an impulse in example k + 1, and silence in all others."""

    def __init__(self) -> None:
        self.n_drawn = 0

    def __call__(self, like: Tensor) -> Tensor:
        self.n_drawn += 1
        drawn = torch.zeros_like(like)
        drawn[self.n_drawn, 0, 0] = 1.0
        return drawn


def made_psd(sampler: Sampler, psd: Tensor, sigmas: Tensor) -> Tensor:
    """Spectrum of what a sampler makes of white noise, exactly."""
    draws_none = sampler in (SAMPLERS["euler"], SAMPLERS["heun"], SAMPLERS["dpm2m"])
    n_draws = 0 if draws_none else len(sigmas)
    x = torch.zeros(1 + n_draws, 1, N, dtype=torch.float64)
    x[0, 0, 0] = float(sigmas[0])
    made = sampler(GaussianPrior(psd), x, sigmas, ImpulseDraw())
    power: Tensor = torch.fft.rfft(made[:, 0]).abs().square().sum(0)
    return power


def test_every_sampler_is_measured():
    assert sorted(SAMPLERS) == sorted(N_STEPS)


@pytest.mark.parametrize("name", SAMPLERS)
@pytest.mark.parametrize("psd", [WHITE, COLOURED], ids=["white", "coloured"])
def test_the_covariance_of_samples_is_that_of_the_prior_within_two_percent(name, psd):
    sigmas = karras_sigmas(N_STEPS[name], 1e-4, SIGMA_MAX)
    made, wanted = covariance(made_psd(SAMPLERS[name], psd, sigmas)), covariance(psd)
    assert (made - wanted).norm() / wanted.norm() < 0.02
    assert abs(made.trace() / wanted.trace() - 1.0) < 0.02


@pytest.mark.parametrize("name", SAMPLERS)
def test_the_mean_of_samples_is_that_of_the_prior_within_two_percent(name):
    prior = GaussianPrior(COLOURED, mean=0.05)
    middle = torch.zeros(1, 1, N, dtype=torch.float64)  # of all starts
    # A start knows nothing of the mean, of which the share s / sigma_max is never made up for.
    mean = SAMPLERS[name](prior, middle, karras_sigmas(N_STEPS[name], 1e-4, 10.0), silent)
    assert (mean - 0.05).abs().max() < 0.02 * 0.05


@pytest.mark.parametrize("name", SAMPLERS)
def test_drawn_samples_have_the_variance_of_the_prior(name):
    """From start to end; chance makes 2 %, and few steps the rest."""
    like = torch.zeros(100, 1, N, dtype=torch.float64)
    draw = fresh(5)
    sigmas = log_linear_sigmas(40, 1e-2, SIGMA_MAX)
    samples = SAMPLERS[name](GaussianPrior(WHITE), start(draw, like, SIGMA_MAX), sigmas, draw)
    allowed = 0.2 if name == "euler" else 0.08
    assert abs(float(samples.square().mean()) / mean_power(WHITE) - 1.0) < allowed


@pytest.mark.parametrize(("name", "order"), [("euler", 1), ("heun", 2), ("dpm2m", 2)])
def test_errors_fall_with_the_order_of_the_sampler(name, order):
    exact = ((COLOURED + 1e-3**2) / (COLOURED + SIGMA_MAX**2)).sqrt()
    errors = []
    for n_steps in (80, 160, 320):
        sigmas = karras_sigmas(n_steps, 1e-3, SIGMA_MAX)[:-1]
        x = torch.zeros(1, 1, N, dtype=torch.float64)
        x[..., 0] = 1.0
        made = SAMPLERS[name](GaussianPrior(COLOURED), x, sigmas, silent)
        errors.append(float((torch.fft.rfft(made).abs() / exact - 1.0).abs().max()))
    for coarse, fine in zip(errors[:-1], errors[1:], strict=True):
        assert torch.log2(torch.tensor(coarse / fine)) == pytest.approx(order, abs=0.1)


@pytest.mark.parametrize("s_churn", [0.0, 5.0, 20.0, 40.0])
def test_churn_keeps_the_variance_however_much_noise_it_adds(s_churn):
    sigmas = karras_sigmas(100, 1e-4, SIGMA_MAX)
    made = made_psd(partial(churn, s_churn=s_churn), COLOURED, sigmas)
    assert abs(mean_power(made) / mean_power(COLOURED) - 1.0) < 0.02


def test_churn_adds_noise_between_its_levels_only_and_never_more_than_allowed():
    levels: list[float] = []

    def denoise(x: Tensor, sigma: Tensor) -> Tensor:
        levels.append(float(sigma[0]))
        return torch.zeros_like(x)

    sigmas = karras_sigmas(10, 1e-3, 1.0)
    x = torch.zeros(1, 1, 8, dtype=torch.float64)
    churn(denoise, x, sigmas, fresh(1), s_churn=1000.0, s_min=0.01, s_max=0.5)
    raised = torch.tensor(levels[::2], dtype=torch.float64) / sigmas[:-1]
    between = (sigmas[:-1] >= 0.01) & (sigmas[:-1] <= 0.5)
    torch.testing.assert_close(raised[between], torch.full_like(raised[between], 2.0**0.5))
    torch.testing.assert_close(raised[~between], torch.ones_like(raised[~between]))


@pytest.mark.parametrize("name", SAMPLERS)
def test_an_example_alone_is_bit_for_bit_as_in_a_batch(name):
    prior = GaussianPrior(COLOURED)
    sigmas = karras_sigmas(12, 1e-3, 1.0)

    def solve(*starts: int) -> Tensor:
        draw = FieldDraw((9,), starts)
        like = torch.zeros(len(starts), 2, N)
        return SAMPLERS[name](prior, start(draw, like, 1.0), sigmas, draw)

    together = solve(0, 500)
    assert together.dtype == torch.float32
    assert torch.equal(together[:1], solve(0))
    assert torch.equal(together[1:], solve(500))
    assert torch.equal(together[:, 0], together[:, 1])


@pytest.mark.parametrize("name", SAMPLERS)
def test_every_step_is_reported_and_the_last_estimate_is_the_sample(name):
    heard: list[tuple[int, int, Tensor]] = []
    x = start(fresh(1), torch.zeros(2, 1, N), 1.0)
    sample = SAMPLERS[name](
        GaussianPrior(COLOURED),
        x,
        karras_sigmas(7, 1e-3, 1.0),
        fresh(2),
        lambda done, of, denoised: heard.append((done, of, denoised)),
    )
    assert [(done, of) for done, of, _ in heard] == [(done, 7) for done in range(1, 8)]
    assert torch.equal(heard[-1][2], sample)


@pytest.mark.parametrize("name", SAMPLERS)
def test_a_report_that_raises_stops_the_sampler_at_that_step(name):
    class Stopped(Exception):
        pass

    for last in range(1, 6):
        heard: list[int] = []

        def hear(done: int, of: int, denoised: Tensor, last: int = last) -> None:
            heard.append(done)  # noqa: B023 - it is called before the next turn
            if done == last:
                raise Stopped

        with pytest.raises(Stopped):
            SAMPLERS[name](
                GaussianPrior(COLOURED),
                torch.zeros(1, 1, N),
                karras_sigmas(5, 1e-3, 1.0),
                fresh(2),
                hear,
            )
        assert heard == list(range(1, last + 1))


@pytest.mark.parametrize("name", SAMPLERS)
def test_an_estimate_that_is_not_finite_ends_in_one_sentence(name):
    def denoise(x: Tensor, sigma: Tensor) -> Tensor:
        return x / 0.0 if sigma[0] < 0.3 else torch.zeros_like(x)

    heard: list[int] = []
    with pytest.raises(ModelError, match=r"at noise level 0\.\d+ is not a number; run it in"):
        SAMPLERS[name](
            denoise,
            torch.ones(1, 1, N),
            karras_sigmas(20, 1e-3, 1.0),
            fresh(2),
            lambda done, of, denoised: heard.append(done),
        )
    assert 0 < len(heard) < 20


@pytest.mark.parametrize("name", SAMPLERS)
def test_no_gradient_is_kept_between_steps(name):
    weight = torch.ones(1, requires_grad=True)

    def denoise(x: Tensor, sigma: Tensor) -> Tensor:
        assert not x.requires_grad
        with torch.enable_grad():
            return 0.5 * weight * x

    sample = SAMPLERS[name](denoise, torch.ones(1, 1, N), karras_sigmas(5, 1e-3, 1.0), fresh(2))
    assert not sample.requires_grad


def test_a_sampler_starts_with_noise_of_the_first_level_on_its_guess():
    like = torch.zeros(4, 1, 20_000)
    alone = start(fresh(3), like, 0.5)
    assert abs(float(alone.std()) - 0.5) < 0.01
    guess = filtered(torch.ones(4, 1, 20_000), torch.tensor(0.7))
    torch.testing.assert_close(start(fresh(3), like, 0.5, guess) - guess, alone)
