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


def test_the_probability_is_the_geometric_mean_over_patches_then_over_scales():
    logs = [torch.sigmoid(scale).log().mean() for scale in UNEVEN]
    loss = CROSS_ENTROPY.loss(UNEVEN, is_real=True)
    expected = (0.5 * (logs[0] + logs[1])).exp().item()
    assert CROSS_ENTROPY.probability(loss).item() == pytest.approx(expected, rel=1e-6)


def test_a_hopeless_verdict_still_has_a_slope():
    logits = torch.tensor([-300.0], requires_grad=True)
    (slope,) = torch.autograd.grad(CROSS_ENTROPY.loss((logits,), is_real=True).sum(), logits)
    assert slope.item() == pytest.approx(-1.0)


@pytest.mark.parametrize(
    ("verdict", "probability"), [(-3.0, 0.0), (0.0, 0.0), (0.25, 0.25), (1.0, 1.0)]
)
def test_a_least_squares_verdict_is_a_probability_held_in_its_range(verdict, probability):
    loss = LEAST_SQUARES.loss((torch.tensor([verdict]),), is_real=True)
    assert LEAST_SQUARES.probability(loss).item() == pytest.approx(probability)


@pytest.mark.parametrize("objective", [CROSS_ENTROPY, LEAST_SQUARES])
def test_a_probability_and_its_cost_are_one_another_s_inverse(objective):
    for probability in (0.1, 0.5, 1.0):
        loss = torch.tensor([objective.loss_at(probability)])
        assert objective.probability(loss).item() == pytest.approx(probability)


def test_least_squares_costs_the_squared_distance_from_the_truth():
    verdicts = (torch.tensor([[0.5, 1.5]]),)
    assert LEAST_SQUARES.loss(verdicts, is_real=True).item() == pytest.approx(0.25)
    assert LEAST_SQUARES.loss(verdicts, is_real=False).item() == pytest.approx(1.25)
