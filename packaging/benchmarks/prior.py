"""What the trained prior does for gaps and for noise, on piano it was not trained on.

    .venv/bin/python packaging/benchmarks/prior.py [--shared DIR] [--weights FILE] [--only PART]

The weights are those that ship. Five clips of 10 s: three solo piano clips of
DIR/data/dev/clean and one from each recording kept for validation, at 22.05 kHz, with a peak of
0.5. Into each of them go five gaps of 100 ms, then of 300 ms, at equal distances, as
DIR/tools/make_dev.py has them.

LSD is that of DIR/tools/score.py (log10 of power, floor 1e-10, Hann), with n_fft 1024 and hop 256,
which are as many seconds here as 2048 and 512 at 44.1 kHz; a gap's is the mean over the frames
whose middle lies in it. Noise is white at 10 and 20 dB, its level known, and the surface of a disc
of 1920 at 10 dB, its spectrum taken from another second of it; figures are gains in SI-SDR over 4 s
of each clip.

"Prediction" is that of engine/dsp/gap.py from both sides; "spectrum beside the gap" is the guess
that the engine starts its sampling around.

Exits with 1 when no way with a prior has a lower LSD in the gaps than prediction from both sides,
or when a gain on white noise is not positive.
"""

import argparse
import csv
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import soundfile
import soxr
import torch
from numpy.typing import NDArray
from scipy.signal import stft
from torch import Tensor

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from engine.diffusion.denoising import DenoiseSettings, denoise  # noqa: E402 - not installed
from engine.diffusion.inpainting import AR_REACH_S, InpaintSettings, inpaint  # noqa: E402
from engine.diffusion.noise import FieldDraw  # noqa: E402
from engine.diffusion.noise_estimate import measure_psd  # noqa: E402
from engine.diffusion.prior import Prior  # noqa: E402
from engine.diffusion.sampling import Sampling  # noqa: E402
from engine.diffusion.spectrum import foretell  # noqa: E402
from engine.dsp.gap import fill_gap  # noqa: E402
from engine.models.weights import load_weights  # noqa: E402

Real = NDArray[np.float64]
Filler = Callable[[Real, list[slice]], Real]

VALIDATION = ("ishizaka_observatory_calibration_variation", "ishizaka_lab_sealed_variation")
"""What the recipe of the prior keeps for validation."""
CLIP_S = 10.0
NOISY_S = 4.0
BLOCK_S = 24_576 / 22_050
PEAK = 0.5
GAPS_S = {"gaps100": 0.1, "gaps300": 0.3}
N_GAPS = 5
N_FFT, HOP = 1024, 256
DISC = Path("dev") / "noise" / "real78_belov1920_runout.flac"


def read_mono(path: Path, rate: int) -> Real:
    """Samples (time) at a rate."""
    samples, own_rate = soundfile.read(path, always_2d=True)
    resampled: Real = soxr.resample(samples.mean(1), own_rate, rate)
    return resampled


def read_clips(data: Path, rate: int) -> dict[str, Real]:
    """Piano that no training saw, by name."""
    with (data / "MANIFEST.csv").open() as lines:
        paths = [
            data / row["path"]
            for row in csv.DictReader(lines)
            if row["genre"] == "solo piano"
            and (row["path"].startswith("dev/clean/") or Path(row["path"]).stem in VALIDATION)
        ]
    clips = {}
    for path in sorted(paths):
        samples = read_mono(path, rate)
        first = (len(samples) - round(CLIP_S * rate)) // 2
        clip = samples[first : first + round(CLIP_S * rate)]
        clips[path.stem] = clip * (PEAK / np.abs(clip).max())
    return clips


def gaps_of(clip: Real, rate: int, gap_s: float) -> list[slice]:
    """As make_dev.py places them."""
    width = int(gap_s * rate)
    starts = np.linspace(rate, len(clip) - rate - width, N_GAPS).astype(int)
    return [slice(start, start + width) for start in starts.tolist()]


def si_sdr_db(clean: Real, restored: Real) -> float:
    """Scale-invariant signal to distortion, dB."""
    x, y = clean - clean.mean(), restored - restored.mean()
    target = (x @ y) / (x @ x) * x
    error = y - target
    return float(10.0 * np.log10((target @ target) / (error @ error)))


def gap_figures(clean: Real, restored: Real, gaps: list[slice]) -> Iterator[tuple[float, float]]:
    """(LSD, SNR in dB) of every gap."""
    spectra = [
        np.log10(np.abs(stft(x, nperseg=N_FFT, noverlap=N_FFT - HOP)[2]) ** 2 + 1e-10)
        for x in (clean, restored)
    ]
    distances = np.sqrt(((spectra[0] - spectra[1]) ** 2).mean(0))
    middles = HOP * np.arange(len(distances))
    for gap in gaps:
        inside = (middles >= gap.start) & (middles < gap.stop)
        error = clean[gap] - restored[gap]
        snr_db = 10.0 * np.log10((clean[gap] @ clean[gap]) / (error @ error + 1e-12))
        yield float(distances[inside].mean()), float(snr_db)


def silent(samples: Real, gaps: list[slice]) -> Real:
    """Nothing in the gaps."""
    filled = samples.copy()
    for gap in gaps:
        filled[gap] = 0.0
    return filled


def predicted(samples: Real, gaps: list[slice], rate: int) -> Real:
    """Prediction from both sides."""
    filled = silent(samples, gaps)
    for gap in gaps:
        filled[gap] = fill_gap(filled, gap, rate)
    return filled


def foretold(samples: Real, gaps: list[slice], rate: int) -> Real:
    """What the spectrum of half a second on both sides foretells."""
    filled = torch.from_numpy(silent(samples, gaps))[None, None]
    for gap in gaps:
        beside = slice(max(0, gap.start - rate // 2), gap.stop + rate // 2)
        inside = slice(gap.start - beside.start, gap.stop - beside.start)
        filled[..., beside] = foretell(filled[..., beside], inside)
    restored: Real = filled[0, 0].numpy()
    return restored


def levelled(samples: Real, prior: Prior) -> tuple[Tensor, float]:
    """Samples (1 1 time) at the level of the prior, and what leads back."""
    level = float(np.sqrt(np.mean(samples**2)))
    tensor = torch.from_numpy(samples * (prior.sigma_data / level)).float()
    return tensor[None, None], level / prior.sigma_data


def generated(prior: Prior, settings: InpaintSettings) -> Filler:
    """Filling with a prior."""

    def fill(samples: Real, gaps: list[slice]) -> Real:
        tensor, back = levelled(silent(samples, gaps), prior)
        made = inpaint(prior, tensor, gaps, settings, FieldDraw((1,)))
        restored: Real = made[0, 0].double().numpy() * back
        return restored

    return fill


def ways_of(prior: Prior, gap_s: float) -> dict[str, Filler]:
    """All ways to fill a gap, by name; a guess to start from reaches 100 ms."""
    sampling = Sampling(block_s=BLOCK_S, batch=1)
    plain = InpaintSettings(sampling, ar_below_s=0.0, warm_sigma=0.0)
    ways: dict[str, Filler] = {
        "nothing": silent,
        "prediction": lambda samples, gaps: predicted(samples, gaps, prior.sample_rate),
        "prior, projection": generated(prior, plain),
        "prior, guidance 0.25 and projection": generated(prior, replace(plain, xi=0.25)),
    }
    if gap_s <= AR_REACH_S:
        ways["spectrum beside the gap"] = lambda samples, gaps: foretold(
            samples, gaps, prior.sample_rate
        )
        for noise, n_steps in ((1.0, 25), (0.2, 25), (0.05, 12), (0.01, 8)):
            steps = replace(sampling, n_steps=n_steps)
            settings = replace(plain, sampling=steps, warm_sigma=noise)
            ways[f"prior around that, noise {noise:g}"] = generated(prior, settings)
    return ways


def measure_gaps(prior: Prior, clips: dict[str, Real], gap_s: float) -> bool:
    """Print the table; True when a prior beats prediction."""
    rate = prior.sample_rate
    print(f"\n{N_GAPS * len(clips)} gaps of {gap_s * 1000:.0f} ms\n")
    print("| way | LSD in the gap | better than prediction in | SNR in the gap, dB | s |")
    print("|---|---|---|---|---|")
    lsd: dict[str, NDArray[np.float64]] = {}
    for way, fill in ways_of(prior, gap_s).items():
        clock = time.process_time()
        figures = []
        for clip in clips.values():
            gaps = gaps_of(clip, rate, gap_s)
            figures += list(gap_figures(clip, fill(clip, gaps), gaps))
        distances, snrs = np.array(figures).T
        lsd[way] = distances
        share = np.mean(distances < lsd["prediction"]) if "prediction" in lsd else 0.0
        print(
            f"| {way} | {distances.mean():.3f} | {share:.0%} | {snrs.mean():.2f} | "
            f"{time.process_time() - clock:.0f} |",
            flush=True,
        )
    classic = ("nothing", "prediction", "spectrum beside the gap")
    best = min(each.mean() for way, each in lsd.items() if way not in classic)
    return bool(best < lsd["prediction"].mean())


def measure_noise(prior: Prior, clips: dict[str, Real], disc: Real) -> bool:
    """Print the table; True when every gain on white noise is positive."""
    rate = prior.sample_rate
    n_samples = round(NOISY_S * rate)
    generator = np.random.default_rng(78)
    print("\nSI-SDR gain, dB, mean over the clips\n")
    print("| noise | one estimate | sample | s |")
    print("|---|---|---|---|")
    is_positive = True
    for name, snr_db in (("white", 10.0), ("white", 20.0), ("disc", 10.0)):
        clock = time.process_time()
        rows = []
        for clip in clips.values():
            clean = clip[:n_samples]
            looped = np.resize(disc[rate:], n_samples)
            shape = generator.standard_normal(n_samples) if name == "white" else looped
            gain = np.sqrt(np.mean(clean**2) / np.mean(shape**2)) * 10 ** (-snr_db / 20)
            noisy = clean + gain * shape
            tensor, back = levelled(noisy, prior)
            if name == "white":
                psd = torch.full((1, 1025), (gain / back) ** 2)
            else:
                alone = torch.from_numpy(gain / back * disc[:rate]).float()
                psd = measure_psd(alone[None, None], rate)
            before = si_sdr_db(clean, noisy)
            row = []
            for method in ("faithful", "spectrum"):
                settings = DenoiseSettings(method, Sampling(batch=1), psd)
                restored = denoise(prior, tensor, settings, FieldDraw((1,)))
                row.append(si_sdr_db(clean, restored[0, 0].double().numpy()) - before)
            rows.append(row)
        gains = np.mean(rows, axis=0)
        texts = " | ".join(f"{each:+.2f}" for each in gains)
        spent_s = time.process_time() - clock
        print(f"| {name}, {snr_db:.0f} dB | {texts} | {spent_s:.0f} |", flush=True)
        is_positive &= name != "white" or bool((gains > 0.0).all())
    return is_positive


def main() -> int:
    """Read the options and measure."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--shared", type=Path, default=REPOSITORY.parent / "shared")
    weights = REPOSITORY / "resources" / "models" / "cqtdiff-piano.safetensors"
    options.add_argument("--weights", type=Path, default=weights)
    options.add_argument("--only", choices=(*GAPS_S, "noise"))
    options.add_argument("--clips", type=int, default=5)
    chosen = options.parse_args()
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    model = load_weights(chosen.weights)
    prior = Prior(model.network, model.card)
    print(f"{dict(model.card.training)}, sha256 {model.sha256[:12]}", flush=True)
    data = chosen.shared.resolve() / "data"
    clips = dict(list(read_clips(data, prior.sample_rate).items())[: chosen.clips])
    missed = []
    for part, gap_s in GAPS_S.items():
        if chosen.only in (None, part) and not measure_gaps(prior, clips, gap_s):
            missed.append(f"in gaps of {gap_s:g} s no prior has a lower LSD than prediction")
    disc = read_mono(data / DISC, prior.sample_rate)
    if chosen.only in (None, "noise") and not measure_noise(prior, clips, disc):
        missed.append("a gain on white noise is not positive")
    for sentence in missed:
        print(f"MISSED: {sentence}", file=sys.stderr)
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
