"""Overlap-add: a long recording restored in segments, with real context and no audible joins.

Every segment is seen with context on both sides, which is thrown away afterwards, as a process
lacks sight there. What is kept overlaps a little with what is kept of the next, and a Hann-shaped
cross-fade leads from one to the other: earlier + w * (later - earlier). Where both agree, that is
what they agree on, bit for bit; so a process that changes nothing changes nothing here.

All segments are equally long and go through the process in batches. Those at the ends of the
recording are moved inside it: the process meets the ends as it would on the whole, and deals with
them in its own way. Standing in for what is beyond was tried: behind a noise gate, a mirror image
left an error 0.1 to 4 dB larger than silence did in the first and last 50 ms of chords and noise,
and 2 dB smaller at best in music; and silence is not the same to a network as its own padding.

Shapes, as einops patterns:
    samples    (channel time)           float32, numpy; a whole recording or a long piece of one
    segments   (batch channel time)     float32, tensors on the CPU
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.audio import Samples
from engine.progress import Progress, ignore

Process = Callable[[Tensor], Tensor]
"""What is done with segments (batch channel time); gives a tensor shaped alike, on any device."""
OnBatch = Callable[[slice, Samples], None]
"""Hears which samples a batch has made, and what they are so far (channel time)."""


@dataclass(frozen=True)
class Segments:
    """How a recording is cut.

    Attributes:
        kept_samples: what is kept of a segment, its overlaps with both neighbours included.
        context_samples: what is seen besides, on each side.
        join_samples: how far neighbours overlap; at most half of what is kept.
        batch: how many segments are processed at once.
    """

    kept_samples: int
    context_samples: int
    join_samples: int
    batch: int = 1

    def __post_init__(self) -> None:
        assert self.context_samples >= 0, self.context_samples
        assert 0 <= 2 * self.join_samples <= self.kept_samples, self
        assert self.batch >= 1, self.batch

    @property
    def seen_samples(self) -> int:
        """Length of a segment as it is processed."""
        return self.kept_samples + 2 * self.context_samples

    def starts(self, n_samples: int) -> list[int]:
        """Where the kept parts begin, of so many samples."""
        if n_samples <= self.kept_samples:
            return [0] if n_samples else []
        last = n_samples - self.kept_samples
        return [*range(0, last, self.kept_samples - self.join_samples), last]


def nothing(made: slice, samples: Samples) -> None:
    """Hear of batches and do nothing."""


def overlap_add(
    samples: Samples,
    process: Process,
    segments: Segments,
    inner: slice | None = None,
    progress: Progress = ignore,
    on_batch: OnBatch = nothing,
) -> Samples:
    """Process a recording segment by segment.

    Args:
        samples: (channel time), of any length; never written to.
        process: called with batches of segments of equal length.
        segments: how it is cut.
        inner: the samples wanted; what lies around them is context. None for all.
        progress: asked before every batch.
        on_batch: told what every batch has made, counted from the first sample wanted.

    Returns:
        The samples `inner`, processed: (channel time).

    Raises:
        Cancelled: progress said so.
    """
    wanted = slice(0, samples.shape[1]) if inner is None else inner
    n_samples = wanted.stop - wanted.start
    restored = np.zeros((samples.shape[0], n_samples), np.float32)
    starts = segments.starts(n_samples)
    kept = min(segments.kept_samples, n_samples)
    rise = _rise(segments.join_samples)
    for index in range(0, len(starts), segments.batch):
        progress(index / len(starts))
        batch = starts[index : index + segments.batch]
        seen = [_seen(at, kept, segments.context_samples, wanted, samples) for at in batch]
        made = process(torch.from_numpy(np.stack([samples[:, each] for each in seen])))
        assert made.shape == (len(batch), len(samples), seen[0].stop - seen[0].start), made.shape
        for at, span, piece in zip(batch, seen, made.float().cpu().numpy(), strict=True):
            first = wanted.start + at - span.start
            _lay(restored, at, piece[:, first : first + kept], rise)
        made_now = slice(batch[0], batch[-1] + kept)
        on_batch(made_now, restored[:, made_now])
    progress(1.0)
    return restored


def _seen(at: int, kept: int, context: int, wanted: slice, samples: Samples) -> slice:
    """The samples that are seen to make those from `at` on, of the ones wanted."""
    length = min(kept + 2 * context, samples.shape[1])
    start = wanted.start + at - context
    start = max(0, min(start, samples.shape[1] - length))
    return slice(start, start + length)


def _rise(length: int) -> Samples:
    rise: Samples = (np.sin(0.5 * np.pi * (np.arange(length) + 0.5) / length) ** 2).astype(
        np.float32
    )
    return rise


def _lay(restored: Samples, start: int, made: Samples, rise: Samples) -> None:
    """Put a segment into its place; its start cross-fades from what is there already."""
    join = len(rise) if start else 0
    faded = restored[:, start : start + join]
    faded += rise[:join] * (made[:, :join] - faded)
    restored[:, start + join : start + made.shape[1]] = made[:, join:]
