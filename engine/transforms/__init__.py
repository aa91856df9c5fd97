"""Invertible time-frequency maps; tensors in, tensors out."""

from engine.transforms.cqt import CQT
from engine.transforms.stft import STFT

TRANSFORMS: dict[str, type[STFT] | type[CQT]] = {"stft": STFT, "cqt": CQT}
