"""Every restoration task, by name; all in here appear in panel, menu, presets and CLI."""

from engine.tasks.base import Restored, Task
from engine.tasks.denoise import Denoise
from engine.tasks.gain import Gain

TASKS: dict[str, type[Task]] = {task.name: task for task in (Denoise, Gain)}

__all__ = ["TASKS", "Restored", "Task"]
