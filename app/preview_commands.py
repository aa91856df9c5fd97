"""What the actions of the preview do: functions of the desk."""

from app.desk import Desk


def toggle(desk: Desk) -> None:
    """Turn the preview on or off."""
    desk.inspector.operation.preview.toggle()


def render(desk: Desk) -> None:
    """Render one that is too slow to follow its settings."""
    desk.inspector.operation.preview.render()


def is_on(desk: Desk) -> bool:
    """Whether there is a preview."""
    return desk.inspector.operation.preview.is_on


def can_turn(desk: Desk) -> bool:
    """Whether there is one, or can be."""
    return desk.inspector.operation.preview.can_turn


def can_render(desk: Desk) -> bool:
    """Whether one waits to be asked for."""
    return desk.inspector.operation.preview.can_render
