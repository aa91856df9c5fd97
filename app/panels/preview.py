"""Preview part: the button that loops a stretch through the settings, and how that stands."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.panels import layout
from app.preview import Preview


class PreviewPart(QWidget):
    """Beneath the buttons of the operation."""

    def __init__(self, preview: Preview, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._preview = preview
        self.button = QPushButton(self.tr("Preview"))
        self.button.setCheckable(True)
        self.render_now = QPushButton(self.tr("Render now"))
        self.render_now.setToolTip(self.tr("Render one preview with these settings"))
        self._told = layout.muted()
        for button in (self.button, self.render_now):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        row, column = QHBoxLayout(), QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.button, 1)
        row.addWidget(self.render_now, 1)
        column.addLayout(row)
        column.addWidget(self._told)
        self.button.clicked.connect(preview.toggle)
        self.render_now.clicked.connect(preview.render)
        preview.changed.connect(self.refresh)

    @property
    def told(self) -> str:
        """How the preview stands."""
        return self._told.text()

    @Slot()
    def refresh(self) -> None:
        """Show how it stands now."""
        preview = self._preview
        self.button.setChecked(preview.is_on)
        self.button.setEnabled(preview.can_turn)
        tip = self.tr(
            "Hear a few seconds through these settings while you move them; nothing is done"
        )
        self.button.setToolTip(preview.why or tip)
        self.render_now.setVisible(preview.can_render)
        self._told.setText(preview.told)
        self._told.setVisible(bool(preview.told))
