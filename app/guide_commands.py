"""What the entry of the guide does."""

from app import settings as keys
from app.desk import Desk
from app.help.chapters import anchors
from engine.tasks import TASKS

ON_PRESETS = "tasks.md#presets"


def show(desk: Desk) -> None:
    """Show what the guide says on what the inspector shows; else where it was left."""
    is_on = desk.session.document is not None and desk.docks.is_shown("inspector")
    desk.help.show(place_of(desk.session.settings.get(keys.operation)) if is_on else "")


def place_of(operation: str) -> str:
    """The section on a `preset:NAME` or a `task:NAME`; empty for anything else."""
    kind, _, name = operation.partition(":")
    if kind == "preset":
        return ON_PRESETS
    return f"tasks.md#{anchors([TASKS[name].title])[0]}" if name in TASKS else ""
