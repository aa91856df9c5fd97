"""Groove: the ways of making one channel of both walls, each with its noise, each to be heard."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QSlider,
    QWidget,
)
from typing_extensions import override

from app.dialogs.stage import StageDialog
from app.panels import layout
from app.session import Session
from engine.audio import Audio
from engine.jobs.groove_check import ExcerptJob, GrooveCheckJob
from engine.project import State
from engine.tasks.groove import Groove

if TYPE_CHECKING:
    from engine.dsp.groove_mixes import GrooveMixes

EXCERPT_S = 3.0
WEIGHTED = "weighted"


class GrooveDialog(StageDialog):
    """Measures while one reads; nothing is made until that is asked for."""

    def __init__(self, session: Session, state: State, parent: QWidget | None = None) -> None:
        super().__init__(session, state, parent)
        self.setWindowTitle(self.tr("Compare Groove Modes"))
        self._make.setText(self.tr("&Make This the One Channel"))
        self._mixes: GrooveMixes | None = None
        self._heard = ""
        self.setMinimumWidth(620)
        self.modes = QButtonGroup(self)
        self.levels: dict[str, QLabel] = {}
        self.plays: dict[str, QPushButton] = {}
        self.weight = QSlider(Qt.Orientation.Horizontal)
        self._weight_told = QLabel()
        self._suggest = QPushButton(self.tr("&Suggested"))
        self._told = layout.muted(self.tr("Comparing the walls…"))
        self._lay_out()
        self._connect()
        self.choose("lateral")
        self._show_weight()
        self._measure()

    @property
    def mode(self) -> str:
        """The mode that is chosen."""
        button = self.modes.checkedButton()
        assert button is not None
        return button.objectName()

    @property
    @override
    def task(self) -> Groove:
        """What would be run."""
        weight = self.weight.value() / 100 if self._is_weight_set else -1.0
        return Groove(mode=self.mode, weight=weight if self.mode == WEIGHTED else -1.0)

    @property
    def told(self) -> str:
        """What stands below the modes."""
        return self._told.text()

    def choose(self, mode: str) -> None:
        """Choose a mode."""
        for button in self.modes.buttons():
            if button.objectName() == mode:
                button.setChecked(True)

    def _texts(self) -> dict[str, tuple[str, str]]:
        return {
            "lateral": (self.tr("&Lateral"), self.tr("the sum of both walls: most 78s")),
            "vertical": (self.tr("&Vertical"), self.tr("their difference: Edison, Pathé")),
            "left": (self.tr("L&eft wall"), self.tr("the right one is worn")),
            "right": (self.tr("&Right wall"), self.tr("the left one is worn")),
            "weighted": (self.tr("&Weighted"), self.tr("one mix of both for all of the side")),
            "quieter-wall": (
                self.tr("&Quieter wall"),
                self.tr("anew at every moment and in every band"),
            ),
        }

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(7)
        grid.setColumnStretch(1, 1)
        for at, text in ((1, self.tr("What it is for")), (2, self.tr("Noise"))):
            grid.addWidget(layout.muted(text), 0, at)
        for row, (mode, (name, purpose)) in enumerate(self._texts().items(), 1):
            plain = name.replace("&", "")
            button = QRadioButton(name)
            button.setObjectName(mode)
            button.setAccessibleDescription(purpose)
            self.modes.addButton(button)
            self.levels[mode] = QLabel("…")
            self.levels[mode].setAlignment(
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            )
            self.levels[mode].setAccessibleName(self.tr("Noise of {mode}").format(mode=plain))
            play = self.plays[mode] = QPushButton(self.tr("Play 3 s"))
            play.setAccessibleName(self.tr("Play 3 s of {mode}").format(mode=plain))
            play.setProperty("mode", mode)
            play.setEnabled(False)
            play.clicked.connect(self._on_play)
            grid.addWidget(button, row, 0)
            grid.addWidget(layout.muted(purpose), row, 1)
            grid.addWidget(self.levels[mode], row, 2)
            grid.addWidget(play, row, 3)
        self.weight.setRange(0, 100)
        self.weight.setValue(50)
        self.weight.setAccessibleName(self.tr("Weight of the left wall in percent"))
        self._suggest.setEnabled(False)
        weighing = QHBoxLayout()
        weighing.addWidget(QLabel(self.tr("Right wall")))
        weighing.addWidget(self.weight, 1)
        weighing.addWidget(QLabel(self.tr("Left wall")))
        weighing.addWidget(self._weight_told)
        weighing.addWidget(self._suggest)
        column = self.column()
        column.addLayout(grid)
        column.addLayout(weighing)
        column.addWidget(layout.rule())
        column.addWidget(self._told)
        self.foot(column)

    def _connect(self) -> None:
        self._is_weight_set = False
        self.weight.valueChanged.connect(self._on_weight_changed)
        self.modes.buttonToggled.connect(self._show_weight)
        self._suggest.clicked.connect(self._on_suggest)
        self._excerpt.changed.connect(self._on_excerpt_changed)

    def _measure(self) -> None:
        document = self._session.document
        noise = None if document is None else document.noise
        worker = self.submit(GrooveCheckJob(self._state, noise), self._on_measured)
        worker.progressed.connect(self._on_progressed)
        worker.ended.connect(self._bar.hide)

    @Slot(object)
    def _on_measured(self, mixes: "GrooveMixes") -> None:
        self._mixes = mixes
        least = min(mixes.levels_dbfs.values())
        for mode, level in mixes.levels_dbfs.items():
            label = self.levels[mode]
            label.setText(self.tr("{level:.1f} dBFS").format(level=level))
            font = label.font()
            font.setBold(level == least)
            label.setFont(font)
        for play in self.plays.values():
            play.setEnabled(True)
        self._suggest.setEnabled(True)
        where = self.tr("in the stretch that is marked as noise")
        if not mixes.on_noise:
            where = self.tr("in quiet moments; mark a stretch of noise to have it measured there")
        told = self.tr(
            "Noise without rumble, {where}. Suggested weight of the left wall: {weight:.0%}."
        )
        self._told.setText(told.format(where=where, weight=mixes.weight))
        if not self._is_weight_set:
            self._on_suggest()

    @Slot()
    def _on_suggest(self) -> None:
        if self._mixes is not None:
            self.weight.setValue(round(100 * self._mixes.weight))
            self._is_weight_set = False  # the task measures it finer than the slider shows it

    @Slot()
    def _on_weight_changed(self) -> None:
        self._is_weight_set = True
        self._show_weight()

    @Slot()
    def _show_weight(self) -> None:
        is_on = self.mode == WEIGHTED
        for widget in (self.weight, self._weight_told):
            widget.setEnabled(is_on)
        self._suggest.setEnabled(is_on and self._mixes is not None)
        self._weight_told.setText(self.tr("{weight} % left").format(weight=self.weight.value()))

    @Slot()
    def _on_play(self) -> None:
        button = self.sender()
        if not isinstance(button, QPushButton) or self._mixes is None:
            return
        mode = str(button.property("mode"))
        is_same = self._excerpt.is_playing and mode == self._heard
        self._excerpt.stop()
        if is_same:
            return
        self._heard = mode
        start, stop = self._span()
        weight = self.weight.value() / 100 if self._is_weight_set else -1.0
        self.submit(ExcerptJob(self._mixes, mode, weight, start, stop), self._on_excerpt)

    def _span(self) -> tuple[int, int]:
        """Three seconds from the playhead on, or the last three."""
        rate, n_samples = self._state.sample_rate, self._state.n_samples
        length = min(n_samples, round(EXCERPT_S * rate))
        start = min(round(self._session.view_state.playhead_s * rate), n_samples - length)
        return start, start + length

    @Slot(object)
    def _on_excerpt(self, audio: Audio) -> None:
        if self.isVisible():
            self._excerpt.play(audio)

    @Slot()
    def _on_excerpt_changed(self) -> None:
        for mode, play in self.plays.items():
            is_heard = self._excerpt.is_playing and mode == self._heard
            play.setText(self.tr("Stop") if is_heard else self.tr("Play 3 s"))
