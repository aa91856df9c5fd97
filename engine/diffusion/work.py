"""Work: a prior run on recordings of any rate, level and number of channels, on any device.

A recording is adapted to the card of the prior and back as for networks that restore: what a prior
does not change stays bit for bit, and so does all above its Nyquist frequency. Where memory runs
out, fewer examples are taken at once, and at last the CPU; the user is told.

On CUDA convolutions run in bfloat16 where that was seen to change an estimate by less than
HALF_ERROR; a sampler mends such errors at its next step.

Shapes:
    samples   (signal 1 time)   at the rate and level of the prior
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.audio import Audio
from engine.device import CPU, Attempt, attempt, pick_device
from engine.diffusion.denoise import OnStep
from engine.diffusion.noise import FieldDraw
from engine.diffusion.prior import Prior
from engine.equipment import Estimate, Preview, unseen
from engine.models.adapt import Adapted, Measured, adapt
from engine.models.weights import Model
from engine.progress import Progress, ignore

HALF_ERROR = 3e-3
"""Largest error of half precision, to the estimate: -50 dB of one step of many."""
_BATCH = {CPU: 2}
_GPU_BATCH = 16
_PREVIEW_S = 0.5


@dataclass(frozen=True, eq=False)
class Given:
    """What a solver works with.

    Attributes:
        prior: on its device.
        samples: (signal 1 time) with context, there too.
        inner: the samples wanted.
        gain: what the recording was multiplied with.
        draw: white noise that belongs to the samples.
        batch: how many examples to take at once.
        on_step: to be told of all samples as they are estimated.
        progress: to be asked after every batch.
    """

    prior: Prior
    samples: Tensor
    inner: slice
    gain: float
    draw: FieldDraw
    batch: int
    on_step: OnStep
    progress: Progress


Solve = Callable[[Given], Tensor]
"""Makes clean samples, shaped as those given."""


class PriorAtWork:
    """A prior on a device; keeps to the device it has found to have enough memory."""

    def __init__(self, model: Model, device: str = "auto") -> None:
        """Take a model.

        Raises:
            DeviceError: the device is not there.
            ModelError: the model is no prior.
        """
        self.device = pick_device(device)
        """Where it runs; the CPU once memory has run out elsewhere."""
        self._model = model
        self._prior = Prior(model.network, model.card, CPU)  # moved where memory may run out
        self._is_half_tried = False
        self._divisor = 1
        self._notes: list[str] = []

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences for the user on what was not done as planned."""
        return tuple(self._notes)

    @property
    def sample_rate(self) -> int:
        """Of the prior, in Hz."""
        return self._model.card.sample_rate

    @property
    def context_s(self) -> float:
        """Sound that the prior wants to see around what is restored."""
        return max(self._model.card.segment_samples / self.sample_rate, 1.0)

    def signals(
        self, audio: Audio, measured: Measured | None = None, mid_side: bool = True
    ) -> Tensor:
        """A piece of the recording as solvers are given it: (signal 1 time), on the CPU."""
        whole = slice(0, audio.n_samples)
        adapted = adapt(audio, whole, self._model.card, 1, measured, mid_side)
        return torch.from_numpy(adapted.examples)

    def restore(
        self,
        degraded: Audio,
        inner: slice,
        solve: Solve,
        seed: int = 0,
        progress: Progress = ignore,
        preview: Preview = unseen,
        measured: Measured | None = None,
        mid_side: bool = True,
    ) -> Audio:
        """Restore a piece of a recording.

        Args:
            degraded: (channel time) with context; never written to.
            inner: the samples wanted.
            solve: does it.
            seed: of all noise that is drawn.
            progress: asked after every batch.
            preview: shown estimates, counted from the start of the piece.
            measured: of the whole recording; None measures the piece.
            mid_side: whether a pair of channels goes as middle and side, or each by itself.

        Returns:
            Audio shaped like the degraded; outside `inner`, and where all is digital silence, it
            is the degraded itself.

        Raises:
            DeviceError: the memory of the CPU ran out too.
            ModelError: an estimate is not finite.
            Cancelled: progress said so.
        """
        if not degraded.samples.any():
            return Audio(degraded.samples.copy(), degraded.sample_rate)
        adapted = adapt(degraded, inner, self._model.card, 1, measured, mid_side)
        shown = _Shown(adapted, preview)

        def work(now: Attempt) -> Tensor:
            self._move(now)
            samples = torch.from_numpy(adapted.examples).to(self.device)
            self._try_half(samples)
            batch = max(1, _BATCH.get(self.device, _GPU_BATCH) // now.divisor)
            given = Given(
                prior=self._prior,
                samples=samples,
                inner=adapted.inner,
                gain=adapted.gain,
                draw=FieldDraw((seed,)),
                batch=batch,
                on_step=shown,
                progress=progress,
            )
            return solve(given).float().cpu()

        progress(0.0)
        made = attempt(work, self.device, self._notes.append, self._divisor)
        return adapted.restored(made.numpy()[..., adapted.inner])

    def _move(self, now: Attempt) -> None:
        self._divisor, self.device = now.divisor, now.device
        if now.device != self._prior.device.type:
            self._prior = Prior(self._model.network, self._model.card, now.device)
            self._is_half_tried = False

    def _try_half(self, samples: Tensor) -> None:
        """Go over to half precision on CUDA, if an estimate of these samples is near enough."""
        if self.device != "cuda" or self._is_half_tried or not bool(samples.any()):
            return
        network, card = self._model.network, self._model.card
        half = Prior(network, card, self.device, torch.bfloat16)
        x = samples[:1, :, : card.segment_samples]
        sigma = x.new_full((1,), card.sigma_data)
        with torch.no_grad():
            full = self._prior(x, sigma)
            error = (half(x, sigma) - full).norm() / full.norm()
        if error < HALF_ERROR:  # not if it is not a number
            self._prior = half
        self._is_half_tried = True


class _Shown:
    """Shows estimates at the rate and level of the source; an OnStep."""

    def __init__(self, adapted: Adapted, preview: Preview) -> None:
        self._adapted = adapted
        self._preview = preview
        self._last = -np.inf

    def __call__(self, done: int, of: int, denoised: Tensor) -> None:
        if self._preview is unseen or time.monotonic() - self._last < _PREVIEW_S:
            return
        adapted = self._adapted
        examples = denoised.detach().float().cpu().numpy()
        restored = adapted.restored(examples[..., adapted.inner])
        span = adapted.place_back(adapted.inner)
        at = slice(max(span.start, adapted.wanted.start), min(span.stop, adapted.wanted.stop))
        audio = Audio(restored.samples[:, at], restored.sample_rate)
        self._preview(Estimate(at.start, audio))
        self._last = time.monotonic()
