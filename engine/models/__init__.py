"""Every network, by name; all in here are loaded, trained and tested alike."""

from engine.models.click_finder import ClickFinder
from engine.models.cnn_autoencoder import CNNAutoencoder
from engine.models.conditional_discriminator import ConditionalDiscriminator
from engine.models.cqt_unet import CQTUNet
from engine.models.dcunet import DCUNet
from engine.models.discriminator import Discriminator
from engine.models.informed import Informed
from engine.models.light import Light
from engine.models.light_pair import LightPair
from engine.models.network import Config, Network
from engine.models.patch_discriminator import PatchDiscriminator
from engine.models.treble import Treble
from engine.models.two_stage_unet import TwoStageUNet
from engine.models.waveform_autoencoder import WaveformAutoencoder
from engine.models.waveform_unet import WaveformUNet

_ALL: tuple[type[Network], ...] = (
    ClickFinder,
    CNNAutoencoder,
    ConditionalDiscriminator,
    CQTUNet,
    DCUNet,
    Discriminator,
    Informed,
    Light,
    LightPair,
    PatchDiscriminator,
    Treble,
    TwoStageUNet,
    WaveformAutoencoder,
    WaveformUNet,
)

NETWORKS: dict[str, type[Network]] = {network.name: network for network in _ALL}

__all__ = ["NETWORKS", "Config", "Network"]
