"""Repair of clicks: what the sound around says, weighed against what is left in the damage.

A click is noise laid over the sound, strong at first and weak in its tail. Throwing all its
samples away wastes the tail, so each sample is given a noise power of its own, found from what
was removed there, and the restored samples are the most probable ones given the model and both:
minimise |prediction error|^2 / error power + |degraded - restored|^2 / noise power. With noise
power without bound this is plain least-squares interpolation, which is where it starts.

Shapes:
    samples   (time)          float64
    spans     (span 2)        start and stop of each click, not overlapping, in order

References:
    Godsill & Rayner, "Digital Audio Restoration", Springer 1998, sections 5.2 and 9.2.
"""

import numpy as np
from numpy.typing import NDArray

from engine.dsp.ar import Real
from engine.dsp.spans import Spans
from engine.dsp.whitening import Grid, local_scale, whiten
from engine.progress import Progress, ignore, part

_ORDER_S = 0.012
_WINDOW_S = 0.25
_HOP_S = 0.08
_BLOCK_S = 0.004
_REACH = 6
_ROUNDS = 2
_PASSES = 2
_SMOOTHING = 9
"""Samples over which the power of a click is averaged."""
_BATCH = 2_000_000
"""Matrix entries solved at once."""


def repair_clicks(
    samples: Real, rough: Real, spans: Spans, sample_rate: int, progress: Progress = ignore
) -> Real:
    """Repair clicks with long models, which are estimated from an earlier repair and improved.

    Args:
        samples: (time,).
        rough: (time,) the samples after a first repair.
        spans: (span 2).
        sample_rate: in Hz.
        progress: asked between the steps.
    """
    grid = Grid(
        order=max(16, round(_ORDER_S * sample_rate)),
        window=round(_WINDOW_S * sample_rate),
        hop=round(_HOP_S * sample_rate),
    )
    restored = rough
    for step in range(_ROUNDS):
        share = part(progress, step / _ROUNDS, (step + 1) / _ROUNDS)
        share(0.0)
        models = grid.models(restored)
        share(0.2)
        error = whiten(restored, models, grid.hop)[0]
        scale = local_scale(error, max(8, round(_BLOCK_S * sample_rate)), _REACH)
        share(0.3)
        restored = repair(
            samples, restored, spans, models, grid.hop, scale, _PASSES, part(share, 0.3, 1.0)
        )
    return restored


def repair(
    degraded: Real,
    around: Real,
    spans: Spans,
    models: Real,
    hop: int,
    scale: Real | None = None,
    passes: int = 0,
    progress: Progress = ignore,
) -> Real:
    """Replace the spans of degraded, each by the model of the hop it is in.

    Args:
        degraded: (time,).
        around: (time,) what to take for the samples near a span, in which other spans may lie:
            degraded, or what an earlier repair made of it.
        spans: (span 2).
        models: (hop order+1).
        hop: samples between models.
        scale: (time,) standard deviation of the prediction error; needed for passes.
        passes: how often noise powers are estimated; 0 is plain interpolation.
        progress: told after each batch of spans.

    Returns:
        `around` with the spans replaced, but for those nearer to an end than the order.
    """
    order = models.shape[1] - 1
    whole = (spans[:, 0] >= order) & (spans[:, 1] + order <= len(degraded))
    spans = spans[whole]
    restored = around.copy()
    widths = spans[:, 1] - spans[:, 0]
    sizes = _stack_sizes(widths)
    done = 0
    for size in np.unique(sizes):
        alike = spans[sizes == size]
        count = max(1, _BATCH // int(size) ** 2)
        for first in range(0, len(alike), count):
            progress(done / max(1, len(spans)))
            batch = alike[first : first + count]
            _repair_batch(degraded, around, restored, batch, int(size), models, hop, scale, passes)
            done += len(batch)
    return restored


def _stack_sizes(widths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Sizes of the stacks that spans are solved in: 16, 24, 32, 48, 64, 96, ... samples."""
    doubled = 2 ** np.ceil(np.log2(np.maximum(widths, 16))).astype(np.int64)
    return np.where(4 * widths <= 3 * doubled, np.maximum(3 * doubled // 4, 16), doubled)


def _repair_batch(
    degraded: Real,
    around: Real,
    restored: Real,
    spans: Spans,
    size: int,
    models: Real,
    hop: int,
    scale: Real | None,
    passes: int,
) -> None:
    """Repair spans no wider than size, in one stack of equations."""
    order = models.shape[1] - 1
    centres = (spans[:, 0] + spans[:, 1]) // 2
    lags = stacked_normal_lags(models[np.minimum(centres // hop, len(models) - 1)])
    at = spans[:, :1] + np.arange(size)
    inside = at < spans[:, 1:]
    normal = _normal_matrix(lags, inside)
    pulled = _pull(around, spans, lags, order, size) * inside
    damaged = degraded[np.minimum(at, len(degraded) - 1)] * inside
    values = -np.linalg.solve(normal, pulled[..., None])[..., 0]
    if passes and scale is not None:
        error_power = scale[centres, None] ** 2
        noise_power = _smooth((damaged - values) ** 2, inside)
        diagonal = np.arange(size)
        for _ in range(passes):
            weight = error_power / np.maximum(noise_power, 1e-6 * error_power)
            weighed = normal.copy()
            weighed[:, diagonal, diagonal] += weight
            values = np.linalg.solve(weighed, (weight * damaged - pulled)[..., None])[..., 0]
            # the diagonal of the inverse would be exact, and is no better for five times the work
            doubt = error_power / weighed[:, diagonal, diagonal]
            noise_power = _smooth((damaged - values) ** 2 + doubt, inside)
    restored[at[inside]] = values[inside]


def stacked_normal_lags(models: Real) -> Real:
    """normal_lags of many models (model order+1) at once."""
    order = models.shape[1] - 1
    n_fft = 1 << (2 * order + 1).bit_length()
    power = np.abs(np.fft.rfft(models, n_fft)) ** 2
    return np.asarray(np.fft.irfft(power, n_fft)[:, : order + 1])


def _normal_matrix(lags: Real, inside: NDArray[np.bool_]) -> Real:
    """(span size size): entry (i, j) is lag |i - j|; outside a span the identity."""
    size = inside.shape[1]
    padded = np.pad(lags, ((0, 0), (0, max(0, size - lags.shape[1]))))
    distance = np.abs(np.arange(size)[:, None] - np.arange(size))
    normal = padded[:, distance] * (inside[:, :, None] & inside[:, None, :])
    diagonal = np.arange(size)
    normal[:, diagonal, diagonal] = np.where(inside, lags[:, :1] * (1.0 + 1e-9), 1.0)
    return np.asarray(normal)


def _pull(samples: Real, spans: Spans, lags: Real, order: int, size: int) -> Real:
    """(span size): what the known samples around ask of each unknown one."""
    length = size + 2 * order
    at = spans[:, :1] - order + np.arange(length)
    known = (at < spans[:, :1]) | ((at >= spans[:, 1:]) & (at < spans[:, 1:] + order))
    around = samples[np.minimum(at, len(samples) - 1)] * known
    n_fft = 1 << (length + order - 1).bit_length()
    kernel = np.zeros((len(spans), n_fft))
    kernel[:, : order + 1] = lags
    kernel[:, n_fft - order :] = lags[:, :0:-1]
    pulled = np.fft.irfft(np.fft.rfft(around, n_fft) * np.fft.rfft(kernel, n_fft), n_fft)
    return np.asarray(pulled[:, order : order + size])


def _smooth(power: Real, inside: NDArray[np.bool_]) -> Real:
    """Average over neighbours in the span; a sample outside gets none."""
    half = _SMOOTHING // 2
    sums = np.cumsum(np.pad(power * inside, ((0, 0), (half + 1, half))), axis=1)
    counts = np.cumsum(np.pad(inside * 1.0, ((0, 0), (half + 1, half))), axis=1)
    total = sums[:, _SMOOTHING:] - sums[:, :-_SMOOTHING]
    return np.asarray(total / np.maximum(counts[:, _SMOOTHING:] - counts[:, :-_SMOOTHING], 1.0))
