import numpy as np
import pytest
import torch

from engine.models.waveform_autoencoder import WaveformAutoencoder, WaveformAutoencoderConfig
from tests.engine.models.overfitting import one_second, overfit

SMALL = WaveformAutoencoderConfig((4, 8), (9, 5))


def noise(rng: np.random.Generator, *shape: int) -> torch.Tensor:
    return torch.from_numpy(0.1 * rng.standard_normal(shape)).float()


@pytest.mark.parametrize(
    ("preset", "n_parameters", "millions", "latent"),
    [("depth4", 104_782_594, 104.8, (512, 128)), ("depth8", 189_731_586, 189.7, (512, 8))],
)
def test_the_presets_have_the_parameters_and_the_latent_of_the_table(
    preset, n_parameters, millions, latent
):
    with torch.device("meta"):
        network = WaveformAutoencoder(WaveformAutoencoder.presets[preset])
        samples = torch.zeros(1, 1, 4096)
    assert network.n_parameters == n_parameters
    assert round(n_parameters / 1e6, 1) == millions
    assert network.encode(samples).shape[1:] == latent
    assert network(samples).shape == samples.shape


@pytest.mark.parametrize("n_samples", [1, 7, 8, 9, 1000])
def test_any_length_comes_back_at_its_length(rng, n_samples):
    samples = noise(rng, 2, 1, n_samples)
    network = WaveformAutoencoder(SMALL).eval()
    assert network(samples).shape == samples.shape
    assert network.encode(samples).shape == (2, 8, -(-n_samples // 8))


def test_everything_goes_through_the_bottleneck(rng):
    network = WaveformAutoencoder(SMALL).eval()
    network.bottleneck.register_forward_hook(lambda *_: torch.zeros(1, 8, 8))
    with torch.no_grad():
        assert torch.equal(network(noise(rng, 1, 1, 64)), network(noise(rng, 1, 1, 64)))


def test_in_eval_mode_items_of_a_batch_do_not_know_of_one_another(rng):
    network, samples = WaveformAutoencoder(SMALL).eval(), noise(rng, 3, 1, 200)
    with torch.no_grad():
        alone = torch.cat([network(each[None]) for each in samples])
        assert torch.allclose(network(samples), alone, rtol=0, atol=1e-6)


def test_a_slope_reaches_every_parameter_and_silence_stays_finite(rng):
    network = WaveformAutoencoder(SMALL)
    network(noise(rng, 2, 1, 400)).square().mean().backward()
    for name, parameter in network.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.abs().max() > 0, name
    assert torch.isfinite(network.eval()(torch.zeros(1, 1, 50))).all()


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_it_learns_a_second_of_music_by_heart(rng):
    torch.manual_seed(78)
    clean = one_second(rng, 22050)
    network = WaveformAutoencoder(WaveformAutoencoderConfig((16, 32, 48), (17, 9, 9)))
    assert overfit(network, clean, clean, 4e-3, 250) > 25.0
