"""The rows of the Marks menu, of markers in the File menu, and of snapping to marks."""

from app import commands as do
from app import mark_commands as marks
from app import select_commands as select
from app.action import Action

ROWS: tuple[Action, ...] = (
    Action("add_marker", "Set a &Marker", "Marks", marks.add_marker, ("M",),
           "A marker at the playhead, or over the selection; while playing, where it plays",
           do.has_document),
    Action("mark_noise", "Mark as Groove &Noise", "Marks", select.mark_noise, ("Shift+P",),
           "Tell that the selection holds groove noise only and no music: denoising learns from it",
           do.has_selection, short="Mark as noise"),
    Action("find_noise", "&Find Groove Noise", "Marks", marks.find_noise,
           tip="Select the quietest stretch, to be heard and marked; never one that is music",
           enabled=do.has_document),
    Action("mark_music", "Mark as M&usic", "Marks", marks.mark_music, ("Shift+M",),
           "Tell that the selection is wanted as it is: it is never taken for noise",
           do.has_selection),
    Action("clear_noise", "Take the Noise Marks A&way", "Marks", select.clear_noise,
           tip="No span is marked as noise any more", enabled=select.has_noise),
    Action("mark_next", "Ne&xt Mark", "Marks", marks.step(1), (".",),
           "Playhead to the next mark", marks.has_marks, group=1, repeats=True),
    Action("mark_previous", "&Previous Mark", "Marks", marks.step(-1), (",",),
           "Playhead to the mark before", marks.has_marks, group=1, repeats=True),
    Action("select_between", "Select &Between Markers", "Marks", marks.select_between,
           ("Shift+B",), "Select from the marker before the playhead to the one after it",
           marks.has_marks, group=1),
    Action("mark_go", "&Go To", "Marks", marks.go_to,
           tip="Playhead to the mark that is chosen", enabled=marks.has_current, group=2),
    Action("mark_play", "P&lay From Here", "Marks", marks.play_from,
           tip="Play from the mark that is chosen", enabled=marks.has_current, group=2),
    Action("mark_select", "&Select the Stretch", "Marks", marks.select_mark,
           tip="Select what the chosen mark spans", enabled=marks.is_stretch, group=2),
    Action("mark_learn", "L&earn Noise From Here", "Marks", marks.learn_here,
           tip="Denoising learns from the chosen stretch of noise, and from no other",
           enabled=marks.is_noise, group=2),
    Action("mark_rename", "&Rename", "Marks", marks.rename, ("Shift+F2",),
           "Give the chosen mark another name", marks.has_current, group=2),
    Action("mark_delete", "&Delete", "Marks", marks.delete, ("Ctrl+Del",),
           "Take the chosen mark away; undo brings it back", marks.has_current, group=2),
)  # fmt: skip

FILE_ROWS: tuple[Action, ...] = (
    Action("import_marks", "I&mport Markers…", "File/&Markers", marks.import_marks,
           tip="Add markers from labels as Audacity writes them, or from the cue points of a WAV "
           "file", enabled=do.has_document, group=2),
    Action("take_cues", "&Take the Cue Points of the Transfer", "File/&Markers", marks.take_cues,
           tip="Add the cue points that the file brought; the file and its export keep their own",
           enabled=marks.has_cues, group=2),
    Action("export_marks", "&Export Markers…", "File/&Markers", marks.export_marks,
           tip="Write all marks as labels, a text file that Audacity reads",
           enabled=marks.has_marks, group=2),
)  # fmt: skip

SELECT_ROWS: tuple[Action, ...] = (
    Action("snap_marks", "Edges to &Marks", "Select", marks.snap_to_marks, (),
           "Move both edges to the nearest marks", marks.can_snap_to_marks, group=2),
)  # fmt: skip

CONTEXT = (
    "mark_go",
    "mark_play",
    "mark_select",
    "",
    "mark_rename",
    "mark_learn",
    "",
    "mark_delete",
)
"""What stands in the menu at a mark; an empty name is a line."""
