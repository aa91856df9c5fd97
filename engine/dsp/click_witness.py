"""A second witness of clicks: what a network says of each sample, beside what rules measure.

The rules look for what cannot be predicted and weigh a dozen measurements of each find; a network
that has heard real clicks and music says of each sample how likely it is damaged. Each finds what
the other misses, and neither is often wrong about the same attack.

Shapes:
    samples, told   (time)     float64; told: log-odds that a sample is damaged
    spans           (span 2)   start and stop of each find, not overlapping, in order
"""

from dataclasses import replace

import numpy as np

from engine.dsp.ar import Real
from engine.dsp.click_evidence import Finds, log_odds
from engine.dsp.click_repair import repair
from engine.dsp.spans import Spans, covered, runs

_EDGE = 0.0
"""Log-odds down to which a click reaches."""
_BRIDGE_S = 0.0003
"""Parts of a click are at most so far apart."""
_MARGIN = 2
"""Samples added to both ends of a click."""
_RULES, _NETWORK, _BIAS = 0.147, 0.661, 0.320
"""Weights of both, fitted to 5 900 finds in music that the network did not learn from; the bias is
1.5 above the fitted one, so that at log-odds of 4 one find in 780 was none there."""
_TRUST = 4.0
"""What the network's log-odds may lack where the rules are sure."""
_RULES_RANGE = (-30.0, 20.0)


def find_told(told: Real, sample_rate: int, max_width_samples: int) -> Spans:
    """The stretches that a network takes for damaged.

    Args:
        told: (time,).
        sample_rate: in Hz.
        max_width_samples: wider ones are no clicks.
    """
    spans = runs(told > _EDGE, round(_BRIDGE_S * sample_rate))
    spans = runs(covered(spans + (-_MARGIN, _MARGIN), len(told)))
    return spans[spans[:, 1] - spans[:, 0] <= max_width_samples]


def join_told(finds: Finds, told: Spans, *, alone: bool = False) -> Finds:
    """Finds of the rules with those of a network, roughly repaired; or the latter alone.

    Where both have found something the rules say how far it reaches.
    """
    order, n_samples = finds.models.shape[1] - 1, len(finds.samples)
    own = finds.spans[:0] if alone else finds.spans
    taken = np.concatenate(([0], np.cumsum(covered(own, n_samples))))
    is_new = (taken[told[:, 1]] == taken[told[:, 0]]) & (told[:, 0] >= order)
    is_new &= told[:, 1] + order <= n_samples
    spans = np.concatenate((own, told[is_new]))
    spans = spans[np.argsort(spans[:, 0], kind="stable")]
    repaired = repair(finds.samples, finds.samples, spans, finds.models, finds.hop)
    return replace(finds, spans=spans, repaired=repaired)


def odds_told(finds: Finds, told: Real) -> Real:
    """Log-odds (span,) of the surest sample of each find."""
    if not len(finds.spans):
        return np.zeros(0)
    padded = np.append(told, -np.inf)
    return np.asarray(np.maximum.reduceat(padded, finds.spans.ravel())[::2], np.float64)


def odds_of_both(finds: Finds, told: Real) -> Real:
    """Log-odds (span,) that each find is a click, by the rules and a network together.

    Either the sum of what both say is enough, or the rules are sure and the network agrees.
    """
    rules, network = np.clip(log_odds(finds), *_RULES_RANGE), odds_told(finds, told)
    together = _RULES * rules + _NETWORK * network + _BIAS
    return np.asarray(np.maximum(together, np.minimum(rules, network + _TRUST)))
