from typing import cast

import pytest
import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from engine.errors import ModelError
from engine.models.two_stage_unet import TwoStageUNet, TwoStageUNetConfig
from tests.engine.models.overfitting import degraded_by_noise, one_second, overfit
from tests.signals import snr_db

TINY = TwoStageUNetConfig(256, 64, "hamming", (4, 6, 6, 8), 2)


def build(config: TwoStageUNetConfig = TINY) -> TwoStageUNet:
    torch.manual_seed(78)
    return TwoStageUNet(config).eval()


def preset(name: str) -> TwoStageUNetConfig:
    return cast(TwoStageUNetConfig, TwoStageUNet.presets[name])


def noise(*shape: int, level: float = 0.06, seed: int = 1) -> Tensor:
    return level * torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def size_of(config: TwoStageUNetConfig, n_samples: int) -> tuple[int, float]:
    """Parameters, and GFLOP for so many samples; nothing is computed."""
    with torch.device("meta"):
        network = TwoStageUNet(config)
        n_frames = -(-n_samples // config.hop_length) + 1
        spectrum = torch.zeros(1, 1, config.n_fft // 2 + 1, n_frames, dtype=torch.complex64)
        with FlopCounterMode(display=False) as counter, torch.no_grad():
            network.restore_spectrum(spectrum)
    return network.n_parameters, counter.get_total_flops() / 1e9


def test_the_full_preset_has_the_size_of_the_port_of_the_paper():
    n_parameters, gflop = size_of(preset("full"), 5 * 22050)
    assert round(n_parameters / 1e6, 1) == 72.6
    assert gflop == pytest.approx(863, rel=0.01)  # that one adds a window of silence at the ends


def test_the_small_preset_is_small():
    n_parameters, gflop = size_of(preset("small"), 22050)
    assert n_parameters == pytest.approx(1.55e6, rel=0.01)
    assert gflop == pytest.approx(4.1, rel=0.02)


def test_the_middle_preset_can_be_trained_on_one_device():
    _, gflop = size_of(preset("mid"), 44100)
    assert 20 < gflop < 40


def test_the_original_preset_has_the_channels_of_the_paper():
    n_parameters, gflop = size_of(preset("original"), 5 * 44100)
    assert n_parameters == 71_449_540
    assert gflop / 5 == pytest.approx(159, rel=0.01)


@pytest.mark.parametrize("n_samples", [1, 2, 63, 64, 65, 1000])
def test_any_length_comes_back(n_samples: int):
    network = build()
    with torch.inference_mode():
        restored = network(noise(2, 1, n_samples))
    assert restored.shape == (2, 1, n_samples)
    assert torch.isfinite(restored).all()


def test_a_third_stage_is_refused():
    with pytest.raises(ModelError) as error:
        build(TwoStageUNetConfig(n_stages=3))
    assert str(error.value) == "n_stages = 3 must be 1 or 2"


def test_both_stages_give_a_spectrum_of_the_samples():
    network = build()
    samples = noise(2, 1, 500)
    second, first = network.stages(samples)
    assert second.shape == first.shape == network.transform.forward(samples).shape
    assert torch.equal(network(samples), network.transform.inverse(second, 500))


def test_a_single_stage_gives_one_spectrum_and_starts_near_the_identity():
    network = build(TwoStageUNetConfig(256, 64, "hann", (4, 6, 6, 8), 2, n_stages=1))
    samples = noise(1, 1, 4000)
    with torch.inference_mode():
        assert len(network.stages(samples)) == 1
        assert snr_db(samples.numpy(), network(samples).numpy()) > 20


def test_examples_of_a_batch_do_not_touch_one_another():
    network = build()
    samples = noise(3, 1, 3000)
    with torch.inference_mode():
        torch.testing.assert_close(network(samples)[1:2], network(samples[1:2]), atol=1e-6, rtol=0)


def test_a_gradient_reaches_every_parameter():
    network = build()
    samples = noise(1, 1, 3000)
    second, first = network.stages(samples)
    (second - first).abs().square().mean().backward()
    for name, parameter in network.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.abs().max() > 0, name


def test_silence_stays_finite_with_its_gradient():
    network = build(TwoStageUNetConfig(256, 64, "hann", (4, 6, 6, 8), 2, has_noise_channel=True))
    samples = torch.zeros(1, 1, 1000, requires_grad=True)
    restored = network(samples)
    restored.sum().backward()
    assert torch.isfinite(restored).all()
    assert samples.grad is not None
    assert torch.isfinite(samples.grad).all()


def test_the_noise_channel_knows_the_level_of_white_noise():
    config = TwoStageUNetConfig(256, 64, "hann", (4, 6, 6, 8), 2, has_noise_channel=True)
    network = build(config)
    samples = noise(1, 1, 100_000, level=0.01)
    true_level = 0.01 * torch.hann_window(256).square().sum().sqrt()
    parts = torch.view_as_real(network.transform.forward(samples))[:, 0].movedim(-1, 1)
    seen = network._inputs(parts, None)[0, -1, 1:-1, 0]
    told = network._inputs(parts, true_level.expand(1, 129))[0, -1, 1:-1, 0]
    error_db = 40 * (seen - told)
    assert error_db.mean().abs() < 0.1
    assert error_db.std() < 0.5


def test_the_noise_channel_can_be_told():
    network = build(TwoStageUNetConfig(256, 64, "hann", (4, 6, 6, 8), 2, has_noise_channel=True))
    samples = noise(1, 1, 3000)
    with torch.inference_mode():
        quiet = network(samples, torch.full((1, 129), 1e-3))
        loud = network(samples, torch.full((1, 129), 1.0))
    assert not torch.allclose(quiet, loud, atol=1e-4)


def test_half_precision_is_near_single_precision():
    network = build()
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
    clean = one_second(rng, 22050)
    degraded = degraded_by_noise(clean, rng, 15.0)
    network = TwoStageUNet(preset("small"))
    assert overfit(network, degraded, clean, 2e-3, 150) > 25
