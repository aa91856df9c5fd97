"""Every restoration task, by name; all in here appear in panel, menu, presets and CLI."""

from engine.tasks.base import LocalTask, Restored, StageTask, Task
from engine.tasks.declick import Declick
from engine.tasks.declip import Declip
from engine.tasks.decrackle import Decrackle
from engine.tasks.dehum import Dehum
from engine.tasks.denoise import Denoise
from engine.tasks.dereverb import Dereverb
from engine.tasks.extend import Extend
from engine.tasks.gain import Gain
from engine.tasks.groove import Groove
from engine.tasks.inpaint import Inpaint
from engine.tasks.normalise import Normalise
from engine.tasks.replay_eq import ReplayEq
from engine.tasks.rumble import Rumble
from engine.tasks.speed import Speed

TASKS: dict[str, type[Task]] = {
    task.name: task
    for task in (
        Groove,
        Speed,
        Declip,
        Declick,
        Decrackle,
        Inpaint,
        Dehum,
        Denoise,
        Dereverb,
        Extend,
        ReplayEq,
        Rumble,
        Gain,
        Normalise,
    )
}
"""In the order a side is best restored in: what the stylus met, damage, noise, tone, level."""

__all__ = ["TASKS", "LocalTask", "Restored", "StageTask", "Task"]
