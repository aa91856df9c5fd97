import numpy as np
import pytest
import torch

from engine.errors import ModelError
from engine.models.discriminator import Discriminator, DiscriminatorConfig, emphasised

SMALL = DiscriminatorConfig((4, 8), (9, 5), window=64, has_norm=True)


def noise(rng: np.random.Generator, *shape: int) -> torch.Tensor:
    return torch.from_numpy(0.1 * rng.standard_normal(shape)).float()


def small() -> Discriminator:
    torch.manual_seed(3)
    return Discriminator(SMALL).eval()


@pytest.mark.parametrize(
    ("preset", "n_parameters", "millions"),
    [("depth4", 5_714_177, 5.71), ("depth4_long", 5_746_945, 5.75), ("depth8", 15_132_929, 15.13)],
)
def test_the_presets_have_the_parameters_of_the_table(preset, n_parameters, millions):
    with torch.device("meta"):
        config = Discriminator.presets[preset]
        network = Discriminator(config)
        logits = network(torch.zeros(2, 1, config.window))
    assert network.n_parameters == n_parameters
    assert round(n_parameters / 1e6, 2) == millions
    assert logits.shape == (2,)


@pytest.mark.parametrize("n_samples", [1, 63, 64, 65, 200])
def test_any_length_is_judged(rng, n_samples):
    logits = small()(noise(rng, 3, 1, n_samples))
    assert logits.shape == (3,)
    assert torch.isfinite(logits).all()


def test_a_long_candidate_is_judged_by_the_mean_of_its_windows(rng):
    network, samples = small(), noise(rng, 2, 1, 150)
    with torch.no_grad():
        windows = [network(samples[..., start : start + 64]) for start in (0, 64, 86)]
        assert torch.allclose(network(samples), torch.stack(windows).mean(0), atol=1e-6)


def test_a_slope_reaches_every_sample_and_every_parameter(rng):
    network = Discriminator(DiscriminatorConfig((4, 8), (9, 5), window=64, dropout=0.0))
    samples = noise(rng, 2, 1, 150).requires_grad_()
    network(samples).sum().backward()
    assert samples.grad is not None
    assert (samples.grad != 0).all()
    for name, parameter in network.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.abs().max() > 0, name


def test_in_eval_mode_items_of_a_batch_do_not_know_of_one_another(rng):
    network, samples = small(), noise(rng, 3, 1, 150)
    with torch.no_grad():
        alone = torch.cat([network(each[None]) for each in samples])
        assert torch.allclose(network(samples), alone, atol=1e-6)


def test_silence_is_judged():
    assert torch.isfinite(small()(torch.zeros(1, 1, 100))).all()


def test_a_window_that_the_strides_do_not_divide_is_refused():
    with pytest.raises(ModelError, match="window = 66 must be a multiple of 4 samples"):
        DiscriminatorConfig((4, 8), (9, 5), window=66)


def test_with_emphasis_neither_level_nor_bass_bears_on_the_verdict(rng):
    torch.manual_seed(3)
    judge = Discriminator(DiscriminatorConfig((4, 8), (9, 5), window=64, emphasis=1.0)).eval()
    samples = noise(rng, 2, 1, 64)
    with torch.no_grad():
        verdict = judge(samples)
        assert torch.allclose(judge(10.0 * samples), verdict, atol=2e-3)
        assert (judge(samples.roll(7, -1)) - verdict).abs().max() > 1e-3
        assert torch.isfinite(judge(torch.zeros(1, 1, 64))).all()
    assert emphasised(samples, 1.0).square().mean().item() == pytest.approx(1.0, abs=0.01)
    with pytest.raises(ModelError, match="emphasis = 1.5 is outside 0"):
        DiscriminatorConfig(emphasis=1.5)
