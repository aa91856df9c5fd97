"""TrialJob: how long a step takes here and what it needs, measured before a training is begun.

The trial is a process of its own: its memory is that of the training alone and is given back with
it, and a system that ends it for want of memory does not end the window.
"""

import multiprocessing
import os
import shutil
import signal
import tempfile
import threading
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path

from engine.device import CPU, free_bytes
from engine.errors import DeviceError, EngineError, StorageError
from engine.progress import Progress, ignore
from training.wizard.estimate import Ground, Tried
from training.wizard.plan import RECIPE, Budget
from training.wizard.trainer import NICENESS
from training.wizard.trial_run import Measured, Trial, measure

_PART = ".trial-"
_WAIT_S = 0.1


@dataclass(frozen=True, eq=False)
class TrialJob:
    """Tries the recipe in the folder of a training.

    Attributes:
        folder: of the training.
        budget: device and threads.
        cache: where decoded recordings are kept.
    """

    folder: Path
    budget: Budget
    cache: Path
    title: str = "Measuring a few steps"

    def run(self, progress: Progress = ignore) -> Tried:
        """Try it.

        Raises:
            EngineError: it cannot be trained; the sentence says why.
            Cancelled: progress said so.
        """
        _remove_parts(self.folder)
        free = free_bytes(CPU)
        try:
            output = Path(tempfile.mkdtemp(prefix=_PART, dir=self.folder))
        except OSError as error:
            raise StorageError(
                f"{self.folder} cannot be written: {error.strerror or error}"
            ) from error
        try:
            trial = Trial(
                self.folder / RECIPE, self.folder, output, self.cache, self.budget.device,
                self.budget.threads,
            )  # fmt: skip
            measured = _measured(trial, free, progress)
        finally:
            shutil.rmtree(output, ignore_errors=True)
        return Tried(measured, Ground(self.folder, self.cache, free))


def _measured(trial: Trial, free: int, progress: Progress) -> Measured:
    """Have another process measure."""
    context = multiprocessing.get_context("spawn")
    line, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, trial), daemon=True)
    process.start()
    theirs.close()
    fraction, message = 0.0, "starting"
    try:
        while True:
            progress(fraction, message)
            if not line.poll(_WAIT_S):
                continue
            told = line.recv()
            if isinstance(told, Measured):
                return told
            if isinstance(told, EngineError):
                raise told
            fraction, message = told
    except (EOFError, ConnectionError):
        raise DeviceError(
            f"the trial was ended by the system with {free / 1e9:.1f} GB of memory free, as "
            "happens when that runs out; choose a smaller batch, or close other programs"
        ) from None
    finally:
        line.close()
        process.kill()
        process.join()


def _serve(line: Connection, trial: Trial) -> None:
    """What the other process does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one who started it says when to stop
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(NICENESS)

    def tell(fraction: float, message: str = "") -> None:
        line.send((fraction, message))

    try:
        line.send(measure(trial, tell))
    except EngineError as error:
        line.send(type(error)(str(error)))


def _end_with_parent() -> None:
    """End at once when the process that started this one has; nobody would take the result."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os._exit(1)


def _remove_parts(folder: Path) -> None:
    """Remove what trials that were killed have left."""
    for path in folder.glob(f"{_PART}*"):
        shutil.rmtree(path, ignore_errors=True)
