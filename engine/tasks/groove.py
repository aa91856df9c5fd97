"""Groove: one channel made of the two walls of a mono disc's groove."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from engine.audio import Recording, Samples
from engine.errors import SettingsError
from engine.params import param
from engine.progress import Progress, ignore, part
from engine.tasks.base import Shape, StageTask

if TYPE_CHECKING:
    from engine.dsp.groove_match import Match, Matched
    from engine.dsp.groove_weights import Weights

BLOCK_SAMPLES = 1 << 18
_PLAIN = {"lateral": (0.5, 0.5), "vertical": (0.5, -0.5), "left": (1.0, 0.0), "right": (0.0, 1.0)}
_UNLIKE = 0.4
_GAIN_TOLD_DB, _DELAY_TOLD_US = 0.05, 0.5

Mix = Callable[[Progress], Iterator[Samples]]


@dataclass(frozen=True)
class Groove(StageTask):
    """Makes one channel of the stereo pick-up of a mono disc.

    Lateral is the sum of both walls, vertical (hill and dale: Edison, Pathe) their difference.
    Weighted mixes them once and for all as suits their noise, quieter-wall anew at every moment and
    in every band, and takes the other wall where one has a click.
    """

    name: ClassVar[str] = "groove"
    title: ClassVar[str] = "Groove"
    mode: str = param(
        "lateral",
        choices=("lateral", "vertical", "left", "right", "weighted", "quieter-wall"),
        label="Mode",
        description="Which mix of both walls becomes the one channel.",
    )
    weight: float = param(
        -1.0,
        -1.0,
        1.0,
        label="Weight of the left wall",
        description="For weighted: 0 is the right wall, 1 the left; below 0 it is measured.",
    )
    match: bool = param(
        True,
        label="Match the walls",
        description="For weighted and quieter-wall: even out level and timing of the walls first.",
    )
    mix: Mix | None = field(default=None, repr=False, compare=False)
    """What `fit` has made: the mix, block by block."""
    told: tuple[str, ...] = field(default=(), repr=False, compare=False)

    def shape(self, recording: Recording) -> Shape:
        """One channel, as long as before.

        Raises:
            SettingsError: the recording has not two channels.
        """
        n_channels = recording.n_channels
        if n_channels == 1:
            raise SettingsError(
                "groove needs both walls of a stereo transfer and this recording has 1 channel; "
                "it is mono already, so leave groove out"
            )
        if n_channels != 2:
            raise SettingsError(
                f"groove needs the two walls of a stereo transfer and this recording has "
                f"{n_channels} channels; open a file of the two that belong together"
            )
        return Shape(recording.sample_rate, 1, recording.n_samples)

    def notes(self) -> tuple[str, ...]:
        """The weight, how much noise that saves, how the walls differed, levels of all modes."""
        return self.told

    def fit(self, recording: Recording, progress: Progress = ignore) -> Self:
        """Compare the walls, and measure their noise where the mode depends on it.

        Raises:
            SettingsError: the recording has not two channels.
        """
        self.shape(recording)
        progress(0.0)
        if self.mode in _PLAIN:
            return replace(self, mix=partial(_plain_mix, recording, _PLAIN[self.mode]))
        from engine.dsp.groove_match import Match, Matched, measure_match

        match = Match()
        if self.match:
            match = measure_match(recording, part(progress, 0.0, 0.3))
        matched, told = Matched(recording, match), _match_told(match)
        if self.mode == "weighted" and self.weight >= 0.0:
            told = (f"Weight of the left wall {self.weight:.2f}, as set.", *told)
            return replace(self, mix=partial(_weighted_mix, matched, self.weight), told=told)
        return self._measured(matched, match, told, part(progress, 0.3, 1.0))

    def _measured(
        self, matched: "Matched", match: "Match", told: tuple[str, ...], progress: Progress
    ) -> Self:
        """With a mix made for the noise of both walls."""
        from engine.dsp.groove_levels import quiet_levels
        from engine.dsp.groove_weights import best_mix, measure_weights

        weights = measure_weights(matched, part(progress, 0.0, 0.8))
        levels = quiet_levels(matched.recording, match, weights, part(progress, 0.8, 1.0))
        texts = ", ".join(f"{mode} {level:.1f}" for mode, level in levels.items())
        told = (self._noise_told(weights), *told, f"Noise in quiet moments, dBFS: {texts}.")
        mix: Mix = partial(best_mix, matched, weights)
        if self.mode == "weighted":
            mix = partial(_weighted_mix, matched, weights.noise.weight)
        return replace(self, mix=mix, told=told)

    def _noise_told(self, weights: "Weights") -> str:
        noise = weights.noise
        if self.mode == "weighted":
            saved = _lower(noise.of_mix(noise.weight), noise.of_mix(0.5))
            return f"Weight of the left wall {noise.weight:.2f}, measured; {saved}."
        saved = _lower(noise.best, noise.of_mix(0.5))
        share = 100.0 * weights.left_share
        return f"{saved[0].upper()}{saved[1:]}; left was the quieter wall for {share:.0f} % of it."

    def blocks(self, recording: Recording, progress: Progress = ignore) -> Iterator[Samples]:
        """Mix the walls."""
        mix = self.mix or self.fit(recording, progress).mix
        assert mix is not None
        return mix(progress)


def _plain_mix(
    recording: Recording, weights: tuple[float, float], progress: Progress
) -> Iterator[Samples]:
    left, right = (np.float32(weight) for weight in weights)
    for start, stop in _spans(recording, progress):
        pair = recording.read(start, stop).samples
        yield (left * pair[0] + right * pair[1])[None]


def _weighted_mix(matched: "Matched", weight: float, progress: Progress) -> Iterator[Samples]:
    for start, stop in _spans(matched.recording, progress):
        middle, difference = matched.read(start, stop)
        yield (middle + np.float32(weight - 0.5) * difference)[None]


def _spans(recording: Recording, progress: Progress) -> Iterator[tuple[int, int]]:
    for start in range(0, recording.n_samples, BLOCK_SAMPLES):
        progress(start / recording.n_samples)
        yield start, min(start + BLOCK_SAMPLES, recording.n_samples)


def _lower(noise: float, of_sum: float) -> str:
    """How much less noise there is than in the plain sum, in words."""
    if noise <= 0.0:
        return "there is no noise that only one wall has"
    saved_db = 10.0 * np.log10(of_sum / noise)
    return f"its noise is {saved_db:.1f} dB lower than that of the sum of both"


def _match_told(match: "Match") -> tuple[str, ...]:
    """How the walls differed, where that is worth a sentence."""
    told = []
    gain_db, delay_us = 20.0 * np.log10(abs(match.gain)), 1e6 * match.delay_s
    if abs(gain_db) >= _GAIN_TOLD_DB or abs(delay_us) >= _DELAY_TOLD_US:
        level = f"{abs(gain_db):.2f} dB {'louder' if gain_db >= 0 else 'softer'}"
        told.append(
            f"The right wall was {level} and "
            f"{abs(delay_us):.1f} us {'later' if delay_us >= 0 else 'earlier'}; "
            "both were brought to the middle."
        )
    if match.gain < 0.0:
        told.append(
            "The walls move against each other, as on hill-and-dale discs, "
            "so the right one was turned over."
        )
    if abs(match.likeness) < _UNLIKE:
        told.append(
            f"The walls have little in common (correlation {match.likeness:.2f}), "
            "as on stereo discs: check that this is a mono one."
        )
    return tuple(told)
