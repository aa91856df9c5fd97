"""What the actions of candidates do: functions of the desk."""

from collections.abc import Callable

from app.desk import Desk
from engine.errors import SettingsError


def can_try(desk: Desk) -> bool:
    """Whether what was done last can be done in another way now."""
    return desk.candidates.can_try


def can_step(desk: Desk) -> bool:
    """Whether there are several candidates, and no job is built upon the one at the head."""
    return desk.candidates.count > 1 and not desk.session.is_busy


def can_go(index: int) -> Callable[[Desk], bool]:
    """Whether there is such a candidate beside others."""
    return lambda desk: can_step(desk) and index < desk.candidates.count


def is_current(index: int) -> Callable[[Desk], bool]:
    """Whether this candidate is the one at the head."""
    return lambda desk: desk.candidates.count > 1 and desk.candidates.current == index


def try_another(desk: Desk) -> None:
    """Do what the inspector shows in place of what was done last."""
    try:
        tasks = desk.inspector.operation.tasks()
    except SettingsError as error:
        desk.session.failed.emit(str(error))
        return
    desk.candidates.try_another(desk.inspector.title, tasks)


def step(by: int) -> Callable[[Desk], None]:
    """Hear the next candidate, or with -1 the one before."""
    return lambda desk: desk.candidates.step(by)


def go_to(index: int) -> Callable[[Desk], None]:
    """Hear a candidate."""
    return lambda desk: desk.candidates.go_to(index)
