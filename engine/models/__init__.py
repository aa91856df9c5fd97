"""Every network, by name; all in here are loaded, trained and tested alike."""

from engine.models.conditional_discriminator import ConditionalDiscriminator
from engine.models.discriminator import Discriminator
from engine.models.network import Config, Network
from engine.models.patch_discriminator import PatchDiscriminator
from engine.models.waveform_autoencoder import WaveformAutoencoder
from engine.models.waveform_unet import WaveformUNet

_ALL: tuple[type[Network], ...] = (
    ConditionalDiscriminator,
    Discriminator,
    PatchDiscriminator,
    WaveformAutoencoder,
    WaveformUNet,
)

NETWORKS: dict[str, type[Network]] = {network.name: network for network in _ALL}

__all__ = ["NETWORKS", "Config", "Network"]
