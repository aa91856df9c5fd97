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

from engine.dsp.ar import Real
from engine.dsp.click_evidence import Finds, log_odds
from engine.dsp.click_repair import repair
from engine.dsp.spans import Spans, covered, runs
from engine.dsp.whitening import Grid, local_scale, whiten
from engine.progress import Progress, ignore, part

_ORDER_S = 0.0011
_WINDOW_S = 0.046
_HOP_S = 0.02
_BLOCK_S = 0.004
_REACH = 6
"""Blocks on each side that the level of the error is taken from."""
_OBVIOUS = 6.0
_DOUBTFUL = 4.0
"""Standard deviations that the first and the second look ask for."""
_EDGES = (2.5, 5.0, 10.0, 20.0, 40.0, 80.0)
"""A click reaches as far as the error exceeds so many standard deviations: the first will do."""
_BRIDGE_S = 0.0003
"""Parts of a click are at most so far apart."""
_MARGIN_S = 0.0001
"""Added to both ends of a click."""


@dataclass(frozen=True, eq=False)
class Clicks:
    """Clicks that were found in samples (time,).

    spans: (span 2), in order; odds: (span,) log-odds that each is a click; repaired: (time,) the
    samples with the spans roughly repaired.
    """

    spans: Spans
    odds: Real
    repaired: Real


def find_clicks(
    samples: Real,
    sample_rate: int,
    limit: float,
    max_width_samples: int,
    progress: Progress = ignore,
) -> Clicks:
    """Find clicks in samples (time,).

    Args:
        samples: (time,).
        sample_rate: in Hz.
        limit: log-odds that a find must reach to count as a click.
        max_width_samples: wider finds are no clicks.
        progress: asked between the steps.
    """
    finds = find(samples, sample_rate, max_width_samples, part(progress, 0.0, 0.9))
    progress(0.9)
    return choose(finds, log_odds(finds), limit)


def choose(finds: Finds, odds: Real, limit: float) -> Clicks:
    """The finds whose log-odds (span,) reach the limit."""
    are_clicks = odds >= limit
    spans = finds.spans[are_clicks]
    damaged = covered(spans, len(finds.samples))
    return Clicks(spans, odds[are_clicks], np.where(damaged, finds.repaired, finds.samples))


def find(
    samples: Real, sample_rate: int, max_width_samples: int, progress: Progress = ignore
) -> Finds:
    """Find whatever stands out, clicks and some music.

    It is looked for twice: the second time by models of the samples with the first finds
    repaired, as clicks spoil the model that is to tell them from music.
    """
    grid = Grid(
        order=max(8, round(_ORDER_S * sample_rate)),
        window=round(_WINDOW_S * sample_rate),
        hop=round(_HOP_S * sample_rate),
    )
    block = max(8, round(_BLOCK_S * sample_rate))
    repaired = samples
    for threshold, share in (
        (_OBVIOUS, part(progress, 0.0, 0.5)),
        (_DOUBTFUL, part(progress, 0.5, 1.0)),
    ):
        share(0.0)
        models = grid.models(repaired)
        share(0.4)
        forward, backward = whiten(samples, models, grid.hop)
        quiet = forward if repaired is samples else whiten(repaired, models, grid.hop)[0]
        scale = local_scale(quiet, block, _REACH)
        excess = np.minimum(_spread(np.abs(forward)), _spread(np.abs(backward))) / scale
        share(0.8)
        spans = _spans(excess, threshold, sample_rate, max_width_samples)
        # nothing can be said of what lies nearer to an end than the model reaches
        spans = spans[(spans[:, 0] >= grid.order) & (spans[:, 1] + grid.order <= len(samples))]
        repaired = repair(samples, samples, spans, models, grid.hop)
    return Finds(samples, sample_rate, spans, excess, scale, repaired, models, grid.hop)


def _spread(wave: Real) -> Real:
    """The largest of each sample and its two neighbours."""
    padded = np.pad(wave, 1, mode="edge")
    return np.maximum(np.maximum(padded[:-2], padded[1:-1]), padded[2:])


def _spans(excess: Real, threshold: float, sample_rate: int, max_width_samples: int) -> Spans:
    """Runs above an edge that hold a sample above the threshold, close ones joined.

    A run that comes out too wide may be several clicks that the models smear into one another,
    so it is cut again at a higher edge.
    """
    bridge = round(_BRIDGE_S * sample_rate)
    margin = max(1, round(_MARGIN_S * sample_rate))
    chosen = np.zeros(len(excess), bool)
    open_to_doubt = np.ones(len(excess), bool)
    for edge in _EDGES:
        rising = runs((excess > edge) & open_to_doubt, bridge)
        if not len(rising):
            break
        peaks = np.maximum.reduceat(np.append(excess, 0.0), rising.ravel())[::2]
        rising = rising[peaks > threshold]
        wide = rising[:, 1] - rising[:, 0] + 2 * margin > max_width_samples
        for start, stop in rising[~wide]:
            chosen[max(0, start - margin) : stop + margin] = True
        open_to_doubt[:] = False
        for start, stop in rising[wide]:
            open_to_doubt[start:stop] = True
    joined = runs(chosen)
    return joined[joined[:, 1] - joined[:, 0] <= max_width_samples]
