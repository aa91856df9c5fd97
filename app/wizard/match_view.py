"""Match view: noise, levels and clicks of a side beside those of what is simulated."""

import math

from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.panels import layout
from app.wizard.match_plots import BandsPlot, RatesPlot, SharesPlot
from training.wizard.compare import SNR_EDGES_DB, Comparison
from training.wizard.side_facts import BANDS_HZ

_ALIKE_DB, _NEAR_DB = 3.0, 6.0
_ALIKE, _NEAR = 1.5, 3.0


class MatchView(QWidget):
    """Three pictures, each with its figure of agreement."""

    def __init__(self) -> None:
        super().__init__()
        self.bands = BandsPlot(self.tr("Noise by frequency"), 124)
        self.levels = SharesPlot(self.tr("Music above noise"), self.tr("dB"), 84)
        self.clicks = RatesPlot(self.tr("Clicks"), self.tr("a second"), 44)
        self.told = {name: QLabel() for name in ("bands", "levels", "clicks")}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(2)
        for name, words, plot in (
            ("bands", self.tr("Noise by frequency, in third octaves"), self.bands),
            ("levels", self.tr("How far music stands above noise"), self.levels),
            ("clicks", self.tr("Clicks that are found"), self.clicks),
        ):
            head = QHBoxLayout()
            head.addWidget(layout.muted(words), 1)
            head.addWidget(self.told[name])
            column.addLayout(head)
            column.addWidget(plot)
            column.addSpacing(4)
        self.show_comparison(None)

    def show_comparison(self, found: Comparison | None, instead: str = "") -> None:
        """Show what was measured; None while nothing is known, and words instead."""
        if found is None:
            self.bands.show_bands(BANDS_HZ, None, None)
            self.levels.show_values(SNR_EDGES_DB, None, None)
            self.clicks.show_rates(None, None)
            for label in self.told.values():
                label.setText(instead or self.tr("Measuring…"))
            return
        real, simulated = found.real, found.simulated
        self.bands.show_bands(BANDS_HZ, real.noise_db, simulated.noise_db)
        self.levels.show_values(SNR_EDGES_DB, list(real.snr_db), list(simulated.snr_db))
        self.clicks.show_rates(real.clicks_per_second, simulated.clicks_per_second)
        words = {
            "bands": self._told_db(found.spectrum_db),
            "levels": self._told_db(found.snr_db),
            "clicks": self._told_ratio(found.clicks_ratio),
        }
        for name, plot in (("bands", self.bands), ("levels", self.levels), ("clicks", self.clicks)):
            self.told[name].setText(words[name])
            plot.tell(words[name])

    def _told_db(self, apart_db: float) -> str:
        if not math.isfinite(apart_db):
            return self.tr("No noise to compare")
        words = self.tr("{db:.1f} dB apart: far")
        if apart_db < _ALIKE_DB:
            words = self.tr("{db:.1f} dB apart: alike")
        elif apart_db < _NEAR_DB:
            words = self.tr("{db:.1f} dB apart: near")
        return words.format(db=apart_db)

    def _told_ratio(self, ratio: float) -> str:
        words = self.tr("{ratio:.1f} times apart: far")
        if ratio < _ALIKE:
            words = self.tr("{ratio:.1f} times apart: alike")
        elif ratio < _NEAR:
            words = self.tr("{ratio:.1f} times apart: near")
        return words.format(ratio=ratio)
