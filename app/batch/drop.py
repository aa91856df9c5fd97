"""Drop page: what the batch window shows while its list is empty."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from app.panels import layout


class DropPage(QFrame):
    """A sentence, and a place to drop on; the buttons above do the same."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("drop")
        title = QLabel(self.tr("Drop files and folders here"))
        title.setObjectName("title")
        sentence = layout.muted(
            self.tr(
                "They are restored into a folder of your choice; sources are only read, and one "
                "that is broken stops nothing."
            )
        )
        column = QVBoxLayout(self)
        column.addStretch(1)
        for label in (title, sentence):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        column.addStretch(1)

    def set_hot(self, *, on: bool) -> None:
        """Show that what is dragged can be dropped."""
        self.setProperty("hot", on)
        self.style().polish(self)
