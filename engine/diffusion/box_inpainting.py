"""Box inpainting: what a spectrogram shows in a box of time and frequency is made anew.

Everything outside of the boxes is known, bin by bin of a short-time transform, and put back into
every estimate: a cough or a squeak goes and the music under and over it stays.

Shapes:
    samples   (signal 1 time)   at the rate and level of the prior

References:
    Moliner, Lehtinen & Vaelimaeki, "Solving Audio Inverse Problems with a Diffusion Model", ICASSP
    2023: spectrogram inpainting.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor
from typing_extensions import override

from engine.diffusion.blocks import Blocks
from engine.diffusion.denoise import Denoise, Draw, OnStep, unheard
from engine.diffusion.guidance import ProjectionGuidance
from engine.diffusion.operators.spectrogram_mask import SpectrogramMask, known_outside
from engine.diffusion.problem import Operators, Problem
from engine.diffusion.sampling import PieceDraw, Sampling, TrainedDenoise, solve
from engine.errors import SettingsError
from engine.progress import Progress, ignore
from engine.region import Region
from engine.transforms.stft import STFT

_FRAME_S, _OVERLAP = 1024 / 22050, 4


@dataclass(frozen=True)
class BoxSettings:
    """How boxes are filled.

    Attributes:
        sampling: how the prior is asked.
        xi: how hard the known bins push by gradient; 0 puts them in place and nothing more.
        context_s: sound seen before and after the boxes.
    """

    sampling: Sampling = field(default_factory=Sampling)
    xi: float = 0.0
    context_s: float = 1.0


def n_evaluations(settings: BoxSettings) -> int:
    """How often each block goes through the network."""
    return settings.sampling.n_evaluations


class BoxProblem(Problem):
    """All bins but those in some boxes are known."""

    def __init__(
        self,
        observed: Tensor,
        boxes: Sequence[Region],
        sample_rate: int,
        xi: float = 0.0,
        start: int = 0,
    ) -> None:
        """Take boxes in seconds of a recording, and where in it the observed begins."""
        super().__init__(observed, xi)
        self._boxes = tuple(boxes)
        self._sample_rate = sample_rate
        self._start = start

    @override
    def stretch(self, span: slice) -> "BoxProblem":
        return BoxProblem(
            self.observed[..., span],
            self._boxes,
            self._sample_rate,
            self.xi,
            self._start + span.start,
        )

    @override
    def operators(self, blocks: Blocks) -> Operators:
        known = torch.stack([self._known(at, blocks.length) for at in blocks.starts])
        n_signals = self.observed.shape[1]
        of_examples = known.repeat_interleave(n_signals, 0).repeat(len(self.observed), 1, 1)
        stft = self._stft()
        return lambda examples: SpectrogramMask(stft, of_examples[examples, None])

    @override
    def over(self, denoise: Denoise) -> Denoise:
        known = self._known(0, self.observed.shape[-1])
        return ProjectionGuidance(denoise, SpectrogramMask(self._stft(), known), self.observed)

    def _stft(self) -> STFT:
        n_fft = 1 << round(_FRAME_S * self._sample_rate).bit_length() - 1
        return STFT(n_fft, n_fft // _OVERLAP)

    def _known(self, start: int, n_samples: int) -> Tensor:
        """Bins (bin frame) outside of all boxes, of samples that begin at `start`."""
        stft = self._stft()
        begin_s = (self._start + start) / self._sample_rate
        known = [
            known_outside(box, stft, self._sample_rate, n_samples)
            for each in self._boxes
            if (box := _shifted(each, begin_s)) is not None
        ]
        if not known:
            n_frames = -(-n_samples // stft.hop_length) + 1
            return self.observed.new_ones(stft.n_fft // 2 + 1, n_frames, dtype=torch.bool)
        return torch.stack(known).all(0).to(self.observed.device)


def inpaint_boxes(
    prior: TrainedDenoise,
    samples: Tensor,
    boxes: Sequence[Region],
    settings: BoxSettings,
    draw: Draw,
    on_step: OnStep = unheard,
    progress: Progress = ignore,
) -> Tensor:
    """Fill boxes of time and frequency.

    Args:
        prior: what clean recordings are like.
        samples: (signal 1 time).
        boxes: regions in seconds of the samples; one without a band takes all frequencies.
        settings: how.
        draw: noise for the whole of (1 signal time).
        on_step: told of all samples as they are estimated, (signal 1 time).
        progress: asked after every batch of blocks.

    Returns:
        Shaped like the samples. Further than a window of 46 ms from all boxes in time they are the
        same bit for bit.

    Raises:
        SettingsError: there is no box, or it lies outside the samples.
    """
    rate, n_samples = prior.sample_rate, samples.shape[-1]
    if not boxes:
        raise SettingsError("no box is given; mark a region with a band of frequencies")
    spans = [box.to_samples(rate, n_samples) for box in boxes]
    context = round(settings.context_s * rate)
    start = max(0, min(span.start for span in spans) - context)
    stop = min(n_samples, max(span.stop for span in spans) + context)
    whole = samples[:, 0][None]
    problem = BoxProblem(whole[..., start:stop], boxes, rate, settings.xi, start)
    shown = whole.clone()

    def told(done: int, of: int, denoised: Tensor) -> None:
        shown[..., start:stop] = denoised
        on_step(done, of, shown.transpose(0, 1))

    pieces = PieceDraw(draw, whole, [start])
    made = solve(prior, problem, settings.sampling, pieces, told, progress)
    restored = samples.clone()
    reach = 1 << round(_FRAME_S * rate).bit_length() - 1
    for span in spans:
        near = slice(max(start, span.start - reach), min(stop, span.stop + reach))
        restored[:, 0, near] = made[0, :, near.start - start : near.stop - start]
    return restored


def _shifted(box: Region, begin_s: float) -> Region | None:
    """A box in seconds from a later beginning; None when it has passed."""
    if box.stop_s <= begin_s:
        return None
    return box.moved(-begin_s)
