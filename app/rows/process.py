"""The rows of the Process menu."""

from app import commands as do
from app import dialog_commands as dialogs
from app import preview_commands as preview
from app.action import Action
from engine.tasks import TASKS

AT_SELECTION = (
    ("inpaint", "&Inpaint the Selection", ("Del",),
     "Fill what is selected with what is around it, with the settings Inpaint had last"),
    ("denoise", "De&noise the Selection", (),
     "Take the noise of what is selected down, with the settings Denoise had last"),
    ("declick", "Declic&k the Selection", (),
     "Repair the clicks in what is selected, with the settings Declick had last"),
)  # fmt: skip

ROWS: tuple[Action, ...] = (
    Action("groove_modes", "Compare &Groove Modes…", "Process", dialogs.compare_grooves,
           tip="Both walls of a mono disc as one channel: each way with its noise, and to be heard",
           enabled=dialogs.can_compare_grooves),
    Action("find_speed", "&Find the Speed…", "Process", dialogs.find_speed,
           tip="How fast the disc turned, measured from clicks that return once a turn",
           enabled=dialogs.can_find_speed),
    *(Action(f"task_{name}", f"{task.title}…", "Process", do.choose_task(name),
             tip=(task.__doc__ or "").splitlines()[0], enabled=do.has_document, group=1)
      for name, task in TASKS.items()),
    Action("run", "&Run", "Process", do.run, ("R",),
           "Run what the inspector shows, on the selection or the whole side",
           do.can_run, group=2),
    Action("preview", "Pre&view", "Process", preview.toggle, ("V",),
           "Loop a few seconds through the settings of the inspector while you move them; nothing "
           "is done until you run it", preview.can_turn, preview.is_on, group=2),
    Action("preview_render", "Render the Previe&w", "Process", preview.render, ("Shift+V",),
           "Render one preview of a step that is too slow to follow its settings",
           preview.can_render, group=2),
    Action("repeat", "Repeat &Last", "Process", do.repeat_last, ("Ctrl+R",),
           "The last operation with the same settings, on what is selected now",
           do.can_repeat, group=2),
    *(Action(f"run_{name}", text, "Process", do.run_task(name), keys, tip, do.can_run_here,
             group=2)
      for name, text, keys, tip in AT_SELECTION),
    Action("put_back", "Put Back the &Original", "Process", do.put_back,
           tip="What is selected becomes what it was before all operations, sample for sample",
           enabled=do.can_put_back, group=2),
    Action("cancel", "&Cancel", "Process", do.cancel, ("Esc",),
           "Stop the job, else the preview; else select nothing, and once nothing is, stop playing",
           do.can_cancel, group=2),
)  # fmt: skip
