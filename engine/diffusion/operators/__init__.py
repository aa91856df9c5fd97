"""Operators: ways in which a clean recording becomes an observed one; a family in each file."""

from engine.diffusion.operators.additive import Additive
from engine.diffusion.operators.clip import Clip
from engine.diffusion.operators.compose import Compose
from engine.diffusion.operators.filters import Filter
from engine.diffusion.operators.mask import Mask
from engine.diffusion.operators.phase import Magnitude
from engine.diffusion.operators.resampling import Decimate, Resample
from engine.diffusion.operators.sensing import Sensing
from engine.diffusion.operators.spectrogram_mask import SpectrogramMask

__all__ = [
    "Additive",
    "Clip",
    "Compose",
    "Decimate",
    "Filter",
    "Magnitude",
    "Mask",
    "Resample",
    "Sensing",
    "SpectrogramMask",
]
