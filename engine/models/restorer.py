"""Restorer: runs a network on recordings of any length, rate and number of channels.

A recording is adapted to the network's card, cut into segments that overlap, run in batches that
fit into the memory that is free, joined, and adapted back. Where memory runs out all the same, less
is taken at once, and at last the CPU; the user is told. Segments are as long on every device, and
shorter only where memory wants it, so that a result does not hang on what was free.

On CUDA networks run in half precision where that was seen to change the first segments by less
than HALF_ERROR; bfloat16 seldom passes, float16 mostly does. The CPU keeps to float32.

Shapes, as einops patterns:
    segments   (batch channel time)   float32; channels of all examples, one after the other
"""

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.audio import Audio, Recording, Samples
from engine.card import Card
from engine.device import CPU, Attempt, attempt, free_bytes, pick_device
from engine.equipment import Estimate, Preview, unseen
from engine.memory import keep_freed
from engine.models.adapt import Adapted, Measured, adapt
from engine.models.informed import Informed
from engine.models.memory import bytes_per_sample
from engine.models.network import Network
from engine.models.noise_found import NoiseFinder
from engine.models.weights import Model
from engine.progress import Progress, ignore
from engine.transforms.overlap_add import Segments, overlap_add

HALF_ERROR = 1e-3
"""Largest error of half precision, to the restored samples: -60 dB, below the noise of any disc."""
SEEN_S = 8.0
"""Segments are at least as long, lest most of them be context."""
GRID_SAMPLES = 4096
"""Segments begin at multiples of it, for transforms and networks that hop by a power of two."""
MAX_BATCH = 16
MEMORY_SHARE = 0.6
"""Of what is free on a device, how much is planned for."""
_TICK_S, _PREVIEW_S = 0.2, 0.4
_HALVES = (torch.float16, torch.bfloat16)

NoiseChange = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""From frequencies in Hz to dB above the noise that was learnt."""


class Restorer:
    """A network that restores, on a device; keeps to the device and precision it has found."""

    def __init__(self, model: Model, device: str = "auto", compiled: bool = False) -> None:
        """Take a model.

        Args:
            model: of a network that restores.
            device: auto, cpu, cuda or mps.
            compiled: whether to compile the network, which takes up to minutes; it pays for
                hours of audio on CUDA.

        Raises:
            DeviceError: the device is not there.
        """
        self.device = pick_device(device)
        """Where it runs; the CPU once memory has run out elsewhere."""
        self._network = model.network
        self._card = model.card
        self._run: Callable[..., Tensor] = model.network.restore
        self._is_compiled = compiled
        if compiled:
            self._run = torch.compile(model.network.restore)
        self._divisor = 1
        self._notes: list[str] = []
        self._bytes_per_sample: float | None = None
        self._half: torch.dtype | None = None
        self._is_half_tried = False
        self._noise: Tensor | None = None
        self._change: NoiseChange | None = None

    @keep_freed()
    def learn_noise(
        self,
        recording: Recording,
        measured: Measured,
        marked: slice | None = None,
        progress: Progress = ignore,
    ) -> None:
        """Tell a network that is told the noise what that of a recording is; others need not know.

        Args:
            recording: all of it.
            measured: of it.
            marked: samples with nothing but noise; None finds out what it is under the music.
            progress: asked after each of some pieces.

        Raises:
            DeviceError: the memory of the CPU ran out too.
            Cancelled: progress said so.
        """
        network = self._network
        if not isinstance(network, Informed):
            return

        def work(now: Attempt) -> Tensor:
            self._move(now.device)
            finder = NoiseFinder(network, self._card, now.device, measured)
            if marked is None:
                return finder.found(recording, progress)
            return finder.marked(recording.read(marked.start, marked.stop))

        self._change = None
        self._noise = attempt(work, self.device, self._notes.append, self._divisor)

    def follow(self, change: NoiseChange | None) -> None:
        """Have the noise that was learnt told as it is elsewhere.

        Args:
            change: from there to here; None tells what was learnt.
        """
        self._change = change

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences for the user on what was not done as planned."""
        return tuple(self._notes)

    @property
    def precision(self) -> str:
        """In which precision it runs: float32 until a half precision was found good enough."""
        return str(self._half or torch.float32).removeprefix("torch.")

    @keep_freed()
    def restore(
        self,
        degraded: Audio,
        inner: slice,
        progress: Progress = ignore,
        preview: Preview = unseen,
        measured: Measured | None = None,
        mid_side: bool = True,
    ) -> Audio:
        """Restore a piece of a recording; digital silence stays.

        Args:
            degraded: (channel time) with context; never written to.
            inner: the samples wanted.
            progress: asked at least twice a second, also inside the network.
            preview: shown what is restored so far, counted from the start of the piece.
            measured: of the whole recording; None measures the piece.
            mid_side: whether a pair of channels goes as middle and side, or each by itself.

        Returns:
            Audio shaped like the degraded; outside `inner` it is the degraded itself.

        Raises:
            DeviceError: the memory of the CPU ran out too.
            Cancelled: progress said so.
        """
        if inner.start >= inner.stop or not degraded.samples.any():
            return Audio(degraded.samples.copy(), degraded.sample_rate)
        n_channels = self._network.n_channels
        adapted = adapt(degraded, inner, self._card, n_channels, measured, mid_side)
        ticker = _Ticker(progress)
        shown = _Shown(adapted, preview)
        samples = adapted.examples.reshape(-1, adapted.examples.shape[-1])

        def work(now: Attempt) -> Samples:
            self._move(now.device)
            with torch.inference_mode(), self._heard(ticker):
                segments = self._segments(now, adapted)
                return overlap_add(samples, self._process, segments, adapted.inner, ticker, shown)

        restored = attempt(work, self.device, self._notes.append, self._divisor)
        return adapted.restored(restored.reshape(*adapted.examples.shape[:2], -1))

    def _move(self, device: str) -> None:
        """Put the network onto a device; weights of 2-D convolutions in the order they run in."""
        if device != self.device:
            self._half, self._is_half_tried = None, False
        self.device = device
        self._network.to(device)
        if device != "mps":
            for each in self._network.parameters():
                if each.ndim == 4:
                    each.data = each.data.contiguous(memory_format=torch.channels_last)

    @contextlib.contextmanager
    def _heard(self, ticker: "_Ticker") -> Iterator[None]:
        """Ask progress from inside the network, whose runs may take seconds."""
        if self._is_compiled:  # a hook would cut the graph
            yield
            return
        leaves = [each for each in self._network.modules() if not any(each.children())]
        hooks = [each.register_forward_pre_hook(ticker.tick) for each in leaves]
        try:
            yield
        finally:
            for hook in hooks:
                hook.remove()

    def _segments(self, now: Attempt, adapted: Adapted) -> Segments:
        """How to cut, for the memory that is free or the share of it an attempt may take."""
        self._divisor = now.divisor
        n_wanted = adapted.inner.stop - adapted.inner.start
        most = 1 if now.device == CPU else MAX_BATCH
        budget = n_wanted + 2 * round(self._card.context_s * self._card.sample_rate)
        if budget > self._card.segment_samples:  # shorter ones are not worth a trial
            budget = int(MEMORY_SHARE * free_bytes(now.device) / self._needed(adapted))
        join_s = self._network.join_s
        return plan_segments(self._card, n_wanted, budget, most, now.divisor, join_s)

    def _needed(self, adapted: Adapted) -> float:
        """Bytes that one sample of all examples together takes."""
        if self._bytes_per_sample is None:
            shape = (1, self._network.n_channels, self._card.segment_samples)
            silence = torch.zeros(shape, device=self.device)
            self._bytes_per_sample = bytes_per_sample(self._network.restore, silence)
        return self._bytes_per_sample * (1 if self.device == CPU else len(adapted.examples))

    def _process(self, segments: Tensor) -> Tensor:
        """Run the network on segments, in the precision that was found good enough."""
        n_channels, n_samples = self._network.n_channels, segments.shape[2]
        examples = segments.reshape(-1, n_channels, n_samples).to(self.device)
        if self.device == "cuda" and not self._is_half_tried and segments.any():
            return self._tried(examples).reshape(segments.shape)
        return self._run_in(self._half, examples).reshape(segments.shape)

    def _tried(self, examples: Tensor) -> Tensor:
        """Run in full precision, and find the half precision that comes near enough to it."""
        full = self._run_in(None, examples)
        for half in _HALVES:
            error = (self._run_in(half, examples) - full).norm() / full.norm()
            if error < HALF_ERROR:  # not if it is not a number
                self._half = half
                break
        self._is_half_tried = True
        return full

    def _run_in(self, half: torch.dtype | None, examples: Tensor) -> Tensor:
        if half is None:
            return self._run_all(examples).float()
        with torch.autocast(self.device, half):
            return self._run_all(examples).float()

    def _run_all(self, examples: Tensor) -> Tensor:
        """Run on all examples; on the CPU one by one, which is as fast and takes less memory."""
        told = self._told(examples)
        if self.device != CPU:
            return self._run(examples, *told)
        each = zip(examples.split(1), *(noise.split(1) for noise in told), strict=True)
        return torch.cat([self._run(*one) for one in each])

    def _told(self, examples: Tensor) -> tuple[Tensor, ...]:
        """The noise of each example of a batch, if the network is told any."""
        if self._noise is None:
            return ()
        noise = self._noise.to(examples.device)
        if self._change is not None:
            hz = np.linspace(0.0, 0.5 * self._card.sample_rate, noise.shape[-1])
            factors = 10.0 ** (0.1 * self._change(hz))
            noise = noise * torch.from_numpy(factors.astype(np.float32)).to(noise.device)
        return (noise.repeat(len(examples) // len(noise), 1, 1),)


def plan_segments(
    card: Card,
    n_wanted: int,
    budget_samples: int,
    max_batch: int,
    divisor: int = 1,
    join_s: float = Network.join_s,
) -> Segments:
    """Cut so that a batch has no more samples than fit.

    Lengths and batches are halved until they fit, so that a little more or less of free memory
    changes nothing; then segments are shortened to what it takes to cover all with as many.

    Args:
        card: of the network; its segments are lengthened by doubling until they last SEEN_S.
        n_wanted: how many samples are to be restored.
        budget_samples: how many samples fit into memory at once.
        max_batch: most segments of a batch.
        divisor: how many times less than that is to be taken; batches are made smaller first.
        join_s: of the network.
    """
    context, join = round(card.context_s * card.sample_rate), round(join_s * card.sample_rate)
    besides = 2 * context + GRID_SAMPLES - 1
    shortest = besides + 2 * max(join, GRID_SAMPLES)
    seen = card.segment_samples
    while seen < max(SEEN_S * card.sample_rate, 2 * shortest):
        seen *= 2
    seen = min(seen, n_wanted + besides)
    batch = min(max_batch, -(-n_wanted // max(1, seen - besides)))
    while batch > 1 and batch * seen > budget_samples:
        batch = -(-batch // 2)
    while seen > max(shortest, budget_samples):
        seen = max(shortest, seen // 2)
    while divisor > 1 and batch > 1:
        batch, divisor = -(-batch // 2), divisor // 2
    while divisor > 1 and seen > shortest:
        seen, divisor = max(shortest, seen // 2), divisor // 2
    kept = seen - besides
    if kept >= n_wanted:
        return Segments(kept, context, 0, batch, GRID_SAMPLES)
    most = (kept - join) // GRID_SAMPLES
    n_segments = -(-(n_wanted - join) // (most * GRID_SAMPLES))
    step = -(-(n_wanted - join) // (n_segments * GRID_SAMPLES)) * GRID_SAMPLES
    return Segments(step + join, context, join, batch, GRID_SAMPLES)


@dataclass
class _Ticker:
    """A progress callable that repeats its last report where there is nothing new to say."""

    progress: Progress
    fraction: float = 0.0
    _last: float = 0.0

    def __call__(self, fraction: float, message: str = "") -> None:
        self.fraction, self._last = fraction, time.monotonic()
        self.progress(fraction, message)

    def tick(self, network: torch.nn.Module, given: object) -> None:
        """Ask whether to go on; a hook of the network's layers."""
        if time.monotonic() - self._last > _TICK_S:
            self(self.fraction)


@dataclass
class _Shown:
    """Shows what batches have made, at the rate and level of the source."""

    adapted: Adapted
    preview: Preview
    _last: float = -1e9

    def __call__(self, made: slice, samples: Samples) -> None:
        if self.preview is unseen or time.monotonic() - self._last < _PREVIEW_S:
            return
        inner, examples = self.adapted.inner, self.adapted.examples
        at = slice(inner.start + made.start, inner.start + made.stop)
        restored = self.adapted.restored(samples.reshape(*examples.shape[:2], -1), at)
        span = self.adapted.place_back(at)
        self.preview(Estimate(span.start, Audio(restored.samples[:, span], restored.sample_rate)))
        self._last = time.monotonic()
