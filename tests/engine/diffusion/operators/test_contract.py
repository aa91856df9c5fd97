"""What holds of every operator: its gradient is right, and examples of a batch do not meet."""

from collections.abc import Callable

import pytest
import torch

from engine.diffusion import operators
from engine.diffusion.noise import FieldDraw
from engine.diffusion.operator import Operator
from engine.diffusion.operators.filters import butterworth_low_pass, kaiser_low_pass
from engine.diffusion.operators.sensing import Sensing
from engine.region import Region
from engine.transforms.stft import STFT
from tests.engine.diffusion.gaussian import white

N = 96
OUTSIDE = operators.spectrogram_mask.known_outside(Region(0.2, 0.5, 10.0, 30.0), STFT(16, 4), 96, N)
KNOWN = torch.arange(N) % 20 > 6

MADE: dict[str, Callable[[], Operator]] = {
    "Additive": lambda: operators.Additive(FieldDraw((3,)), 0.5),
    "Clip": lambda: operators.Clip(0.7, -0.6),
    "Compose": lambda: operators.Compose(butterworth_low_pass(20.0, N), operators.Mask(KNOWN)),
    "Decimate": lambda: operators.Decimate(3),
    "Filter": lambda: kaiser_low_pass(20.0, N, 31),
    "Magnitude": lambda: operators.Magnitude(STFT(16, 4)),
    "Mask": lambda: operators.Mask(KNOWN, 4),
    "Resample": lambda: operators.Resample(3, 2),
    "Sensing": lambda: Sensing(N, 0.3, seed=2),
    "SpectrogramMask": lambda: operators.SpectrogramMask(STFT(16, 4), OUTSIDE),
}


@pytest.fixture(params=sorted(MADE))
def make(request):
    return MADE[request.param]


def test_every_operator_is_tested():
    assert sorted(MADE) == operators.__all__


def test_gradients_are_right(make):
    def apply(x):
        return make()(x)

    x = white(2, N, 1)
    assert torch.autograd.gradcheck(apply, x.requires_grad_(), fast_mode=True)


def test_an_example_alone_is_as_in_a_batch(make):
    x, y = white(3, N, 1).float(), white(3, N, 2).float()
    together, alone = make()(x), make()(x[1:2])
    torch.testing.assert_close(together[1:2], alone, rtol=0.0, atol=1e-6)
    observed = make()(y)
    torch.testing.assert_close(
        make().project(x, observed)[1:2],
        make().project(x[1:2], observed[1:2]),
        rtol=0.0,
        atol=2e-6,
    )


def test_channels_are_taken_alike(make):
    x = white(2, N, 1).float()
    folded = x.reshape(1, 2, N)
    observed = make()(folded)
    torch.testing.assert_close(observed[0, 0], make()(x)[0, 0], rtol=0.0, atol=1e-6)
    assert make().project(folded, observed).shape == folded.shape


def test_inputs_stay_as_they_were(make):
    x = white(2, N, 1).float()
    kept = x.clone()
    operator = make()
    operator.project(x, operator(x))
    assert torch.equal(x, kept)


def test_what_explains_the_observed_is_left_alone(make):
    x = white(2, N, 1)
    operator = make()
    observed = x if make is MADE["SpectrogramMask"] else operator(x)  # see its test of edges
    projected = operator.project(x, observed)
    if make is MADE["Clip"]:
        assert torch.equal(operator(projected), observed)
        torch.testing.assert_close(projected, x)
    else:
        torch.testing.assert_close(projected, x, rtol=0.0, atol=1e-10)
