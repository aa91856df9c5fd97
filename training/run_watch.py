"""Run watch: what a trainer does beside its steps: holds its folder, tells how it does, obeys.

Both cost a step next to nothing: the status is written once a second, and wishes are looked for
four times a second.
"""

import math
import os
import time
from collections import deque
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from engine.errors import EngineError, StorageError
from engine.progress import Cancelled, Progress
from engine.storage.lock import Held, Lock, read_holder, take_lock
from training import run_control, run_status
from training.run_status import RunStatus

if TYPE_CHECKING:
    from training.run import Run
    from training.workers import Workers

_TELL_S, _LOOK_S = 1.0, 0.25
_PACE_S = 30.0
"""The pace is that of the steps of this long."""
_GRAIN_S = 0.05
"""Times of files are as coarse as this."""
_WISHES = ("", *run_control.WISHES)
_ENDINGS = {
    run_control.PAUSE: run_status.PAUSED,
    run_control.KEEP_BEST: run_status.STOPPED,
    run_control.STOP: run_status.STOPPED,
}


class RunWatch:
    """Of one trainer, from before it loads anything to its end.

    wish: what was asked of it, once it was.
    """

    def __init__(self, folder: Path, progress: Progress) -> None:
        """Take the folder of a run, which is there.

        Raises:
            StorageError: another trainer is at work in it, or it cannot be written.
        """
        self._folder, self._progress = folder, progress
        began_s = time.time()
        self._lock: Lock | None = _taken(folder)
        self.wish = ""
        self._run: Run | None = None
        self._paces: deque[tuple[float, int]] = deque()
        self._told_s = self._looked_s = -math.inf
        self._last = RunStatus(run_status.PREPARING, pid=os.getpid())
        run_control.forget(folder, before_s=began_s - _GRAIN_S)
        run_status.keep_room(folder)
        run_status.write_status(folder, replace(self._last, told_s=time.time()))

    def __call__(self, fraction: float, message: str = "") -> None:
        """Take a report; raises Cancelled once somebody has asked for an end."""
        now_s = time.monotonic()
        if now_s - self._told_s >= _TELL_S:
            self._told_s = now_s
            self._tell(fraction, message)
        self._obey(now_s)
        self._progress(fraction, message)

    def follow(self, run: "Run") -> None:
        """From now on tell of the steps of a run."""
        self._run = run
        self._told_s = -math.inf

    def end(self, state: str, sentence: str = "") -> None:
        """Say the last word and give the folder back."""
        if self._lock is None:
            return
        self._last = replace(self._status(self._last.share), state=state, sentence=sentence)
        if state == run_status.DONE:
            self._last = replace(self._last, share=1.0, left_s=0.0)
        self._last = replace(self._last, note="", told_s=time.time())
        run_control.forget(self._folder)
        run_status.write_last_status(self._folder, self._last)
        self._lock.close()
        self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Say how it ended; what is no wish and no error is a job that is done."""
        if error is None or isinstance(error, Cancelled | KeyboardInterrupt):
            unasked = run_status.DONE if error is None else run_status.PAUSED
            self.end(_ENDINGS.get(self.wish, unasked))
        elif isinstance(error, EngineError):
            self.end(run_status.FAILED, str(error))
        else:
            self.end(run_status.FAILED, f"the training stopped by a defect of Runout: {error!r}")

    def _tell(self, fraction: float, message: str) -> None:
        self._last = replace(self._status(fraction), note=message, told_s=time.time())
        run_status.write_status(self._folder, self._last)

    def _status(self, fraction: float) -> RunStatus:
        run = self._run
        if run is None:
            return replace(self._last, share=0.0)
        spent = run.spent
        best = spent.best if math.isfinite(spent.best) else None
        losses = {name: total / max(1, spent.n_summed) for name, total in spent.sums.items()}
        left_s = spent.seconds / fraction * (1.0 - fraction) if spent.step and fraction else None
        return replace(
            self._last,
            state=run_status.TRAINING,
            step=spent.step,
            max_steps=run.recipe.training.max_steps,
            share=fraction,
            seconds=round(spent.seconds, 2),
            steps_per_s=self._pace(spent.step),
            left_s=left_s,
            losses=losses or self._last.losses,
            figures=dict(run.figures),
            base=dict(spent.base),
            figure=run.family.best,
            best=best,
            best_step=spent.best_step,
            rollbacks=spent.rollbacks,
            device=str(run.workers.device),
        )

    def _pace(self, step: int) -> float:
        """Steps per second of late."""
        now_s = time.monotonic()
        self._paces.append((now_s, step))
        while len(self._paces) > 2 and now_s - self._paces[0][0] > _PACE_S:
            self._paces.popleft()
        first_s, first = self._paces[0]
        return max(0.0, (step - first) / (now_s - first_s)) if now_s > first_s else 0.0

    def _obey(self, now_s: float) -> None:
        workers = None if self._run is None else self._run.workers
        if workers is None or workers.size == 1:
            if now_s - self._looked_s < _LOOK_S:
                return
            self._looked_s = now_s
            wish = run_control.asked(self._folder)
        else:
            wish = _agreed(workers, run_control.asked(self._folder))
        if wish:
            self.wish = wish
            run_control.forget(self._folder)
            raise Cancelled


class RunFollower:
    """What the other processes of a training have in the place of its watch: they do alike.

    wish: what was asked of the first process, once it was.
    """

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._workers: Workers | None = None
        self.wish = ""

    def __call__(self, fraction: float, message: str = "") -> None:
        """Take a report; raises Cancelled once somebody has asked the first process for an end."""
        if self._workers is not None:
            wish = _agreed(self._workers, "")
            if wish:
                self.wish = wish
                raise Cancelled
        self._progress(fraction, message)

    def follow(self, run: "Run") -> None:
        """From now on go by what the first process says after each step."""
        self._workers = run.workers

    def end(self, state: str, sentence: str = "") -> None:
        """The first process says it."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """There is nothing to give back."""


def _agreed(workers: "Workers", wish: str) -> str:
    """The wish that the first process has found."""
    return _WISHES[int(workers.agreed(float(_WISHES.index(wish))))]


def _taken(folder: Path) -> Lock:
    try:
        return take_lock(folder)
    except Held:
        holder = read_holder(folder)
        who = f" by {holder}" if holder else ""
        raise StorageError(
            f"{folder} is being trained in already{who}; wait until it is done, pause it, or name "
            "another folder"
        ) from None
    except OSError as error:
        raise StorageError(f"{folder} cannot be written: {error.strerror or error}") from error
