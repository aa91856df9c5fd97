"""Speed: how fast the disc turned and should have, and what that makes of length and pitch."""

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QWidget,
)
from typing_extensions import override

from app.dialogs.stage import StageDialog
from app.language import translated
from app.panels import layout
from app.session import Session
from app.widgets.number_field import NumberField
from engine.audio import Audio
from engine.jobs.find_turn import FindTurnJob
from engine.params import Param
from engine.project import State
from engine.tasks.speed import Speed
from engine.units import format_time

if TYPE_CHECKING:
    from engine.dsp.turn_period import Turn

PRESETS_RPM = (78.26, 77.92, 76.59, 71.29, 80.0, 70.0)
TONE_S, TONE_LEVEL = 3.0, 0.1


class SpeedDialog(StageDialog):
    """Two speeds or two pitches; the ratio, the length and the cents follow as they are typed."""

    def __init__(self, session: Session, state: State, parent: QWidget | None = None) -> None:
        super().__init__(session, state, parent)
        self.setWindowTitle(self.tr("Find the Speed"))
        self._make.setText(self.tr("&Change the Speed"))
        self._turn: Turn | None = None
        self.setMinimumWidth(560)
        limits = {each.name: each for each in Speed.params()}
        self.by_rpm = QRadioButton(self.tr("By the &turntable"))
        self.by_pitch = QRadioButton(self.tr("By the &pitch of a note"))
        self.from_rpm = _field(limits["from_rpm"])
        self.to_rpm = _field(limits["to_rpm"])
        self.from_a_hz = _field(limits["from_a_hz"])
        self.to_a_hz = _field(limits["to_a_hz"])
        self.measure = QPushButton(self.tr("&Measure from Clicks"))
        self.use = QPushButton(self.tr("&Use It"))
        self._play = QPushButton(self.tr("Play Wanted &A"))
        self._found = layout.muted()
        self._result = QLabel()
        self._boxes: list[tuple[QComboBox, NumberField]] = []
        self._lay_out()
        self._connect()
        self.by_rpm.setChecked(True)
        self._show_result()

    @property
    @override
    def task(self) -> Speed:
        """What would be run."""
        return Speed(
            by="rpm" if self.by_rpm.isChecked() else "pitch",
            from_rpm=float(self.from_rpm.number()),
            to_rpm=float(self.to_rpm.number()),
            from_a_hz=float(self.from_a_hz.number()),
            to_a_hz=float(self.to_a_hz.number()),
        )

    @property
    def told(self) -> str:
        """What the speed makes of the side, in words."""
        return self._result.text()

    @property
    def found(self) -> str:
        """What measuring has found, in words."""
        return self._found.text()

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(2, 1)
        grid.addWidget(self.by_rpm, 0, 0, 1, 4)
        self._add(grid, 1, self.tr("Transferred at"), self.from_rpm, self._presets(self.from_rpm))
        self._add(grid, 2, self.tr("Should turn at"), self.to_rpm, self._presets(self.to_rpm))
        measuring = QHBoxLayout()
        measuring.setContentsMargins(22, 0, 0, 0)
        measuring.setSpacing(10)
        measuring.addWidget(self.measure)
        measuring.addWidget(self.use)
        measuring.addWidget(self._found, 1)
        grid.addLayout(measuring, 3, 0, 1, 4)
        grid.addWidget(self.by_pitch, 4, 0, 1, 4)
        self._add(grid, 5, self.tr("Measured A"), self.from_a_hz, None)
        self._add(grid, 6, self.tr("Wanted A"), self.to_a_hz, self._play)
        self.measure.setToolTip(
            self.tr("Looks in the selection, or in all of it, for clicks that come once a turn")
        )
        self._found.setText(
            self.tr("A scratch or the runout clicks once a turn; ten turns and more are best.")
        )
        self._result.setWordWrap(True)
        self._result.setAccessibleName(self.tr("Result"))
        for hidden in (self._bar, self.use):
            hidden.hide()
        column = self.column()
        column.addLayout(grid)
        column.addWidget(layout.rule())
        column.addWidget(self._result)
        self.foot(column)

    def _add(
        self, grid: QGridLayout, row: int, text: str, field: NumberField, beside: QWidget | None
    ) -> None:
        label = QLabel(text)
        label.setContentsMargins(22, 0, 0, 0)
        field.setAccessibleName(text)
        grid.addWidget(label, row, 0)
        grid.addWidget(field, row, 1)
        if beside is not None:
            grid.addWidget(beside, row, 2, Qt.AlignmentFlag.AlignLeft)

    def _presets(self, field: NumberField) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(self.tr("Usual speeds"))
        box.addItem(self.tr("Another speed"))
        told = {78.26: self.tr("78.26, 60 Hz mains"), 77.92: self.tr("77.92, 50 Hz mains")}
        for rpm in PRESETS_RPM:
            box.addItem(told.get(rpm, f"{rpm:g}"), rpm)
        box.setProperty("of", "from" if field is self.from_rpm else "to")
        box.activated.connect(self._on_preset)
        self._boxes.append((box, field))
        return box

    def _connect(self) -> None:
        for field in (self.from_rpm, self.to_rpm, self.from_a_hz, self.to_a_hz):
            field.valueChanged.connect(self._show_result)
        self.by_rpm.toggled.connect(self._show_result)
        self.measure.clicked.connect(self._on_measure)
        self.use.clicked.connect(self._on_use)
        self._play.clicked.connect(self._on_play)

    @Slot()
    def _show_result(self) -> None:
        task = self.task
        is_rpm = task.by == "rpm"
        for field in (self.from_rpm, self.to_rpm):
            field.setEnabled(is_rpm)
        for box, field in self._boxes:  # the name of the speed that stands beside it
            usual = [n for n, rpm in enumerate(PRESETS_RPM, 1) if rpm == field.value()]
            box.setCurrentIndex(usual[0] if usual else 0)
        for field in (self.from_a_hz, self.to_a_hz):
            field.setEnabled(not is_rpm)
        faster = float(1 / task.ratio)
        cents = 1200.0 * math.log2(faster)
        old_s = self._state.n_samples / self._state.sample_rate
        told = self.tr("Speed times {faster:.6f}: {old} becomes {new}, pitch {cents:+.1f} cents.")
        self._result.setText(
            told.format(
                faster=faster,
                old=format_time(old_s),
                new=format_time(old_s * float(task.ratio)),
                cents=cents,
            )
        )
        self._make.setEnabled(task.ratio != 1 and not self._session.is_busy)

    @Slot()
    def _on_preset(self) -> None:
        box = self.sender()
        if not isinstance(box, QComboBox):
            return
        field = self.from_rpm if box.property("of") == "from" else self.to_rpm
        self.by_rpm.setChecked(True)
        if box.currentData() is None:
            field.setFocus(Qt.FocusReason.OtherFocusReason)
            field.selectAll()
        else:
            field.set_number(float(box.currentData()))
        self._show_result()

    @Slot()
    def _on_measure(self) -> None:
        self.measure.setEnabled(False)
        self._bar.show()
        job = FindTurnJob(self._state, self._session.view_state.selection)
        worker = self.submit(job, self._on_measured)
        worker.progressed.connect(self._on_progressed)
        worker.ended.connect(self._on_ended)

    @Slot(object)
    def _on_measured(self, turn: "Turn | None") -> None:
        self._turn = turn
        self.use.setVisible(turn is not None)
        if turn is None:
            self._found.setText(
                self.tr("No click returns regularly; select the runout, or type the speed.")
            )
            return
        told = self.tr("{rpm:.2f} rpm: a click returns every {period:.4f} s, over {n} turns.")
        self._found.setText(told.format(rpm=turn.rpm, period=turn.period_s, n=turn.n_turns))

    @Slot()
    def _on_use(self) -> None:
        if self._turn is not None:
            self.by_rpm.setChecked(True)
            self.from_rpm.set_number(round(self._turn.rpm, 2))

    @Slot()
    def _on_play(self) -> None:
        if self._excerpt.is_playing:
            self._excerpt.stop()
            return
        rate = self._state.sample_rate
        time_s = np.arange(round(TONE_S * rate)) / rate
        fade = np.minimum(1.0, np.minimum(time_s, TONE_S - time_s) / 0.02)
        wave = TONE_LEVEL * fade * np.sin(2.0 * np.pi * self.to_a_hz.value() * time_s)
        self._excerpt.play(Audio(wave[None].astype(np.float32), rate))

    @Slot()
    def _on_ended(self) -> None:
        self.measure.setEnabled(True)
        self._bar.hide()


def _field(declared: Param) -> NumberField:
    """A field for a setting, that shows its default."""
    field = NumberField(declared.low, declared.high, translated(declared.unit))
    assert isinstance(declared.default, float)
    field.set_number(declared.default)
    return field
