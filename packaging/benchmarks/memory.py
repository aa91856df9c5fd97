"""An hour of music through every method on the command line: how much memory that takes.

    .venv/bin/python packaging/benchmarks/memory.py [--channels N] [--minutes N] [--cap MINUTES]
                                                    [--only TASK[:METHOD] ...]

Makes a file of an hour at 44.1 kHz and 16 bits (the demo side over and over, with noise, at four
levels, one of them clipped) and restores it by every task in TASKS with every method that it has a
model for; what is added later comes in by itself. The restoring is a process of its own; the figure
is the highest resident memory of it and its children together, looked at ten times a second, files
that are mapped included.

A method that takes longer than --cap minutes is stopped. Its row says how far it had come by its
own progress, and how much higher its peak was in the second half of that time than in the first:
what works piece by piece takes no more for the hundredth piece. It is then run to the end on 3 s
in the middle of the same file, which goes through the same reading, measuring, writing and report;
a task that fills a region has no other run, and one that takes none is given --cap four times. The
greatest peak is held against the limit.

Exits with 1 when anything exceeds 2 GB or fails.
"""

import argparse
import contextlib
import os
import pty
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import numpy as np
import soundfile

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from app.paths import models  # noqa: E402 - the repository is not installed
from engine.catalog_file import load_catalog  # noqa: E402
from engine.tasks import TASKS  # noqa: E402

RATE, LIMIT_MB = 44100, 2000.0
LEVELS = (0.3, 0.9, 0.6, 3.0)
CLIPPED_AT = 0.9
LOOK_S = 0.1
EXCERPT_S, LONGER = 3.0, 4.0
GAPS_S = {"auto": 0.08, "ar": 0.08}
GAP_S = 1.0
SETTINGS = {"speed": ("from_rpm = 80.0",), "gain": ("gain_db = -3.0",)}
"""What has to be said for a task to do anything."""


@dataclass(frozen=True)
class Case:
    """A task with a method, "" where it has but one."""

    task: str
    method: str

    def __str__(self) -> str:
        return f"{self.task} {self.method}".strip()

    @property
    def preset(self) -> str:
        """A preset of it alone."""
        method = (f'method = "{self.method}"',) if self.method else ()
        lines = ('title = "One"', "[[task]]", f'name = "{self.task}"', *method)
        return "\n".join((*lines, *SETTINGS.get(self.task, ()))) + "\n"


@dataclass(frozen=True)
class Taken:
    """What a run took.

    Attributes:
        peak_mb: highest resident memory.
        growth_mb: by how much the peak of the second half of the time is above that of the first.
        seconds: of the run.
        share: of the work that was done, 1 when it came to its end.
        failed: what it said when it failed.
    """

    peak_mb: float
    growth_mb: float
    seconds: float
    share: float
    failed: str = ""


def cases() -> Iterator[Case]:
    """Every task with every method that can be run with the models that ship."""
    catalog = load_catalog([models()])
    for name, task in TASKS.items():
        method = next((each for each in task.params() if each.name == "method"), None)
        missing = task.missing_methods(catalog) if method else ()
        for each in method.choices if method else ("",):
            if each not in missing:
                yield Case(name, each)


def make(path: Path, seconds: float, n_channels: int) -> None:
    """Write the music over and over."""
    demo = ROOT / "resources" / "demo" / "air_1920.flac"
    music, rate = soundfile.read(demo, 30 * RATE, dtype="float32", always_2d=True)
    assert rate == RATE, demo
    rng = np.random.default_rng(78)
    left, number = round(seconds * RATE), 0
    with soundfile.SoundFile(path, "w", RATE, n_channels, "PCM_16") as file:
        while left > 0:
            block = LEVELS[number % len(LEVELS)] * music[:left, :1]
            block = np.concatenate([np.roll(block, 7 * each) for each in range(n_channels)], axis=1)
            block += 0.003 * rng.standard_normal(block.shape, np.float32)
            file.write(np.clip(block, -CLIPPED_AT, CLIPPED_AT))
            left, number = left - len(block), number + 1


def family(first: int) -> Iterator[int]:
    """A process and all that came of it."""
    yield first
    with contextlib.suppress(OSError):
        for thread in (Path("/proc") / str(first) / "task").iterdir():
            for child in (thread / "children").read_text().split():
                yield from family(int(child))


def resident_mb(first: int) -> float:
    """Resident memory of a process and all that came of it."""
    total = 0
    for process in family(first):
        with contextlib.suppress(OSError):
            pages = (Path("/proc") / str(process) / "statm").read_text().split()[1]
            total += int(pages) * os.sysconf("SC_PAGE_SIZE")
    return total / 1e6


def run(source: Path, case: Case, region: str, cap_s: float) -> Taken:
    """Restore a file in a process of its own; its progress bar wants a terminal."""
    preset, target = source.with_name("one.toml"), source.with_name("restored.wav")
    preset.write_text(case.preset, "utf-8")
    command = [sys.executable, "-m", "app", "restore", str(source), "-o", str(target)]
    command += ["--preset", str(preset), "--overwrite", "--device", "cpu"]
    if region:
        command += ["--region", region]
    mine, its = pty.openpty()
    began = monotonic()
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=its
    )
    os.close(its)
    os.set_blocking(mine, False)
    told, seen = b"", []
    while process.poll() is None:
        sleep(LOOK_S)
        seen.append((monotonic() - began, resident_mb(process.pid)))
        with contextlib.suppress(OSError):
            told = (told + os.read(mine, 65536))[-65536:]
        if monotonic() - began > cap_s:
            process.send_signal(signal.SIGINT)
            process.wait()
    with contextlib.suppress(OSError):
        told += os.read(mine, 65536)
    os.close(mine)
    target.unlink(missing_ok=True)
    return taken(seen, process.returncode, told.decode(errors="replace"), cap_s)


def taken(seen: Sequence[tuple[float, float]], code: int, said: str, cap_s: float) -> Taken:
    """What was seen of a run, by its exit code and what it said."""
    seconds = seen[-1][0]
    halves = [
        max((mb for at, mb in seen if (at > seconds / 2) == is_late), default=0.0)
        for is_late in (False, True)
    ]
    is_stopped = seconds > cap_s
    percent = re.findall(r"(\d+)%", said)
    share = int(percent[-1]) / 100 if is_stopped and percent else 1.0
    failed = "" if code == 0 or is_stopped else said.strip().splitlines()[-1]
    return Taken(max(halves), halves[1] - halves[0], seconds, share, failed)


def measure(source: Path, case: Case, minutes: float, cap_s: float) -> str:
    """Print a row; returns what is wrong."""
    task, middle_s = TASKS[case.task], 30.0 * minutes
    excerpt_s = GAPS_S.get(case.method, GAP_S) if task.needs_region else EXCERPT_S
    region = f"{middle_s}-{middle_s + excerpt_s}" if task.takes_region else ""
    runs = [] if task.needs_region else [run(source, case, "", cap_s)]
    how = [f"{excerpt_s:g} s filled"] if task.needs_region else [told(runs[0], minutes)]
    if not runs or runs[0].share < 1.0:
        runs.append(run(source, case, region, LONGER * cap_s))
        if not task.needs_region:
            how.append(f"{f'{excerpt_s:g} s' if region else 'all'}: {runs[1].peak_mb:.0f} MB")
    peak_mb = max(each.peak_mb for each in runs)
    wrong = next((each.failed for each in runs if each.failed), "")
    if not wrong and runs[-1].share < 1.0:
        wrong = "did not come to its end"
    if not wrong and peak_mb > LIMIT_MB:
        wrong = f"more than {LIMIT_MB:g} MB"
    print(f"| `{case}` | {peak_mb:.0f} | {'; '.join(how)} | {wrong or 'kept'} |", flush=True)
    return f"{case}: {wrong}" if wrong else ""


def told(whole: Taken, minutes: float) -> str:
    """How a run of the whole file went."""
    if whole.share < 1.0:
        return f"{100 * whole.share:.0f} %, later {whole.growth_mb:+.0f} MB"
    return f"whole, {60 * minutes / whole.seconds:.0f} x"


def main() -> int:
    """Make the file, restore it by all methods."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--channels", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--cap", type=float, default=3.0, help="minutes for a run")
    parser.add_argument("--only", nargs="*", default=(), metavar="TASK[:METHOD]")
    parser.add_argument("--folder", type=Path, help="where the file is made; deleted after")
    asked = parser.parse_args()
    wanted = [
        case
        for case in cases()
        if not asked.only or {case.task, f"{case.task}:{case.method}"} & set(asked.only)
    ]
    with tempfile.TemporaryDirectory(prefix="runout-memory-", dir=asked.folder) as name:
        source = Path(name) / "hour.wav"
        make(source, 60 * asked.minutes, asked.channels)
        print(f"{asked.minutes:g} min, {asked.channels} channels, 44.1 kHz\n")
        print("| method | MB | run | |\n|---|---|---|---|")
        missed = [
            wrong
            for case in wanted
            if (wrong := measure(source, case, asked.minutes, 60 * asked.cap))
        ]
    for sentence in missed:
        print(f"MISSED: {sentence}", file=sys.stderr)
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
