"""Crew: who restores the sides of a batch; here, processes of this computer.

Each side is restored whole in one process. A process that dies takes its side with it and nothing
else; the next side gets a new one. Processes end with the one that started them, however that ends.
"""

import contextlib
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Protocol

from engine.jobs.run_side import run_side
from engine.jobs.side import Outcome, Side
from engine.memory import give_back
from engine.progress import Cancelled

TOLD_EVERY_S = 0.2


@dataclass(frozen=True)
class News:
    """How a side does. number: what the crew was told to call it.

    outcome: once it has ended.
    lost: why its process died, where it did; the side can be started again.
    """

    number: int
    fraction: float = 0.0
    outcome: Outcome | None = None
    lost: str = ""


class Crew(Protocol):
    """Restores some sides at once."""

    @property
    def size(self) -> int:
        """How many sides it is to be given at once."""

    @property
    def attempts(self) -> int:
        """How often a side is to be started whose process died."""

    def start(self, number: int, side: Side) -> None:
        """Begin a side; not more of them than `size`."""

    def wait(self, timeout_s: float) -> list[News]:
        """What has happened since, or within that time."""

    def stop(self) -> None:
        """Ask all that run to stop at once; they end as stopped."""

    def close(self) -> None:
        """End all processes."""


class _Worker:
    """A process and the line to it; `number` is the side it works on."""

    def __init__(self, n_threads: int, gpu: str | None) -> None:
        context = multiprocessing.get_context("spawn")
        self.line, theirs = context.Pipe()
        with _environment(n_threads, gpu):
            self.process: BaseProcess = context.Process(target=_serve, args=(theirs,), daemon=True)
            self.process.start()
        theirs.close()
        self.number: int | None = None

    def end(self) -> None:
        self.line.close()
        self.process.kill()
        self.process.join()


class LocalCrew:
    """Processes of this computer.

    size: how many sides at once, on the CPU.
    gpus: what CUDA calls the GPUs, one process for each, and none for the CPU alone.
    """

    attempts = 2

    def __init__(self, size: int = 1, gpus: Sequence[str] = ()) -> None:
        self._gpus: list[str | None] = list(gpus) or [None] * size
        self._n_threads = max(1, (os.cpu_count() or 1) // len(self._gpus))
        self._workers: list[_Worker | None] = [None] * len(self._gpus)

    @property
    def size(self) -> int:
        """How many sides it is to be given at once."""
        return len(self._gpus)

    def start(self, number: int, side: Side) -> None:
        """Begin a side in a process that is free, or a new one."""
        place = next(i for i, each in enumerate(self._workers) if each is None or _is_free(each))
        worker = self._workers[place]
        if worker is None or not worker.process.is_alive():
            if worker is not None:
                worker.end()
            worker = self._workers[place] = _Worker(self._n_threads, self._gpus[place])
        worker.number = number
        with contextlib.suppress(OSError):  # it has just died, which `wait` tells
            worker.line.send(side)

    def wait(self, timeout_s: float) -> list[News]:
        """What has happened since, or within that time."""
        busy = {each.line: each for each in self._at_work()}
        if not busy:
            time.sleep(timeout_s)
            return []
        news: list[News] = []
        for line in wait(list(busy), timeout_s):
            assert isinstance(line, Connection)
            news += self._heard(busy[line])
        return news

    def stop(self) -> None:
        """Ask all that run to stop at once; they end as stopped."""
        for each in self._at_work():
            with contextlib.suppress(OSError):
                each.line.send(None)

    def close(self) -> None:
        """End all processes."""
        for each in self._workers:
            if each is not None:
                each.end()
        self._workers = [None] * len(self._gpus)

    def _at_work(self) -> list[_Worker]:
        return [each for each in self._workers if each is not None and not _is_free(each)]

    def _heard(self, worker: _Worker) -> list[News]:
        """All that a process has said; only the last of how far it is."""
        number, told = worker.number, None
        assert number is not None
        try:
            while worker.line.poll():
                told = worker.line.recv()
                if isinstance(told, Outcome):
                    worker.number = None
                    return [News(number, 1.0, told)]
        except (EOFError, OSError):
            worker.process.join()
            worker.number = None
            return [News(number, lost=_why(worker.process.exitcode))]
        return [] if told is None else [News(number, float(told))]


def _is_free(worker: _Worker) -> bool:
    return worker.number is None


def _why(exit_code: int | None) -> str:
    if exit_code is not None and exit_code < 0:
        return f"was killed (signal {-exit_code}), as happens when memory runs out"
    return f"ended with code {exit_code}, which is a fault of Runout"


@contextlib.contextmanager
def _environment(n_threads: int, gpu: str | None) -> Iterator[None]:
    """What a process finds when torch loads in it: as many threads as are its share."""
    wanted = {"OMP_NUM_THREADS": str(n_threads), "OMP_WAIT_POLICY": "PASSIVE"}
    wanted["MKL_NUM_THREADS"] = "1"  # with more the last bits tell how many there were
    if gpu is not None:
        wanted["CUDA_VISIBLE_DEVICES"] = gpu
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _serve(line: Connection) -> None:
    """What a process does: one side after the other, until nobody is there any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one who started it says when to stop
    threading.Thread(target=_end_with_parent, daemon=True).start()
    while True:
        try:
            side = line.recv()
        except (EOFError, OSError):
            return
        if side is not None:
            line.send(run_side(side, _Teller(line)))
            give_back()


def _end_with_parent() -> None:
    """End at once when the process that started this one has; nobody would take the result."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os._exit(1)


class _Teller:
    """Tells over the line how far a side is; whatever comes the other way means stop."""

    def __init__(self, line: Connection) -> None:
        self._line = line
        self._told_s = 0.0
        self._is_stopped = False

    def __call__(self, fraction: float, message: str = "") -> None:
        now = time.monotonic()
        if now - self._told_s < TOLD_EVERY_S and not self._is_stopped:
            return
        self._told_s = now
        if self._is_stopped or self._line.poll():
            self._is_stopped = True
            raise Cancelled
        self._line.send(fraction)
