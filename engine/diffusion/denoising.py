"""Denoising with a prior of clean recordings: from the spectrum of the noise, or from noise itself.

Three ways lead from y = x + noise to a clean recording:

- `faithful`, the mean of all clean recordings that y may come from. A prior gives it in one
  evaluation when noise is white. For coloured noise it is asked at a few levels, each made white
  first, and every frequency is taken from the level that its noise is at.
- `spectrum`, one of these recordings, sampled with each frequency of each estimate weighed against
  y by the spectrum of the noise. It sounds whole, and errs by 3 dB more than the mean.
- `bank`, a sample likewise, but all that is known of the noise is how it sounds: at every step
  another stretch of noise is added to the estimate, and a gradient asks that y comes of it.

Shapes:
    samples   (signal 1 time)   at the rate and level of the prior
    psd       (signal bin)      as `noise_estimate` has it

References:
    Efron, "Tweedie's Formula and Selection Bias", JASA 106, 2011.
    Moliner, Lehtinen & Vaelimaeki, "Solving Audio Inverse Problems with a Diffusion Model", ICASSP
    2023; noise by revolutions after the 78 rpm sampler that was built on it.
"""

from dataclasses import dataclass, field

import torch
from torch import Tensor
from typing_extensions import override

from engine.diffusion.blocks import Blocks, Blockwise
from engine.diffusion.denoise import Denoise, Draw, OnStep, unheard
from engine.diffusion.guidance import NoiseGuidance
from engine.diffusion.noise_bank import (
    BankNoiseAtGain,
    BankNoiseAtSnr,
    NoiseBank,
    generators_of,
    guidance_for,
)
from engine.diffusion.noise_estimate import (
    estimate_gain,
    estimate_psd,
    estimate_snr,
    loudest_power,
)
from engine.diffusion.problem import Operators, Problem, cut_tensor
from engine.diffusion.sampling import Sampling, TrainedDenoise, solve
from engine.errors import SettingsError
from engine.progress import Progress, ignore

METHODS = ("faithful", "spectrum", "gain", "snr", "estimated-gain", "estimated-snr")
BANK_METHODS = METHODS[2:]
_LEVEL_STEP_DB = 4.0


@dataclass(frozen=True)
class DenoiseSettings:
    """How noise is taken out.

    Attributes:
        method: a name in METHODS; from `gain` on, noise of a bank is added to estimates.
        sampling: how the prior is asked; faithful takes its blocks alone.
        psd: spectrum of the noise (signal bin) or (bin); None to estimate it.
        gain: of method gain, root mean square of the noise at the level of the samples.
        snr_db: of method snr, lowest and highest ratio.
        xi: how hard gradients push; 0 for what the ratio of each block calls for.
        start: level to start at, in root mean squares of the noise, around y; 0 starts from noise
            alone.
        n_levels: how many levels faithful may ask at.
        seed: of the noise that is added to estimates.
    """

    method: str = "spectrum"
    sampling: Sampling = field(default_factory=Sampling)
    psd: Tensor | None = None
    gain: float = 0.01
    snr_db: tuple[float, float] = (0.0, 40.0)
    xi: float = 0.0
    start: float = 5.0
    n_levels: int = 4
    seed: int = 0

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise SettingsError(f"method = '{self.method}' is none of {', '.join(METHODS)}")
        if self.snr_db[0] > self.snr_db[1]:
            raise SettingsError(
                f"snr_db = {self.snr_db[0]:g} .. {self.snr_db[1]:g} dB must not fall"
            )


def n_evaluations(settings: DenoiseSettings) -> int:
    """How often each block goes through the network, at most."""
    if settings.method == "faithful":
        return settings.n_levels
    return settings.sampling.n_evaluations


def denoise(
    prior: TrainedDenoise,
    samples: Tensor,
    settings: DenoiseSettings,
    draw: Draw,
    bank: NoiseBank | None = None,
    on_step: OnStep = unheard,
    progress: Progress = ignore,
) -> Tensor:
    """Take noise out.

    Args:
        prior: what clean recordings are like.
        samples: (signal 1 time), clean plus noise.
        settings: how.
        draw: noise for the whole of (1 signal time).
        bank: what the noise sounds like, at the rate of the prior; for the methods of a bank.
        on_step: told of all samples as they are estimated, (signal 1 time).
        progress: asked after every batch of blocks.

    Returns:
        Shaped like the samples; digital silence stays.

    Raises:
        SettingsError: the method needs a bank and has none.
    """
    if not bool(samples.any()):
        progress(1.0)
        return samples.clone()
    whole = samples.transpose(0, 1)

    def told(done: int, of: int, denoised: Tensor) -> None:
        on_step(done, of, denoised.transpose(0, 1))

    if settings.method in BANK_METHODS:
        if bank is None:
            raise SettingsError(
                f"method {settings.method} needs noise to add; give a folder of noise or mark a "
                "stretch with nothing but noise"
            )
        problem: Problem = _bank_problem(whole, bank, settings)
    else:
        psd = estimate_psd(samples, prior.sample_rate) if settings.psd is None else settings.psd
        psd = on_bins(psd.expand(len(samples), -1).to(samples), samples.shape[-1])
        if settings.method == "faithful":
            return _faithful(prior, samples, psd, settings, draw, on_step, progress)
        level = float(psd.mean(-1).max().sqrt())
        guess, sigma_start = _warm(whole, settings.start * level)
        problem = SpectrumProblem(whole, psd, prior.sigma_data**2, guess, sigma_start)
    made = solve(prior, problem, settings.sampling, draw, told, progress)
    return made.transpose(0, 1).contiguous()


def _warm(whole: Tensor, sigma: float) -> tuple[Tensor | None, float | None]:
    """Around what to start, and at which level."""
    return (whole, sigma) if sigma > 0.0 else (None, None)


def on_bins(psd: Tensor, n_samples: int) -> Tensor:
    """A spectrum (signal bin) read at the bins of a transform of so many samples."""
    n_bins = n_samples // 2 + 1
    # a transform of odd length ends half a bin before the Nyquist frequency
    place = torch.arange(n_bins, dtype=torch.float64) * (2 * (psd.shape[-1] - 1) / n_samples)
    below = place.long().clamp(max=psd.shape[-1] - 2).to(psd.device)
    share = place.to(psd) - below
    return psd[:, below] * (1.0 - share) + psd[:, below + 1] * share


class SpectrumProblem(Problem):
    """Clean plus stationary noise of known spectrum."""

    def __init__(
        self,
        observed: Tensor,
        noise_psd: Tensor,
        signal_psd: float,
        guess: Tensor | None = None,
        sigma_start: float | None = None,
    ) -> None:
        """Take the spectrum of the noise (signal bin) and that of clean recordings."""
        super().__init__(observed, 0.0, guess, sigma_start)
        self._noise_psd = noise_psd
        self._signal_psd = signal_psd

    @override
    def stretch(self, span: slice) -> "SpectrumProblem":
        return SpectrumProblem(
            self.observed[..., span],
            on_bins(self._noise_psd, span.stop - span.start),
            self._signal_psd,
            cut_tensor(self.guess, span),
            self.sigma_start,
        )

    @override
    def over(self, denoise: Denoise) -> Denoise:
        return NoiseGuidance(denoise, self.observed, self._noise_psd, self._signal_psd)


class BankProblem(Problem):
    """Clean plus noise that sounds like that of a bank."""

    def __init__(
        self,
        observed: Tensor,
        bank: NoiseBank,
        levels: "_Levels",
        settings: DenoiseSettings,
        guess: Tensor | None = None,
        sigma_start: float | None = None,
        start: int = 0,
    ) -> None:
        """Take how loud noise and music are, and where in its recording the observed begins."""
        super().__init__(observed, 1.0, guess, sigma_start)
        self._bank = bank
        self._levels = levels
        self._settings = settings
        self._start = start

    @override
    def stretch(self, span: slice) -> "BankProblem":
        return BankProblem(
            self.observed[..., span],
            self._bank,
            self._levels,
            self._settings,
            cut_tensor(self.guess, span),
            self.sigma_start,
            self._start + span.start,
        )

    @override
    def operators(self, blocks: Blocks) -> Operators:
        n_signals = self.observed.shape[1]
        n_blocks = len(self.observed) * len(blocks.starts)
        generators = generators_of(self._settings.seed + self._start, n_blocks)
        range_db, gain = self._ranges(blocks), self._levels.gain.repeat(n_blocks)
        at_gain = self._settings.method in ("gain", "estimated-gain")

        def operator(examples: slice) -> BankNoiseAtGain | BankNoiseAtSnr:
            own = generators[examples.start // n_signals : examples.stop // n_signals]
            if at_gain:
                return BankNoiseAtGain(self._bank, own, gain[examples], n_signals)
            return BankNoiseAtSnr(self._bank, own, range_db[examples], n_signals)

        return operator

    @override
    def strengths(self, blocks: Blocks) -> float | Tensor:
        if self._settings.xi > 0.0:
            return self._settings.xi
        return guidance_for(self._ranges(blocks)[:, 0])

    def _ranges(self, blocks: Blocks) -> Tensor:
        """Ratios (example 2) of each block."""
        examples = blocks.cut(self.observed)
        if self._settings.method == "snr":
            return examples.new_tensor([self._settings.snr_db]).expand(len(examples), 2)
        turns = len(examples) // len(self._levels.gain)
        gain, loudest = self._levels.gain.repeat(turns), self._levels.loudest.repeat(turns)
        return estimate_snr(examples, gain, loudest, self._bank.sample_rate)


@dataclass(frozen=True)
class _Levels:
    """Of each signal: root mean square of the noise, highest power of a window."""

    gain: Tensor
    loudest: Tensor


def _bank_problem(whole: Tensor, bank: NoiseBank, settings: DenoiseSettings) -> BankProblem:
    signals, rate = whole.transpose(0, 1), bank.sample_rate
    if settings.method == "gain":
        gain = whole.new_full((len(signals),), settings.gain)
    elif settings.method == "snr":
        power = signals.square().mean((1, 2))
        gain = (power / (1.0 + 10 ** (settings.snr_db[0] / 10))).sqrt()
    else:
        gain = estimate_gain(signals, rate)
    levels = _Levels(gain, loudest_power(signals, rate))
    guess, sigma_start = _warm(whole, settings.start * float(gain.max()))
    return BankProblem(whole, bank, levels, settings, guess, sigma_start)


@torch.no_grad()
def _faithful(
    prior: TrainedDenoise,
    samples: Tensor,
    psd: Tensor,
    settings: DenoiseSettings,
    draw: Draw,
    on_step: OnStep,
    progress: Progress,
) -> Tensor:
    """The mean of all that the samples may come from, level by level of the noise."""
    n_samples = samples.shape[-1]
    levels = _noise_levels(psd, settings.n_levels)  # (level signal), powers
    blocks = settings.sampling.blocks(prior, n_samples)
    total = len(levels) * len(blocks.starts) * len(samples)
    done = 0

    def count(n_blocks: int) -> None:
        nonlocal done
        done += n_blocks
        progress(done / total)

    blockwise = Blockwise(lambda examples: prior, blocks, settings.sampling.batch, count)
    spectrum = torch.fft.rfft(samples)[:, 0]
    white = torch.fft.rfft(draw(samples.transpose(0, 1)))[0]
    shares = _shares(psd, levels)
    mean, restored = torch.zeros_like(spectrum), samples
    for index, (level, share) in enumerate(zip(levels, shares, strict=True)):
        power = level[:, None]
        # louder noise than the level is turned down, and what was music there up again after
        ratio = (power / psd.clamp_min(1e-30)).sqrt().clamp(max=1.0)
        gain = torch.where(psd > 0.0, ratio, 1.0)  # a signal may have no noise at all
        whitened = gain * spectrum + white * (power - psd).clamp_min(0.0).sqrt()
        x = torch.fft.irfft(whitened, n_samples)[:, None]
        sigma = level.sqrt().clamp(max(prior.sigma_min, 1e-6), prior.sigma_max)
        mean += share / gain * torch.fft.rfft(blockwise(x, sigma))[:, 0]
        restored = torch.fft.irfft(mean, n_samples)[:, None]
        on_step(index + 1, len(levels), restored)
    return restored


def _noise_levels(psd: Tensor, n_levels: int) -> Tensor:
    """Powers (level signal) from the lowest to the highest of a spectrum (signal bin)."""
    db = 10 * torch.log10(psd.clamp_min(1e-16))
    low, high = torch.quantile(db, 0.02, dim=-1), torch.quantile(db, 0.98, dim=-1)
    spread = float((high - low).max())
    n = max(1, min(n_levels, 1 + int(spread / _LEVEL_STEP_DB)))
    if n == 1:
        return psd.mean(-1)[None]
    share = torch.linspace(0.0, 1.0, n).to(psd)[:, None]
    powers: Tensor = 10.0 ** ((low + share * (high - low)) / 10)
    return powers


def _shares(psd: Tensor, levels: Tensor) -> Tensor:
    """What each level counts at each frequency (level signal bin); together 1."""
    if len(levels) == 1:
        return torch.ones_like(psd)[None]
    low, high = levels[0].log()[:, None], levels[-1].log()[:, None]
    wide = (high - low).clamp_min(1e-9)
    place = ((psd.clamp_min(1e-16).log() - low) / wide).clamp(0.0, 1.0) * (len(levels) - 1)
    index = torch.arange(len(levels)).to(psd)[:, None, None]
    return (1.0 - (place - index).abs()).clamp_min(0.0)
