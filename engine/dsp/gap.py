"""A gap filled by autoregressive interpolation, the model improved with what was filled in.

Shapes:
    samples   (time)   float64

References:
    Janssen, Veldhuis & Vries, "Adaptive Interpolation of Discrete-Time Signals That Can Be
    Modeled as Autoregressive Processes", IEEE Trans. ASSP 34(2), 1986.
"""

import numpy as np

from engine.dsp.ar import Real, autocorrelate, interpolate_gap, solve_models
from engine.progress import Progress, ignore

_MIN_ORDER_S = 0.023
_MAX_ORDER_S = 0.046
_CONTEXT = 8
"""Window of the model on each side, in lengths of the gap."""
_MIN_CONTEXT_S = 0.2
_ROUNDS = 2
"""More rounds make the model believe in what was filled in: from the third on gaps get worse."""


def fill_gap(samples: Real, gap: slice, sample_rate: int, progress: Progress = ignore) -> Real:
    """New values for the samples in the gap; those there now are not looked at.

    Args:
        samples: (time,); at least one must lie outside the gap.
        gap: at an end of the samples the one side there is runs on into it.
        sample_rate: in Hz.
        progress: asked twice in each round.
    """
    width = gap.stop - gap.start
    reach = max(_CONTEXT * width, round(_MIN_CONTEXT_S * sample_rate))
    first, last = max(0, gap.start - reach), min(len(samples), gap.stop + reach)
    around = samples[first:last].copy()
    start, stop = gap.start - first, gap.stop - first
    around[start:stop] = 0.0
    order = _order(width, (start, len(around) - stop), sample_rate)
    lags = lags_of_sides(around, start, stop, order)
    for step in range(_ROUNDS):
        progress(step / _ROUNDS)
        model = solve_models(lags)[0][0]
        progress((step + 0.5) / _ROUNDS)
        around[start:stop] = interpolate_gap(around, start, stop, model)
        lags = autocorrelate(around[None], order)
    return around[start:stop]


def _order(width: int, sides: tuple[int, int], sample_rate: int) -> int:
    """Three times the gap and two, as long as the sides can carry it."""
    known = max(sides)
    shortest, longest = round(_MIN_ORDER_S * sample_rate), round(_MAX_ORDER_S * sample_rate)
    wanted = min(max(shortest, 3 * width + 2), longest)
    return max(1, min(wanted, known // 3))


def lags_of_sides(around: Real, start: int, stop: int, order: int) -> Real:
    """Autocorrelation (1 order+1) of both sides, each weighted by its length."""
    total = np.zeros((1, order + 1))
    for side in (around[:start], around[stop:]):
        if len(side) > order:
            total += len(side) * autocorrelate(side[None], order)
    return total if total.any() else autocorrelate(around[None], order)
