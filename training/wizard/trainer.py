"""Trainer of a training: `runout train` as a process of its own, which outlives the window.

It belongs to a session of its own, so that neither the end of the window nor Ctrl+C in a terminal
reaches it, and computes behind everything else. What it does is told by its folder, see
training.run_status; whoever looks there finds it, whoever has started it.
"""

import contextlib
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from engine.errors import StorageError
from training.run_control import KEEP_BEST, PAUSE, STOP, ask, forget
from training.run_folder import CHECKPOINT
from training.run_status import RUNNING, RunStatus, read_status
from training.wizard.plan import RECIPE, RUN, Budget

LOG = "trainer.log"
NICENESS = 10
_LOG_LIMIT = 4000
_PROGRAM = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, eq=False)
class Trainer:
    """A trainer that this process has started.

    Attributes:
        run: folder of its run.
        process: it.
        started_s: when, in seconds since 1970.
    """

    run: Path
    process: "subprocess.Popen[bytes]"
    started_s: float

    @property
    def is_alive(self) -> bool:
        """Whether it has not ended."""
        return self.process.poll() is None

    def last_words(self) -> str:
        """What it said last, for one that ended before it could tell through its folder."""
        try:
            said = (self.run / LOG).read_bytes()[-_LOG_LIMIT:].decode("utf-8", "replace")
        except OSError:
            return ""
        return (said.strip().splitlines() or [""])[-1].strip()


def start_trainer(folder: Path, budget: Budget) -> Trainer:
    """Start a trainer, or have one go on where the last one ended.

    Args:
        folder: of the training; the recipe is there.
        budget: device, threads and minutes.

    Raises:
        StorageError: a trainer is at work there, or nothing can be written or started.
    """
    run, started_s = folder / RUN, time.time()
    if read_status(run).condition == RUNNING:
        raise StorageError(f"{folder.name} is being trained already; wait until it is done")
    try:
        run.mkdir(parents=True, exist_ok=True)
        forget(run)
        with (run / LOG).open("wb") as log:
            process = _started(_words(folder, budget), folder, log.fileno(), budget.threads)
    except OSError as error:
        raise StorageError(
            f"the trainer of {folder.name} cannot be started: {error.strerror or error}"
        ) from error
    return Trainer(run, process, started_s)


def find(folder: Path) -> RunStatus:
    """How the run of a training stands, whoever has started it."""
    return read_status(folder / RUN)


def has_checkpoint(folder: Path) -> bool:
    """Whether a run can go on from somewhere."""
    return (folder / RUN / CHECKPOINT).is_file()


def pause(folder: Path) -> None:
    """Have the trainer write a checkpoint and end, which frees its memory.

    Raises:
        StorageError: the folder cannot be written.
    """
    ask(folder / RUN, PAUSE)


def stop(folder: Path, keep_best: bool = False) -> None:
    """Have the trainer end, after it has judged its weights once more if the best is wanted.

    Raises:
        StorageError: the folder cannot be written.
    """
    ask(folder / RUN, KEEP_BEST if keep_best else STOP)


def _words(folder: Path, budget: Budget) -> list[str]:
    """The command line."""
    program = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "app"]
    words = ["train", str(folder / RECIPE), "-o", str(folder / RUN), "--data", str(folder)]
    words += ["--resume", "--device", budget.device, "--threads", str(budget.threads)]
    return [*program, *words, "--max-minutes", f"{budget.minutes:g}"]


def _started(words: list[str], folder: Path, log: int, threads: int) -> "subprocess.Popen[bytes]":
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    if threads:
        environment["OMP_NUM_THREADS"] = str(threads)
    if not getattr(sys, "frozen", False):
        paths = [str(_PROGRAM), *filter(None, [environment.get("PYTHONPATH", "")])]
        environment["PYTHONPATH"] = os.pathsep.join(paths)
    if sys.platform == "win32":
        flags = (
            subprocess.CREATE_NO_WINDOW
            | subprocess.CREATE_NEW_PROCESS_GROUP
            | subprocess.BELOW_NORMAL_PRIORITY_CLASS
        )
        return subprocess.Popen(
            words, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            creationflags=flags,
        )  # fmt: skip
    process = subprocess.Popen(
        words, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        start_new_session=True,
    )  # fmt: skip
    # its threads, which do not run yet, take it over; no code of ours runs between fork and exec,
    # where it could hang in a program that has threads
    with contextlib.suppress(OSError):  # it has just ended
        os.setpriority(os.PRIO_PROCESS, process.pid, NICENESS)
    return process
