"""Level of an export: its peak, and what becomes of samples beyond full scale."""

from PySide6.QtWidgets import QCheckBox, QLabel, QVBoxLayout, QWidget

from app.panels.numbers import counted
from engine.jobs.measure import Peak

ROOM_DB = 0.01
"""How far below full scale a lowered result stays."""


class LevelNote(QWidget):
    """A sentence, and a box to tick where the result is too loud for its file."""

    def __init__(self) -> None:
        super().__init__()
        self._peak: Peak | None = None
        self._text = QLabel(self.tr("Measuring the peak…"))
        self._text.setWordWrap(True)
        self.soften = QCheckBox()
        self.soften.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._text)
        column.addWidget(self.soften)

    @property
    def text(self) -> str:
        """What is told."""
        return self._text.text()

    @property
    def headroom_db(self) -> float:
        """How much softer the result is to be."""
        if not self.soften.isChecked() or self._peak is None:
            return 0.0
        return round(max(0.0, self._peak.peak_dbfs + ROOM_DB), 2)

    def tell(self, peak: Peak, *, is_float: bool, is_copy: bool) -> None:
        """Say what was measured, for a file of floats or integers."""
        self._peak = peak
        told = self.tr("Peak of the result: {peak:+.2f} dBFS.").format(peak=peak.peak_dbfs)
        if is_copy:
            told += " " + self.tr("No operation is in force, so it is a copy of the source.")
        if peak.over:
            told = self._told_over(peak, is_float=is_float)
            self.soften.setText(
                self.tr("&Lower the whole result by {room:.2f} dB").format(
                    room=peak.peak_dbfs + ROOM_DB
                )
            )
        self.soften.setVisible(bool(peak.over))
        self._text.setText(told)

    def _told_over(self, peak: Peak, *, is_float: bool) -> str:
        told = self.tr(
            "{count} samples exceed full scale by up to {over:.2f} dB; "
            "lower the result, or they are limited."
        )
        if is_float:
            told = self.tr(
                "{count} samples exceed full scale by up to {over:.2f} dB; "
                "the file holds floats, so they are kept as they are."
            )
        return told.format(count=counted(peak.over), over=peak.peak_dbfs)
