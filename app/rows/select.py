"""The rows of the Select menu."""

from app import commands as do
from app import select_commands as select
from app import settings as keys
from app.action import Action, choices
from app.view_state import N_STORED
from app.widgets.selection_tools import BRUSH_SIZES, Tool

TOOLS = (
    (Tool.BOX, "&Rectangle", "E", "Drag a span of time and a band"),
    (Tool.TIME, "&Time", "T", "Drag a span of time, over all frequencies"),
    (Tool.BAND, "&Frequency", "F", "Drag a band, over the whole side"),
    (Tool.LASSO, "&Lasso", "W", "Draw around what is damaged"),
    (Tool.BRUSH, "&Brush", "D", "Draw over what is damaged"),
)

ROWS: tuple[Action, ...] = (
    Action("select_all", "&All", "Select", select.select_all, ("Ctrl+A",),
           "Select the whole side", do.has_document),
    Action("select_none", "Clear the Se&lection", "Select", select.select_none, ("Ctrl+Shift+A",),
           "Select nothing; a step then works on the whole side", do.has_selection),
    Action("select_visible", "Select What Is &Visible", "Select", select.select_visible,
           ("Ctrl+Shift+V",), "Select what is on the screen", do.has_document),
    Action("select_invert", "&Invert", "Select", select.invert, ("Ctrl+Shift+I",),
           "Select all that is not selected", do.has_document),
    *(Action(f"tool_{tool.value}", text, "Select/T&ool", select.choose_tool(tool), (key,), tip,
             checked=select.is_tool(tool), group=1, icon=f"tool_{tool.value}")
      for tool, text, key, tip in TOOLS),
    *choices("brush", "Br&ush Size", keys.brush_size,
             {size: f"{size} pixels" for size in BRUSH_SIZES}, menu="Select"),
    Action("lock", "Loc&k", "Select", select.toggle_lock, ("Ctrl+L",),
           "Hold the selection, so that no click undoes a careful one",
           do.has_selection, select.is_locked, group=1),
    *(Action(f"store_{n + 1}", f"Place &{n + 1}", "Select/&Put Aside", select.store(n),
             (f"Ctrl+Shift+{n + 1}",), f"Keep the selection in place {n + 1}", do.has_selection,
             group=1)
      for n in range(N_STORED)),
    *(Action(f"recall_{n + 1}", f"Place &{n + 1}", "Select/&Bring Back", select.recall(n),
             (f"Ctrl+{n + 1}",), f"Select what was put aside in place {n + 1}",
             select.has_stored(n), group=1)
      for n in range(N_STORED)),
    Action("copy_bounds", "Copy the Bounds", "Select", select.copy_bounds,
           tip="Put times and frequencies of the selection on the clipboard, as text",
           enabled=do.has_selection, group=1),
    Action("edge_start", "&Start at the Playhead", "Select", select.start_at_playhead, ("[",),
           "Move the start of the selection to the playhead", do.has_document, group=2),
    Action("edge_stop", "S&top at the Playhead", "Select", select.stop_at_playhead, ("]",),
           "Move the stop of the selection to the playhead", do.has_document, group=2),
    Action("select_to_start", "Start to Play&head", "Select", select.to_start, ("Shift+Home",),
           "Select all before the playhead", do.has_document, group=2),
    Action("select_to_end", "Pla&yhead to End", "Select", select.to_end, ("Shift+End",),
           "Select all after the playhead", do.has_document, group=2),
    Action("snap_zero", "Edges to &Zero Crossings", "Select", select.snap_to_zero, ("Z",),
           "Move both edges to where the sound goes through zero", select.can_snap, group=2),
    Action("snap_events", "Edg&es to Events", "Select", select.snap_to_events, (),
           "Move the start to where an event begins, and the stop to where one ends",
           select.can_snap_to_events, group=2),
    Action("snap_turns", "Edges to Tu&rns", "Select", select.snap_to_turns, (),
           "Move both edges to where the nearest turns of the disc begin",
           select.can_snap_to_turns, group=2),
    Action("toggle_band", "Limit to a &Band", "Select", select.toggle_band, ("Q",),
           "Select some or all frequencies", do.has_selection, select.has_band, group=2),
)  # fmt: skip
