"""Key filter: keys that must not be taken by shortcuts, and keys that act while they are held."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QMenuBar,
    QPlainTextEdit,
    QWidget,
)
from typing_extensions import override

from app.action import Action
from app.key_bindings import key_number
from app.menus import Menus
from app.views.base import AudioView

Key = Qt.Key


_SIDEWAYS = (Key.Key_Left, Key.Key_Right)
_ARROWS = (*_SIDEWAYS, Key.Key_Up, Key.Key_Down, Key.Key_PageUp, Key.Key_PageDown)
"""Keys that move what has the focus; in a picture they are what the rows say."""
TAKES_SPACE = "takes_space"
"""Property of a list whose rows have ticks; in others the space bar plays."""


class KeyFilter(QObject):
    """Watches the whole application for one window.

    A letter goes to the text field that has the focus; the space bar to the button or box that
    the keyboard has reached; Esc ends a drag before it ends anything else, and leads back to the
    pictures from wherever the keys are.
    """

    def __init__(self, window: QWidget, menus: Menus) -> None:
        super().__init__(window)
        self._window, self._menus = window, menus
        self._held: dict[int, Action] = {}
        self._find_held()
        menus.bindings.changed.connect(self._find_held)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        self._application = application
        application.installEventFilter(self)

    def stop(self) -> None:
        """Watch no longer."""
        self._application.removeEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if self._leads_back(event) or belongs_to_widget(event, self._application.focusWidget()):
                event.accept()
                return True
        elif kind is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            self._leave_field(watched, event)
        elif kind is QEvent.Type.KeyRelease and isinstance(event, QKeyEvent):
            if not event.isAutoRepeat():
                self._release(event.key())
        elif kind is QEvent.Type.ApplicationDeactivate:
            for key in self._held:
                self._release(key)
        return False

    @Slot()
    def _find_held(self) -> None:
        """The keys that act while they are held."""
        for key in self._held:
            self._release(key)
        self._held = {
            key_number(key): row
            for row in self._menus.rows.values()
            if row.release is not None
            for key in self._menus.bindings.keys(row.id)
        }

    def _release(self, key: int) -> None:
        row = self._held.get(key)
        if row is not None and row.release is not None:
            row.release(self._menus.desk)

    def _leave_field(self, watched: QObject, event: QKeyEvent) -> None:
        """Enter in a field, or Esc outside the views, hands the keys to the views afterwards."""
        focus = self._application.focusWidget()
        if focus is None or watched is not focus or focus.window() is not self._window:
            return
        is_taken = event.key() in (Key.Key_Return, Key.Key_Enter) and is_field(focus)
        if is_taken or self._leads_back(event):
            QTimer.singleShot(0, self._menus.desk.focus_views)

    def _leads_back(self, event: QKeyEvent) -> bool:
        """Whether Esc is the way back to the views: it is, unless there is a job to stop."""
        focus, session = self._application.focusWidget(), self._menus.desk.session
        if event.key() != Key.Key_Escape or focus is None or focus.window() is not self._window:
            return False
        is_elsewhere = not isinstance(focus, AudioView | QMenuBar)
        is_free = not session.is_busy and not QGuiApplication.mouseButtons()
        return session.document is not None and is_elsewhere and (is_free or is_field(focus))


def is_field(widget: QWidget | None) -> bool:
    """Whether letters typed belong to the widget."""
    return isinstance(widget, QLineEdit | QAbstractSpinBox | QPlainTextEdit)


def belongs_to_widget(event: QKeyEvent, focus: QWidget | None) -> bool:
    """Whether a key is for the widget with the focus and not for a shortcut."""
    key = event.key()
    with_command = event.modifiers() & (
        Qt.KeyboardModifier.ControlModifier
        | Qt.KeyboardModifier.AltModifier
        | Qt.KeyboardModifier.MetaModifier
    )
    is_alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
    if key in _ARROWS and not (is_alt and key in _SIDEWAYS):
        return not isinstance(focus, AudioView)
    is_list = isinstance(focus, QAbstractItemView)
    if with_command:
        return is_list and event.matches(QKeySequence.StandardKey.SelectAll)
    if is_list and key in (Key.Key_Home, Key.Key_End):
        return True
    if is_list and key == Key.Key_Space and focus is not None and focus.property(TAKES_SPACE):
        return True
    if key == Key.Key_Escape:
        return is_field(focus) or bool(QGuiApplication.mouseButtons())
    if is_field(focus):
        moves = (Key.Key_Home, Key.Key_End, Key.Key_Delete)
        return key in moves or (len(event.text()) == 1 and key < 0x01000000)
    if isinstance(focus, QComboBox):
        return key in (Key.Key_Space, Key.Key_Home, Key.Key_End) or event.text().isalpha()
    if isinstance(focus, QAbstractButton):
        return key == Key.Key_Space
    return False
