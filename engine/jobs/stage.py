"""Stages: whole recordings made by tasks that change length or channels."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np

from engine.audio import Audio, MemoryRecording, Recording, Samples
from engine.errors import EngineError, SettingsError
from engine.mapped import let_go
from engine.progress import Progress, ignore, part
from engine.project import Operation, State
from engine.region import Region
from engine.spool import Spool
from engine.tasks import StageTask
from engine.tasks.base import Shape

MEMORY_BYTES = 128 * 2**20
"""Stages that need more than this lie on disk."""
_FIT_SHARE = 0.2


def make_stage(
    state: State, task: StageTask, regions: Sequence[Region], progress: Progress = ignore
) -> Operation:
    """Run a stage task on the whole of a state and return the operation that holds its stage.

    Raises:
        SettingsError: regions were named, or the task cannot work on such a recording.
        StorageError: the disk of the temporary folder is full.
        Cancelled: progress said so.
    """
    if regions:
        raise SettingsError(
            f"{task.name} changes the whole recording and takes no region; "
            "run it without a selection"
        )
    started, clock = datetime.now(UTC), time.perf_counter()
    fitted = task.fit(state, part(progress, 0.0, _FIT_SHARE))
    stage = _filled(fitted, state, fitted.shape(state), part(progress, _FIT_SHARE, 1.0))
    return Operation(
        task=task,
        title=task.title,
        regions=(),
        patches=(),
        events=(),
        changed=stage.n_samples * stage.n_channels,
        outside_changed=0,
        started=started,
        seconds=time.perf_counter() - clock,
        notes=fitted.notes(),
        stage=stage,
    )


def _filled(task: StageTask, state: State, shape: Shape, progress: Progress) -> Recording:
    samples = _room(shape)
    done = 0
    for block in task.blocks(state, progress):
        length = block.shape[1]
        assert block.shape[0] == shape.n_channels, (task.name, block.shape)
        assert done + length <= shape.n_samples, (task.name, done + length, shape)
        if not np.isfinite(block).all():
            raise EngineError(
                f"{task.name} made samples that are not numbers, so its result was thrown away; "
                "try other settings"
            )
        samples[:, done : done + length] = block
        let_go([samples])
        done += length
    assert done == shape.n_samples, (task.name, done, shape)
    return MemoryRecording(Audio(samples, shape.sample_rate))


def _room(shape: Shape) -> Samples:
    """Zeros to be written over, in memory or on disk."""
    size = (shape.n_channels, shape.n_samples)
    if 4 * shape.n_channels * shape.n_samples <= MEMORY_BYTES:
        return np.zeros(size, np.float32)
    return Spool().room(size)
