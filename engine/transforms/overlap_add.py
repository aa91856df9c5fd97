"""Overlap-add: a long recording restored in segments, with real context and no audible joins.

Every segment is seen with context on both sides, which is thrown away afterwards, as a process
lacks sight there. What is kept overlaps a little with what is kept of the next, and a Hann-shaped
cross-fade leads from one to the other: earlier + w * (later - earlier). Where both agree, that is
what they agree on, bit for bit; so a process that changes nothing changes nothing here.

Segments go through the process in batches of equal length. At the ends of the recording they are
shorter: the process meets the ends as it would on the whole, and deals with them in its own way.
Standing in for what is beyond was tried: behind a noise gate, a mirror image left an error 0.1 to
4 dB larger than silence did in the first and last 50 ms of chords and noise, and 2 dB smaller at
best in music; and silence is not the same to a network as its own padding.

Segments can be made to begin on a grid, so that the frames of a process that hops lie where they
would on the whole.

Shapes, as einops patterns:
    samples    (channel time)           float32, numpy; a whole recording or a long piece of one
    segments   (batch channel time)     float32, tensors on the CPU
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby

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
class Segment:
    """Which samples are kept of a segment, and which are seen."""

    kept: slice
    seen: slice


@dataclass(frozen=True)
class Segments:
    """How a recording is cut.

    Attributes:
        kept_samples: what is kept of a segment, its overlaps with both neighbours included.
        context_samples: what is seen besides, at least, on each side.
        join_samples: how far neighbours overlap; at most half of what is kept.
        batch: how many segments are processed at once.
        grid_samples: what is seen begins at multiples of it.
    """

    kept_samples: int
    context_samples: int
    join_samples: int
    batch: int = 1
    grid_samples: int = 1

    def __post_init__(self) -> None:
        assert self.context_samples >= 0, self.context_samples
        assert 0 <= 2 * self.join_samples <= self.kept_samples, self
        assert self.batch >= 1, self.batch
        assert self.grid_samples >= 1, self.grid_samples

    @property
    def seen_samples(self) -> int:
        """Length of a segment as it is processed."""
        return self.kept_samples + 2 * self.context_samples + self.grid_samples - 1

    def cut(self, wanted: slice, n_samples: int) -> list[Segment]:
        """All segments, in order, for the samples wanted of so many."""
        n_wanted = wanted.stop - wanted.start
        step = self.kept_samples - self.join_samples
        starts = range(0, max(1, n_wanted - self.join_samples), step) if n_wanted else ()
        return [self._segment(wanted.start + at, wanted.stop, n_samples) for at in starts]

    def _segment(self, start: int, stop: int, n_samples: int) -> Segment:
        seen = max(0, start - self.context_samples) // self.grid_samples * self.grid_samples
        return Segment(
            kept=slice(start, min(start + self.kept_samples, stop)),
            seen=slice(seen, min(seen + self.seen_samples, n_samples)),
        )


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
    restored = np.zeros((samples.shape[0], wanted.stop - wanted.start), np.float32)
    rise = _rise(segments.join_samples)
    cut = segments.cut(wanted, samples.shape[1])
    done = 0
    for batch in _batches(cut, segments.batch):
        progress(done / len(cut))
        done += len(batch)
        made = process(torch.from_numpy(np.stack([samples[:, each.seen] for each in batch])))
        for each, piece in zip(batch, made.float().cpu().numpy(), strict=True):
            kept = slice(each.kept.start - each.seen.start, each.kept.stop - each.seen.start)
            _lay(restored, each.kept.start - wanted.start, piece[:, kept], rise)
        made_now = slice(batch[0].kept.start - wanted.start, batch[-1].kept.stop - wanted.start)
        on_batch(made_now, restored[:, made_now])
    progress(1.0)
    return restored


def _batches(cut: list[Segment], most: int) -> Iterator[list[Segment]]:
    """Neighbours that are seen at equal length, so many at most."""
    for _, group in groupby(cut, key=lambda each: each.seen.stop - each.seen.start):
        equal = list(group)
        yield from (equal[index : index + most] for index in range(0, len(equal), most))


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
