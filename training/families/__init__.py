"""Ways to learn, by name."""

from training.families.adversarial import Adversarial
from training.families.autoencoder import Autoencoder
from training.families.base import Family
from training.families.detection import Detection
from training.families.diffusion import Diffusion
from training.families.informed import InformedTraining
from training.families.noise_to_noise import NoiseToNoise
from training.families.shaping import Shaping
from training.families.supervised import Supervised
from training.families.treble import TrebleFamily

_ALL: tuple[type[Family], ...] = (
    Adversarial, Autoencoder, Detection, Diffusion, InformedTraining, NoiseToNoise,
    Shaping, Supervised, TrebleFamily,
)  # fmt: skip

FAMILIES: dict[str, type[Family]] = {each.name: each for each in _ALL}
