"""Guidance against posteriors of a Gaussian prior, which are known in closed form."""

from functools import partial

import pytest
import torch
from torch import Tensor

from engine.diffusion.denoise import Denoise
from engine.diffusion.guidance import NoiseGuidance, ProjectionGuidance, ReconstructionGuidance
from engine.diffusion.noise import ColouredDraw, FieldDraw
from engine.diffusion.operator import Operator
from engine.diffusion.operators import Additive, Mask
from engine.diffusion.operators.filters import kaiser_low_pass
from engine.diffusion.samplers import Sampler, churn, dpm2m, heun, start
from engine.diffusion.schedule import karras_sigmas
from tests.engine.diffusion.gaussian import (
    GaussianPrior,
    coloured_psd,
    covariance,
    filtered,
    fresh,
    mean_power,
)

N = 128
LEVEL = 0.06
GAP = slice(48, 72)


class Same(Operator):
    def __call__(self, x: Tensor) -> Tensor:
        return x


def known_outside_gap() -> Tensor:
    known = torch.ones(N, dtype=torch.bool)
    known[GAP] = False
    return known


def tonal_psd() -> Tensor:
    """Three tones, each narrower than a gap can hide, on a floor that falls by 20 dB."""
    bins = torch.arange(N // 2 + 1)[:, None]
    tones = torch.exp(-0.5 * ((bins - torch.tensor([6.0, 13.0, 22.0])) / 0.6).square()).sum(1)
    psd = coloured_psd(N, range_db=20.0) * (1.0 + 300.0 * tones)
    return psd * LEVEL**2 / mean_power(psd)


def sample(
    guided: Denoise, like: Tensor, sampler: Sampler = heun, n_steps: int = 35, seed: int = 3
) -> Tensor:
    draw = fresh(seed)
    return sampler(guided, start(draw, like, 1.0), karras_sigmas(n_steps, 1e-4, 1.0), draw)


def gap_posterior(psd: Tensor) -> tuple[Tensor, Tensor]:
    """Once all but the gap is seen: weights (gap known), covariance (gap gap)."""
    seen = torch.eye(N, dtype=torch.float64)[known_outside_gap()]
    prior = covariance(psd)
    weights = torch.linalg.solve(seen @ prior @ seen.T, seen @ prior).T
    return weights[GAP], (prior - weights @ seen @ prior)[GAP, GAP]


def gap_errors(guide, psd: Tensor, sampler: Sampler, n_steps: int) -> tuple[float, float, float]:
    """Errors of samples in a gap, where they are linear in what is seen and in their noise.

    By their answers to impulses, so without chance: the variance of the mean's error against that
    of the posterior, the covariance's error against the covariance, and the variance made.
    """
    operator = Mask(known_outside_gap())
    impulses = torch.eye(N, dtype=torch.float64)[:, None]

    def solve(observed: Tensor, x: Tensor) -> Tensor:
        guided = guide(GaussianPrior(psd), operator, observed)
        return sampler(guided, x, karras_sigmas(n_steps, 1e-4, 2.0), fresh(1))[:, 0, GAP]

    weights, wanted = gap_posterior(psd)
    to_start = solve(0.0 * impulses, 2.0 * impulses)
    made = to_start.T @ to_start
    off = solve(operator(impulses), 0.0 * impulses)[known_outside_gap()].T - weights
    seen = covariance(psd)[known_outside_gap()][:, known_outside_gap()]
    return (
        float((off @ seen @ off.T).trace() / wanted.trace()),
        float((made - wanted).norm() / wanted.norm()),
        float(made.trace() / wanted.trace()),
    )


def drawn_variance(guide, psd: Tensor, sampler: Sampler, n_steps: int) -> float:
    """Mean square of samples around the posterior's mean in the gap, against what it should be."""
    prior = GaussianPrior(psd)
    clean = prior.draw(160, 7)
    operator = Mask(known_outside_gap())
    observed = operator(clean)
    made = sample(guide(prior, operator, observed), clean, sampler, n_steps)
    assert torch.equal(operator(made), observed)
    weights, wanted = gap_posterior(psd)
    mean = observed[:, 0, known_outside_gap()] @ weights.T
    return float((made[:, 0, GAP] - mean).square().mean() / wanted.diagonal().mean())


def weigh(prior: Denoise, operator: Mask, observed: Tensor, psd: Tensor) -> Denoise:
    """By the spectrum, then projected."""
    weighed = NoiseGuidance(prior, observed, torch.zeros_like(psd), psd, known=operator.known)
    return ProjectionGuidance(weighed, operator, observed)


# Mask


def test_a_gap_weighed_by_its_spectrum_is_the_posterior_within_two_percent():
    psd = tonal_psd()
    mean, shape, variance = gap_errors(partial(weigh, psd=psd), psd, heun, 50)
    assert mean < 0.02
    assert shape < 0.02
    assert variance == pytest.approx(1.0, abs=0.02)


@pytest.mark.parametrize("psd", [coloured_psd(N), tonal_psd()], ids=["noise", "tones"])
def test_twenty_estimates_fill_a_gap_within_ten_percent(psd):
    mean, shape, variance = gap_errors(partial(weigh, psd=psd), psd, dpm2m, 20)
    assert mean < 0.02
    assert shape < 0.1
    assert variance == pytest.approx(1.0, abs=0.1)


def test_projection_alone_fills_a_gap_in_noise_and_not_in_tones():
    mean, shape, variance = gap_errors(ProjectionGuidance, coloured_psd(N), heun, 35)
    assert mean < 0.1
    assert shape < 0.2
    assert variance == pytest.approx(1.0, abs=0.15)
    _, _, variance = gap_errors(ProjectionGuidance, tonal_psd(), heun, 35)
    assert variance > 4.0


def test_the_gradient_fills_a_gap_in_noise_within_a_quarter():
    """Chance adds 5 %."""
    guide = partial(ReconstructionGuidance, xi=0.25)
    assert drawn_variance(guide, coloured_psd(N), heun, 35) == pytest.approx(1.0, abs=0.25)


def test_noise_that_samplers_add_mends_gaps_in_tones():
    guide = partial(ReconstructionGuidance, xi=0.5)
    straight = drawn_variance(guide, tonal_psd(), heun, 35)
    churned = drawn_variance(guide, tonal_psd(), partial(churn, s_churn=20.0), 70)
    assert churned < 0.75 * straight
    assert churned < 1.5


# Low-pass


@pytest.mark.parametrize("guide", [partial(ReconstructionGuidance, xi=0.1), ProjectionGuidance])
def test_a_low_pass_is_undone_below_its_cutoff_and_filled_above_it(guide):
    """Bins of a stationary prior are independent: below all is known, above nothing."""
    length, rate = 1024, 1000
    psd = coloured_psd(length)
    prior = GaussianPrior(psd)
    clean = prior.draw(24, 5)
    low = kaiser_low_pass(250.0, rate, 201)
    made = sample(guide(prior, low, low(clean)), clean)
    window = torch.hann_window(length - 400, dtype=torch.float64)  # away from the ends
    theirs, ours = (torch.fft.rfft(x[..., 200:-200] * window) for x in (clean, made))
    hz = torch.fft.rfftfreq(length - 400, 1.0 / rate)
    below, above = hz < 220.0, hz > 280.0
    error = (ours - theirs)[..., below].abs().square().mean()
    assert 10 * torch.log10(theirs[..., below].abs().square().mean() / error) > 40.0
    power = ours[..., above].abs().square().mean() / theirs[..., above].abs().square().mean()
    assert float(power) == pytest.approx(1.0, abs=0.1)
    likeness = (ours * theirs.conj()).real[..., above].mean()
    assert abs(float(likeness / theirs[..., above].abs().square().mean())) < 0.1


# Additive noise


@pytest.mark.parametrize("response", [None, torch.linspace(1.0, 0.05, N // 2 + 1)])
def test_weighing_by_spectra_samples_the_posterior_within_two_percent(response):
    """Without chance: the sampler's answers to an impulse observed, and to one it starts with."""
    psd, noise_psd = coloured_psd(N), coloured_psd(N, 0.03, -12.0)
    gain = torch.ones_like(psd) if response is None else response.double()
    impulse = torch.zeros(1, 1, N, dtype=torch.float64)
    impulse[..., 0] = 1.0

    def solve(observed: Tensor, x: Tensor) -> Tensor:
        guided = NoiseGuidance(GaussianPrior(psd), observed, noise_psd, psd, response)
        return heun(guided, x, karras_sigmas(40, 1e-4, 2.0), fresh(1))

    to_observed = torch.fft.rfft(solve(impulse, 0.0 * impulse)).abs()[0, 0]
    to_start = torch.fft.rfft(solve(0.0 * impulse, 2.0 * impulse)).abs()[0, 0]
    mean = gain * psd / (gain**2 * psd + noise_psd)
    variance = psd * noise_psd / (gain**2 * psd + noise_psd)
    assert (to_observed - mean).norm() / mean.norm() < 0.02
    assert (to_start.square() - variance).norm() / variance.norm() < 0.02


@pytest.mark.parametrize("input_db", [5.0, 15.0, 25.0])
def test_a_sample_is_three_decibels_below_the_wiener_filter(input_db):
    length, n_examples = 2048, 6
    psd = coloured_psd(length, range_db=20.0)
    noise_psd = coloured_psd(length, LEVEL * 10 ** (-input_db / 20), -12.0)
    prior = GaussianPrior(psd)
    clean = prior.draw(n_examples, 5)
    observed = clean + ColouredDraw(fresh(6), noise_psd)(clean)
    made = sample(NoiseGuidance(prior, observed, noise_psd, psd), clean)
    wiener = filtered(observed, psd / (psd + noise_psd))
    loss = (made - clean).square().mean() / (wiener - clean).square().mean()
    assert 10 * torch.log10(loss) == pytest.approx(3.01, abs=0.3)


def test_a_gradient_that_knows_nothing_of_the_noise_ends_at_the_observed():
    psd, noise_psd = coloured_psd(1024, range_db=20.0), coloured_psd(1024, LEVEL / 6, -12.0)
    prior = GaussianPrior(psd)
    clean = prior.draw(8, 5)
    observed = clean + ColouredDraw(fresh(6), noise_psd)(clean)
    hard = sample(ReconstructionGuidance(prior, Same(), observed, 1.0), clean)
    assert 10 * torch.log10(
        (observed - clean).square().mean() / (hard - clean).square().mean()
    ) == pytest.approx(0.0, abs=0.2)
    gentle = sample(ReconstructionGuidance(prior, Same(), observed, 0.1), clean)
    assert (gentle - clean).square().mean() > 10.0 * (observed - clean).square().mean()


# What holds of each call


def test_the_move_has_the_size_of_xi_times_sigma_whatever_the_distance():
    prior = GaussianPrior(coloured_psd(N))
    x, observed = fresh(1)(torch.zeros(3, 2, N)), torch.zeros(3, 2, N)
    observed[1] += 100.0
    sigma = torch.tensor([0.1, 0.5, 1.0])
    guided = ReconstructionGuidance(prior, Same(), observed, 0.25)
    move = guided(x, sigma) - prior(x, sigma)
    torch.testing.assert_close(move.square().mean((1, 2)).sqrt(), 0.25 * sigma)


def test_every_example_may_have_its_own_xi_and_bound():
    prior = GaussianPrior(coloured_psd(N))
    x, observed = fresh(1)(torch.zeros(2, 1, N)), torch.ones(2, 1, N)
    sigma = torch.tensor([0.5, 0.5])
    guided = ReconstructionGuidance(prior, Same(), observed, torch.tensor([0.2, 0.4]))
    moves = (guided(x, sigma) - prior(x, sigma)).square().mean((1, 2)).sqrt()
    torch.testing.assert_close(moves, torch.tensor([0.1, 0.2]))
    bounded = ReconstructionGuidance(prior, Same(), observed, 0.2, clip=1e-9)
    moves = (bounded(x, sigma) - prior(x, sigma)).square().mean((1, 2)).sqrt()
    assert (moves < 1e-4).all()


def test_an_estimate_that_explains_all_is_not_moved():
    x = torch.zeros(1, 1, N)
    guided = ReconstructionGuidance(GaussianPrior(coloured_psd(N)), Same(), x, 0.25)
    assert torch.equal(guided(x, torch.ones(1)), x)


@pytest.mark.parametrize(
    "guide",
    [
        partial(ReconstructionGuidance, xi=0.25),
        ProjectionGuidance,
        partial(weigh, psd=coloured_psd(N)),
    ],
    ids=["gradient", "projection", "spectrum"],
)
def test_an_example_alone_is_as_in_a_batch(guide):
    prior = GaussianPrior(coloured_psd(N))
    clean = prior.draw(2, 7).float()
    clean[1] *= 50.0
    operator = Mask(known_outside_gap(), 4)

    def solve(*starts: int) -> Tensor:
        observed = operator(clean[[0 if at == 0 else 1 for at in starts]])
        draw = FieldDraw((9,), starts)
        x = start(draw, observed, 1.0)
        return heun(guide(prior, operator, observed), x, karras_sigmas(10, 1e-3, 1.0), draw)

    together = solve(0, 900)
    torch.testing.assert_close(together[:1], solve(0), rtol=0.0, atol=1e-6)
    torch.testing.assert_close(together[1:], solve(900), rtol=1e-6, atol=1e-6)


def test_no_gradient_is_kept_and_none_reaches_the_prior():
    weight = torch.full((1,), 0.5, requires_grad=True)
    x = fresh(1)(torch.zeros(1, 1, N))

    def denoise(x: Tensor, sigma: Tensor) -> Tensor:
        return weight * x

    with torch.no_grad():
        guided = ReconstructionGuidance(denoise, Same(), torch.ones(1, 1, N))
        assert not guided(x, torch.ones(1)).requires_grad
    assert weight.grad is None


def test_fresh_noise_in_the_operator_denoises_where_no_noise_does_not():
    """The classic way for records: xi 1 at 15 dB comes within 2 dB of the Wiener filter."""
    psd, noise_psd = coloured_psd(1024, range_db=20.0), coloured_psd(1024, LEVEL / 6, -12.0)
    prior = GaussianPrior(psd)
    clean = prior.draw(8, 5)
    observed = clean + ColouredDraw(fresh(6), noise_psd)(clean)
    operator = Additive(ColouredDraw(fresh(8), noise_psd))
    made = sample(ReconstructionGuidance(prior, operator, observed, 1.0), clean)
    wiener = filtered(observed, psd / (psd + noise_psd))
    loss = (made - clean).square().mean() / (wiener - clean).square().mean()
    assert 10 * torch.log10(loss) < 2.0


def test_frequencies_of_endless_noise_are_left_to_the_prior():
    psd = coloured_psd(N)
    noise_psd = torch.where(torch.arange(N // 2 + 1) < 30, 1e-9, torch.inf)
    prior = GaussianPrior(psd)
    x, observed = fresh(1)(torch.zeros(1, 1, N)), fresh(2)(torch.zeros(1, 1, N))
    sigma = torch.ones(1)
    move = NoiseGuidance(prior, observed, noise_psd, psd)(x, sigma) - prior(x, sigma)
    spectrum = torch.fft.rfft(move).abs()[0, 0]
    assert spectrum[30:].max() < 1e-4 * spectrum[:30].max()


@pytest.mark.parametrize("known", [None, known_outside_gap()])
def test_silence_and_a_silent_spectrum_stay_finite(known):
    silent = torch.zeros(1, 1, N)
    zero = torch.zeros(N // 2 + 1)
    guided = NoiseGuidance(GaussianPrior(coloured_psd(N)), silent, zero, zero, known=known)
    assert guided(fresh(1)(silent), torch.ones(1)).isfinite().all()
