"""Inspector: the region as numbers, and what is to be done with it."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app import settings as keys
from app.job_watch import JobWatch
from app.panels import layout
from app.panels.operation import OperationPart
from app.session import Session
from app.widgets.region_fields import RegionFields
from app.widgets.region_text import region_text
from engine.presets import Preset
from engine.region import Region


class Inspector(QWidget):
    """Right panel; everything the mouse does to the selection can be typed here."""

    changed = Signal()
    """What can run may have changed."""
    help_wanted = Signal()
    """What the guide says on what is shown."""
    noise_marked = Signal(str)
    """One sentence on what was marked."""

    def __init__(
        self,
        session: Session,
        watch: JobWatch,
        presets: Mapping[str, Preset],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self.band_hz: tuple[float, float] | None = None
        """The band the selection had last."""
        self.fields = RegionFields()
        self.operation = OperationPart(session, watch, presets)
        self.equaliser = self.operation.equaliser
        inside = QWidget()
        column = layout.column(inside)
        column.addWidget(layout.heading(self.tr("REGION")))
        column.addWidget(self.fields)
        column.addSpacing(6)
        column.addWidget(layout.rule())
        column.addSpacing(2)
        column.addLayout(self._operation_heading())
        column.addWidget(self.operation)
        column.setContentsMargins(layout.MARGIN, layout.MARGIN, layout.MARGIN, 0)
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(layout.ScrollingColumn(inside, is_tight=True))
        below = QVBoxLayout()  # in sight whatever is scrolled above it
        below.setContentsMargins(layout.MARGIN, layout.SPACING, layout.MARGIN, layout.MARGIN)
        below.addWidget(self.operation.foot)
        outer.addLayout(below)
        outer.addStretch(1)
        self.fields.edited.connect(self._on_edited)
        self.fields.noise_asked.connect(self.mark_noise)
        self.fields.feather_edited.connect(self._on_feather_edited)
        self.fields.show_feather(session.settings.get(keys.feather_ms))
        self.operation.changed.connect(self.changed)
        session.view_state.selection_changed.connect(self._on_selection_changed)
        session.document_changed.connect(self._on_document_changed)
        self._on_document_changed()

    @property
    def can_run(self) -> bool:
        """Whether what is shown can run now."""
        return self.operation.can_run

    @property
    def title(self) -> str:
        """What is shown: the title of a preset or a task."""
        return self.operation.title

    def run(self) -> None:
        """Run what is shown, on the selection or the whole side."""
        self.operation.run()

    def choose_task(self, name: str) -> None:
        """Show a task."""
        self.operation.choose("task", name)

    def choose_preset(self, name: str) -> None:
        """Show a preset."""
        self.operation.choose("preset", name)

    def remember_band(self, region: Region) -> None:
        """Keep the band of a region for the next time one is wanted."""
        if region.low_hz is not None and region.high_hz is not None:
            self.band_hz = (region.low_hz, region.high_hz)

    def _operation_heading(self) -> QHBoxLayout:
        """The heading, and the way to what the guide says."""
        what = QPushButton(self.tr("What to listen for"))
        what.setObjectName("link")
        what.setToolTip(self.tr("What the guide says on what is chosen here (F1)"))
        what.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        what.clicked.connect(self.help_wanted)
        row = QHBoxLayout()
        row.addWidget(layout.heading(self.tr("OPERATION")), 1)
        row.addWidget(what)
        return row

    @Slot()
    def mark_noise(self) -> None:
        """Mark the selected span as groove noise only."""
        selection, document = self._session.view_state.selection, self._session.document
        if selection is None or document is None:
            return
        noise = Region(selection.start_s, selection.stop_s)
        document.mark_noise(noise)
        self.noise_marked.emit(
            self.tr("Marked as noise: {region}").format(region=region_text(noise))
        )

    @Slot(object)
    def _on_edited(self, region: Region | None) -> None:
        self._session.view_state.select(region)
        self._on_selection_changed()  # what was clipped is shown as it is

    @Slot(float)
    def _on_feather_edited(self, feather_ms: float) -> None:
        self._session.settings.set(keys.feather_ms, feather_ms)

    @Slot()
    def _on_selection_changed(self) -> None:
        view_state = self._session.view_state
        if view_state.selection is not None:
            self.remember_band(view_state.selection)
        self.fields.show_region(view_state.selection, view_state.nyquist_hz)

    @Slot()
    def _on_document_changed(self) -> None:
        is_open = self._session.document is not None
        self.setEnabled(is_open)
        self._on_selection_changed()
