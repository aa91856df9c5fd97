from typing import Any, cast

import pytest
import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from engine.errors import ModelError
from engine.models.cnn_autoencoder import CNNAutoencoder, CNNAutoencoderConfig
from tests.engine.models.overfitting import degraded_by_noise, one_second, overfit
from tests.signals import snr_db

TINY = {
    "strided": CNNAutoencoderConfig(256, 64, "hann", "strided", (4, 6, 8)),
    "classic": CNNAutoencoderConfig(512, 128, "rectangular", "classic", (6, 6, 6), 2),
}


def build(form: str) -> Any:  # its layers are looked into
    torch.manual_seed(78)
    return CNNAutoencoder(TINY[form]).eval()


def preset(name: str) -> CNNAutoencoderConfig:
    return cast(CNNAutoencoderConfig, CNNAutoencoder.presets[name])


def noise(*shape: int, seed: int = 1) -> Tensor:
    return 0.06 * torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def gflop(config: CNNAutoencoderConfig, n_samples: int) -> float:
    """Of the network alone; nothing is computed."""
    with torch.device("meta"):
        network = CNNAutoencoder(config)
        sides = (config.n_fft // 2 + 1, -(-n_samples // config.hop_length) + 1)
        spectrum = torch.zeros(1, config.n_channels, *sides, dtype=torch.complex64)
        with FlopCounterMode(display=False) as counter, torch.no_grad():
            network.inner(spectrum)
    return float(counter.get_total_flops()) / 1e9


def test_the_classic_preset_has_the_size_of_the_published_one():
    assert CNNAutoencoder(preset("classic")).n_parameters == 132_062
    assert gflop(preset("classic"), 4 * 44100) / 4 == pytest.approx(20.7, rel=0.025)


def test_the_strided_preset_is_cheap():
    assert gflop(preset("strided"), 44100) < 5


@pytest.mark.parametrize("form", ["strided", "classic"])
@pytest.mark.parametrize("n_samples", [1, 2, 63, 64, 65, 1000])
def test_any_length_comes_back(form: str, n_samples: int):
    network = build(form)
    with torch.inference_mode():
        restored = network(noise(2, 1, n_samples))
    assert restored.shape == (2, 1, n_samples)
    assert torch.isfinite(restored).all()


def test_an_unknown_form_is_refused():
    with pytest.raises(ModelError) as error:
        CNNAutoencoder(CNNAutoencoderConfig(form="odd"))
    assert str(error.value) == "form = odd must be strided or classic"


def test_two_channels_alike_are_what_one_channel_becomes():
    network = build("classic")
    samples = noise(2, 1, 3000)
    with torch.inference_mode():
        both = network(samples.expand(-1, 2, -1))
        one = network(samples)
    assert both.shape == (2, 2, 3000)
    torch.testing.assert_close(one, both.mean(1, keepdim=True))


def test_the_classic_level_is_cut_80_db_below_its_maximum():
    network = build("classic")
    spectrum = torch.full((1, 2, 257, 9), 1e-4 + 0j)
    spectrum[..., 40, 4] = 10.0
    lower = spectrum.clone()
    lower[..., :20, :] = 1e-5
    with torch.inference_mode():
        first, second = network.inner(spectrum), network.inner(lower)
    torch.testing.assert_close(first.abs(), second.abs())


def test_the_classic_form_keeps_the_phase():
    network = build("classic")
    spectrum = network.transform.forward(noise(1, 2, 3000))
    with torch.inference_mode():
        restored = network.inner(spectrum)
    turned = torch.angle(restored * spectrum.conj())
    assert turned[:, :, 1:-1].abs().max() < 1e-4


def test_the_gain_of_the_strided_form_is_bounded_and_starts_near_one():
    network = build("strided")
    spectrum = network.transform.forward(noise(1, 1, 5000))
    with torch.inference_mode():
        fresh = (network.inner(spectrum) / spectrum).abs()
        network.inner.last.weight.mul_(1e4)
        loud = (network.inner(spectrum) / spectrum).abs()
    assert 0.7 < fresh.mean() < 1.2
    assert loud.max() <= 1.2 + 1e-4
    assert loud.max() > 1.19


@pytest.mark.parametrize("form", ["strided", "classic"])
def test_examples_of_a_batch_do_not_touch_one_another(form: str):
    network = build(form)
    samples = noise(3, 1, 3000) * torch.tensor([1.0, 0.1, 1.0])[:, None, None]
    with torch.inference_mode():
        torch.testing.assert_close(network(samples)[1:2], network(samples[1:2]), atol=1e-6, rtol=0)


@pytest.mark.parametrize("form", ["strided", "classic"])
def test_a_gradient_reaches_every_parameter(form: str):
    network = build(form)
    (network(noise(2, 1, 3000)) - noise(2, 1, 3000, seed=2)).square().mean().backward()
    for name, parameter in network.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.abs().max() > 0, name


@pytest.mark.parametrize("form", ["strided", "classic"])
def test_silence_stays_silent_with_a_finite_gradient(form: str):
    network = build(form)
    samples = torch.zeros(1, 1, 1000, requires_grad=True)
    restored = network(samples)
    restored.sum().backward()
    assert torch.equal(restored, torch.zeros_like(restored))
    assert samples.grad is not None
    assert torch.isfinite(samples.grad).all()


def test_half_precision_is_near_single_precision():
    network = build("strided")
    samples = noise(1, 1, 3000)
    with torch.inference_mode():
        single = network(samples)
        with torch.autocast("cpu", torch.bfloat16):
            half = network(samples)
    assert half.dtype == torch.float32
    assert snr_db(single.numpy(), half.numpy()) > 25


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_it_learns_one_second_by_heart(rng):
    clean = one_second(rng, 44100)
    degraded = degraded_by_noise(clean, rng, 20.0)
    assert overfit(CNNAutoencoder(preset("strided")), degraded, clean, 3e-3, 150) > 25
