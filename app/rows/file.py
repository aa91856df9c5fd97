"""The rows of the File menu."""

from app import commands as do
from app import dialog_commands as dialogs
from app import saving
from app.action import Action

ROWS: tuple[Action, ...] = (
    Action("open", "&Open Transfer…", "File", do.choose_file, ("Ctrl+O",),
           "Open a recording; it is only ever read", icon="open"),
    Action("open_project", "Open &Project…", "File", saving.choose_project, ("Ctrl+Shift+O",),
           "Open a project with its whole history"),
    Action("open_demo", "Open the &Demo Side", "File", do.open_demo,
           tip="A short side to try things on"),
    Action("save_project", "&Save Project…", "File", saving.save_project, ("Ctrl+S",),
           "Keep the whole history in a folder, to go on later", saving.can_save, group=1),
    Action("save_project_as", "Save Project &As…", "File", saving.save_project_as,
           ("Ctrl+Shift+S",), "Go on in another folder", saving.can_save, group=1),
    Action("clean_up", "Project Si&ze and Clean Up…", "File", saving.clean_up,
           tip="How large the project is, and what of it can go", enabled=saving.can_clean_up,
           group=1),
    Action("project_info", "Project &Info…", "File", dialogs.show_project_info,
           tip="Where the project lies, what it was made of, and how large it is",
           enabled=dialogs.has_project, group=1),
    Action("export", "&Export…", "File", do.export, ("Ctrl+Shift+E",),
           "Write the restored copy beside the source", do.has_document, group=2),
    Action("export_removed", "Export Re&moved…", "File", do.export_removed,
           tip="Write the restored copy, and what was taken out of it as a file of its own",
           enabled=do.has_document, group=2),
    Action("export_report", "Export Repor&t…", "File", do.export_report,
           tip="Write the restored copy, and a report of every setting and measurement",
           enabled=do.has_document, group=2),
    Action("damaged_copy", "Ma&ke a Damaged Copy…", "File", dialogs.make_damaged_copy,
           tip="Write a copy with clicks, noise or other damage, to try things on or to teach",
           enabled=dialogs.can_damage, group=2),
    Action("batch", "&Batch…", "File", do.show_batch, ("Ctrl+Shift+B",),
           "Restore many files at once: drop them and come back later", group=3),
    Action("close", "&Close", "File", do.close, ("Ctrl+W",),
           "Close the recording", do.has_document, group=4),
    Action("quit", "&Quit", "File", do.quit_, ("Ctrl+Q",), group=4),
)  # fmt: skip
