"""PreviewJob: what tasks would make of a few seconds, to be heard before anything is done.

Of a single task that works in place the samples are those of the whole run, bit for bit. Where
several follow one another each sees what the one before made of a wider stretch; but what a later
one learns of the whole recording, it learns from one that is restored in that stretch alone.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime

from engine.equipment import Equipment
from engine.errors import SettingsError
from engine.jobs.restore import NOTHING, restore
from engine.progress import Progress, ignore, part
from engine.project import Operation, Patch, State
from engine.region import Region
from engine.tasks import LocalTask, Task


@dataclass(frozen=True, eq=False)
class Previewed:
    """A state that differs from the one at the head in samples [start, stop) alone.

    token: that of the job.
    seconds: how long it took.
    """

    state: State
    start: int
    stop: int
    token: int
    seconds: float


@dataclass(frozen=True, eq=False)
class PreviewJob:
    """Tasks on regions (none: all of it), of which samples [start, stop) alone are made.

    token: tells which settings it was asked with.
    """

    title: str
    state: State
    tasks: tuple[Task, ...]
    regions: tuple[Region, ...]
    start: int
    stop: int
    token: int
    equipment: Equipment = NOTHING

    def run(self, progress: Progress = ignore) -> Previewed:
        """Make them; nothing is kept on disk.

        Raises:
            EngineError: a setting does not fit the recording, or a task makes all of it anew.
            Cancelled: progress said so.
        """
        clock = time.perf_counter()
        state, rate, tasks = self.state, self.state.sample_rate, _local(self.tasks)
        for index, task in enumerate(tasks):
            rim = round(rate * sum(_sees_s(later) for later in tasks[index + 1 :]))
            wanted = slice(max(0, self.start - rim), min(state.n_samples, self.stop + rim))
            share = part(progress, index / len(tasks), (index + 1) / len(tasks))
            operation = restore(state, task, self.regions, share, self.equipment, wanted)
            state = state.with_operation(operation)
        samples = state.read(self.start, self.stop).samples
        patch = Patch(self.start, samples)
        made = Operation(
            task=tasks[-1],
            title=self.title,
            regions=self.regions,
            patches=(patch,),
            events=(),
            changed=0,
            outside_changed=0,
            started=datetime.now(UTC),
            seconds=0.0,
        )
        progress(1.0)
        shown = self.state.with_operation(made)
        return Previewed(shown, self.start, self.stop, self.token, time.perf_counter() - clock)


def _local(tasks: tuple[Task, ...]) -> tuple[LocalTask, ...]:
    found = tuple(task for task in tasks if isinstance(task, LocalTask))
    if len(found) < len(tasks) or not found:
        other = next((task.title for task in tasks if not isinstance(task, LocalTask)), "nothing")
        raise SettingsError(f"{other} makes the whole recording anew and has no preview; run it")
    return found


def _sees_s(task: LocalTask) -> float:
    reach = task.reach()
    return reach.context_s + reach.join_s
