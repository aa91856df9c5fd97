"""The rows of the Select menu."""

from app import commands as do
from app import select_commands as select
from app.action import Action

ROWS: tuple[Action, ...] = (
    Action("select_all", "&All", "Select", select.select_all, ("Ctrl+A",),
           "Select the whole side", do.has_document),
    Action("select_none", "Clear the Se&lection", "Select", select.select_none, ("Ctrl+Shift+A",),
           "Select nothing; a step then works on the whole side", do.has_selection),
    Action("select_visible", "&Visible Span", "Select", select.select_visible, ("Ctrl+Shift+V",),
           "Select what is on the screen", do.has_document),
    Action("edge_start", "&Start at the Playhead", "Select", select.start_at_playhead, ("[",),
           "Move the start of the selection to the playhead", do.has_document, group=1),
    Action("edge_stop", "S&top at the Playhead", "Select", select.stop_at_playhead, ("]",),
           "Move the stop of the selection to the playhead", do.has_document, group=1),
    Action("toggle_band", "Limit to a &Band", "Select", select.toggle_band, ("Q",),
           "Select some or all frequencies", do.has_selection, select.has_band, group=2),
    Action("mark_noise", "&Mark as Noise", "Select", select.mark_noise, ("Shift+P",),
           "Tell that the selection holds groove noise only and no music",
           do.has_selection, group=3),
    Action("clear_noise", "Take the Noise Mark A&way", "Select", select.clear_noise,
           tip="No span is marked as noise any more", enabled=select.has_noise, group=3),
)  # fmt: skip
