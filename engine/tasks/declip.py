"""Declip: peaks that were cut off grow back; the result may rise above full scale.

`consistent` looks for the sparsest spectrum that fits the intact samples. `diffusion` goes on from
there with a prior of clean recordings. Both keep the bits of every intact sample.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from engine.audio import Audio, MemoryRecording, Recording, Samples
from engine.dsp.clip_level import Levels, find_above, find_clipped, find_levels
from engine.event import Event
from engine.params import param
from engine.progress import Progress, ignore, part
from engine.tasks.base import Reach, Restored
from engine.tasks.model_task import ModelTask, seed_param, steps_param
from engine.units import amplitude_to_db

if TYPE_CHECKING:
    from torch import Tensor

    from engine.diffusion.work import Given

CONSISTENT, DIFFUSION = "consistent", "diffusion"
_CONSISTENT_SHARE = 0.3
"""Share of the progress bar of what diffusion starts from."""
_PIECE_S = 30.0
"""Longest piece of method diffusion."""
_JOIN_S = 0.01
"""Clipped samples closer together than this are one event."""


@dataclass(frozen=True)
class Declip(ModelTask):
    """Estimates clipped peaks anew; intact samples keep their bits.

    A clipped sample comes out with its sign and at least its magnitude, so restored peaks need
    headroom: they may lie well above full scale, which floating-point files hold and export tells.
    """

    name: ClassVar[str] = "declip"
    title: ClassVar[str] = "Declip"
    context_s: ClassVar[float] = 0.5
    segment_s: ClassVar[float | None] = 15.0
    model_methods: ClassVar[tuple[str, ...]] = (DIFFUSION,)
    generative_methods: ClassVar[Mapping[str, str]] = {
        DIFFUSION: "the peaks that were cut off are drawn anew as they may have been"
    }
    method: str = param(
        CONSISTENT,
        choices=(CONSISTENT, DIFFUSION),
        label="Method",
        description="Consistent estimates peaks from the spectrum around them; diffusion goes on "
        "from that with a model of clean recordings.",
    )
    clip_level: float = param(
        0.0,
        0.0,
        1.0,
        label="Clip level",
        description="Magnitude from which samples count as clipped, full scale being 1; "
        "0 finds the levels of each channel and polarity by their flat tops.",
    )
    rounds: int = param(
        300,
        20,
        2000,
        label="Rounds",
        description="How often the estimate is refined; more bring higher peaks back and take "
        "longer.",
    )
    steps: int = steps_param({"method": (DIFFUSION,)})
    seed: int = seed_param({"method": (DIFFUSION,)})
    levels: tuple[Levels, ...] | None = field(default=None, repr=False, compare=False)
    """What `fit` has learnt: the clip levels of each channel."""

    @override
    def reach(self) -> Reach:
        reach = super().reach()
        return reach if self.gear is None else replace(reach, segment_s=_PIECE_S)

    @override
    def fit(self, recording: Recording, progress: Progress = ignore) -> Self:
        """Find the clip levels of the whole recording, unless one is given."""
        measured = super().fit(recording, part(progress, 0.0, 0.5))
        if self.clip_level > 0.0:
            return measured
        return replace(measured, levels=find_levels(recording, part(progress, 0.5, 1.0)))

    def apply(self, degraded: Audio, inner: slice, progress: Progress = ignore) -> Restored:
        """Restore the clipped samples of each channel.

        Raises:
            ModelError: the method's model was not handed over.
        """
        progress(0.0, "restoring clipped peaks")
        damaged = self._damaged(degraded)
        share = part(progress, 0.0, 1.0 if self.method == CONSISTENT else _CONSISTENT_SHARE)
        restored = self._consistent(degraded, damaged, inner, share)
        if self.method == DIFFUSION and damaged[:, inner].any():
            share = part(progress, _CONSISTENT_SHARE, 1.0)
            restored = self._made_up(degraded, damaged, restored, inner, share)
        join = round(_JOIN_S * degraded.sample_rate)
        events = [
            event
            for channel in range(degraded.n_channels)
            for event in _events(degraded.samples[channel], restored[channel], inner, channel, join)
        ]
        events.sort(key=lambda event: (event.start, event.channel))
        return Restored(Audio(restored, degraded.sample_rate), tuple(events))

    def _consistent(
        self, degraded: Audio, damaged: NDArray[np.bool_], inner: slice, progress: Progress
    ) -> Samples:
        from engine.dsp.declip import declip

        restored = degraded.samples.copy()
        for channel in range(degraded.n_channels):
            if damaged[channel, inner].any():
                restored[channel] = declip(
                    degraded.samples[channel],
                    damaged[channel],
                    degraded.sample_rate,
                    self.rounds,
                    part(
                        progress, channel / degraded.n_channels, (channel + 1) / degraded.n_channels
                    ),
                )
        return restored

    def _made_up(
        self,
        degraded: Audio,
        damaged: NDArray[np.bool_],
        guess: Samples,
        inner: slice,
        progress: Progress,
    ) -> Samples:
        """Clipped samples by diffusion, from a guess; at or beyond where they were held."""
        from torch import from_numpy

        from engine.diffusion.declipping import DeclipSettings, declip
        from engine.diffusion.sampling import Sampling

        def solve(given: "Given") -> "Tensor":
            settings = DeclipSettings(Sampling(n_steps=self.steps, batch=given.batch))
            gear = self.gear
            assert gear is not None
            assert gear.prior is not None
            around = gear.prior.signals(
                Audio(guess, degraded.sample_rate), gear.measured, mid_side=False
            ).to(given.samples)
            rows = (
                damaged
                if len(given.samples) == len(damaged)
                else np.logical_or.reduce(damaged)[None]
            )
            at_rate = _any_of(rows, given.samples.shape[-1])
            clipped = from_numpy(at_rate)[:, None].to(given.samples.device)
            to = (given.draw, around, given.on_step, given.progress)
            return declip(given.prior, given.samples, clipped, settings, *to)

        made = self.restored_by_prior(
            degraded, inner, solve, self.seed, progress, mid_side=False
        ).samples
        up = np.maximum(made, degraded.samples)
        down = np.minimum(made, degraded.samples)
        held = np.where(degraded.samples > 0.0, up, down)
        return np.where(damaged, held, degraded.samples)

    def _damaged(self, degraded: Audio) -> NDArray[np.bool_]:
        if self.clip_level > 0.0:
            return find_above(degraded.samples, self.clip_level)
        levels = self.levels
        if levels is None:
            levels = find_levels(MemoryRecording(degraded))
        return find_clipped(degraded, levels)


def _events(
    before: Samples, after: Samples, inner: slice, channel: int, join_samples: int
) -> list[Event]:
    """Events that cover every changed sample of `inner` and reach out of it nowhere."""
    from engine.dsp.declip import clipped_spans

    events = []
    for start, stop in clipped_spans(before[inner] != after[inner], join_samples) + inner.start:
        removed = before[start:stop].astype(np.float64) - after[start:stop]
        removed_db = amplitude_to_db(float(np.sqrt(np.mean(removed**2))))
        events.append(Event(int(start), int(stop), channel, 1.0, removed_db))
    return events


def _any_of(selected: NDArray[np.bool_], n_samples: int) -> NDArray[np.bool_]:
    """Which of fewer or more samples (channel time) have a selected one within their reach."""
    n_given = selected.shape[1]
    if n_samples == n_given:
        return selected
    sums = np.pad(selected.cumsum(axis=1), ((0, 0), (1, 0)))
    edges = np.arange(n_samples + 1) * n_given / n_samples
    first = np.clip(np.floor(edges[:-1] - 0.5).astype(np.int64), 0, n_given)
    stop = np.clip(np.ceil(edges[1:] + 0.5).astype(np.int64), 0, n_given)
    reached: NDArray[np.bool_] = sums[:, stop] > sums[:, first]
    return reached
