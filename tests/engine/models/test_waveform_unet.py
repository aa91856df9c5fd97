import numpy as np
import pytest
import torch

from engine.errors import ModelError
from engine.models.waveform_unet import WaveformUNet, WaveformUNetConfig
from tests.engine.models.overfitting import degraded_by_noise, one_second, overfit

SMALL = WaveformUNetConfig((4, 8, 8), (9, 5, 3))


def small(rng: np.random.Generator, config: WaveformUNetConfig = SMALL) -> WaveformUNet:
    torch.manual_seed(int(rng.integers(2**31)))
    return WaveformUNet(config).eval()


def noise(rng: np.random.Generator, *shape: int) -> torch.Tensor:
    return torch.from_numpy(0.1 * rng.standard_normal(shape)).float()


def original(preset: str) -> WaveformUNet:
    with torch.device("meta"):
        return WaveformUNet(WaveformUNet.presets[preset])


@pytest.mark.parametrize(
    ("preset", "millions", "n_parameters"),
    [("depth4", 56.4, 56_411_394), ("depth8", 103.6, 103_603_458), ("reduced", 1.6, 1_597_128)],
)
def test_the_presets_have_the_parameters_of_the_table(preset, millions, n_parameters):
    network = original(preset)
    assert network.n_parameters == n_parameters
    assert round(n_parameters / 1e6, 1) == millions


def test_every_stage_of_depth_4_has_the_shape_of_the_table():
    network = original("depth4")
    seen: dict[str, tuple[int, ...]] = {}
    for name, module in network.named_modules():
        module.register_forward_hook(
            lambda _, inputs, output, name=name: seen.update(
                {f"{name} in": tuple(inputs[0].shape[1:]), f"{name} out": tuple(output.shape[1:])}
            )
        )
    restored = network(torch.zeros(1, 1, 1024, device="meta"))
    downs = [seen[f"downs.{block} out"] for block in range(4)]
    assert downs == [(128, 512), (256, 256), (512, 128), (512, 64)]
    assert seen["bottleneck out"] == (512, 32)
    joined = [seen[f"ups.{block} in"] for block in (1, 2, 3)] + [seen["output in"]]
    assert joined == [(1024, 64), (1024, 128), (512, 256), (256, 512)]
    assert seen["output.convolution out"] == (2, 512)
    assert restored.shape == (1, 1, 1024)


@pytest.mark.parametrize("n_samples", [1, 2, 15, 16, 17, 100, 1001])
def test_any_length_comes_back_at_its_length(rng, n_samples):
    degraded = noise(rng, 2, 1, n_samples)
    before = degraded.clone()
    restored = small(rng)(degraded)
    assert restored.shape == degraded.shape
    assert torch.equal(degraded, before)


def test_the_deepest_preset_takes_one_sample():
    assert original("depth8")(torch.zeros(1, 1, 1, device="meta")).shape == (1, 1, 1)


def test_an_untrained_network_passes_a_recording_through(rng):
    degraded = noise(rng, 1, 1, 2048)
    with torch.no_grad():
        added = WaveformUNet(WaveformUNetConfig()).eval()(degraded) - degraded
    assert 0.0 < added.std() < 0.05 * degraded.std()


def test_without_biases_the_level_of_a_recording_is_kept_and_silence_stays_silent(rng):
    network, degraded = small(rng), noise(rng, 1, 1, 300)
    with torch.no_grad():
        restored = network(degraded)
        assert torch.allclose(network(16.0 * degraded), 16.0 * restored, rtol=1e-6, atol=0)
        assert not network(torch.zeros(1, 1, 300)).any()


def test_with_biases_silence_stays_finite(rng):
    network = small(rng, WaveformUNetConfig((4, 8), (9, 5), has_bias=True))
    assert torch.isfinite(network(torch.zeros(1, 1, 500))).all()


def test_items_of_a_batch_do_not_know_of_one_another(rng):
    network, degraded = small(rng), noise(rng, 3, 1, 300)
    with torch.no_grad():
        alone = torch.cat([network(each[None]) for each in degraded])
        assert torch.allclose(network(degraded), alone, rtol=0, atol=1e-6)


def test_a_slope_reaches_every_parameter(rng):
    network = small(rng).train()
    network(noise(rng, 2, 1, 400)).square().mean().backward()
    for name, parameter in network.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.abs().max() > 0, name


@pytest.mark.parametrize("up_block", [0, 1, 2])
def test_the_tail_of_the_head_is_the_whole(rng, up_block):
    network, degraded = small(rng), noise(rng, 2, 1, 333)
    halfway = network.head(degraded, up_block)
    assert halfway.features.shape[1:] == ((8, 42), (8, 84), (4, 168))[up_block]
    assert torch.equal(network.tail(halfway), network(degraded))


def test_an_up_block_that_does_not_exist_is_refused(rng):
    with pytest.raises(ModelError, match=r"up_block = 3 is outside 0 \.\. 2"):
        small(rng).head(torch.zeros(1, 1, 8), 3)


def test_an_output_sample_sees_as_far_as_it_says_and_no_farther(rng):
    network = small(rng, WaveformUNetConfig((4, 4), (5, 3))).double()
    n_samples = 8 * (network.receptive_samples // 8 + 3)
    samples = noise(rng, 1, 1, n_samples).double().requires_grad_()
    restored = network(samples)
    farthest = 0
    for place in range(n_samples // 2, n_samples // 2 + network.stride_samples):
        (slope,) = torch.autograd.grad(restored[0, 0, place], samples, retain_graph=True)
        seen = slope[0, 0].nonzero().flatten()
        farthest = max(farthest, place - int(seen[0]), int(seen[-1]) - place)
    assert 2 * farthest + 1 == network.receptive_samples


def test_the_receptive_fields_of_the_presets():
    spans = {preset: original(preset).receptive_samples for preset in WaveformUNet.presets}
    assert spans == {"reduced": 1_829, "reduced_deep": 13_477, "depth4": 1_487, "depth8": 13_967}


def test_a_piece_with_its_context_is_restored_as_in_the_whole(rng):
    network, degraded = small(rng), noise(rng, 1, 1, 1600)
    reach = network.receptive_samples // 2
    start = 16 * (reach // 16 + 1)
    stop = 1600 - start
    with torch.no_grad():
        whole = network(degraded)[..., start:stop]
        first = start - 16 * -(-reach // 16)
        piece = network(degraded[..., first : stop + reach])[..., start - first :][
            ..., : stop - start
        ]
    assert torch.allclose(piece, whole, rtol=0, atol=1e-6)


def test_its_config_travels_as_plain_values():
    config = WaveformUNet.presets["depth8"]
    assert WaveformUNetConfig.from_mapping(config.to_mapping()) == config


@pytest.mark.parametrize(
    ("channels", "kernels", "sentence"),
    [
        ((4, 8), (9,), "the same number of blocks"),
        ((), (), "at least one"),
        ((4,), (8,), "an odd kernel"),
        ((0,), (9,), "at least one feature"),
    ],
)
def test_sizes_that_make_no_network_are_refused(channels, kernels, sentence):
    with pytest.raises(ModelError, match=sentence):
        WaveformUNetConfig(channels, kernels)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_it_learns_a_second_of_music_by_heart(rng):
    torch.manual_seed(78)
    clean = one_second(rng, 22050)
    degraded = degraded_by_noise(clean, rng, 10.0)
    network = WaveformUNet(WaveformUNetConfig((16, 32, 48), (17, 9, 9)))
    assert overfit(network, degraded, clean, 4e-3, 200) > 25.0
