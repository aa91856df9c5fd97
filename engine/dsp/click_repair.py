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

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.fft import next_fast_len

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
_CHUNK = 64
"""Hops filtered at once."""
_RIDGE = 1e-9
"""Share that is added to the diagonals: keeps steady tones solvable."""


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
    if not len(spans):
        return restored
    context = _Context.of(around, spans, models, hop)
    widths = spans[:, 1] - spans[:, 0]
    sizes = _stack_sizes(widths)
    done = 0
    for size in np.unique(sizes):
        alike = np.flatnonzero(sizes == size)
        count = max(1, _BATCH // int(size) ** 2)
        for first in range(0, len(alike), count):
            progress(done / len(spans))
            batch = alike[first : first + count]
            _repair_batch(degraded, restored, spans[batch], int(size), context, scale, passes)
            done += len(batch)
    return restored


@dataclass(frozen=True, eq=False)
class _Context:
    """What the sound around the spans asks of them.

    around: (time,); lags: (used lag) of each model that a span uses; pulled: (used time) `around`
    under those lags, from `first` (used,) on; hops: (used,), their places, in order.
    """

    around: Real
    lags: Real
    pulled: Real
    first: NDArray[np.int64]
    hops: NDArray[np.int64]
    hop: int

    @staticmethod
    def of(around: Real, spans: Spans, models: Real, hop: int) -> "_Context":
        """One filtering for each hop: spans lie dense in crackle, and share it."""
        order = models.shape[1] - 1
        used = np.unique(_centres(spans) // hop)
        reach = int((spans[:, 1] - spans[:, 0]).max())
        margin = reach + order
        length = hop + 2 * margin
        padded = np.pad(around, (margin, hop + margin))
        pieces = np.lib.stride_tricks.sliding_window_view(padded, length)
        n_fft = next_fast_len(length, real=True)
        pulled = np.empty((len(used), length - 2 * order))
        for start in range(0, len(used), _CHUNK):
            chunk = used[start : start + _CHUNK]
            power = np.abs(np.fft.rfft(models[chunk], n_fft)) ** 2
            both = np.fft.irfft(np.fft.rfft(pieces[chunk * hop], n_fft) * power, n_fft)
            pulled[start : start + _CHUNK] = both[:, order : length - order]
        lags = stacked_normal_lags(models[used])
        return _Context(around, lags, pulled, used * hop - reach, used, hop)

    def which(self, spans: Spans) -> NDArray[np.int64]:
        """The place (span,) of each span's hop among those used."""
        return np.searchsorted(self.hops, _centres(spans) // self.hop).astype(np.int64)


def _centres(spans: Spans) -> NDArray[np.int64]:
    return np.asarray((spans[:, 0] + spans[:, 1]) // 2)


def _stack_sizes(widths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Sizes of the stacks that spans are solved in: 16, 24, 32, 48, 64, 96, ... samples."""
    doubled = 2 ** np.ceil(np.log2(np.maximum(widths, 16))).astype(np.int64)
    return np.where(4 * widths <= 3 * doubled, np.maximum(3 * doubled // 4, 16), doubled)


def _repair_batch(
    degraded: Real,
    restored: Real,
    spans: Spans,
    size: int,
    context: _Context,
    scale: Real | None,
    passes: int,
) -> None:
    """Repair spans no wider than size, in one stack of equations."""
    which = context.which(spans)
    at = spans[:, :1] + np.arange(size)
    inside = at < spans[:, 1:]
    seen = np.minimum(at, len(degraded) - 1)
    normal = _normal_matrix(context.lags[which], inside)
    own = context.around[seen] * inside
    place = np.minimum(at - context.first[which, None], context.pulled.shape[1] - 1)
    pulled = context.pulled[which[:, None], place] * inside
    # what the samples of the span itself ask of one another is no knowledge
    pulled -= (normal @ own[..., None])[..., 0]
    diagonal = np.arange(size)
    normal[:, diagonal, diagonal] *= 1.0 + _RIDGE
    damaged = degraded[seen] * inside
    values = -np.linalg.solve(normal, pulled[..., None])[..., 0]
    if passes and scale is not None:
        error_power = scale[_centres(spans), None] ** 2
        noise_power = _smooth((damaged - values) ** 2, inside)
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
    normal[:, diagonal, diagonal] = np.where(inside, lags[:, :1], 1.0)
    return np.asarray(normal)


def _smooth(power: Real, inside: NDArray[np.bool_]) -> Real:
    """Average over neighbours in the span; a sample outside gets none."""
    half = _SMOOTHING // 2
    sums = np.cumsum(np.pad(power * inside, ((0, 0), (half + 1, half))), axis=1)
    counts = np.cumsum(np.pad(inside * 1.0, ((0, 0), (half + 1, half))), axis=1)
    total = sums[:, _SMOOTHING:] - sums[:, :-_SMOOTHING]
    return np.asarray(total / np.maximum(counts[:, _SMOOTHING:] - counts[:, :-_SMOOTHING], 1.0))
