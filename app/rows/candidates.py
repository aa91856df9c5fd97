"""The rows of the Candidates menu, below Process."""

from app import candidate_commands as candidates
from app.action import Action

MENU = "Process/Candi&dates"
LETTERS = "ABCD"

ROWS: tuple[Action, ...] = (
    Action("try_another", "&Try Another", MENU, candidates.try_another, ("Ctrl+Shift+R",),
           "Do what the inspector shows in place of the last run and on the same region; what was "
           "done before stays as another candidate", candidates.can_try, group=3),
    Action("candidate_next", "&Next Candidate", MENU, candidates.step(1), ("Alt+Right",),
           "Hear and keep the next attempt at the same region", candidates.can_step, group=4),
    Action("candidate_previous", "&Previous Candidate", MENU, candidates.step(-1), ("Alt+Left",),
           "Hear and keep the attempt before", candidates.can_step, group=4),
    *(Action(f"candidate_{number}", f"Candidate &{letter}", MENU, candidates.go_to(number - 1),
             (f"Alt+{number}",), "Hear and keep this attempt; the others stay in the history",
             candidates.can_go(number - 1), candidates.is_current(number - 1), group=5)
      for number, letter in enumerate(LETTERS, 1)),
)  # fmt: skip
