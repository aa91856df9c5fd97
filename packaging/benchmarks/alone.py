"""Speed and memory of one method, in a process of its own; imported by quality.py.

Memory is what the system has seen a process hold at most, which of a program is asked while it
runs, fifty times a second: of what `getrusage` tells, part is the memory of whoever started it.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from time import perf_counter

import numpy as np

from benchmarks.contenders import contenders
from benchmarks.damages import CLEAN, DAMAGES, Shelf
from benchmarks.kept import Figures
from benchmarks.model_sets import Case
from engine.equipment import Equipment

N_CLIPS, WARM_S, LOOK_S = 3, 2.0, 0.02
PROGRAM = Path(__file__).with_name("quality.py")


def measure(words: Sequence[str], damage: str, name: str) -> Figures:
    """Have another process run a contender, and read what it tells."""
    command = [sys.executable, str(PROGRAM), *words, "--alone", damage, name]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    told: Figures = json.loads(done.stdout.splitlines()[-1])
    return told


def run(shelf: Shelf, equipment: Equipment, damage: str, name: str) -> Figures:
    """Time a contender here on half a minute, and tell the most memory there was.

    A program that is slow gets one clip: adeclip of ffmpeg is not done with three in ten minutes.
    """
    wanted = CLEAN if damage == CLEAN.name else DAMAGES[damage]
    each = next(each for each in contenders(wanted, equipment) if each.name == name)
    cases = shelf.cases(wanted)[: 1 if each.is_program and each.is_slow else N_CLIPS]
    whole = cases[0] if cases[0].gaps else joined(cases)
    if not each.is_program:
        each.way([shortened(whole)])
    watch = Watch()
    with watch:
        clock = perf_counter()
        each.way([whole])
        took_s = perf_counter() - clock
    played_s = len(whole.clean) / whole.rate
    return {
        "times_real_time": played_s / max(took_s, 1e-9),
        "memory_mb": watch.most_mb if each.is_program else _highest_mb("self"),
    }


def joined(cases: Sequence[Case]) -> Case:
    """Cases without gaps after one another, as one."""
    return replace(
        cases[0],
        clean=np.concatenate([case.clean for case in cases]),
        degraded=np.concatenate([case.degraded for case in cases]),
    )


def shortened(case: Case) -> Case:
    """The first seconds of a case; all of it where it has gaps."""
    if case.gaps:
        return case
    stop = round(WARM_S * case.rate)
    return replace(case, clean=case.clean[:stop], degraded=case.degraded[:stop])


class Watch:
    """Looks at the memory of the programs that this process starts."""

    def __init__(self) -> None:
        self.most_mb = 0.0
        self._is_over = Event()
        self._thread = Thread(target=self._look, daemon=True)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _look(self) -> None:
        own = Path("/proc/self/cmdline").read_bytes()
        while not self._is_over.wait(LOOK_S):
            for pid in _children():
                self.most_mb = max(self.most_mb, _memory_mb(pid, own))


def _children() -> list[str]:
    found = []
    for each in Path("/proc/self/task").glob("*/children"):
        found += each.read_text().split()
    return found


def _memory_mb(pid: str, own: bytes) -> float:
    """Highest resident memory of a process; 0 for one that is gone, or not yet a program."""
    try:
        if Path(f"/proc/{pid}/cmdline").read_bytes() in (own, b""):
            return 0.0
        return _highest_mb(pid)
    except OSError:
        return 0.0


def _highest_mb(pid: str) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    most = next((line for line in lines if line.startswith("VmHWM")), "VmHWM: 0 kB")
    return int(most.split()[1]) / 1024
