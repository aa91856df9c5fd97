"""Crackle: dense short impulses, many no louder than the sound they lie on.

What a sound's model fails to predict of a single sample from both its sides is smaller than what
it fails to predict from the past alone, by the length of the model's coefficients. Added up with
the weights of an expected impulse it is the likelihood-ratio test for an impulse of that shape at
that place, so a bank of short shapes is held against every place: bumps and bites of one sample to
half a millisecond.

Shapes:
    samples   (time)          float64
    spans     (span 2)        start and stop of each find, not overlapping, in order

References:
    Godsill & Rayner, "Digital Audio Restoration", Springer 1998, section 5.3 (matched filter).
    Vaseghi & Rayner, "Detection and Suppression of Impulsive Noise in Speech Communication
    Systems", IEE Proceedings I 137(1), 1990.
    Kay, "Fundamentals of Statistical Signal Processing: Detection Theory", Prentice Hall 1998,
    section 4.3 (known shape in coloured noise).
"""

import numpy as np
from numpy.typing import NDArray

from engine.dsp.ar import Real
from engine.dsp.click_detector import Clicks, choose
from engine.dsp.click_evidence import Finds
from engine.dsp.click_repair import repair, stacked_normal_lags
from engine.dsp.crackle_evidence import log_odds
from engine.dsp.spans import Spans, covered, runs
from engine.dsp.whitening import Grid, local_scale, whiten
from engine.progress import Progress, ignore, part

_ORDER_S = 0.0045
_WINDOW_S = 0.136
_HOP_S = 0.034
_BLOCK_S = 0.004
_REACH = 6
"""Blocks on each side that the level of the error is taken from."""
_ROUNDS = 2
"""The second looks through models that the first finds no longer spoil."""
_PASSES = 2
_THRESHOLD = 3.0
"""Standard deviations that an impulse of the best shape must reach."""
_BUMPS_S = (0.00007, 0.00011, 0.0002, 0.00039)
_BITES_S = (0.00005, 0.00014, 0.00023)
"""Lengths of the shapes besides the single sample: one-sided, and swinging to both sides."""
_BRIDGE_S = 0.00005
_MARGIN_S = 0.00002
_LONGEST_S = 0.0055
"""A find longer than this is no crackle."""


def find_crackle(
    samples: Real,
    sample_rate: int,
    limit: float,
    max_width_samples: int,
    progress: Progress = ignore,
) -> Clicks:
    """Find crackle in samples (time,).

    Args:
        samples: (time,).
        sample_rate: in Hz.
        limit: log-odds that a find must reach to count as crackle.
        max_width_samples: longest impulse looked for; impulses that touch make one longer find.
        progress: asked between the steps.
    """
    finds = find(samples, sample_rate, max_width_samples, part(progress, 0.0, 0.9))
    progress(0.9)
    return choose(finds, log_odds(finds), limit)


def find(
    samples: Real, sample_rate: int, max_width_samples: int, progress: Progress = ignore
) -> Finds:
    """Find whatever resembles a short impulse, crackle and some music.

    Args:
        samples: (time,).
        sample_rate: in Hz.
        max_width_samples: longest impulse looked for; impulses that touch make one longer find.
        progress: asked between the steps.
    """
    grid = Grid(
        order=max(8, round(_ORDER_S * sample_rate)),
        window=round(_WINDOW_S * sample_rate),
        hop=round(_HOP_S * sample_rate),
    )
    block = max(8, round(_BLOCK_S * sample_rate))
    margin = max(1, round(_MARGIN_S * sample_rate))
    bank = shapes(sample_rate, max_width_samples)
    repaired = samples
    excess, found = np.zeros(len(samples)), np.zeros(len(samples), bool)
    for step in range(_ROUNDS):
        share = part(progress, step / _ROUNDS, (step + 1) / _ROUNDS)
        share(0.0)
        models = grid.models(repaired)
        share(0.2)
        error = whiten(repaired, models, grid.hop)[0]
        scale = local_scale(error, block, _REACH)
        share(0.3)
        best, hits = _match(error, models, grid.hop, scale, bank)
        excess = np.maximum(excess, best)
        found |= covered(hits + (-margin, margin), len(samples))
        spans = _spans(found, sample_rate, grid.order)
        share(0.5)
        repaired = repair(
            samples, repaired, spans, models, grid.hop, scale, _PASSES, part(share, 0.5, 1.0)
        )
    return Finds(samples, sample_rate, spans, excess, scale, repaired, models, grid.hop)


def shapes(sample_rate: int, max_width_samples: int) -> list[Real]:
    """Impulses looked for, none longer than max_width_samples; a single sample is always one."""
    bank = {1: np.ones(1)}
    for length_s in _BUMPS_S:
        width = round(length_s * sample_rate)
        bank[width] = np.hanning(width + 2)[1:-1]
    for length_s in _BITES_S:
        width = max(2, round(length_s * sample_rate))
        bank[-width] = np.diff(np.hanning(width + 1))
    return [shape for width, shape in bank.items() if 1 <= abs(width) <= max(1, max_width_samples)]


def _match(
    error: Real, models: Real, hop: int, scale: Real, bank: list[Real]
) -> tuple[Real, Spans]:
    """Hold every shape against every place.

    Args:
        error: (time,) what the models fail to predict from the past.
        models: (hop order+1).
        hop: samples between models.
        scale: (time,) standard deviation of the error.
        bank: shapes to look for.

    Returns:
        How far the best shape stands out (time,), in standard deviations, and the spans (span 2)
        of all that exceed the threshold, overlapping and in no order.
    """
    surprise = whiten(error, models, hop)[1]
    lags = stacked_normal_lags(models)
    best = np.zeros(len(error))
    hits = [np.zeros((0, 2), np.int64)]
    for shape in bank:
        n = len(shape)
        if n > min(len(error), lags.shape[1]):
            continue
        own = np.correlate(shape, shape, "full")[n - 1 :]
        power = lags[:, 0] * own[0] + 2.0 * lags[:, 1:n] @ own[1:]
        expected = np.repeat(np.sqrt(power), hop)[: len(error)] * scale
        before = (n - 1) // 2
        likeness = np.correlate(np.pad(surprise, (before, n - 1 - before)), shape, "valid")
        excess = np.abs(likeness) / expected
        np.maximum(best, excess, out=best)
        starts = np.flatnonzero(excess > _THRESHOLD) - before
        hits.append(np.stack([starts, starts + n], axis=1))
    return best, np.concatenate(hits)


def _spans(found: NDArray[np.bool_], sample_rate: int, order: int) -> Spans:
    """Runs of found samples, close ones joined, where they are short and far from the ends."""
    spans = runs(found, round(_BRIDGE_S * sample_rate))
    short = spans[:, 1] - spans[:, 0] <= round(_LONGEST_S * sample_rate)
    # nothing can be said of what lies nearer to an end than the model reaches, twice after it
    whole = (spans[:, 0] >= order) & (spans[:, 1] + 2 * order <= len(found))
    return spans[short & whole]
