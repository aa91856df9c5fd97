"""How noisy each way of making one channel of two walls is, in the moments when the music is soft.

The best mix of matched walls stands for the music: what another mix has beyond it is noise, and how
much noise the best mix itself has follows from how the walls differ. So music that never pauses is
not taken for noise.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from engine.audio import Recording, Samples
from engine.dsp.groove_match import Match, Matched, measure_match
from engine.dsp.groove_weights import RUMBLE_HZ, Layout, Weights, measure_weights, mix_block
from engine.progress import Progress, ignore, part
from engine.units import SILENCE_DB

MODES = ("lateral", "vertical", "left", "right", "weighted", "quieter-wall")
_MOST_BLOCKS = 24
_QUIET_SHARE = 0.1
_SILENT = 1e-12


def groove_levels(recording: Recording, progress: Progress = ignore) -> Mapping[str, float]:
    """Noise of every groove mode in the quiet moments of a stereo pick-up, dBFS without rumble.

    Args:
        recording: two channels, the walls.
        progress: asked at every block.

    Returns:
        Level by mode, in the order of MODES.
    """
    match = measure_match(recording, part(progress, 0.0, 0.2))
    weights = measure_weights(Matched(recording, match), part(progress, 0.2, 0.8))
    return quiet_levels(recording, match, weights, part(progress, 0.8, 1.0))


def quiet_levels(
    recording: Recording, match: Match, weights: Weights, progress: Progress = ignore
) -> Mapping[str, float]:
    """The same, with what was measured before."""
    layout = Layout.of(recording.sample_rate)
    matched = Matched(recording, match)
    spans = list(layout.spans(recording.n_samples))
    step = max(1, len(spans) // _MOST_BLOCKS)
    powers = [np.zeros((len(MODES), 0))]
    for index, (start, stop) in enumerate(spans[::step]):
        progress(index * step / len(spans))
        middle, difference = matched.read(start, stop)
        best = mix_block(matched, weights, layout, start, stop)[0]
        powers.append(_frame_powers(layout, _errors(weights, match, middle, difference, best)))
    return _levels(np.concatenate(powers, axis=1), weights, match)


def _errors(
    weights: Weights, match: Match, middle: Samples, difference: Samples, best: Samples
) -> Samples:
    """What each mode has beyond the best mix, that mix itself in the last row: (row time).

    The mode in which the walls cancel the music, vertical as a rule, has half the difference.
    """
    beyond, half = middle - best, np.float32(0.5) * difference
    weighted = beyond + np.float32(2.0 * weights.noise.weight - 1.0) * half
    louder = np.float32(abs(match.gain) ** 0.5)
    sides = (beyond + half) / louder, (beyond - half) * louder
    plain = (beyond, half) if match.gain > 0.0 else (half, beyond)
    return np.stack((*plain, *sides, weighted, best))


def _levels(power: NDArray[np.float64], weights: Weights, match: Match) -> Mapping[str, float]:
    """Noise by mode of frames (row frame)."""
    heard = power[:, power[-1] > _SILENT]
    if not heard.size:
        return dict.fromkeys(MODES, SILENCE_DB)
    noise = heard[:, heard[-1] <= np.quantile(heard[-1], _QUIET_SHARE)].mean(axis=1)
    noise[-1] = 0.0
    total = weights.noise
    cancelled = 1 if match.gain > 0.0 else 0
    if total.difference > 0.0:
        own = 4.0 * noise[cancelled] * total.best / total.difference
        noise[np.arange(len(MODES)) != cancelled] += own
    level_dbfs = 10.0 * np.log10(np.maximum(noise, 10.0 ** (SILENCE_DB / 10.0)))
    return {mode: float(level) for mode, level in zip(MODES, level_dbfs, strict=True)}


def _frame_powers(layout: Layout, rows: Samples) -> NDArray[np.float64]:
    """Mean square of each row in each frame that lies inside, without rumble: (row frame)."""
    if rows.shape[1] < layout.grid.frame_samples:
        rows = np.pad(rows, ((0, 0), (0, layout.grid.frame_samples - rows.shape[1])))
    spectrum = layout.grid.inside(rows)
    hz = np.arange(spectrum.shape[2]) * layout.sample_rate / layout.grid.frame_samples
    energy = np.square(np.abs(spectrum[:, :, hz >= RUMBLE_HZ])).sum(axis=2, dtype=np.float64)
    # Parseval; the squared window adds up to half the frame
    powers: NDArray[np.float64] = energy * (4.0 / layout.grid.frame_samples**2)
    return powers
