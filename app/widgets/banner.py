"""Banner: one sentence across the window that does not stop the work."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from app.language import translated
from app.sentence import as_sentence

KINDS = ("note", "warning", "error")


class Banner(QFrame):
    """Shows a sentence until it is closed or replaced; hidden while it has none."""

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._text.setAccessibleName(self.tr("Message"))
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._close = QToolButton()
        self._close.setAccessibleName(self.tr("Close the message"))
        self._close.setToolTip(self.tr("Close the message"))
        self._close.clicked.connect(self._on_close)
        self._choices = QHBoxLayout()
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 8, 6)
        row.addWidget(self._text, 1)
        row.addLayout(self._choices)
        row.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    @property
    def text(self) -> str:
        """The sentence shown, if any."""
        return self._text.text()

    def set_icon(self, icon: QIcon) -> None:
        """The icon of the close button."""
        self._close.setIcon(icon)

    def tell(self, sentence: str, kind: str = "note") -> None:
        """Show a sentence as note, warning or error."""
        assert kind in KINDS, kind
        for button in self.choices:
            self._choices.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._text.setText(as_sentence(translated(sentence)))
        self.setProperty("kind", kind)
        self.style().polish(self)
        self.setVisible(bool(sentence))

    def offer(self, sentence: str, choices: Sequence[QAction], kind: str = "warning") -> None:
        """Show a sentence with a button for each choice; any of them takes it away."""
        self.tell(sentence, kind)
        for action in choices:
            # its letters are those of the menus above it
            button = QPushButton(action.text().replace("&", ""))
            action.setParent(button)
            button.setToolTip(action.toolTip())
            button.clicked.connect(self._on_close)
            button.clicked.connect(action.trigger)
            self._choices.addWidget(button)

    @property
    def choices(self) -> list[QPushButton]:
        """The buttons shown."""
        items = (self._choices.itemAt(index) for index in range(self._choices.count()))
        widgets = (item.widget() for item in items if item is not None)
        return [each for each in widgets if isinstance(each, QPushButton)]

    def clear(self) -> None:
        """Show nothing."""
        self.tell("")

    @Slot()
    def clear_error(self) -> None:
        """Take an error away once something has succeeded; a note or a warning stays."""
        if self.property("kind") == "error":
            self.clear()

    @Slot()
    def _on_close(self) -> None:
        self.clear()
        self.closed.emit()
