"""Candidate bar: which of several attempts is heard, between two buttons that go to the others."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget


class CandidateBar(QWidget):
    """A line for the status bar; hidden while there is nothing to choose from."""

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = QLabel()
        self._label.setAccessibleName(self.tr("Candidate"))
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 0, 6, 0)
        row.setSpacing(2)
        row.addWidget(self._button(actions["candidate_previous"], Qt.ArrowType.LeftArrow))
        row.addWidget(self._label)
        row.addWidget(self._button(actions["candidate_next"], Qt.ArrowType.RightArrow))
        self.hide()

    @property
    def text(self) -> str:
        """What is told; empty while the bar is hidden."""
        return self._label.text()

    @Slot(str)
    def show_text(self, text: str) -> None:
        """Tell which one is heard; an empty text hides the bar."""
        self._label.setText(text)
        self._label.setToolTip(text)
        self.setVisible(bool(text))

    def _button(self, action: QAction, arrow: Qt.ArrowType) -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(action)
        button.setArrowType(arrow)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        button.setAutoRaise(True)
        button.setFixedSize(20, 20)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(action.iconText())
        return button
