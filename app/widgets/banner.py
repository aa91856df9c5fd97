"""Banner: one sentence across the window that does not stop the work."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

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
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 8, 6)
        row.addWidget(self._text, 1)
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
        self._text.setText(sentence)
        self.setProperty("kind", kind)
        self.style().polish(self)
        self.setVisible(bool(sentence))

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
