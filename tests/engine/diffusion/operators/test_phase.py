import torch

from engine.diffusion.operators.phase import Magnitude
from engine.transforms.stft import STFT
from tests.engine.diffusion.gaussian import white


def test_alternating_projections_come_ever_nearer_to_the_magnitudes():
    operator = Magnitude(STFT(64, 16))
    observed = operator(white(2, 1000, 1))
    x = white(2, 1000, 2)
    distances = []
    for _ in range(30):
        distances.append(float((operator(x) - observed).norm() / observed.norm()))
        x = operator.project(x, observed)
    assert all(b <= a + 1e-9 for a, b in zip(distances, distances[1:], strict=False))
    assert distances[-1] < 0.3 * distances[0]


def test_silence_has_a_gradient_of_zero():
    x = torch.zeros(1, 1, 200, requires_grad=True)
    Magnitude(STFT(64, 16))(x).sum().backward()
    assert x.grad is not None
    assert x.grad.eq(0.0).all()
