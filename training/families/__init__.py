"""Ways to learn, by name."""

from training.families.autoencoder import Autoencoder
from training.families.base import Family
from training.families.diffusion import Diffusion
from training.families.noise_to_noise import NoiseToNoise
from training.families.supervised import Supervised

_ALL: tuple[type[Family], ...] = (Autoencoder, Diffusion, NoiseToNoise, Supervised)

FAMILIES: dict[str, type[Family]] = {each.name: each for each in _ALL}
