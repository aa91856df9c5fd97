"""Kills, pauses and starves a trainer, and looks at what it leaves behind.

    .venv/bin/python packaging/benchmarks/trainer.py [--only kills] [--kills 12] [--seed 78]

kills     killed (SIGKILL) at random moments and gone on with: the curve must be that of a run that
          was never stopped, and no checkpoint may be unreadable
pauses    the same, asked to pause through its folder
status    while those run, the status is read a hundred times a second: never half a one
overhead  what telling and obeying add to the processor's time of a small step, as a ratio
disk      a disk that fills up to the last byte, and room again
faults    what else ends a training: one sentence each, no traceback

Exits with 1 when anything is missed.
"""

import argparse
import contextlib
import csv
import json
import math
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import soundfile
import torch

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))
sys.path.insert(0, str(REPOSITORY / "packaging"))

from benchmarks.full_disk import small_disk  # noqa: E402 - the repository is not installed
from engine.errors import EngineError  # noqa: E402
from engine.progress import Progress, ignore  # noqa: E402
from training.checkpoint import load_checkpoint  # noqa: E402
from training.config import read_recipe  # noqa: E402
from training.dataset import open_sides  # noqa: E402
from training.loop import train  # noqa: E402
from training.run import Run  # noqa: E402
from training.run_control import PAUSE, ask  # noqa: E402
from training.run_curve import CURVE  # noqa: E402
from training.run_folder import BEST, CHECKPOINT, prepare_folder  # noqa: E402
from training.run_status import KILLED, PAUSED, STATUS, read_status  # noqa: E402
from training.run_watch import RunWatch  # noqa: E402
from training.workers import Alone  # noqa: E402

RECIPE = """
name = "tiny"
[data]
clean = ["music"]
sample_rate = 8000
segment_samples = 4096
validation_share = 0.3
[[damage]]
name = "white_noise"
snr_db = [0.0, 20.0]
[network]
name = "light"
{start}
[network.config]
n_fft = 256
hop_length = 64
channels = [{channels}, 6]
time_dilations = [1]
bin_dilations = [1]
n_taps = 1
[training]
batch = 4
learning_rate = 5e-3
warm_up_steps = 2
max_steps = {steps}
validate_steps = 50
n_validation = 4
checkpoint_s = 0.4
preview_steps = {previews}
[family]
samples = {weight}
"""
STEPS = 800
AT_WORK_S = 4.0
"""A trainer is ended between its start and so long after its first step."""
LIMIT_S = 300.0
POLL_S = 0.01
MOST_OVERHEAD = 1.05


class Trained:
    """A folder of music and recipes, and trainers that are started in it."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        (folder / "music").mkdir()
        rng = np.random.default_rng(seed)
        time_s = np.arange(4 * 8000) / 8000
        for number in range(4):
            tones = [np.sin(2 * np.pi * rng.uniform(100, 1500) * time_s) for _ in range(4)]
            samples = 0.1 * sum(tones) * np.exp(-((time_s * 3) % 1.0))
            soundfile.write(folder / "music" / f"piece{number}.wav", samples, 8000)
        self.recipe = self.write("tiny")

    def write(
        self, name: str, steps: int = STEPS, weight: float = 0.5, channels: int = 4,
        start: str = "", previews: int = 200,
    ) -> Path:  # fmt: skip
        """Write a recipe."""
        path = self.folder / f"{name}.toml"
        path.write_text(
            RECIPE.format(
                steps=steps, weight=weight, channels=channels, start=start, previews=previews
            )
        )
        return path

    def start(self, run: Path, recipe: Path | None = None) -> "subprocess.Popen[str]":
        """Start a trainer, or have one go on."""
        words = [
            sys.executable,
            "-m",
            "app",
            "train",
            str(recipe or self.recipe),
            "-o",
            str(run),
            "--data",
            str(self.folder),
            "--device",
            "cpu",
            "--threads",
            "1",
            "--resume",
        ]
        environment = {**os.environ, "HOME": str(self.folder), "OMP_NUM_THREADS": "1",
                       "XDG_CACHE_HOME": str(self.folder / "cache")}  # fmt: skip
        return subprocess.Popen(
            words, cwd=REPOSITORY, env=environment, text=True, stderr=subprocess.PIPE
        )

    def finish(self, run: Path, recipe: Path | None = None) -> tuple[int, str]:
        """Run a trainer to its end: its exit code and the last line it said."""
        process = self.start(run, recipe)
        _, said = process.communicate(timeout=LIMIT_S)
        return process.returncode, (said.strip().splitlines() or [""])[-1].strip()


def curve(run: Path) -> list[dict[str, str]]:
    """The lines of a run, without the seconds."""
    with (run / CURVE).open() as lines:
        return [{k: v for k, v in row.items() if k != "seconds"} for row in csv.DictReader(lines)]


@contextlib.contextmanager
def polled(run: Path, counts: dict[str, int]) -> Iterator[None]:
    """Read the status a hundred times a second meanwhile."""
    is_over = threading.Event()

    def poll() -> None:
        while not is_over.wait(POLL_S):
            try:
                content = (run / STATUS).read_bytes()
            except FileNotFoundError:
                continue
            counts["reads"] += 1
            try:
                json.loads(content)
            except ValueError:
                counts["halves"] += 1

    thread = threading.Thread(target=poll)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def interrupted(
    made: Trained, run: Path, delays_s: Sequence[float], end: Callable[[Path, int], None]
) -> list[str]:
    """End a trainer after some times, then let it run on; what is wrong, in sentences."""
    wrong: list[str] = []
    steps: list[int] = []
    for number, delay_s in enumerate(delays_s):
        process = made.start(run)
        time.sleep(delay_s)
        if process.poll() is None:
            end(run, process.pid)
        process.communicate(timeout=LIMIT_S)
        if (run / CHECKPOINT).is_file():
            try:
                steps.append(load_checkpoint(run / CHECKPOINT)["spent"]["step"])
            except EngineError as error:
                wrong.append(f"after {number + 1}: {error}")
        found = read_status(run)
        if found.state and found.condition not in (KILLED, PAUSED, "ended"):
            wrong.append(f"after {number + 1} the folder tells: {found.condition}")
    print(f"| checkpoints after each, at step | {', '.join(map(str, steps))} |")
    if steps != sorted(steps):
        wrong.append("a checkpoint was older than the one before")
    code, said = made.finish(run)
    if code:
        wrong.append(f"it does not go on: {said}")
    return wrong


def kills_and_pauses(
    made: Trained, names: list[str], n_times: int, rng: random.Random
) -> list[str]:
    """Both ways of ending, against a run that was never ended."""
    wrong: list[str] = []
    whole, counts = made.folder / "whole", {"reads": 0, "halves": 0}
    with polled(whole, counts):
        ready_s = _seconds_to_first_step(made, whole)
    ends: dict[str, Callable[[Path, int], None]] = {
        "kills": lambda run, pid: os.kill(pid, signal.SIGKILL),
        "pauses": lambda run, pid: _pause(run),
    }
    for name in names:
        run = made.folder / name
        delays_s = [rng.uniform(0.3, ready_s + AT_WORK_S) for _ in range(n_times)]
        with polled(run, counts):
            found = interrupted(made, run, delays_s, ends[name])
        is_same = curve(run) == curve(whole)
        print(f"| {name}: {n_times}, then to the end | curve of {len(curve(run))} lines, the same: "
              f"{'yes' if is_same else 'no'} |")  # fmt: skip
        wrong += found if is_same else [*found, f"{name}: the curve is another one"]
    print(f"| status read while they ran | {counts['reads']} times, {counts['halves']} not whole |")
    return [*wrong, "a status was not whole"] if counts["halves"] else wrong


def _pause(run: Path) -> None:
    """Ask for it as a window does, which waits until somebody is there."""
    stop_s = time.monotonic() + LIMIT_S
    while not read_status(run).is_held and time.monotonic() < stop_s:
        time.sleep(POLL_S)
    ask(run, PAUSE)


def _seconds_to_first_step(made: Trained, run: Path) -> float:
    """Run a trainer to its end; how long it took until it began."""
    began_s, process = time.monotonic(), made.start(run)
    while not read_status(run).step and process.poll() is None:
        time.sleep(POLL_S)
    ready_s = time.monotonic() - began_s
    process.communicate(timeout=LIMIT_S)
    return ready_s


def overhead(made: Trained, n_rounds: int) -> list[str]:
    """Processor time of steps with a watch, over that of steps without, in turns."""
    torch.set_num_threads(1)
    path = made.write("short", steps=150, previews=0)
    recipe = read_recipe(path, made.folder).changed(validate_steps=1000, checkpoint_s=1000.0)
    sides = open_sides(recipe, made.folder, made.folder / "cache" / "short")

    def steps(folder: Path, progress: Progress) -> float:
        prepare_folder(path, folder, resume=False)
        run = Run.open(recipe, folder, Alone(torch.device("cpu")), made.folder)
        if isinstance(progress, RunWatch):
            progress.follow(run)
        began_s = time.process_time()
        train(run, sides, progress=progress)
        return time.process_time() - began_s

    without, watched = [], []
    for number in range(n_rounds):
        without.append(steps(made.folder / f"without{number}", ignore))
        folder = made.folder / f"watched{number}"
        folder.mkdir()
        with RunWatch(folder, ignore) as watch:
            watched.append(steps(folder, watch))
    ratio = min(watched) / min(without)
    step_ms = 1000.0 * min(without) / 150
    print(f"| overhead on a step of {step_ms:.1f} ms | {100.0 * (ratio - 1.0):+.1f} % |")
    return [] if ratio < MOST_OVERHEAD else [f"telling and obeying cost {ratio:.3f} of a step"]


def full_disk(made: Trained) -> list[str]:
    """A disk that fills up to the last byte; what is wrong, in sentences."""
    wrong = []
    with small_disk(made.folder, 8) as disk:
        if disk is None:
            print("| full disk | no small disk may be mounted here, so none was filled |")
            return []
        run, filler = disk / "run", disk / "filler"
        process = made.start(run)
        while not (run / CHECKPOINT).is_file() and process.poll() is None:
            time.sleep(0.05)
        with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(4096))
        process.communicate(timeout=LIMIT_S)
        status = read_status(run)
        print(f"| full disk | {status.state}: {status.sentence} |")
        if status.state != "failed" or "is full" not in status.sentence:
            wrong.append("a full disk is not told")
        load_checkpoint(run / CHECKPOINT)
        filler.unlink()
        code, said = made.finish(run)
        if code or curve(run)[-1]["step"] != str(STEPS):
            wrong.append(f"it does not go on once there is room: {said}")
        if (made.folder / "whole" / CURVE).is_file() and curve(run) != curve(made.folder / "whole"):
            wrong.append("full disk: the curve is another one")
    return wrong


def faults(made: Trained) -> list[str]:
    """What else ends a training: one sentence each."""
    wrong = []
    base = made.folder / "base.safetensors"
    first = made.write("first", steps=50)
    made.finish(made.folder / "first", first)
    base.write_bytes((made.folder / "first" / BEST).read_bytes())
    start = f'start = "{base.name}"\nsha256 = "{"0" * 64}"'
    wide = made.folder / "wide"
    made.finish(wide, made.write("narrow", steps=50))
    cases = {
        "a loss that is no number": (made.write("wild", weight=math.nan), made.folder / "wild"),
        "weights that have changed": (made.write("changed", start=start), made.folder / "changed"),
        "another network in the folder": (made.write("wider", channels=5), wide),
        "a damaged checkpoint": (first, made.folder / "first"),
    }
    (made.folder / "first" / CHECKPOINT).write_bytes(b"\x00" * 100)
    for name, (recipe, run) in cases.items():
        wrong += _one_sentence(made, name, recipe, run)
    for path in (made.folder / "music").iterdir():
        path.unlink()
    return wrong + _one_sentence(made, "no music", made.recipe, made.folder / "nothing")


def _one_sentence(made: Trained, name: str, recipe: Path, run: Path) -> list[str]:
    process = made.start(run, recipe)
    _, said = process.communicate(timeout=LIMIT_S)
    status = read_status(run)
    print(f"| {name} | {status.sentence} |")
    is_told = process.returncode == 1 and status.state == "failed" and bool(status.sentence)
    is_plain = "Traceback" not in said and "defect" not in status.sentence
    return [] if is_told and is_plain else [f"{name}: {said.strip()[-400:]}"]


def main() -> int:
    """Run what is asked for."""
    kinds = ("kills", "pauses", "overhead", "disk", "faults")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=kinds, action="append")
    parser.add_argument("--kills", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=78)
    asked = parser.parse_args()
    wanted = asked.only or kinds
    rng = random.Random(asked.seed)
    wrong: list[str] = []
    print("| what | found |\n|---|---|")
    with tempfile.TemporaryDirectory() as place:
        made = Trained(Path(place), asked.seed)
        if names := [name for name in ("kills", "pauses") if name in wanted]:
            wrong += kills_and_pauses(made, names, asked.kills, rng)
        if "overhead" in wanted:
            wrong += overhead(made, asked.rounds)
        if "disk" in wanted:
            wrong += full_disk(made)
        if "faults" in wanted:
            wrong += faults(made)
    for sentence in wrong:
        print(f"wrong: {sentence}")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
