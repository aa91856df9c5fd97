"""What the actions of the review do: functions of the desk."""

from collections.abc import Callable

from app import settings as keys
from app.desk import Desk
from engine.event import Decision


def can_go(desk: Desk) -> bool:
    """Whether there are events to go to."""
    return desk.review.can_go


def can_decide(desk: Desk) -> bool:
    """Whether there is something to decide on."""
    return desk.review.can_decide


def can_play_around(desk: Desk) -> bool:
    """Whether an event or anything else is selected."""
    return desk.session.view_state.selection is not None


def go(step: int) -> Callable[[Desk], None]:
    """Go to the next event, or with -1 to the one before."""
    return lambda desk: desk.review.go(step)


def decide(decision: Decision) -> Callable[[Desk], None]:
    """Decide on the chosen events."""
    return lambda desk: desk.review.decide(decision)


def play_around(desk: Desk) -> None:
    """Hear the event with what is around it."""
    desk.review.play_around()


def toggle_advance(desk: Desk) -> None:
    """Go on to the next event after a decision, or stay."""
    settings = desk.session.settings
    settings.set(keys.review_advance, not settings.get(keys.review_advance))
