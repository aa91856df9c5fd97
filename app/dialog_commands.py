"""What the actions that open dialogs do: functions of the desk, which is the window."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from app.desk import Desk
from app.dialogs.preferences import PreferencesDialog


def show_preferences(desk: Desk) -> None:
    """Show what is remembered between runs."""
    _show(PreferencesDialog(desk.session, _window(desk)))


def _window(desk: Desk) -> QWidget:
    assert isinstance(desk, QWidget)
    return desk


def _show(dialog: QDialog) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
