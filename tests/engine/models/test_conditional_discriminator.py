import numpy as np
import pytest
import torch

from engine.models.conditional_discriminator import ConditionalDiscriminator
from engine.models.discriminator import DiscriminatorConfig

SMALL = DiscriminatorConfig((4, 8), (9, 5), window=64)


def noise(rng: np.random.Generator, *shape: int) -> torch.Tensor:
    return torch.from_numpy(0.1 * rng.standard_normal(shape)).float()


@pytest.mark.parametrize(
    ("preset", "n_parameters", "millions"),
    [("depth4", 5_722_497, 5.72), ("depth4_long", 5_755_265, 5.76), ("depth8", 15_141_249, 15.14)],
)
def test_the_presets_have_the_parameters_of_the_table(preset, n_parameters, millions):
    with torch.device("meta"):
        network = ConditionalDiscriminator(ConditionalDiscriminator.presets[preset])
    assert network.n_parameters == n_parameters
    assert round(n_parameters / 1e6, 2) == millions


@pytest.mark.parametrize("n_samples", [1, 64, 200])
def test_any_length_is_judged(rng, n_samples):
    network = ConditionalDiscriminator(SMALL).eval()
    logits = network(noise(rng, 3, 1, n_samples), noise(rng, 3, 1, n_samples))
    assert logits.shape == (3,)


def test_the_same_candidate_is_judged_by_what_it_was_made_from(rng):
    network = ConditionalDiscriminator(SMALL).eval()
    candidate = noise(rng, 1, 1, 64)
    with torch.no_grad():
        verdicts = [float(network(candidate, noise(rng, 1, 1, 64))) for _ in range(2)]
    assert abs(verdicts[0] - verdicts[1]) > 1e-4


def test_slopes_go_into_the_candidate_alone(rng):
    candidate, degraded = (noise(rng, 1, 1, 100).requires_grad_() for _ in range(2))
    ConditionalDiscriminator(SMALL)(candidate, degraded).sum().backward()
    assert candidate.grad is not None
    assert candidate.grad.abs().max() > 0
    assert degraded.grad is None
