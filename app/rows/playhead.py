"""The rows of the Playhead menu, below Listen."""

from app import commands as do
from app import playhead_commands as playhead
from app.action import Action

MENU = "Listen/Pla&yhead"

ROWS: tuple[Action, ...] = (
    *(Action(name, text, MENU, playhead.step(pixels), (key,), tip, do.has_document, group=1,
             repeats=True)
      for name, text, key, tip, pixels in (
          ("step_back", "A Pixel &Back", "Left", "Playhead back by a pixel", -1),
          ("step_on", "A Pixel &On", "Right", "Playhead on by a pixel", 1),
          ("leap_back", "&Ten Pixels Back", "Shift+Left", "Playhead back by ten pixels",
           -playhead.WIDE_STEP),
          ("leap_on", "Ten &Pixels On", "Shift+Right", "Playhead on by ten pixels",
           playhead.WIDE_STEP))),
    *(Action(name, text, MENU, playhead.go_to_edge(step), (key,), tip, do.has_document, group=2,
             repeats=True)
      for name, text, key, tip, step in (
          ("edge_back", "To the Edge Be&fore", "Ctrl+Left",
           "Playhead to the edge before of what is selected, noise or an event", -1),
          ("edge_on", "To the &Next Edge", "Ctrl+Right",
           "Playhead to the next edge of what is selected, noise or an event", 1))),
)  # fmt: skip
