"""Simulated damage, by name."""

from training.degradations.base import Degradation
from training.degradations.clicks import Clicks
from training.degradations.crackle import Crackle
from training.degradations.low_pass import LowPass
from training.degradations.noise_bank import NoiseBank
from training.degradations.surface import Surface
from training.degradations.white_noise import WhiteNoise

_ALL: tuple[type[Degradation], ...] = (Clicks, Crackle, LowPass, NoiseBank, Surface, WhiteNoise)

DEGRADATIONS: dict[str, type[Degradation]] = {each.name: each for each in _ALL}
