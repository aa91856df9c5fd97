"""Measures what fine-tuning by the wizard brings: one disc's noise, ten minutes, two cores.

    .venv/bin/python packaging/benchmarks/wizard.py --shared DIR [--disc NAME]... [--minutes 10]
    .venv/bin/python packaging/benchmarks/wizard.py --only cost [--minutes 1] [--rounds 2]
    .venv/bin/python packaging/benchmarks/wizard.py --only families

`families` tries some steps of every model that ships, by the recipe that the wizard writes.
`cost` compares steps a second of a training that the window has started and watches with the same
from the command line, in turns, and tells the longest turn of the window's event loop.

Else DIR holds `data` with `dev` and `train`. For each disc, a file of dev/noise, its first half is
what the user has marked as noise; the music is that of train. Everything from the plan to the
verdict is what the window does. Then the base and what was published are compared on clips of
dev/clean, which no training has heard, with the second half of the disc's noise, with the other
noises of dev, and with none: mean SI-SDR gain in dB at 5, 10 and 20 dB, and what is left of clean
music.

Exits with 1 when a disc gains nothing, or other noise loses more than 0.3 dB and the verdict does
not say so.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPOSITORY), str(REPOSITORY / "packaging")]

from app import paths  # noqa: E402 - the repository is not installed
from engine.audio import Audio  # noqa: E402
from engine.catalog_file import load_catalog  # noqa: E402
from engine.errors import EngineError  # noqa: E402
from training.metrics import si_sdr_db  # noqa: E402
from training.run_status import read_status  # noqa: E402
from training.wizard.begin import BeginJob, EstimateJob, MeasureJob, Ready  # noqa: E402
from training.wizard.cut_noise import cut_noise  # noqa: E402
from training.wizard.judge import JudgeJob  # noqa: E402
from training.wizard.plan import (  # noqa: E402
    JUDGE,
    Budget,
    Goal,
    Music,
    Noise,
    Plan,
    Stretch,
    save_plan,
)
from training.wizard.result import KEPT  # noqa: E402
from training.wizard.template import chosen_template, templates  # noqa: E402
from training.wizard.trainer import find  # noqa: E402
from training.wizard.verdict import give_verdict  # noqa: E402

Wave = NDArray[np.float64]
RATE = 44100
CLIP_S, FADE_S = 6.0, 0.1
SNRS_DB = (5.0, 10.0, 20.0)
MOST_LOSS_DB = 0.3
MOST_COST, MOST_TURN_MS = 0.05, 100.0


@dataclass(frozen=True)
class Case:
    """A clip (time): clean, and with noise."""

    kind: str
    clean: Wave
    degraded: Wave


def main() -> int:
    """Read the options and measure each disc."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=("discs", "cost", "families"), default="discs")
    parser.add_argument("--shared", type=Path, help="needed for discs")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--disc", action="append", help="stem of a file in dev/noise; all")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--base", default="denoise-light")
    options = parser.parse_args()
    if options.only == "cost":
        return measure_cost(options.minutes, options.rounds, options.base)
    if options.only == "families":
        return measure_families()
    if options.shared is None:
        parser.error("--shared is missing")
    data = options.shared / "data"
    noises = {path.stem: path for path in sorted((data / "dev" / "noise").iterdir())}
    missed = []
    for disc in options.disc or noises:
        with tempfile.TemporaryDirectory(prefix="wizard") as folder:
            if not _measure(data, noises, disc, options, Path(folder)):
                missed.append(disc)
    print(json.dumps({"missed": missed}))
    return bool(missed)


def _measure(
    data: Path, noises: dict[str, Path], disc: str, options: argparse.Namespace, folder: Path
) -> bool:
    """Train on a disc and compare; whether it is what it should be."""
    own, half = _halves(noises[disc])
    transfer = folder / f"{disc}.wav"
    soundfile.write(transfer, own, RATE, subtype="FLOAT")
    stretch = Stretch(str(transfer), 0.0, len(own) / RATE, "mark", is_taken=True)
    plan = Plan(
        goal=Goal("denoise", options.base, name="mine", title="Mine"),
        music=Music((str(data / "train" / "music"),), is_permitted=True),
        noise=Noise((str(transfer),), (), (stretch,)),
        budget=Budget(device="cpu", minutes=options.minutes, half=True),
    )
    catalog = load_catalog([paths.models()])
    template = chosen_template(plan.goal, catalog, paths.recipes())
    training = folder / "training"
    save_plan(plan, training)
    cut_noise(plan, training)
    before_s = os.times().elapsed
    BeginJob(Ready(plan, training, catalog, paths.recipes())).run().process.wait()
    status = find(training)
    spent_s = os.times().elapsed - before_s
    print(
        f"{disc}: {status.state} after {status.step} steps, {spent_s / 60:.1f} minutes in all, "
        f"load {os.getloadavg()[0]:.1f}. {status.sentence}",
        flush=True,
    )
    before_s = time.monotonic()
    result = JudgeJob(plan, template, training, paths.cache() / "recordings").run()
    verdict = give_verdict(result)
    print(f"  judged in {time.monotonic() - before_s:.0f} s; {100 * result.share:.0f} % is kept")
    for sentence in verdict.sentences:
        print(f"  {sentence}")
    others = [_halves(path)[1] for name, path in noises.items() if name != disc]
    cases = _cases(data / "dev" / "clean", half, others)
    figures = [
        _figures(weights, cases) for weights in (template.entry.path, training / JUDGE / KEPT)
    ]
    for kind, base in figures[0].items():
        yours = figures[1][kind]
        print(f"  {kind:14} base {base:6.2f} dB, yours {yours:6.2f} dB, {yours - base:+.2f}")
    gains = {kind: figures[1][kind] - base for kind, base in figures[0].items()}
    own_db = np.mean([gains[f"disc {snr_db:g} dB"] for snr_db in SNRS_DB])
    general_db = np.mean([gains[f"other {snr_db:g} dB"] for snr_db in SNRS_DB])
    print(f"  disc {own_db:+.2f} dB, other noise {general_db:+.2f} dB", flush=True)
    is_told = verdict.general.mean < -MOST_LOSS_DB
    return bool(own_db > 0.0 and (general_db >= -MOST_LOSS_DB or is_told))


def measure_cost(minutes: float, n_rounds: int, base: str) -> int:
    """Trainings that the window watches against those of the command line."""
    ratios, turns_ms = [], []
    for number in range(n_rounds):
        with tempfile.TemporaryDirectory(prefix="wizard") as folder:
            alone, watched, turn_ms = _costs(Path(folder), minutes, base, number % 2 == 1)
        ratios.append(watched / alone)
        turns_ms.append(turn_ms)
        print(
            f"command line {alone:.3f} steps/s, watched {watched:.3f}: {ratios[-1]:.3f} times; "
            f"longest turn {turn_ms:.0f} ms; load {os.getloadavg()[0]:.1f}",
            flush=True,
        )
    cost = 1.0 - statistics.median(ratios)
    print(json.dumps({"cost": round(cost, 4), "longest_turn_ms": round(max(turns_ms), 1)}))
    return int(cost >= MOST_COST or max(turns_ms) >= MOST_TURN_MS)


def measure_families() -> int:
    """Some steps of every model that ships; those that cannot be trained are told."""
    catalog, n_failed = load_catalog([paths.models()]), 0
    with tempfile.TemporaryDirectory(prefix="wizard") as name:
        folder = Path(name)
        for template in templates(catalog, paths.recipes()):
            entry = template.entry
            plan = _made_plan(folder, 10.0, entry.name, entry.tasks[0])
            half = template.recipe.training.half
            plan = plan.changed(budget=Budget(device="cpu", minutes=10.0, half=half))
            training = folder / entry.name
            save_plan(plan, training)
            ready = Ready(plan, training, catalog, paths.recipes())
            try:
                tried = MeasureJob(ready, folder / "cache").run()
                found = EstimateJob(ready, tried).run()
            except EngineError as error:
                n_failed += 1
                print(f"{entry.name}: {error}", flush=True)
                continue
            print(
                f"{entry.name} ({template.family}): {found.step_s:.2f} s a step of {found.batch}, "
                f"{found.steps} steps in 10 minutes, {found.memory_bytes / 1e9:.1f} GB",
                flush=True,
            )
    print(json.dumps({"models": len(catalog.entries), "failed": n_failed}))
    return int(n_failed > 0)


def _made_plan(folder: Path, minutes: float, base: str, task: str = "denoise") -> Plan:
    """A plan with music and noise that are made, in a folder where they may be already."""
    from hour.learning import make_music

    rng = np.random.default_rng(78)
    transfer, music = folder / "noise.wav", folder / "music"
    soundfile.write(transfer, 0.05 * rng.standard_normal(8 * RATE), RATE)
    if not music.exists():
        make_music(music)
    stretch = Stretch(str(transfer), 0.0, 8.0, "mark", is_taken=True)
    return Plan(
        page="run",
        reached="run",
        goal=Goal(task, base, name="mine", title="Mine"),
        music=Music((str(music),), is_permitted=True),
        noise=Noise((str(transfer),), (), (stretch,)),
        budget=Budget(device="cpu", minutes=minutes, half=True, preview_steps=20),
    )


def _costs(
    folder: Path, minutes: float, base: str, is_watched_first: bool
) -> tuple[float, float, float]:
    """Steps a second of both, and the longest turn of the window in milliseconds."""
    plan, training = _made_plan(folder, minutes, base), folder / "training"
    save_plan(plan, training)
    Ready(plan, training, load_catalog([paths.models()]), paths.recipes()).make()

    def alone() -> float:
        words = [str(training / "recipe.toml"), "-o", str(folder / "run"), "--data", str(training)]
        command = [sys.executable, "-m", "app", "train", *words, "--device", "cpu"]
        subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True)
        status = read_status(folder / "run")
        return status.step / status.seconds

    def watched() -> tuple[float, float]:
        program = Path(__file__).with_name("watching.py")
        command = [sys.executable, str(program), str(training)]
        told = subprocess.run(
            command,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": str(folder)},
            check=True,
            capture_output=True,
            text=True,
        )
        status = find(training)
        return status.step / status.seconds, float(told.stdout.split()[-1])

    if is_watched_first:
        pace, turn_ms = watched()
        return alone(), pace, turn_ms
    first = alone()
    return first, *watched()


def _halves(path: Path) -> tuple[Wave, Wave]:
    """Noise to learn from, and noise to judge by; mono."""
    samples, rate = soundfile.read(path, always_2d=True)
    assert rate == RATE
    mono = samples.mean(axis=1)
    return mono[: len(mono) // 2], mono[len(mono) // 2 :]


def _cases(folder: Path, disc: Wave, others: list[Wave]) -> list[Case]:
    cases = []
    for number, path in enumerate(sorted(folder.iterdir())):
        rng = np.random.default_rng(number)
        samples, _ = soundfile.read(path, always_2d=True)
        clean = samples.mean(axis=1)[RATE : RATE + round(CLIP_S * RATE)]
        clean *= 0.5 / np.abs(clean).max()
        cases.append(Case("clean", clean, clean))
        for kind, noise in (("disc", disc), ("other", others[number % len(others)])):
            piece = _looped(noise, len(clean), rng)
            for snr_db in SNRS_DB:
                gain = np.sqrt(np.sum(clean**2) / np.sum(piece**2) / 10 ** (snr_db / 10))
                cases.append(Case(f"{kind} {snr_db:g} dB", clean, clean + gain * piece))
    return cases


def _looped(noise: Wave, n_samples: int, rng: np.random.Generator) -> Wave:
    """Noise from a random place on, faded into itself where it is too short."""
    fade = round(FADE_S * RATE)
    up = np.linspace(0.0, 1.0, fade)
    noise = noise - noise.mean()
    made = noise
    while len(made) < n_samples + RATE:
        joint = made[-fade:] * (1.0 - up) + noise[:fade] * up
        made = np.concatenate([made[:-fade], joint, noise[fade:]])
    first = int(rng.integers(RATE))
    return made[first : first + n_samples]


def _figures(weights: Path, cases: list[Case]) -> dict[str, float]:
    """Mean SI-SDR gain by kind, dB; of clean music its SI-SDR."""
    from engine.models.restorer import Restorer
    from engine.models.weights import load_weights

    restorer = Restorer(load_weights(weights), "cpu")
    found: dict[str, list[float]] = {}
    for case in cases:
        audio = Audio(case.degraded.astype(np.float32)[None], RATE)
        made = restorer.restore(audio, slice(0, audio.n_samples)).samples[0].astype(np.float64)
        before_db = 0.0 if case.kind == "clean" else si_sdr_db(case.clean, case.degraded)
        found.setdefault(case.kind, []).append(si_sdr_db(case.clean, made) - before_db)
    return {kind: float(np.mean(values)) for kind, values in sorted(found.items())}


if __name__ == "__main__":
    sys.exit(main())
