from typing import Any, cast

import pytest
import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from engine.errors import ModelError
from engine.models.dcunet import DCUNet, DCUNetConfig
from tests.engine.models.overfitting import degraded_by_noise, one_second, overfit
from tests.signals import snr_db

TINY = DCUNetConfig(256, 64, 2)
CLASSIC_SHAPES = (
    *((32, 1025, 323), (32, 1025, 323), (64, 510, 160), (64, 252, 156), (64, 124, 77)),
    *((64, 60, 75), (64, 28, 37), (64, 12, 35), (64, 6, 17), (128, 1, 15)),
    *((64, 6, 17), (64, 12, 35), (64, 28, 37), (64, 60, 75), (64, 124, 77)),
    *((64, 252, 156), (64, 510, 160), (32, 1025, 323), (32, 1025, 323), (1, 1025, 323)),
)
"""Complex channels, bins and frames behind each layer of the reference for 165000 samples."""


def build(config: DCUNetConfig = TINY) -> Any:  # its layers are looked into
    torch.manual_seed(78)
    return DCUNet(config).eval()


def preset(name: str) -> DCUNetConfig:
    return cast(DCUNetConfig, DCUNet.presets[name])


def noise(*shape: int, seed: int = 1) -> Tensor:
    return 0.06 * torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def shapes_of(
    config: DCUNetConfig, n_bins: int, n_frames: int
) -> tuple[list[tuple[int, ...]], float]:
    """Shapes behind every layer, complex channels first, and GFLOP; nothing is computed."""
    shapes: list[tuple[int, ...]] = []

    def note(_layer: object, _inputs: object, output: Tensor) -> None:
        shapes.append((output.shape[1] // 2, *output.shape[2:]))

    with torch.device("meta"):
        network = DCUNet(config).eval()
        for layer in (*network.encoder, *network.decoder):
            layer.register_forward_hook(note)
        spectrum = torch.zeros(1, 1, n_bins, n_frames, dtype=torch.complex64)
        with FlopCounterMode(display=False) as counter, torch.no_grad():
            network.mask(spectrum)
    return shapes, counter.get_total_flops() / 1e9


def test_the_classic_preset_has_the_parameters_of_the_reference():
    with torch.device("meta"):
        n_parameters = DCUNet(preset("classic")).n_parameters
    assert round(n_parameters / 1e6, 2) == 3.96


def test_the_classic_preset_has_the_shapes_of_the_reference():
    shapes, gflop = shapes_of(preset("classic"), 1025, 323)
    assert tuple(shapes) == CLASSIC_SHAPES
    # a complex multiplication and addition is 8 FLOP; a transposed layer works on its input
    layers = [(1, 7, 0), (32, 7, 1), (32, 24, 2), (64, 35, 3), *((64, 15, i) for i in range(4, 10))]
    down = [8 * n * taps * CLASSIC_SHAPES[i][0] * area(i) for n, taps, i in layers]
    taps = (18, 9, 18, 18, 18, 24, 40, 35, 7, 7)
    inputs = (128, *([128] * 7), 64, 64)
    up = [
        8 * n * k * CLASSIC_SHAPES[i][0] * area(i - 1)
        for n, k, i in zip(inputs, taps, range(10, 20), strict=True)
    ]
    assert gflop == pytest.approx((sum(down) + sum(up)) / 1e9, rel=1e-6)


def area(layer: int) -> int:
    _, n_bins, n_frames = CLASSIC_SHAPES[layer]
    return n_bins * n_frames


def test_layers_padded_by_half_their_kernel_halve_and_double_the_sides():
    shapes, _ = shapes_of(preset("width32"), 1025, 324)
    bins = [1025, 1025, 513, 257, 129, 65, 33, 17, 9, 5]
    frames = [324, 324, 162, 162, 81, 81, 41, 41, 21, 21]
    down = list(zip(bins, frames, strict=True))
    assert [shape[1:] for shape in shapes] == [*down, *reversed(down[:-1]), (1025, 324)]


@pytest.mark.parametrize(("width", "gflop"), [(8, 6.3), (16, 25.0), (32, 99.6)])
def test_the_cost_grows_with_the_square_of_the_width(width: int, gflop: float):
    _, measured = shapes_of(preset(f"width{width}"), 1025, 88)
    assert measured == pytest.approx(gflop * 88 / 86.13, rel=0.02)


@pytest.mark.parametrize("form", ["same", "classic"])
@pytest.mark.parametrize("n_samples", [1, 2, 63, 64, 65, 1000, 10_001])
def test_any_length_comes_back(form: str, n_samples: int):
    network = build(DCUNetConfig(256, 64, 2, form))
    with torch.inference_mode():
        restored = network(noise(2, 1, n_samples))
    assert restored.shape == (2, 1, n_samples)
    assert torch.isfinite(restored).all()
    assert restored.abs().max() > 0


def test_an_unknown_form_is_refused():
    with pytest.raises(ModelError) as error:
        DCUNet(DCUNetConfig(form="odd"))
    assert str(error.value) == "form = odd must be one of same, classic"


def test_the_mask_is_bounded_however_loud_the_last_layer():
    network = build()
    last = network.decoder[-1]
    with torch.no_grad():
        last.conv.real.mul_(1e4)
        last.bias.copy_(torch.tensor([3e4, -2e4]))
        mask = network.mask(network.transform.forward(noise(1, 1, 5000)))
    assert mask.abs().max() <= 1 + 1e-6
    assert mask.abs().max() > 0.99


@pytest.mark.parametrize("angle", [0.0, 1.0, 2.5, -2.0])
def test_the_mask_turns_the_phase(angle: float):
    network = build()
    last = network.decoder[-1]
    with torch.no_grad():
        for weight in (last.conv.real, last.conv.imaginary):
            weight.zero_()
        last.bias.copy_(2.0 * torch.tensor([angle]).cos().repeat(2))
        last.bias[1] = 2.0 * torch.tensor(angle).sin()
        spectrum = network.transform.forward(noise(1, 1, 5000))
        turned = network.mask(spectrum) * spectrum
    wanted = torch.polar(torch.tensor(2.0).tanh(), torch.tensor(angle)) * spectrum
    torch.testing.assert_close(turned, wanted)


def test_the_layers_are_complex_convolutions():
    network = build()
    generator = torch.Generator().manual_seed(2)
    values = torch.randn(1, 2, 9, 8, dtype=torch.complex64, generator=generator)
    features = torch.view_as_real(values).permute(0, 1, 4, 2, 3).flatten(1, 2)
    for layer, convolve in (
        (network.encoder[1], torch.nn.functional.conv2d),
        (network.decoder[-2], torch.nn.functional.conv_transpose2d),
    ):
        inputs = features.repeat(1, 2, 1, 1) if layer is network.decoder[-2] else features
        complex_inputs = torch.cat([values] * (inputs.shape[1] // 4), dim=1)
        weight = torch.complex(layer.conv.real, layer.conv.imaginary)
        wanted = convolve(complex_inputs, weight, padding=(0, 3))
        found = convolve(inputs, layer.conv(), padding=(0, 3))
        parts = torch.view_as_real(wanted).permute(0, 1, 4, 2, 3).flatten(1, 2)
        torch.testing.assert_close(found, parts, atol=1e-5, rtol=1e-4)


def test_examples_of_a_batch_do_not_touch_one_another():
    network = build()
    samples = noise(3, 1, 3000)
    with torch.inference_mode():
        torch.testing.assert_close(network(samples)[1:2], network(samples[1:2]), atol=1e-6, rtol=0)


def test_a_gradient_reaches_every_parameter():
    network = build().train()
    samples = noise(2, 1, 3000)
    (network(samples) - noise(2, 1, 3000, seed=2)).square().mean().backward()
    for name, parameter in network.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.abs().max() > 0, name


def test_silence_stays_silent_with_a_finite_gradient():
    network = build()
    with torch.no_grad():
        network.decoder[-1].bias.zero_()  # so that the mask is made of 0
    samples = torch.zeros(1, 1, 1000, requires_grad=True)
    restored = network(samples)
    restored.sum().backward()
    assert torch.equal(restored, torch.zeros_like(restored))
    for each in (samples, *network.parameters()):
        assert each.grad is not None
        assert torch.isfinite(each.grad).all()


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
    clean = one_second(rng, 44100)
    degraded = degraded_by_noise(clean, rng, 15.0)
    assert overfit(DCUNet(preset("width8")), degraded, clean, 1e-2, 200) > 25
