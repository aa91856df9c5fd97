"""Clicks: short stretches that neither the past nor the future predicts.

A prediction error that starts with a click runs on after it for as long as the model remembers;
the error of the prediction backwards in time runs on before it. Only inside the click are both
large, so their minimum tells where it is. An attack is large in both too, but the sound that
follows is larger than before, and the error is held against the larger of the two.

Shapes:
    samples   (time)          float64
    spans     (span 2)        start and stop of each click, not overlapping, in order

References:
    Vaseghi, "Advanced Digital Signal Processing and Noise Reduction", Wiley 2000, chapter 13.
    Godsill & Rayner, "Digital Audio Restoration", Springer 1998, chapter 5.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d

from engine.dsp.ar import Real
from engine.dsp.click_repair import Spans, repair
from engine.dsp.whitening import Grid, local_scale, whiten
from engine.progress import Progress, ignore, part

_ORDER_S = 0.0011
_WINDOW_S = 0.046
_HOP_S = 0.02
_BLOCK_S = 0.004
_REACH = 6
"""Blocks on each side that the level of the error is taken from."""
_EDGE = 2.5
"""A click reaches as far as the error exceeds so many standard deviations."""
_BRIDGE_S = 0.0003
"""Parts of a click are at most so far apart."""
_MARGIN_S = 0.0001
"""Added to both ends of a click."""


@dataclass(frozen=True, eq=False)
class Clicks:
    """Clicks that were found in samples (time,).

    spans: (span 2), in order; strength: (span,) standard deviations each rises above what is
    predictable; repaired: (time,) the samples with the spans roughly repaired.
    """

    spans: Spans
    strength: Real
    repaired: Real


def find_clicks(
    samples: Real,
    sample_rate: int,
    threshold: float,
    max_width_samples: int,
    progress: Progress = ignore,
) -> Clicks:
    """Find clicks in samples (time,).

    They are looked for twice: the second time in the samples with the first finds repaired, as
    clicks spoil the model that is to tell them from music.

    Args:
        samples: (time,).
        sample_rate: in Hz.
        threshold: standard deviations of the prediction error.
        max_width_samples: wider finds are no clicks.
        progress: asked between the steps.
    """
    grid = Grid(
        order=max(8, round(_ORDER_S * sample_rate)),
        window=round(_WINDOW_S * sample_rate),
        hop=round(_HOP_S * sample_rate),
    )
    spans = np.zeros((0, 2), np.int64)
    strength = np.zeros(len(samples))
    repaired = samples
    for step in range(2):
        share = part(progress, step / 2, (step + 1) / 2)
        share(0.0)
        models = grid.models(repaired)
        share(0.4)
        excess = _excess(samples, repaired, models, grid.hop, sample_rate)
        share(0.8)
        strength = np.maximum(strength, excess)
        spans = _spans(excess, threshold, sample_rate, max_width_samples)
        repaired = repair(samples, samples, spans, models, grid.hop)
    peaks = [strength[start:stop].max() for start, stop in spans]
    return Clicks(spans, np.array(peaks, np.float64), repaired)


def _excess(samples: Real, repaired: Real, models: Real, hop: int, sample_rate: int) -> Real:
    """Prediction error in standard deviations, the lesser of both directions (time,)."""
    forward, backward = whiten(samples, models, hop)
    quiet = forward if repaired is samples else whiten(repaired, models, hop)[0]
    scale = local_scale(quiet, max(8, round(_BLOCK_S * sample_rate)), _REACH)
    both = np.minimum(maximum_filter1d(np.abs(forward), 3), maximum_filter1d(np.abs(backward), 3))
    return np.asarray(both / scale)


def _spans(excess: Real, threshold: float, sample_rate: int, max_width_samples: int) -> Spans:
    """Runs above the edge that hold a sample above the threshold, close ones joined."""
    runs = _runs(excess > _EDGE, round(_BRIDGE_S * sample_rate))
    if not len(runs):
        return runs
    peaks = np.maximum.reduceat(np.append(excess, 0.0), runs.ravel())[::2]
    runs = runs[peaks > threshold]
    margin = max(1, round(_MARGIN_S * sample_rate))
    widened = np.zeros(len(excess), bool)
    for start, stop in runs:
        widened[max(0, start - margin) : stop + margin] = True
    runs = _runs(widened, 0)
    return runs[runs[:, 1] - runs[:, 0] <= max_width_samples]


def _runs(selected: NDArray[np.bool_], bridge: int) -> Spans:
    """Start and stop of runs of True, those at most `bridge` apart joined: (run 2)."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], selected, [False]))))
    runs = edges.reshape(-1, 2)
    if len(runs) < 2:
        return runs.astype(np.int64)
    apart = runs[1:, 0] - runs[:-1, 1] > bridge
    starts = runs[np.concatenate(([True], apart)), 0]
    stops = runs[np.concatenate((apart, [True])), 1]
    return np.stack([starts, stops], axis=1).astype(np.int64)
