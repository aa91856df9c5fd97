"""What every network keeps, whatever it is for."""

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from engine.card import Card
from engine.models import NETWORKS, Network
from engine.models.weights import build_network, load_weights, save_weights

BLOCKS = {"channels": [4, 8, 8, 8], "kernels": [31, 17, 9, 9]}
SMALLER: dict[str, dict[str, Any]] = {
    "cnn_autoencoder": {"n_fft": 512, "hop_length": 128, "channels": [4, 8, 8, 8, 8]},
    "conditional_discriminator": BLOCKS,
    "cqt_unet": {"channels": [8] * 7, "layers": [1] * 7, "bins_per_octave": [8]},
    "dcunet": {"n_fft": 512, "hop_length": 128, "width": 4},
    "discriminator": BLOCKS,
    "informed": {
        "n_fft": 512,
        "hop_length": 128,
        "n_weighed": 128,
        "channels": [4, 8],
        "first_n_ffts": [256, 512],
        "first_channels": [4, 8],
    },
    "light": {"n_fft": 512, "hop_length": 128},
    "patch_discriminator": {"channels": [8, 8, 16, 16]},
    "treble": {"n_fft": 512, "hop_length": 128, "channels": [4, 8]},
    "two_stage_unet": {
        "n_fft": 512,
        "hop_length": 128,
        "channels": [4, 4, 8, 8, 8, 8, 8],
        "convs_per_block": 2,
    },
    "waveform_autoencoder": BLOCKS,
    "waveform_unet": BLOCKS,
}
"""Settings that make a network quick enough to test; others are quick by default."""

LENGTHS = (1, 2, 17, 1000, 5001)
SOUNDING = ("restorer", "prior", "autoencoder")


def build(name: str) -> Network:
    torch.manual_seed(78)
    return build_network(name, SMALLER.get(name, {}))


def noise(network: Network, n_samples: int, n_examples: int = 2, seed: int = 1) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    shape = (n_examples, network.n_channels, n_samples)
    return 0.1 * torch.randn(shape, generator=generator)


def given_to(network: Network, samples: Tensor) -> tuple[Tensor, ...]:
    """Critics that judge a pair are given the same thing reversed as well."""
    needs_degraded = getattr(network, "needs_degraded", False)
    return (samples, samples.flip(-1)) if needs_degraded else (samples,)


def run(network: Network, samples: Tensor) -> Tensor:
    out: Tensor = network(*given_to(network, samples))
    return out


def is_near(found: Tensor, expected: Tensor, tolerance: float) -> bool:
    scale = float(expected.abs().max()) + 1e-6
    return bool((found - expected).abs().max() <= tolerance * scale)


@pytest.fixture(params=sorted(NETWORKS))
def network(request: pytest.FixtureRequest) -> Network:
    return build(request.param).eval()


def test_every_network_is_named_alike_in_all_places():
    for name, network in NETWORKS.items():
        assert network.name == name
        assert network.__module__ == f"engine.models.{name}"
        assert network.kind in (*SOUNDING, "discriminator")
        assert network.presets
        for config in network.presets.values():
            assert network.config_type.from_mapping(config.to_mapping()) == config


def test_samples_of_any_length_come_back_shaped_alike_and_finite(network):
    with torch.inference_mode():
        for n_samples in LENGTHS:
            samples = noise(network, n_samples)
            out = run(network, samples)
            assert out.dtype == torch.float32
            assert torch.isfinite(out).all(), n_samples
            if network.kind in SOUNDING:
                assert out.shape == samples.shape
            else:
                assert out.ndim in (1, 2)
                assert len(out) == len(samples)
            if network.kind == "autoencoder":
                features = network.encode(samples)
                assert features.ndim == 3
                assert len(features) == len(samples)


def test_silence_stays_finite(network):
    with torch.inference_mode():
        assert torch.isfinite(run(network, torch.zeros(1, network.n_channels, 3000))).all()


def test_the_same_samples_give_the_same_whether_alone_or_in_company(network):
    samples = noise(network, 4000)
    kept = samples.clone()
    with torch.inference_mode():
        both = run(network, samples)
        assert torch.equal(run(network, samples), both)
        alone = torch.cat([run(network, each) for each in samples.split(1)])
    assert torch.equal(samples, kept)
    assert is_near(alone, both, 1e-4)


def test_saved_networks_give_the_same_bits(network, tmp_path: Path):
    path = tmp_path / "network.safetensors"
    card = Card(network.name, network.config.to_mapping(), 44100, 65536)
    model = load_weights(path, save_weights(path, network, card))
    samples = noise(network, 3000)
    with torch.inference_mode():
        assert torch.equal(run(model.network, samples), run(network, samples))


def test_training_moves_every_parameter(network):
    network.train()
    before = {name: each.detach().clone() for name, each in network.named_parameters()}
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    samples = noise(network, 4000)
    for _ in range(4):  # layers before one that starts at zero wait for it to leave zero
        out = run(network, samples)
        target = noise(network, 4000, seed=2) if out.shape == samples.shape else 1.0
        optimizer.zero_grad()
        (out - target).square().mean().backward()
        optimizer.step()
    learns = {name: each for name, each in network.named_parameters() if each.requires_grad}
    still = [name for name, each in learns.items() if torch.equal(each, before[name])]
    assert still == []
    assert all(torch.isfinite(each).all() for each in network.parameters())


def test_half_precision_stays_finite(network):
    samples = noise(network, 4000)
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        assert torch.isfinite(run(network, samples)).all()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_compiling_traces_the_network_and_changes_nothing(network):
    samples = noise(network, 4000)
    with torch.no_grad():
        expected = run(network, samples)
        compiled = torch.compile(network, backend="eager")
        assert is_near(compiled(*given_to(network, samples)), expected, 1e-5)
