"""The rows of the Review menu."""

from app import review_commands as review
from app import settings as keys
from app import view_commands as view
from app.action import Action, choices
from engine.event import Decision

ROWS: tuple[Action, ...] = (
    Action("event_next", "&Next Event", "Review", review.go(1), ("N",),
           "Go to the next event of the list and select it", review.can_go),
    Action("event_previous", "&Previous Event", "Review", review.go(-1), ("Shift+N",),
           "Go to the event before", review.can_go),
    Action("play_around", "Play A&round", "Review", review.play_around, ("P",),
           "Hear the event, or the selection, and what is around it; how much is set under Listen",
           review.can_play_around),
    Action("accept", "&Accept", "Review", review.decide(Decision.ACCEPTED), ("A",),
           "The repair of the event is right", review.can_decide, group=1),
    Action("reject", "Re&ject", "Review", review.decide(Decision.REJECTED), ("X",),
           "The event is no damage: put the original samples back", review.can_decide, group=1),
    Action("revert", "Re&vert", "Review", review.decide(Decision.REVERTED), ("Shift+X",),
           "The event is damage, but its repair is worse: put the original back",
           review.can_decide, group=1),
    Action("reopen", "Re&open", "Review", review.decide(Decision.PENDING), ("Shift+A",),
           "Decide nothing on the event: its repair is in force again",
           review.can_decide, group=1),
    *choices("order", "Revie&w Order", keys.review_order,
              {"time": "By &time", "-removed": "&Most removed first",
               "confidence": "&Least sure first"}, group=2, menu="Review"),
    Action("review_advance", "&Go On After a Decision", "Review", review.toggle_advance,
           tip="A decision goes on to the next event that is still to be decided on",
           checked=view.is_chosen(keys.review_advance, value=True), group=2),
)  # fmt: skip
