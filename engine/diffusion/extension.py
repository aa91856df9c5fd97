"""Extension: treble that a recording has lost, made up by a prior of recordings that have it.

What is left of the recording stays: guided by a known cutoff, everything below it is put back into
every estimate; blind, as much of it as the low-pass lets through that is found along the way. What
the recording holds above a known cutoff is taken for noise, and goes.

Shapes:
    samples   (signal 1 time)   at the rate and level of the prior

References:
    Moliner, Lehtinen & Vaelimaeki, "Solving Audio Inverse Problems with a Diffusion Model", ICASSP
    2023; Moliner, Elvander & Vaelimaeki, "Blind Audio Bandwidth Extension: A Diffusion-Based
    Zero-Shot Approach", 2023.
"""

from dataclasses import dataclass, field, replace

import torch
from torch import Tensor
from typing_extensions import override

from engine.diffusion.blind import BlindGuidance, LowPass
from engine.diffusion.blocks import Blocks
from engine.diffusion.denoise import Denoise, Draw, OnStep, unheard
from engine.diffusion.guidance import ProjectionGuidance
from engine.diffusion.operators.filters import Filter, kaiser_low_pass
from engine.diffusion.problem import Operators, Problem, cut_tensor
from engine.diffusion.sampling import PieceDraw, Sampling, TrainedDenoise, solve
from engine.errors import SettingsError
from engine.progress import Progress, ignore

METHODS = ("guided", "blind")
_TAPS_S = 501 / 22050
_LOUDEST_BLOCKS = 2
"""Length of the stretch a low-pass is estimated from, in blocks."""


@dataclass(frozen=True)
class ExtendSettings:
    """How treble is made.

    Attributes:
        method: guided knows the cutoff, blind finds it.
        sampling: how the prior is asked.
        cutoff_hz: of method guided.
        xi: of method guided, how hard what is below the cutoff pushes by gradient; 0 puts it in
            place and nothing more.
        low_pass: of method blind, the filter where it is known already; None to find it.
        start: level to start at, in sigma_data of the prior, around the recording; 0 starts from
            noise alone.
    """

    method: str = "guided"
    sampling: Sampling = field(default_factory=Sampling)
    cutoff_hz: float = 4000.0
    xi: float = 0.0
    low_pass: LowPass | None = None
    start: float = 4.0

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise SettingsError(f"method = '{self.method}' is none of {', '.join(METHODS)}")


@dataclass(frozen=True, eq=False)
class Extended:
    """What came out.

    Attributes:
        samples: (signal 1 time).
        low_pass: of method blind, the filter that the recording had gone through.
    """

    samples: Tensor
    low_pass: LowPass | None = None


def n_evaluations(settings: ExtendSettings) -> int:
    """How often each block goes through the network."""
    return settings.sampling.n_evaluations


class CutoffProblem(Problem):
    """Everything below a cutoff is known."""

    def __init__(
        self,
        observed: Tensor,
        low_pass: Filter,
        xi: float = 0.0,
        guess: Tensor | None = None,
        sigma_start: float | None = None,
    ) -> None:
        """Take what the low-pass lets through of the clean recording."""
        super().__init__(observed, xi, guess, sigma_start)
        self._low_pass = low_pass

    @override
    def stretch(self, span: slice) -> "CutoffProblem":
        return CutoffProblem(
            self.observed[..., span],
            self._low_pass,
            self.xi,
            cut_tensor(self.guess, span),
            self.sigma_start,
        )

    @override
    def operators(self, blocks: Blocks) -> Operators:
        return lambda examples: self._low_pass

    @override
    def over(self, denoise: Denoise) -> Denoise:
        return ProjectionGuidance(denoise, self._low_pass, self.observed)


class BlindProblem(Problem):
    """A recording has gone through a low-pass, which is to be found unless it is given.

    Attributes:
        found: the guidance of the last run, which knows the filter.
    """

    def __init__(
        self,
        observed: Tensor,
        sample_rate: int,
        low_pass: LowPass | None = None,
        guess: Tensor | None = None,
        sigma_start: float | None = None,
    ) -> None:
        super().__init__(observed, 0.0, guess, sigma_start)
        self._sample_rate = sample_rate
        self._low_pass = low_pass
        self.found: BlindGuidance | None = None

    @override
    def stretch(self, span: slice) -> "BlindProblem":
        return BlindProblem(
            self.observed[..., span],
            self._sample_rate,
            self._low_pass,
            cut_tensor(self.guess, span),
            self.sigma_start,
        )

    @override
    def over(self, denoise: Denoise) -> Denoise:
        fits = self._low_pass is None
        self.found = BlindGuidance(denoise, self.observed, self._sample_rate, self._low_pass, fits)
        return self.found


def extend(
    prior: TrainedDenoise,
    samples: Tensor,
    settings: ExtendSettings,
    draw: Draw,
    on_step: OnStep = unheard,
    progress: Progress = ignore,
) -> Extended:
    """Make up treble.

    Args:
        prior: what clean recordings are like.
        samples: (signal 1 time).
        settings: how. Method blind with blocks in turn needs the low-pass, as no block hears
            enough to find it: see `find_low_pass`.
        draw: noise for the whole of (1 signal time).
        on_step: told of all samples as they are estimated, (signal 1 time).
        progress: asked after every batch of blocks.

    Raises:
        SettingsError: the cutoff is not below half of the prior's rate, or the low-pass is missing.
    """
    whole = samples.transpose(0, 1)

    def told(done: int, of: int, denoised: Tensor) -> None:
        on_step(done, of, denoised.transpose(0, 1))

    problem = _problem(prior, whole, settings)
    made = solve(prior, problem, settings.sampling, draw, told, progress)
    found = problem.found if isinstance(problem, BlindProblem) else None
    low_pass = settings.low_pass if found is None else found.low_pass
    return Extended(made.transpose(0, 1).contiguous(), low_pass)


def _problem(
    prior: TrainedDenoise, whole: Tensor, settings: ExtendSettings
) -> CutoffProblem | BlindProblem:
    rate = prior.sample_rate
    sigma = settings.start * prior.sigma_data or None
    if settings.method == "blind":
        if settings.low_pass is None and settings.sampling.joins == "in turn":
            raise SettingsError(
                "method blind cannot find the low-pass from one block after the other; find it "
                "first, or join blocks together"
            )
        guess = None if sigma is None else whole
        return BlindProblem(whole, rate, settings.low_pass, guess, sigma)
    low_pass = kaiser_low_pass(settings.cutoff_hz, rate, round(_TAPS_S * rate))
    kept = low_pass(whole)
    guess = None if sigma is None else kept
    return CutoffProblem(kept, low_pass, settings.xi, guess, sigma)


def find_low_pass(
    prior: TrainedDenoise,
    samples: Tensor,
    settings: ExtendSettings,
    draw: Draw,
    on_step: OnStep = unheard,
    progress: Progress = ignore,
) -> LowPass:
    """Find the low-pass that a recording has gone through, from its loudest stretch.

    Args:
        prior: what clean recordings are like.
        samples: (signal 1 time), best the whole recording.
        settings: how; its method and low-pass count for nothing.
        draw: noise for the whole of (1 signal time).
        on_step: told of the stretch as it is estimated, (signal 1 time).
        progress: asked after every batch of blocks.
    """
    n_samples = samples.shape[-1]
    block = settings.sampling.blocks(prior, n_samples).length
    length = min(_LOUDEST_BLOCKS * block, n_samples)
    power = torch.nn.functional.pad(samples.double().square().sum((0, 1)).cumsum(0), (1, 0))
    start = int((power[length:] - power[:-length]).argmax())
    together = replace(settings.sampling, joins="together")
    blind = replace(settings, method="blind", low_pass=None, sampling=together)
    own = PieceDraw(draw, samples.transpose(0, 1), [start])
    loudest = samples[..., start : start + length]
    found = extend(prior, loudest, blind, own, on_step, progress).low_pass
    assert found is not None
    return found
