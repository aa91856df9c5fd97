"""Every way of making one channel of two walls, for any stretch, and how noisy each is there.

Shapes:
    mixed   (1 time)   float32
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engine.audio import Recording, Samples
from engine.dsp.groove_levels import MODES, quiet_levels
from engine.dsp.groove_match import Match, Matched, measure_match
from engine.dsp.groove_weights import RUMBLE_HZ, Layout, Weights, measure_weights, mix_block
from engine.progress import Progress, ignore, part
from engine.region import Region
from engine.units import SILENCE_DB

_PLAIN = {"lateral": (0.5, 0.5), "vertical": (0.5, -0.5), "left": (1.0, 0.0), "right": (0.0, 1.0)}


@dataclass(frozen=True, eq=False)
class GrooveMixes:
    """What was measured of the walls of a recording.

    levels_dbfs: noise of every mode, without rumble.
    on_noise: whether that is of a stretch of nothing but noise; else of the quiet moments.
    """

    recording: Recording
    match: Match
    weights: Weights
    levels_dbfs: Mapping[str, float]
    on_noise: bool

    @property
    def weight(self) -> float:
        """The weight of the left wall that leaves the least noise, 0 .. 1."""
        return self.weights.noise.weight

    def read(self, mode: str, start: int, stop: int, weight: float = -1.0) -> Samples:
        """Samples [start, stop) as a mode makes them.

        Args:
            mode: one of MODES.
            start: first sample.
            stop: one past the last.
            weight: of the left wall, for weighted; below 0 the one that was measured.
        """
        if mode in _PLAIN:
            left, right = (np.float32(each) for each in _PLAIN[mode])
            pair = self.recording.read(start, stop).samples
            plain: Samples = (left * pair[0] + right * pair[1])[None]
            return plain
        matched = Matched(self.recording, self.match)
        if mode == "weighted":
            middle, difference = matched.read(start, stop)
            share = np.float32((self.weight if weight < 0.0 else weight) - 0.5)
            return (middle + share * difference)[None]
        layout = Layout.of(self.recording.sample_rate)
        first = start - start % layout.grid.hop_samples
        return mix_block(matched, self.weights, layout, first, stop)[:, start - first :]


def measure_mixes(
    recording: Recording, noise: Region | None, progress: Progress = ignore
) -> GrooveMixes:
    """Compare the walls of a stereo pick-up, and measure the noise of every mode.

    Args:
        recording: two channels, the walls.
        noise: where nothing but noise is heard; None takes the quiet moments.
        progress: asked at every block.

    Raises:
        SettingsError: the noise lies outside the recording.
    """
    match = measure_match(recording, part(progress, 0.0, 0.2))
    weights = measure_weights(Matched(recording, match), part(progress, 0.2, 0.8))
    share = part(progress, 0.8, 1.0)
    if noise is None:
        levels = quiet_levels(recording, match, weights, share)
        return GrooveMixes(recording, match, weights, levels, on_noise=False)
    span = noise.to_samples(recording.sample_rate, recording.n_samples)
    mixes = GrooveMixes(recording, match, weights, {}, on_noise=True)
    levels = {}
    for number, mode in enumerate(MODES):
        share(number / len(MODES))
        mixed = mixes.read(mode, span.start, span.stop)
        levels[mode] = _level_dbfs(mixed[0], recording.sample_rate)
    return GrooveMixes(recording, match, weights, levels, on_noise=True)


def _level_dbfs(samples: Samples, sample_rate: int) -> float:
    """Root mean square above the rumble."""
    power = np.square(np.abs(np.fft.rfft(samples.astype(np.float64))))
    hz = np.fft.rfftfreq(len(samples), 1 / sample_rate)
    mean = 2.0 * float(power[hz >= RUMBLE_HZ].sum()) / len(samples) ** 2
    return max(SILENCE_DB, 10.0 * float(np.log10(mean))) if mean > 0.0 else SILENCE_DB
