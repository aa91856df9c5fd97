import torch

from engine.diffusion.operators.clip import Clip
from tests.engine.diffusion.gaussian import white


def test_projection_explains_the_observed_exactly():
    clean, estimate = white(3, 500, 1).float(), white(3, 500, 2).float()
    operator = Clip(0.8, -0.5)
    observed = operator(clean)
    projected = operator.project(estimate, observed)
    assert torch.equal(operator(projected), observed)
    intact = (observed < 0.8) & (observed > -0.5)
    assert torch.equal(projected[intact], clean[intact])
    assert (projected[observed == 0.8] >= 0.8).all()
    assert (projected[observed == -0.5] <= -0.5).all()


def test_an_estimate_beyond_the_level_stays():
    observed = torch.tensor([[[0.5, 0.5, -0.5, -0.5, 0.1]]])
    estimate = torch.tensor([[[0.9, -0.9, -0.7, 0.2, 0.4]]])
    projected = Clip(0.5).project(estimate, observed)
    assert torch.equal(projected, torch.tensor([[[0.9, 0.5, -0.7, -0.5, 0.1]]]))


def test_samples_just_below_the_level_count_as_clipped_where_slack_is_given():
    observed = torch.tensor([[[0.498, 0.49]]])
    estimate = torch.tensor([[[0.7, 0.7]]])
    projected = Clip(0.5, slack=0.005).project(estimate, observed)
    assert torch.equal(projected, torch.tensor([[[0.7, 0.49]]]))


def test_every_example_may_have_its_own_level():
    levels = torch.tensor([0.2, 0.4])[:, None, None]
    x = torch.ones(2, 1, 3)
    assert torch.equal(Clip(levels)(x), levels.expand(2, 1, 3))
