"""The turns that the views mark: by a speed that was chosen, or by what the history tells."""

from app import settings as keys
from app.document import Document
from app.session import Session
from engine.tasks.speed import Speed
from engine.turns import SPEEDS_RPM, Turns

SETTINGS = (keys.show_turns, keys.turn_rpm, keys.turn_phase_s)


def known_rpm(document: Document | None) -> float | None:
    """How fast the disc turns in the recording as it is now, where a Speed step tells."""
    operations = document.state.operations if document is not None else ()
    speeds = [each.task for each in operations if isinstance(each.task, Speed)]
    return speeds[-1].to_rpm if speeds and speeds[-1].by == "rpm" else None


def rpm_of(session: Session) -> float:
    """How fast the disc is taken to turn."""
    return session.settings.get(keys.turn_rpm) or known_rpm(session.document) or SPEEDS_RPM[0]


def turns_of(session: Session) -> Turns | None:
    """The turns to be marked, if any are."""
    if not session.settings.get(keys.show_turns) or session.document is None:
        return None
    return Turns(rpm_of(session), session.settings.get(keys.turn_phase_s))
