import numpy as np
import pytest
import torch

from engine.errors import ModelError
from engine.models.collaborating import Collaborating
from engine.models.collaborative import Collaboration, refine
from engine.models.conditional_discriminator import ConditionalDiscriminator
from engine.models.discriminator import DiscriminatorConfig
from engine.models.waveform_autoencoder import WaveformAutoencoder, WaveformAutoencoderConfig
from engine.models.waveform_unet import WaveformUNet, WaveformUNetConfig


def generator() -> WaveformUNet:
    torch.manual_seed(11)
    network = WaveformUNet(WaveformUNetConfig((4, 8, 8), (9, 5, 5), dropout=0.5))
    torch.nn.init.normal_(network.output.convolution.weight, std=0.1)
    return network


def critic() -> ConditionalDiscriminator:
    torch.manual_seed(12)
    made = ConditionalDiscriminator(DiscriminatorConfig((4, 8), (9, 5), window=64))
    torch.nn.init.constant_(made.judge.verdict.bias, -1.0)
    return made


def test_it_restores_as_collaborative_sampling_does_where_no_slopes_are_wanted(rng):
    degraded = torch.from_numpy(0.1 * rng.standard_normal((2, 1, 150))).float()
    settings = Collaboration(n_iterations=4)
    joined = Collaborating(generator(), critic(), settings)
    with torch.inference_mode():
        restored = joined.restore(degraded)
        plain = generator().eval()(degraded)
    assert torch.equal(restored, refine(generator(), critic(), degraded, settings).samples)
    assert (restored - plain).abs().max() > 1e-4
    assert np.isfinite(restored.numpy()).all()


def test_networks_that_cannot_do_their_part_are_refused():
    other = WaveformAutoencoder(WaveformAutoencoderConfig((4, 8), (9, 5)))
    with pytest.raises(ModelError, match="works with a waveform_unet, and not with a waveform_a"):
        Collaborating(other, critic())
    with pytest.raises(ModelError, match="needs a discriminator, and a waveform_autoencoder is"):
        Collaborating(generator(), other)
