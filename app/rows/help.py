"""The rows of the Help menu."""

from app import commands as do
from app import dialog_commands as dialogs
from app import guide_commands as guide
from app.action import Action

ROWS: tuple[Action, ...] = (
    Action("guide", "&User Guide", "Help", guide.show, ("F1",),
           "The guide, at the section on what the inspector shows, or where it was left"),
    Action("keys", "&Keys and Mouse", "Help", dialogs.show_keys, ("F2",),
           "Every key and every gesture"),
    Action("first_steps", "&First Steps…", "Help", dialogs.show_first_steps,
           tip="Sound, computing, who works and where: the cards of the first start"),
    Action("copy_diagnostics", "Copy &Diagnostics", "Help", do.copy_diagnostics,
           tip="Versions, system and settings, to send with a report", group=1),
    Action("open_log", "Open the &Log Folder", "Help", do.open_log_folder,
           tip="Where Runout writes what went wrong", group=1),
    Action("about", "&About Runout", "Help", do.show_about, group=2),
)  # fmt: skip
