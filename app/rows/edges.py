"""The rows of the Edges menu, below Select: the selection moved and resized by keys."""

from app import commands as do
from app import edge_commands as edges
from app import select_commands as select
from app.action import Action
from app.view_state import N_STORED
from app.widgets.selection_box import Edge
from app.widgets.selection_tools import Joining

MENU = "Select/Ed&ges"
_TIME = "; where nothing is selected, begin at the playhead"
_BAND = "; the first press limits the selection to a band"
JOINS = (
    ("add", Joining.ADD, "A&dd to a Place", "I",
     "What was put aside in place {n} and the selection"),
    ("take", Joining.TAKE, "Take &from a Place", "O",
     "What was put aside in place {n} without the selection"),
)  # fmt: skip

ROWS: tuple[Action, ...] = (
    *(Action(name, text, MENU, edges.move_edge(edge, step), (key,), tip + _TIME,
             edges.can_move_edge, group=2, repeats=True)
      for name, text, key, tip, edge, step in (
          ("start_earlier", "&Start Earlier", "G", "Grow the selection to the left",
           Edge.START, -1),
          ("start_later", "S&tart Later", "H", "Shrink the selection from the left",
           Edge.START, 1),
          ("stop_earlier", "St&op Earlier", "J", "Shrink the selection from the right",
           Edge.STOP, -1),
          ("stop_later", "Sto&p Later", "K", "Grow the selection to the right", Edge.STOP, 1))),
    *(Action(name, text, MENU, edges.move_selection(step), (key,), tip, do.has_selection,
             group=3, repeats=True)
      for name, text, key, tip, step in (
          ("selection_earlier", "Move &Earlier", "Ctrl+Shift+Left",
           "Move what is selected to the left", -1),
          ("selection_later", "Move &Later", "Ctrl+Shift+Right",
           "Move what is selected to the right", 1))),
    *(Action(name, text, MENU, edges.move_band_edge(edge, step), (key,), tip + _BAND,
             select.can_snap, group=4, repeats=True)
      for name, text, key, tip, edge, step in (
          ("top_higher", "&Upper Edge Higher", "Shift+Up", "Grow the band upwards",
           Edge.HIGH, 1),
          ("top_lower", "Uppe&r Edge Lower", "Shift+Down", "Shrink the band from above",
           Edge.HIGH, -1),
          ("bottom_higher", "Lower Edge &Higher", "Ctrl+Up", "Shrink the band from below",
           Edge.LOW, 1),
          ("bottom_lower", "Lower Edge Lo&wer", "Ctrl+Down", "Grow the band downwards",
           Edge.LOW, -1))),
    *(Action(name, text, MENU, edges.move_band(step), (key,), tip + _BAND, select.can_snap,
             group=5, repeats=True)
      for name, text, key, tip, step in (
          ("band_higher", "Band H&igher", "Up", "Move the band up by a quarter tone", 1),
          ("band_lower", "&Band Lower", "Down", "Move the band down by a quarter tone", -1))),
    Action("selection_numbers", "Selection in &Numbers", "Select", edges.type_selection, ("S",),
           "Type when the selection starts and stops, and its band", do.has_document, group=2),
    *(Action(f"{name}_{n + 1}", f"Place &{n + 1}", f"Select/{title}", edges.join_stored(n, how),
             () if n else (key,), tip.format(n=n + 1), edges.can_join(n), group=2)
      for name, how, title, key, tip in JOINS for n in range(N_STORED)),
)  # fmt: skip
