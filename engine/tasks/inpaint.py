"""Inpaint: a gap is filled by what lies around it, or by what a prior thinks likely there.

`ar` continues the sound from both sides, which is exact where it is steady and has faded to silence
after some tens of milliseconds. `diffusion` makes the gap up anew with a prior of clean recordings.
`hybrid` takes the first for short gaps and the second for longer ones. A region with a band is a
box in the spectrogram: by diffusion all outside of it is known.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np
from typing_extensions import override

from engine.audio import Audio, Samples
from engine.errors import SettingsError
from engine.params import param
from engine.progress import Progress, ignore, part
from engine.region import Region
from engine.tasks.base import Reach, Restored
from engine.tasks.model_task import ModelTask, seed_param, steps_param

if TYPE_CHECKING:
    from torch import Tensor

    from engine.diffusion.work import Given

LIMIT_S = 0.1
"""Longest gap of ar: beyond it a prediction from both sides has faded to silence in the middle."""
LONGEST_S = 20.0
"""Longest gap that is made up."""
SHORT_S = 0.05
"""Longest gap that hybrid predicts."""
AR, DIFFUSION, HYBRID = "ar", "diffusion", "hybrid"
BY_PRIOR = (DIFFUSION, HYBRID)
_CONTEXT_S = 0.85
_PREDICTED = 0.1
"""Share of the progress bar of predictions where diffusion follows."""


@dataclass(frozen=True)
class Inpaint(ModelTask):
    """Takes the samples of a region for unknown and makes new ones."""

    name: ClassVar[str] = "inpaint"
    title: ClassVar[str] = "Inpaint"
    context_s: ClassVar[float] = _CONTEXT_S
    segment_s: ClassVar[float | None] = None
    needs_region: ClassVar[bool] = True
    model_methods: ClassVar[tuple[str, ...]] = BY_PRIOR
    shared_models: ClassVar[Mapping[str, str]] = {HYBRID: DIFFUSION}
    generative_methods: ClassVar[Mapping[str, str]] = {
        DIFFUSION: "what fills the gap is one of many likely sounds, and another seed gives "
        "another one",
        HYBRID: "what fills a gap longer than 50 ms is one of many likely sounds, and another "
        "seed gives another one",
    }
    method: str = param(
        AR,
        choices=(AR, DIFFUSION, HYBRID),
        label="Method",
        description="How a gap is filled: ar continues the sound from both sides, diffusion makes "
        "it up step by step; hybrid takes ar below 50 ms.",
    )
    steps: int = steps_param({"method": BY_PRIOR})
    guidance: float = param(
        0.0,
        0.0,
        2.0,
        label="Guidance",
        description="How hard the sound around pulls on the gap at each step; 0 puts it in place "
        "and pulls no more, in a third of the time, 0.25 is a good strength.",
        when={"method": BY_PRIOR},
    )
    seed: int = seed_param({"method": BY_PRIOR})
    box: Region | None = field(default=None, repr=False, compare=False)
    """The region that is being filled, where it has a band."""

    @override
    def reach(self) -> Reach:
        reach = super().reach()
        return replace(reach, context_s=max(reach.context_s, _CONTEXT_S))

    @override
    def within(self, region: Region | None) -> Self:
        return replace(self, box=region if region is not None and region.has_band else None)

    def apply(self, degraded: Audio, inner: slice, progress: Progress = ignore) -> Restored:
        """Replace the samples `inner`, which are not looked at unless they are those of a box.

        Raises:
            SettingsError: the gap is too long, or nothing lies around it.
            ModelError: the method's model was not handed over.
        """
        length_s = (inner.stop - inner.start) / degraded.sample_rate
        longest_s = LIMIT_S if self.method == AR else LONGEST_S
        if length_s > longest_s + 0.5 / degraded.sample_rate:
            ways = f"method {HYBRID} or " if self.method == AR else ""
            raise SettingsError(
                f"the gap of {1000 * length_s:.0f} ms is too long for method {self.method}, which "
                f"fills up to {1000 * longest_s:.0f} ms; choose {ways}a shorter region"
            )
        if inner.start == 0 and inner.stop == degraded.n_samples:
            raise SettingsError("the gap is the whole recording; leave some sound around it")
        is_short = length_s <= SHORT_S and self.box is None
        if self.method == AR or (self.method == HYBRID and is_short):
            return Restored(_predicted(degraded, inner, progress))
        if self.box is not None:
            return Restored(self._made_up(degraded, inner, progress))
        # above the prior's highest frequency a prediction is all there is
        bridged = _predicted(degraded, inner, part(progress, 0.0, _PREDICTED))
        return Restored(self._made_up(bridged, inner, part(progress, _PREDICTED, 1.0)))

    def _made_up(self, degraded: Audio, inner: slice, progress: Progress) -> Audio:
        from engine.diffusion.box_inpainting import BoxSettings, inpaint_boxes
        from engine.diffusion.inpainting import InpaintSettings, inpaint
        from engine.diffusion.sampling import Sampling

        box = self.box
        if box is not None:
            start_s, stop_s = (at / degraded.sample_rate for at in (inner.start, inner.stop))
            box = replace(box.moved(start_s - box.start_s), start_s=start_s, stop_s=stop_s)

        def solve(given: "Given") -> "Tensor":
            sampling = Sampling(n_steps=self.steps, batch=given.batch)
            to = (given.draw, given.on_step, given.progress)
            if box is not None:
                boxes = BoxSettings(sampling, self.guidance)
                return inpaint_boxes(given.prior, given.samples, [box], boxes, *to)
            gaps = InpaintSettings(sampling, self.guidance, ar_below_s=0.0)
            return inpaint(given.prior, given.samples, [given.inner], gaps, *to)

        return self.restored_by_prior(degraded, inner, solve, self.seed, progress)


def _predicted(degraded: Audio, gap: slice, progress: Progress) -> Audio:
    """The gap continued from both sides; a long one only as far as that carries."""
    restored = degraded.samples.copy()
    for channel in range(degraded.n_channels):
        share = part(progress, channel / degraded.n_channels, (channel + 1) / degraded.n_channels)
        filled = _filled(degraded.samples[channel], gap, degraded.sample_rate, share)
        restored[channel, gap] = filled
    return Audio(restored, degraded.sample_rate)


def _filled(samples: Samples, gap: slice, sample_rate: int, progress: Progress) -> Samples:
    """New samples (time) for a gap."""
    from engine.dsp.gap import fill_gap

    exact = samples.astype(np.float64)
    width, reach = gap.stop - gap.start, round(0.5 * LIMIT_S * sample_rate)
    if width <= 2 * reach + 1:
        return fill_gap(exact, gap, sample_rate, progress).astype(np.float32)
    filled = np.zeros(width)
    fade = np.cos(0.5 * np.pi * (np.arange(reach) + 0.5) / reach) ** 2
    if gap.start > 0:
        before = np.concatenate((exact[: gap.start], np.zeros(reach)))
        end = slice(gap.start, gap.start + reach)
        filled[:reach] = fade * fill_gap(before, end, sample_rate, part(progress, 0.0, 0.5))
    if gap.stop < len(exact):
        after = np.concatenate((np.zeros(reach), exact[gap.stop :]))
        made = fill_gap(after, slice(0, reach), sample_rate, part(progress, 0.5, 1.0))
        filled[width - reach :] = fade[::-1] * made
    return filled.astype(np.float32)
