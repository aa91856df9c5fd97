"""The rows of the Edit menu."""

from app import commands as do
from app.action import Action

ROWS: tuple[Action, ...] = (
    Action("undo", "&Undo", "Edit", do.undo, ("Ctrl+Z",),
           "Take the last operation back; nothing is computed anew", do.can_undo, icon="undo"),
    Action("redo", "&Redo", "Edit", do.redo, ("Ctrl+Shift+Z", "Ctrl+Y"),
           "Put the next operation in force again", do.can_redo, icon="redo"),
)  # fmt: skip
