"""The rows of the Edit menu."""

from app import commands as do
from app import dialog_commands as dialogs
from app.action import Action

ROWS: tuple[Action, ...] = (
    Action("undo", "&Undo", "Edit", do.undo, ("Ctrl+Z",),
           "Take the last operation back; nothing is computed anew", do.can_undo, icon="undo",
           repeats=True),
    Action("redo", "&Redo", "Edit", do.redo, ("Ctrl+Shift+Z", "Ctrl+Y"),
           "Put the next operation in force again", do.can_redo, icon="redo",
           repeats=True),
    Action("preferences", "&Preferences…", "Edit", dialogs.show_preferences, ("Ctrl+,",),
           "Theme, devices, export, cache: every choice is in force at once", group=2),
)  # fmt: skip
