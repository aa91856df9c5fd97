import torch

from engine.diffusion.noise import FieldDraw
from engine.diffusion.operators.additive import Additive
from tests.engine.diffusion.gaussian import white


def test_each_time_another_excerpt_is_added():
    operator = Additive(FieldDraw((3,)), 0.25)
    x = torch.zeros(1, 1, 20_000)
    one, other = operator(x), operator(x)
    for noise in (one, other):
        assert abs(float(noise.std()) - 0.25) < 0.005
    assert abs(float((one * other).mean())) < 0.25**2 * 4 / 20_000**0.5


def test_without_gain_nothing_changes_and_the_level_is_not_halved():
    x = white(2, 100, 1)
    assert torch.equal(Additive(FieldDraw((3,)), 0.0)(x), x)


def test_every_example_may_have_its_own_gain():
    gain = torch.tensor([0.0, 0.5])[:, None, None]
    noise = Additive(FieldDraw((3,)), gain)(torch.zeros(2, 1, 1000))
    assert noise[0].eq(0.0).all()
    assert abs(float(noise[1].std()) - 0.5) < 0.05
