import torch

from engine.diffusion.operators.compose import Compose
from engine.diffusion.operators.filters import kaiser_low_pass
from engine.diffusion.operators.resampling import Decimate
from tests.engine.diffusion.gaussian import white


def test_the_first_one_comes_first():
    low, decimate = kaiser_low_pass(2000.0, 22050), Decimate(4)
    x = white(2, 1000, 1)
    assert torch.equal(Compose(low, decimate)(x), decimate(low(x)))


def test_nothing_is_projected():
    x = white(1, 100, 1)
    operator = Compose(Decimate(2), Decimate(2))
    assert operator.project(x, operator(x)) is x
