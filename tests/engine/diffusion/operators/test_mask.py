import math

import torch

from engine.diffusion.operators.mask import Mask, known_weights
from tests.engine.diffusion.gaussian import white

KNOWN = torch.ones(200, dtype=torch.bool)
KNOWN[60:90] = False


def test_projection_explains_the_observed_exactly():
    clean, estimate = white(2, 200, 1).float(), white(2, 200, 2).float()
    operator = Mask(KNOWN)
    observed = operator(clean)
    projected = operator.project(estimate, observed)
    assert torch.equal(operator(projected), observed)
    assert torch.equal(projected[..., 60:90], estimate[..., 60:90])


def test_fades_lie_among_known_samples_and_all_else_is_exact():
    clean, estimate = white(2, 200, 1).float(), white(2, 200, 2).float()
    operator = Mask(KNOWN, 10)
    projected = operator.project(estimate, operator(clean))
    assert torch.equal(projected[..., :50], clean[..., :50])
    assert torch.equal(projected[..., 100:], clean[..., 100:])
    assert torch.equal(projected[..., 60:90], estimate[..., 60:90])
    assert (projected[..., 50:60] != clean[..., 50:60]).all()


def test_fades_are_halves_of_a_hann_window():
    weights = known_weights(KNOWN, 10)
    place = torch.arange(10) + 0.5
    rising = 0.5 - 0.5 * torch.cos(math.pi * place / 10)
    torch.testing.assert_close(weights[90:100], rising)
    torch.testing.assert_close(weights[50:60], rising.flip(0))
    assert weights[:50].eq(1.0).all()
    assert weights[100:].eq(1.0).all()
    assert weights[60:90].eq(0.0).all()


def test_a_short_island_takes_the_nearer_edge():
    known = torch.zeros(20, dtype=torch.bool)
    known[8:12] = True
    weights = known_weights(known, 10)
    assert torch.equal(weights, weights.flip(0))
    assert float(weights.max()) < 0.06


def test_every_example_may_have_its_own_gaps():
    known = torch.stack((KNOWN, ~KNOWN))[:, None]
    x = white(2, 200, 1).float()
    operator = Mask(known, 5)
    assert torch.equal(operator(x)[0, 0, 60:90], torch.zeros(30))
    assert torch.equal(operator(x)[1, 0, :60], torch.zeros(60))
    assert operator.weights.shape == known.shape


def test_without_a_gap_all_is_known_to_the_ends():
    assert known_weights(torch.ones(7, dtype=torch.bool), 50).eq(1.0).all()
    assert known_weights(torch.zeros(7, dtype=torch.bool), 50).eq(0.0).all()
