"""Samplers and guidance on a prior whose answers are known in closed form.

    .venv/bin/python packaging/benchmarks/diffusion.py [--examples N] [--rho RHO]

Clean signals are stationary Gaussian noise whose spectrum falls by 20 dB, with the level of music
(0.06); the ideal estimate of such a prior is a Wiener filter, so that no network is needed. Noise
on top rises by 12 dB. Figures are the SNR of what comes out, in dB, over 16 384 samples of each
example; two estimates are made in each of T steps but the last.

A sample of the posterior is 3.0 dB further from the truth than the Wiener filter. Exits with 1 when
guidance by the spectrum of the noise is not so within 0.3 dB, when a mean of four samples or one
estimate at once is not between them and the Wiener filter, when gaps weighed by their spectrum are
filled with 30 % more or less variance than they should have (chance makes 20 %), or when a
sampler's error does not fall with the square of its steps (Euler: with its steps).
"""

import argparse
import math
import sys
from functools import partial
from pathlib import Path

import torch
from torch import Tensor

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from engine.diffusion.denoise import Denoise, Draw  # noqa: E402 - not installed
from engine.diffusion.estimates import mean_of_samples, posterior_mean  # noqa: E402
from engine.diffusion.guidance import (  # noqa: E402
    NoiseGuidance,
    ProjectionGuidance,
    ReconstructionGuidance,
)
from engine.diffusion.noise import ColouredDraw, FieldDraw  # noqa: E402
from engine.diffusion.operator import Operator  # noqa: E402
from engine.diffusion.operators.additive import Additive  # noqa: E402
from engine.diffusion.operators.mask import Mask  # noqa: E402
from engine.diffusion.samplers import SAMPLERS, heun, start  # noqa: E402
from engine.diffusion.schedule import karras_sigmas  # noqa: E402

LENGTH = 16_384
LEVEL = 0.06
SIGMA_MIN, SIGMA_MAX = 1e-4, 1.0
XIS = (0.1, 0.35, 1.0)
INPUT_DB = (5.2, 15.4, 25.2)


class Same(Operator):
    """y = x, as one who knows nothing of the noise sees it."""

    def __call__(self, x: Tensor) -> Tensor:
        """Nothing happens."""
        return x


class Bench:
    """A prior, its signals, and how far from them an estimate is."""

    def __init__(self, n_examples: int, rho: float) -> None:
        self.rho = rho
        self.psd = sloped(LEVEL, -20.0)
        self.starts = tuple(range(0, 4 * LENGTH * n_examples, 4 * LENGTH))
        self.like = torch.zeros(n_examples, 1, LENGTH, dtype=torch.float64)
        self.clean = ColouredDraw(self.draw(1), self.psd)(self.like)

    def denoise(self, x: Tensor, sigma: Tensor) -> Tensor:
        """The ideal estimate."""
        gain = self.psd / (self.psd + sigma.square()[:, None, None])
        estimate: Tensor = torch.fft.irfft(torch.fft.rfft(x) * gain, x.shape[-1])
        return estimate

    def draw(self, seed: int) -> FieldDraw:
        """Noise of its own for each example."""
        return FieldDraw((seed,), self.starts)

    def sample(self, guided: Denoise, n_steps: int, draw: Draw) -> Tensor:
        """One sample of the posterior."""
        sigmas = karras_sigmas(n_steps, SIGMA_MIN, SIGMA_MAX, self.rho)
        return heun(guided, start(draw, self.like, SIGMA_MAX), sigmas, draw)

    def snr_db(self, estimate: Tensor) -> float:
        """Mean over the examples."""
        error = (estimate - self.clean).square().sum(-1)
        return float((10.0 * torch.log10(self.clean.square().sum(-1) / error)).mean())


def sloped(level: float, slope_db: float) -> Tensor:
    """A spectrum that rises by slope_db, for signals of that root mean square."""
    psd = 10.0 ** (0.1 * slope_db * torch.linspace(0.0, 1.0, LENGTH // 2 + 1, dtype=torch.float64))
    return psd * level**2 / ((psd[0] + psd[-1] + 2.0 * psd[1:-1].sum()) / LENGTH)


def measure_guidance(bench: Bench, input_db: float) -> tuple[list[str], list[str]]:
    """One row of the table, and what is missed."""
    sigma_noise = LEVEL * 10.0 ** (-input_db / 20.0)
    noise_psd = sloped(sigma_noise, 12.0)
    observed = bench.clean + ColouredDraw(bench.draw(2), noise_psd)(bench.like)
    gain = bench.psd / (bench.psd + noise_psd)
    wiener = bench.snr_db(torch.fft.irfft(torch.fft.rfft(observed) * gain, LENGTH))
    excerpts = Additive(ColouredDraw(bench.draw(3), noise_psd))
    pushed = {
        operator: "/".join(
            f"{bench.snr_db(bench.sample(guided, 35, bench.draw(4))):.2f}"
            for guided in (
                ReconstructionGuidance(bench.denoise, operator, observed, xi) for xi in XIS
            )
        )
        for operator in (excerpts, Same())
    }
    weighed = NoiseGuidance(bench.denoise, observed, noise_psd, bench.psd)
    one = bench.snr_db(bench.sample(weighed, 35, bench.draw(5)))
    few = bench.snr_db(bench.sample(weighed, 10, bench.draw(5)))
    draws = [bench.draw(seed) for seed in range(5, 9)]
    four = bench.snr_db(mean_of_samples(partial(bench.sample, weighed, 35), draws))
    at_once = bench.snr_db(posterior_mean(bench.denoise, observed, sigma_noise))
    row = [f"{bench.snr_db(observed):.2f}", f"{wiener:.2f}", *pushed.values()]
    row += [f"{one:.2f} / {few:.2f}", f"{four:.2f}", f"{at_once:.2f}"]
    missed = []
    if abs(wiener - 10.0 * math.log10(2.0) - one) > 0.3:
        missed.append(f"a sample at {input_db} dB is {wiener - one:.2f} dB below the Wiener filter")
    if not one < four < wiener + 0.05 or not one < at_once < wiener + 0.05:
        missed.append(f"a mean at {input_db} dB is not between a sample and the Wiener filter")
    return row, missed


def tonal_psd(length: int, level: float, n_tones: int) -> Tensor:
    """Narrow tones on a floor that falls by 20 dB; without tones, the floor alone."""
    bins = torch.linspace(0.0, 1.0, length // 2 + 1, dtype=torch.float64)
    tones = torch.exp(-0.5 * ((bins - 0.07 * torch.arange(1, n_tones + 1)[:, None]) * 400).square())
    psd = 10.0 ** (-2.0 * bins) * (1.0 + 300.0 * tones.sum(0))
    return psd * level**2 / ((psd[0] + psd[-1] + 2.0 * psd[1:-1].sum()) / length)


def gap_variance(psd: Tensor, n_gap: int, way: str, sampler: str, n_steps: int) -> float:
    """Of samples around the posterior's mean in a gap, against the posterior's own."""
    length = 2 * (len(psd) - 1)
    draw = FieldDraw((11,), tuple(range(0, 24 * 65536, 65536)))
    clean = ColouredDraw(draw, psd)(torch.zeros(24, 1, length, dtype=torch.float64))
    known = torch.ones(length, dtype=torch.bool)
    known[length // 2 : length // 2 + n_gap] = False
    row: Tensor = torch.fft.irfft(psd.to(torch.complex128), length)
    covariance = row[(torch.arange(length)[:, None] - torch.arange(length)) % length]
    seen = covariance[known][:, known] + 1e-12 * torch.eye(length - n_gap, dtype=torch.float64)
    weights = torch.linalg.solve(seen, covariance[known][:, ~known]).T
    wanted = (covariance[~known][:, ~known] - weights @ covariance[known][:, ~known]).trace()

    def denoise(x: Tensor, sigma: Tensor) -> Tensor:
        gain = psd / (psd + sigma.square()[:, None, None])
        estimate: Tensor = torch.fft.irfft(torch.fft.rfft(x) * gain, length)
        return estimate

    operator = Mask(known)
    observed = operator(clean)
    guided: Denoise = ProjectionGuidance(denoise, operator, observed)
    if way == "gradient":
        guided = ReconstructionGuidance(denoise, operator, observed, 0.25)
    if way == "spectrum":
        weighed = NoiseGuidance(denoise, observed, 0.0 * psd, psd, known=known)
        guided = ProjectionGuidance(weighed, operator, observed)
    sigmas = karras_sigmas(n_steps, SIGMA_MIN, SIGMA_MAX)
    made = SAMPLERS[sampler](guided, start(draw, clean, SIGMA_MAX), sigmas, draw)
    off = made[:, 0, ~known] - observed[:, 0, known] @ weights.T
    return float(off.square().sum(1).mean() / wanted)


def measure_gaps() -> list[str]:
    """Print how far samples in gaps spread; returns what is missed."""
    missed = []
    print("\n| variance in a gap, 1 is right | estimates | noise 64 | noise 256 | tones 64 |")
    print("|---|---|---|---|---|")
    cases = [(tonal_psd(1024, LEVEL, n), gap) for n, gap in ((0, 64), (0, 256), (5, 64))]
    for way, sampler, n_steps in (
        ("gradient", "heun", 35),
        ("gradient", "churn", 70),
        ("projection", "heun", 35),
        ("spectrum", "heun", 35),
        ("spectrum", "dpm2m", 20),
    ):
        made = [gap_variance(psd, gap, way, sampler, n_steps) for psd, gap in cases]
        cells = " | ".join(f"{value:.2f}" for value in made)
        count = n_steps if sampler == "dpm2m" else 2 * n_steps - 1
        print(f"| {way}, {sampler} | {count} | {cells} |", flush=True)
        if way == "spectrum" and not all(0.7 < value < 1.3 for value in made):
            missed.append(f"gaps weighed by their spectrum have variances of {cells}")
    return missed


def sampler_error(name: str, n_steps: int, psd: Tensor, rho: float) -> tuple[int, float]:
    """Estimates made, and the worst error of any bin against the exact path, relative."""
    n_estimates = 0

    def denoise(x: Tensor, sigma: Tensor) -> Tensor:
        nonlocal n_estimates
        n_estimates += 1
        return x * (psd / (psd + sigma.square()[:, None, None]))

    def silent(like: Tensor) -> Tensor:
        return torch.zeros_like(like)

    sigmas = karras_sigmas(n_steps, SIGMA_MIN, SIGMA_MAX, rho)
    x = SAMPLERS[name](denoise, torch.ones_like(psd)[None, None], sigmas, silent)
    exact = (psd / (psd + SIGMA_MAX**2)).sqrt()
    return n_estimates, float((x / exact - 1.0).abs().max())


def measure_samplers(rho: float) -> list[str]:
    """Print errors against estimates; returns what is missed."""
    psd = sloped(LEVEL, -20.0)[::64]
    counts = (10, 20, 40, 80, 160)
    missed = []
    print("\n| sampler | error in any bin, after estimates | order |\n|---|---|---|")
    for name in SAMPLERS:
        if name == "churn":
            continue  # without its noise it is Heun's
        halved = [n if name in ("euler", "dpm2m") else (n + 1) // 2 for n in counts]
        errors = [sampler_error(name, n, psd, rho) for n in halved]
        order = math.log2(errors[-2][1] / errors[-1][1])
        cells = ", ".join(f"{error:.2%} ({estimates})" for estimates, error in errors)
        print(f"| {name} | {cells} | {order:.2f} |")
        if order < (0.9 if name == "euler" else 1.8):
            missed.append(f"{name} is of order {order:.2f}")
    return missed


def main() -> int:
    """Read the options and measure."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--examples", type=int, default=4)
    options.add_argument("--rho", type=float, default=7.0)
    chosen = options.parse_args()
    bench = Bench(chosen.examples, chosen.rho)
    missed = []
    xis = "/".join(f"{xi:g}" for xi in XIS)
    print(
        f"| input | Wiener | fresh noise, xi {xis} | nothing known, xi {xis} "
        "| noise spectrum, T 35 / 10 | mean of 4 | at once |\n|---|---|---|---|---|---|---|"
    )
    for input_db in INPUT_DB:
        row, faults = measure_guidance(bench, input_db)
        print(f"| {' | '.join(row)} |", flush=True)
        missed += faults
    missed += measure_gaps()
    missed += measure_samplers(chosen.rho)
    for sentence in missed:
        print(f"MISSED: {sentence}", file=sys.stderr)
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
