"""Format and depth of an export: what can be chosen for a source, and what it does to samples."""

from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt, Signal, Slot
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QWidget

from app import settings as keys
from app.export_name import NUMBER, REFUSE, REPLACE
from app.language import translated
from app.panels import layout
from app.settings import Settings
from engine.audio_file import AudioFile
from engine.errors import AudioFormatError
from engine.export_plan import DEPTHS, SUFFIXES, Depth, depth_notes, output_shape
from engine.project import State

FORMATS = {"WAV": ".wav", "RF64": ".rf64", "FLAC": ".flac"}
"""What can be made of any source, with the suffix that asks for it."""
OWN = {"AIFF": ".aif", "W64": ".w64"}
"""What is only made of its own kind."""


class FormatFields(QWidget):
    """Two lists side by side.

    label: that of the first list, for the column of labels it stands in.
    note: what the depth that is chosen means, for below.
    """

    format_chosen = Signal(str)
    """A suffix, by the user."""
    depth_chosen = Signal()

    def __init__(self, settings: Settings, source: AudioFile, state: State) -> None:
        super().__init__()
        self._settings, self._source, self._state = settings, source, state
        self._suffix = ""
        self.label = QLabel(self.tr("For&mat"))
        self.formats = QComboBox()
        self.formats.setAccessibleName(self.tr("Format"))
        self.formats.setToolTip(
            self.tr("WAV becomes RF64 by itself where the audio takes more than 4 GB")
        )
        self.depths = QComboBox()
        self.depths.setAccessibleName(self.tr("Depth"))
        self.depths.setToolTip(
            self.tr(
                "At the depth of the source, or a greater one, samples that nothing changed stay "
                "exact; at a smaller one all are rounded, without dither"
            )
        )
        self.note = layout.muted()
        kind = source.container.kind
        for name, suffix in (FORMATS | {kind: OWN[kind]} if kind in OWN else FORMATS).items():
            self.formats.addItem(name, suffix)
        own = Depth(source.encoding.bits, source.encoding.is_float)
        as_source = self.tr("As the source: {depth}").format(depth=translated(str(own)))
        self.depths.addItem(as_source, None)
        for depth in DEPTHS:
            if depth != own:
                self.depths.addItem(translated(str(depth)), depth)
        self._lay_out()
        wanted = settings.get(keys.export_depth)
        names = [named(self.depths.itemData(row)) for row in range(self.depths.count())]
        self.depths.setCurrentIndex(names.index(wanted) if wanted in names else 0)
        self.formats.activated.connect(self._on_format_chosen)
        self.depths.activated.connect(self._on_depth_chosen)

    @property
    def wanted(self) -> Depth | None:
        """The depth; None is that of the source."""
        depth = self.depths.currentData()
        return depth if isinstance(depth, Depth) else None

    @property
    def told(self) -> str:
        """What is said of the depth; nothing where it is that of the source."""
        return self.note.text()

    def show_name(self, path: Path) -> None:
        """Show the format that a name asks for, and offer what depths it has."""
        suffix = path.suffix.lower()
        row = self.formats.findText(SUFFIXES.get(suffix, ""), Qt.MatchFlag.MatchExactly)
        self.formats.setCurrentIndex(row)
        if row >= 0 and suffix != self._suffix:
            self._suffix = suffix
            self._offer(path)
        self._tell(path)

    def remember(self) -> None:
        """Keep the depth for the next time."""
        self._settings.set(keys.export_depth, named(self.wanted))

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        depth = QLabel(self.tr("&Depth"))
        depth.setBuddy(self.depths)
        self.label.setBuddy(self.formats)
        for column, widget in enumerate((self.formats, depth, self.depths)):
            grid.addWidget(widget, 0, column)
            grid.setColumnStretch(column, column)
        grid.setColumnStretch(1, 0)
        self.note.hide()

    def _offer(self, path: Path) -> None:
        """Grey what the format cannot hold; where that was chosen, take the deepest it can."""
        model = self.depths.model()
        assert isinstance(model, QStandardItemModel)
        possible = []
        for row in range(self.depths.count()):
            try:
                output_shape(self._state, self._source, path, self.depths.itemData(row))
            except AudioFormatError:
                model.item(row).setEnabled(False)
            else:
                model.item(row).setEnabled(True)
                possible.append(row)
        if possible and self.depths.currentIndex() not in possible:
            self.depths.setCurrentIndex(possible[-1])

    def _tell(self, path: Path) -> None:
        try:
            shape = output_shape(self._state, self._source, path, self.wanted)
        except AudioFormatError:
            told = ""
        else:
            told = "\n".join(map(translated, depth_notes(self._source, shape)))
        self.note.setText(told)
        self.note.setVisible(bool(told))

    @Slot()
    def _on_format_chosen(self) -> None:
        self.format_chosen.emit(str(self.formats.currentData()))

    @Slot()
    def _on_depth_chosen(self) -> None:
        self.depth_chosen.emit()


def named(depth: Depth | None) -> str:
    """How a depth is remembered."""
    if depth is None:
        return ""
    return f"{depth.bits}f" if depth.is_float else str(depth.bits)


def told_collisions() -> dict[str, str]:
    """What can be done where a file exists, for a list of choices."""
    translate = QCoreApplication.translate
    return {
        NUMBER: translate("export", "Give the new files a free number"),
        REFUSE: translate("export", "Write nothing, and say so"),
        REPLACE: translate("export", "Replace it"),
    }
