"""Page: base of all pages of the wizard."""

from typing import ClassVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.panels import layout
from app.wizard.work import Work

SPACING = 12


class Page(QWidget):
    """One step of the wizard; a subclass fills `column` from the top.

    It reads the plan when it is entered, and writes it through `work.change` as soon as something
    is said, so that nothing is lost whenever the window closes.
    """

    name: ClassVar[str]
    """One of training.wizard.plan.PAGES."""
    changed = Signal()
    """`problem` may have another answer."""

    def __init__(self, work: Work) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.work = work
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(24, 20, 24, 20)
        self.column.setSpacing(SPACING)
        title = QLabel(self.heading())
        title.setObjectName("title")
        title.setWordWrap(True)
        self.column.addWidget(title)
        self.column.addWidget(layout.muted(self.purpose()))

    def heading(self) -> str:
        """What stands above the page."""
        raise NotImplementedError  # a widget cannot be an ABC as well

    def purpose(self) -> str:
        """One sentence below that: what this page is for."""
        raise NotImplementedError  # a widget cannot be an ABC as well

    def enter(self) -> None:
        """It is shown: bring it up to date."""

    def leave(self) -> None:
        """It is no longer shown: nothing of it is to be heard."""
        self.work.excerpt.stop()

    def problem(self) -> str:
        """One sentence on why one cannot go on from here; empty if one can."""
        return ""

    def is_running(self) -> bool:
        """Whether something is at work that would go on without the window."""
        return False

    def stop_running(self) -> None:
        """Ask that to stop."""
