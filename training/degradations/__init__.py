"""Simulated damage, by name."""

from training.degradations.base import Degradation
from training.degradations.surface import Surface
from training.degradations.white_noise import WhiteNoise

_ALL: tuple[type[Degradation], ...] = (Surface, WhiteNoise)

DEGRADATIONS: dict[str, type[Degradation]] = {each.name: each for each in _ALL}
