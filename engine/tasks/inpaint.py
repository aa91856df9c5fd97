"""Inpaint: a gap is filled by what lies around it, or by what a prior thinks likely there.

`ar` continues the sound from both sides, which is exact where it is steady and has faded to silence
after some tens of milliseconds. `spectral` goes on with sound of the spectrum beside the gap, and
is `ar` where the gap is short. `diffusion` makes the gap up anew with a prior of clean recordings,
`hybrid` only where it is longer. `auto` is one of these, by what was measured: the operation has
the method that was taken. A region with a band is a box in the spectrogram: by diffusion all
outside of it is known.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np
from typing_extensions import override

from engine.audio import Audio, Recording, Samples
from engine.catalog import Catalog
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
"""Longest gap that all but diffusion predict."""
HELD_S = 2.0
"""Longest gap that auto fills by spectral: music moves on, and a spectrum held longer is heard."""
AUTO, AR, SPECTRAL, DIFFUSION, HYBRID = "auto", "ar", "spectral", "diffusion", "hybrid"
BY_PRIOR = (DIFFUSION, HYBRID)
MAY_ASK_PRIOR = (AUTO, *BY_PRIOR)
_ROUNDING_S = 1e-9
_CONTEXT_S = 0.85
_EDGE = 0.9
"""Share of a prior's frequencies above which it hears and makes less and less."""
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
        SPECTRAL: "what fills a gap longer than 50 ms is one of many likely sounds, and another "
        "seed gives another one",
        AUTO: "what fills a gap longer than 50 ms is one of many likely sounds, and another "
        "seed gives another one",
    }
    method: str = param(
        AUTO,
        choices=(AUTO, AR, SPECTRAL, DIFFUSION, HYBRID),
        label="Method",
        description="How a gap is filled: ar continues the sound from both sides, spectral goes on "
        "with sound of the same spectrum, diffusion makes it up step by step, hybrid that from "
        "50 ms on; auto takes ar up to 50 ms, spectral up to 2 s.",
    )
    steps: int = steps_param({"method": MAY_ASK_PRIOR})
    guidance: float = param(
        0.0,
        0.0,
        2.0,
        label="Guidance",
        description="How hard the sound around pulls on the gap at each step; 0 puts it in place "
        "and pulls no more, in a third of the time, 0.25 is a good strength.",
        when={"method": MAY_ASK_PRIOR},
    )
    seed: int = seed_param({"method": (SPECTRAL, *MAY_ASK_PRIOR)})
    box: Region | None = field(default=None, repr=False, compare=False)
    """The region that is being filled, where it has a band."""

    @override
    def reach(self) -> Reach:
        reach = super().reach()
        return replace(reach, context_s=max(reach.context_s, _CONTEXT_S))

    @override
    def within(self, region: Region | None) -> Self:
        return replace(self, box=region if region is not None and region.has_band else None)

    @override
    def suited(self, regions: Sequence[Region]) -> Self:
        if self.method != AUTO or not regions:
            return self
        lengths = [one.duration_s - _ROUNDING_S for each in regions for one in each.parts()]
        # one for all of them, rather than a method of each region: one operation has one
        if max(lengths) <= SHORT_S:
            method = AR
        elif max(lengths) <= HELD_S:
            method = SPECTRAL
        else:
            method = HYBRID if min(lengths) <= SHORT_S else DIFFUSION
        return replace(self, method=method)

    @override
    def objection(self, regions: Sequence[Region], recording: Recording, catalog: Catalog) -> str:
        rate, n_samples = recording.sample_rate, recording.n_samples
        for stretch in (one for each in regions for one in each.parts()):
            span = stretch.to_samples(rate, n_samples)
            if why := self._too_much(span, rate, n_samples):
                return why
        if self.suited(regions).method not in self.missing_methods(catalog):
            return ""
        if self.method == AUTO:
            return (
                "a gap this long is filled by a model, and none is installed; choose no more "
                f"than {HELD_S:g} s"
            )
        return f"the method {self.method} needs a model, and none is installed"

    def apply(self, degraded: Audio, inner: slice, progress: Progress = ignore) -> Restored:
        """Replace the samples `inner`, which are not looked at unless they are those of a box.

        Raises:
            SettingsError: the gap is too long, or nothing lies around it.
            ModelError: the method's model was not handed over.
        """
        length_s = (inner.stop - inner.start) / degraded.sample_rate
        if self.method == AUTO:
            start_s, stop_s = (at / degraded.sample_rate for at in (inner.start, inner.stop))
            return self.suited((Region(start_s, stop_s),)).apply(degraded, inner, progress)
        if why := self._too_much(inner, degraded.sample_rate, degraded.n_samples):
            raise SettingsError(why)
        is_short = length_s <= SHORT_S + _ROUNDING_S
        if self.method == SPECTRAL and not is_short:
            return Restored(self._held(degraded, inner, progress))
        is_predicted = self.method == SPECTRAL or (self.method == HYBRID and self.box is None)
        if self.method == AR or (is_predicted and is_short):
            return Restored(_predicted(degraded, inner, progress))
        # above the prior's highest frequency a prediction is all there is
        bridged = _predicted(degraded, inner, part(progress, 0.0, _PREDICTED))
        if self.box is not None:
            highest_hz = 0.5 * self._geared().entry.sample_rate
            bridged = _joined(degraded, bridged, inner, highest_hz)
            if (self.box.low_hz or 0.0) >= highest_hz:
                return Restored(bridged)
        return Restored(self._made_up(bridged, inner, part(progress, _PREDICTED, 1.0)))

    def _too_much(self, gap: slice, sample_rate: int, n_samples: int) -> str:
        """Why a gap cannot be filled, as a sentence; empty if it can."""
        length_s = (gap.stop - gap.start) / sample_rate
        longest_s = LIMIT_S if self.method == AR else LONGEST_S
        # where it begins decides whether a tenth of a second is a sample more
        if length_s > longest_s + 1.5 / sample_rate:
            ways = f"method {AUTO} or " if self.method == AR else ""
            return (
                f"the gap of {1000 * length_s:.0f} ms is too long for method {self.method}, which "
                f"fills up to {1000 * longest_s:.0f} ms; choose {ways}a shorter region"
            )
        if gap.start == 0 and gap.stop == n_samples:
            return "the gap is the whole recording; leave some sound around it"
        return ""

    def _held(self, degraded: Audio, gap: slice, progress: Progress) -> Audio:
        """The gap filled with sound of the spectrum beside it; channels draw alike."""
        from engine.dsp.gap_spectrum import fill_by_spectrum

        restored = degraded.samples.copy()
        n_channels, rate = degraded.n_channels, degraded.sample_rate
        for channel, samples in enumerate(degraded.samples.astype(np.float64)):
            share = part(progress, channel / n_channels, (channel + 1) / n_channels)
            restored[channel, gap] = fill_by_spectrum(samples, gap, rate, self.seed, share)
        return Audio(restored, rate)

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


def _joined(low: Audio, high: Audio, gap: slice, edge_hz: float) -> Audio:
    """One recording below a frequency and in the gap another one above it."""
    change = high.samples - low.samples
    spectrum = np.fft.rfft(change, axis=1)
    hz = np.fft.rfftfreq(low.n_samples, 1.0 / low.sample_rate)
    spectrum *= np.clip((hz / edge_hz - _EDGE) / (1.0 - _EDGE), 0.0, 1.0)
    joined = low.samples.copy()
    joined[:, gap] += np.fft.irfft(spectrum, low.n_samples, axis=1)[:, gap].astype(np.float32)
    return Audio(joined, low.sample_rate)


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
