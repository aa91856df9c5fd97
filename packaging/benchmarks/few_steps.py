"""Whether a prior asked four to eight times adds to what a network for noise has made already.

    .venv/bin/python packaging/benchmarks/few_steps.py [--cache DIR] [--clips N] [--write]

Clips are those of quality.py, 6 s of each, with noise of records at 5 and 10 dB, of which a second
is known: all kinds of music, and piano alone, which the prior was trained on. `denoise informed`
makes the guess. Sampling by the spectrum of the noise then starts around it, with noise of a tenth
to all of the level of the noise, or around the noisy clip with five times that, as the mode
`spectrum` does. `faithful` is the mean, without sampling.

Figures are means of the change from the noisy clip at the rate of the prior: SI-SDR in dB and LSD
(log10 of power, n_fft 2048), and seconds of two threads for each clip, after those of the network.
--write puts the table into packaging/benchmarks.md.
"""

import argparse
import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

os.environ.setdefault("OMP_NUM_THREADS", "2")
REPOSITORY = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPOSITORY), str(REPOSITORY / "packaging")]

import numpy as np  # noqa: E402 - after the number of threads is set
import soxr  # noqa: E402
import torch  # noqa: E402

from app import paths  # noqa: E402 - the repository is not installed
from benchmarks import page  # noqa: E402
from benchmarks.contender import noise_of  # noqa: E402
from benchmarks.model_sets import Case, Sets, Wave  # noqa: E402
from engine.audio import Audio, MemoryRecording  # noqa: E402
from engine.catalog_file import load_catalog  # noqa: E402
from engine.diffusion.denoising import (  # noqa: E402
    DenoiseSettings,
    SpectrumProblem,
    denoise,
    on_bins,
)
from engine.diffusion.noise import FieldDraw  # noqa: E402
from engine.diffusion.noise_estimate import measure_psd  # noqa: E402
from engine.diffusion.prior import Prior  # noqa: E402
from engine.diffusion.sampling import Sampling, solve  # noqa: E402
from engine.equipment import Equipment  # noqa: E402
from engine.models.weights import load_weights  # noqa: E402
from engine.region import Region  # noqa: E402
from engine.tasks.denoise import Denoise  # noqa: E402
from engine.tasks.model_task import PRIOR  # noqa: E402
from training.metrics import log_spectral_distance, si_sdr_db  # noqa: E402

SECONDS = 6.0
KINDS = ("snr5", "snr10")
STARTS, STEPS = (0.1, 0.3, 1.0), (4, 8)
FROM_NOISY, NOISY_STEPS = 5.0, (8, 25)
Row = tuple[float, float, float]


@dataclass(frozen=True, eq=False)
class Heard:
    """A clip at the rate of the prior: clean, noisy, noise alone, and what the network made."""

    clean: Wave
    noisy: Wave
    noise: Wave
    made: Wave


def hear(case: Case, equipment: Equipment, rate: int) -> Heard:
    """Run the network on a clip, told of its noise."""
    noise = noise_of(case)
    length = round(SECONDS * case.rate)
    whole = np.concatenate([noise, case.degraded[:length]]).astype(np.float32)[None]
    audio = Audio(whole, case.rate)
    marked = Region(0.0, len(noise) / case.rate)
    task = Denoise(method="informed", noise=marked).equip(equipment).fit(MemoryRecording(audio))
    made = task.apply(audio, slice(0, audio.n_samples)).audio.samples[0, len(noise) :]
    waves = (case.clean[:length], case.degraded[:length], noise, made.astype(np.float64))
    return Heard(*(soxr.resample(each, case.rate, rate, "VHQ") for each in waves))


def restored(prior: Prior, heard: Heard) -> Iterator[tuple[str, Wave, float]]:
    """What each way makes of a clip, and how long that takes."""
    gain = prior.sigma_data / np.sqrt(np.mean(np.square(heard.noisy)))
    noisy, noise, made = (
        torch.from_numpy(gain * each).float()[None, None]
        for each in (heard.noisy, heard.noise, heard.made)
    )
    psd = measure_psd(noise, prior.sample_rate)
    power = on_bins(psd, noisy.shape[-1])
    level = float(power.mean().sqrt())
    yield "denoise informed", heard.made, 0.0
    clock = perf_counter()
    mean = denoise(prior, noisy, DenoiseSettings("faithful", psd=psd), FieldDraw((0,)))
    yield "faithful", _wave(mean, gain), perf_counter() - clock
    ways = [("the noisy clip", noisy, FROM_NOISY, n) for n in NOISY_STEPS]
    ways += [("its result", made, start, n) for start in STARTS for n in STEPS]
    for name, guess, start, n_steps in ways:
        problem = SpectrumProblem(noisy, power, prior.sigma_data**2, guess, start * level)
        clock = perf_counter()
        sample = solve(prior, problem, Sampling(n_steps=n_steps), FieldDraw((0,)))
        title = f"{n_steps} steps around {name}, {start:g} times the noise"
        yield title, _wave(sample, gain), perf_counter() - clock


def _wave(samples: torch.Tensor, gain: float) -> Wave:
    return np.asarray(samples[0, 0].double().numpy() / gain)


def row(heard: Heard, made: Wave, took_s: float) -> Row:
    """How far a clip has changed."""
    clean, noisy = heard.clean, heard.noisy
    return (
        si_sdr_db(clean, made) - si_sdr_db(clean, noisy),
        log_spectral_distance(clean, made) - log_spectral_distance(clean, noisy),
        took_s,
    )


@torch.no_grad()
def measure(sets: Sets, equipment: Equipment, prior: Prior) -> str:
    """A table: a row for each way, a column for each kind of music and noise."""
    columns: list[dict[str, Row]] = []
    for _, among, kind in columns_of(sets):
        rows = defaultdict[str, list[Row]](list)
        for case in sets.read(kind, among):
            heard = hear(case, equipment, prior.sample_rate)
            for name, made, took_s in restored(prior, heard):
                rows[name].append(row(heard, made, took_s))
        columns.append({name: tuple(np.mean(each, axis=0)) for name, each in rows.items()})
    lines = []
    for name in columns[0]:
        figures = [column[name] for column in columns]
        took_s = sum(each[2] for each in figures) / len(figures)
        cells = [f"{each[0]:+.2f} / {each[1]:+.3f}" for each in figures]
        lines.append((name, *cells, f"{took_s:.1f}" if took_s else ""))
    return page.table(("way", *(title for title, _, _ in columns_of(sets)), "s"), lines)


def columns_of(sets: Sets) -> list[tuple[str, frozenset[str], str]]:
    """Title, names of clips and set of each column."""
    among = (("all music", frozenset[str]()), ("piano", sets.piano()))
    return [(f"{title}, {kind[3:]} dB", names, kind) for title, names in among for kind in KINDS]


def main() -> int:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=Path, default=REPOSITORY.parent / "shared")
    parser.add_argument("--cache", type=Path, help="keeps the sets, as for quality.py")
    parser.add_argument("--clips", type=int, default=4, help="of each set; 0 for all")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.cache or Path(temporary)
        sets = Sets(options.shared.resolve(), folder / "sets", options.clips)
        sets.make()
        catalog = load_catalog([paths.models()])
        entry = catalog.serving("denoise", PRIOR)[0]
        model = load_weights(entry.path, entry.sha256)
        prior = Prior(model.network, model.card, "cpu")
        made = measure(sets, Equipment(catalog, "cpu"), prior)
    print(made)
    if options.write:
        page.put(page.BENCHMARKS, "few steps", made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
