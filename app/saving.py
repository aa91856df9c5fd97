"""What the actions on projects do: functions of the desk."""

from app.desk import Desk


def can_save(desk: Desk) -> bool:
    """Whether there is something to save as a project, and no job that would add to it."""
    return desk.session.document is not None and not desk.session.is_busy


def can_clean_up(desk: Desk) -> bool:
    """Whether a project is open in which anything can be deleted."""
    document = desk.session.document
    return document is not None and document.folder is not None and not desk.session.is_busy


def choose_project(desk: Desk) -> None:
    """Ask for a project."""
    chosen = desk.projects.choose_project()
    if chosen is not None:
        desk.open(chosen)


def save_project(desk: Desk) -> None:
    """Save, and ask for a name if there is none yet."""
    desk.projects.save()


def save_project_as(desk: Desk) -> None:
    """Ask for another name and go on there."""
    desk.projects.save_as()


def clean_up(desk: Desk) -> None:
    """Tell how large the project is, and delete what is left aside if that is wanted."""
    desk.projects.clean_up()
