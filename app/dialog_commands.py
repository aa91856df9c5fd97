"""What the actions that open dialogs do: functions of the desk, which is the window."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from app.desk import Desk
from app.dialogs.groove import GrooveDialog
from app.dialogs.key_reference import FIXED, KeyReference
from app.dialogs.preferences import PreferencesDialog
from app.dialogs.project_info import ProjectInfoDialog
from app.dialogs.speed import SpeedDialog
from app.panels.first_steps import FirstStepsDialog
from engine.audio_file import AudioFile


def show_preferences(desk: Desk) -> None:
    """Show what is remembered between runs."""
    _show(PreferencesDialog(desk.session, _window(desk), desk.bindings))


def show_keys(desk: Desk) -> None:
    """Show every key and every gesture."""
    _show(KeyReference([*desk.menus.told_keys(), *FIXED], _window(desk)))


def show_first_steps(desk: Desk) -> None:
    """Show the cards of the first start again."""
    _show(FirstStepsDialog(desk.session, _window(desk)))


def has_project(desk: Desk) -> bool:
    """Whether what was done lies in a folder."""
    document = desk.session.document
    return document is not None and document.folder is not None


def show_project_info(desk: Desk) -> None:
    """Show where the project lies and what it holds."""
    document = desk.session.document
    if document is not None and document.folder is not None:
        _show(ProjectInfoDialog(desk.session, document.folder.path, _window(desk)))


def can_compare_grooves(desk: Desk) -> bool:
    """Whether a stereo recording is open and nothing runs."""
    document = desk.session.document
    return document is not None and document.state.n_channels == 2 and not desk.session.is_busy


def compare_grooves(desk: Desk) -> None:
    """Show the ways of making one channel of both walls."""
    document = desk.session.document
    if document is not None:
        _show(GrooveDialog(desk.session, document.state, _window(desk)))


def can_find_speed(desk: Desk) -> bool:
    """Whether a recording is open and nothing runs."""
    return desk.session.document is not None and not desk.session.is_busy


def find_speed(desk: Desk) -> None:
    """Show how fast the disc turned, and should have."""
    document = desk.session.document
    if document is not None:
        _show(SpeedDialog(desk.session, document.state, _window(desk)))


def can_damage(desk: Desk) -> bool:
    """Whether a recording is open and nothing runs."""
    return can_find_speed(desk)


def make_damaged_copy(desk: Desk) -> None:
    """Show what damage there is, for a copy of the file that is open."""
    from app.dialogs.damage import DamageDialog  # brings the degradations along

    document = desk.session.document
    if document is not None and isinstance(document.source, AudioFile):
        dialog = DamageDialog(desk.session, document.source, _window(desk))
        dialog.open_wanted.connect(desk.open)
        _show(dialog)


def _window(desk: Desk) -> QWidget:
    assert isinstance(desk, QWidget)
    return desk


def _show(dialog: QDialog) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
