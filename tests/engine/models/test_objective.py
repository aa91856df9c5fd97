import math

import pytest
import torch

from engine.models.objective import CROSS_ENTROPY, LEAST_SQUARES

UNEVEN = (torch.tensor([[0.0, 2.0, -1.0, 3.0]]), torch.tensor([[-4.0]]))


def test_cross_entropy_of_an_undecided_verdict_is_one_bit():
    undecided = (torch.zeros(2),)
    for is_real in (True, False):
        assert CROSS_ENTROPY.loss(undecided, is_real=is_real).tolist() == pytest.approx(
            [math.log(2)] * 2
        )


def test_the_probability_is_the_mean_over_patches_then_over_scales():
    expected = 0.5 * (torch.sigmoid(UNEVEN[0]).mean() + torch.sigmoid(UNEVEN[1]).mean())
    shortfall = CROSS_ENTROPY.shortfall(UNEVEN)
    assert CROSS_ENTROPY.probability(shortfall).item() == pytest.approx(expected.item(), rel=1e-6)
    assert LEAST_SQUARES.shortfall(UNEVEN).item() == pytest.approx((1 - (1.0 - 4.0) / 2) ** 2)


def test_a_hopeless_verdict_still_has_a_slope():
    logits = torch.tensor([-300.0], requires_grad=True)
    (slope,) = torch.autograd.grad(CROSS_ENTROPY.shortfall((logits,)).sum(), logits)
    assert slope.item() == pytest.approx(-1.0)


@pytest.mark.parametrize(
    ("verdict", "probability"), [(-3.0, 0.0), (0.0, 0.0), (0.25, 0.25), (1.0, 1.0), (7.0, 1.0)]
)
def test_a_least_squares_verdict_is_a_probability_held_in_its_range(verdict, probability):
    shortfall = LEAST_SQUARES.shortfall((torch.tensor([verdict]),))
    assert LEAST_SQUARES.probability(shortfall).item() == pytest.approx(probability)


def test_least_squares_costs_the_squared_distance_from_the_truth():
    verdicts = (torch.tensor([[0.5, 1.5]]),)
    assert LEAST_SQUARES.loss(verdicts, is_real=True).item() == pytest.approx(0.25)
    assert LEAST_SQUARES.loss(verdicts, is_real=False).item() == pytest.approx(1.25)
