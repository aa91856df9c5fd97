"""Pinch: a groove narrows where it runs aslant, and lifts the stylus twice in every swing.

A chisel that faces forward cuts a groove of the same width across the disc, so that it is narrower
across its own direction. The stylus rises with the square of the slope; a pick-up that hears some
of that adds the second harmonic and differences of pitches.

References:
    Pierce & Hunt, "On Distortion in Sound Reproduction from Phonograph Records", J. Acoust. Soc.
    Am. 10, 1938.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from typing_extensions import override

from engine.audio import Audio
from engine.params import param
from training.degradations.base import Degradation
from training.degradations.grooves import added_at, velocity


@dataclass(frozen=True)
class Pinch(Degradation):
    """Distortion of even order; vertical, so opposite in the channels of a stereo pick-up."""

    name: ClassVar[str] = "pinch"
    distortion_db: float = param(
        -30.0, -60.0, -10.0, unit="dB", label="Distortion", description="Its energy to the music's."
    )

    @override
    def apply(self, clean: Audio) -> Audio:
        if clean.n_samples < 2:
            return Audio(clean.samples.copy(), clean.sample_rate)
        lift = np.square(velocity(clean.samples, clean.sample_rate))
        moved = np.gradient(lift, axis=1)  # a pick-up answers to velocity
        moved[1::2] *= -1.0
        samples = added_at(clean.samples, moved, self.distortion_db)
        return Audio(samples, clean.sample_rate)
