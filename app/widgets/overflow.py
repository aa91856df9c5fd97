"""Overflow: a chevron that is seen where a bar has no room, with a menu of what is hidden there."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

CHEVRON = "\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}"


class Overflow(QToolButton):
    """The button at the end of a bar. Who owns it fills `choices` when that is about to be shown.

    Attributes:
        choices: its menu.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("popup")
        self.setText(CHEVRON)
        self.setToolTip(name)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.choices = QMenu(self)
        self.choices.setToolTipsVisible(True)
        self.setMenu(self.choices)

    def empty(self) -> None:
        """Take everything out of the menu; submenus would stay behind as its children."""
        for below in self.choices.findChildren(QMenu):
            below.deleteLater()
        self.choices.clear()
