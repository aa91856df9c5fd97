"""Region choice: the field of a setting that is a region, filled by pointing, not by typing."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from app.widgets.folding_row import FoldingRow
from app.widgets.region_text import region_text
from engine.region import Region


class RegionChoice(QWidget):
    """Shows a region and takes over the marked noise or the selection."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._region: Region | None = None
        self._selection: Region | None = None
        self._noise: Region | None = None
        self._text = QLabel()
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._use_noise = QPushButton(self.tr("Marked noise"))
        self._use_noise.setToolTip(self.tr("Use the span that was marked as noise"))
        self._use_selection = QPushButton(self.tr("Selection"))
        self._use_selection.setToolTip(self.tr("Use the span that is selected now"))
        self._none = QPushButton(self.tr("None"))
        self._none.setToolTip(self.tr("Name no span"))
        buttons = (self._use_noise, self._use_selection, self._none)
        for button in buttons:
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._text)
        column.addWidget(FoldingRow(buttons))
        self._use_noise.clicked.connect(self._on_use_noise)
        self._use_selection.clicked.connect(self._on_use_selection)
        self._none.clicked.connect(self._on_none)
        self.setFocusProxy(self._use_noise)
        self._show()

    def region(self) -> Region | None:
        """The region taken, if any."""
        return self._region

    def set_region(self, region: Region | None) -> None:
        """Take a region."""
        if region != self._region:
            self._region = region
            self._show()
            self.changed.emit()

    def offer(self, selection: Region | None, noise: Region | None) -> None:
        """Say what could be taken over now."""
        self._selection, self._noise = selection, noise
        self._show()

    def _show(self) -> None:
        self._text.setText(
            self.tr("none chosen") if self._region is None else region_text(self._region)
        )
        self._text.setObjectName("muted" if self._region is None else "")
        self._text.style().polish(self._text)
        self._use_noise.setEnabled(self._noise is not None)
        self._use_selection.setEnabled(self._selection is not None)
        self._none.setEnabled(self._region is not None)

    @Slot()
    def _on_use_noise(self) -> None:
        self.set_region(self._noise)

    @Slot()
    def _on_use_selection(self) -> None:
        # a noise profile is learnt from all frequencies, so a band is left out
        if self._selection is not None:
            self.set_region(Region(self._selection.start_s, self._selection.stop_s))

    @Slot()
    def _on_none(self) -> None:
        self.set_region(None)
