"""Replay: what stands beneath the settings of the Replay EQ: its response, and monitoring."""

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from app.equaliser import Equaliser
from app.widgets.parameter_form import ParameterForm
from app.widgets.response_plot import HIGH_HZ, LOW_HZ, ResponsePlot
from engine.tasks.replay_eq import ReplayEq

FREQUENCY_HZ = np.geomspace(LOW_HZ, HIGH_HZ, 121)


class ReplayPart(QWidget):
    """Follows the form; both curves together as a plot, and whether they are heard."""

    def __init__(
        self, equaliser: Equaliser, form: ParameterForm, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._equaliser, self._form = equaliser, form
        self._plot = ResponsePlot()
        self._plot.setAccessibleName(self.tr("Response"))
        self._box = QCheckBox(self.tr("Monitor EQ: hear it now, render nothing"))
        self._box.setToolTip(self.tr("Original, Result and Removed are played through it"))
        self._box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._plot)
        column.addWidget(self._box)
        form.changed.connect(self._on_form_changed)
        equaliser.changed.connect(self._on_equaliser_changed)
        self._box.toggled.connect(self._on_toggled)
        self._on_form_changed()
        self._on_equaliser_changed()

    @Slot()
    def _on_form_changed(self) -> None:
        task = ReplayEq.from_mapping(self._form.values())
        gain_db = task.replay_curve.gain_db(FREQUENCY_HZ) - task.transfer_curve.gain_db(
            FREQUENCY_HZ
        )
        self._plot.show_response(FREQUENCY_HZ, gain_db)
        self._equaliser.choose(task)

    @Slot()
    def _on_equaliser_changed(self) -> None:
        self._box.setChecked(self._equaliser.is_on)

    @Slot(bool)
    def _on_toggled(self, checked: bool) -> None:
        self._equaliser.turn(on=checked)
