from dataclasses import dataclass
from typing import ClassVar

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLabel

from app.widgets.parameter_form import ParameterForm
from app.widgets.region_choice import RegionChoice
from engine.params import Params, param
from engine.region import Region
from engine.tasks import TASKS


@dataclass(frozen=True)
class Every(Params):
    name: ClassVar[str] = "every"
    gain_db: float = param(0.5, -60.0, 60.0, unit="dB", label="Gain", description="Louder.")
    harmonics: int = param(8, 1, 40, label="Harmonics")
    deep: bool = param(default=True, label="Deep")
    method: str = param("ar", choices=("ar", "cubic_spline"), label="Method")
    noise: Region | None = param(None, label="Noise")


@pytest.fixture
def form(qtbot):
    form = ParameterForm(Every.params())
    qtbot.addWidget(form)
    return form


def test_a_form_begins_with_the_defaults(form):
    assert Every.from_mapping(form.values()) == Every()


@pytest.mark.parametrize("name", TASKS)
def test_every_task_gets_a_form_whose_values_it_takes_unchanged(qtbot, name):
    form = ParameterForm(TASKS[name].params())
    qtbot.addWidget(form)
    assert TASKS[name].from_mapping(form.values()) == TASKS[name]()


def test_values_come_back_as_they_were_set(form):
    wanted = Every(-23.125, 3, deep=False, method="cubic_spline", noise=Region(1.0, 2.0))
    values = {each.name: getattr(wanted, each.name) for each in Every.params()}
    form.set_values(values)
    assert form.values() == values
    form.reset()
    assert Every.from_mapping(form.values()) == Every()


def test_fields_have_unit_range_name_and_tip(form):
    gain = form.field("gain_db")
    assert gain.suffix() == " dB"
    assert (gain.minimum(), gain.maximum()) == (-60.0, 60.0)
    assert gain.accessibleName() == "Gain"
    assert "Louder." in gain.toolTip()
    assert "-60 .. 60 dB" in gain.toolTip()
    assert isinstance(form.field("deep"), QCheckBox)
    assert isinstance(form.field("method"), QComboBox)


def test_labels_lead_to_their_fields(form):
    buddies = {label.buddy() for label in form.findChildren(QLabel) if label.buddy() is not None}
    assert {form.field("gain_db"), form.field("harmonics"), form.field("method")} <= buddies


def test_changes_are_told(form, qtbot):
    told = []
    form.changed.connect(lambda: told.append(form.values()["deep"]))
    form.field("deep").click()
    assert told == [False]


def test_a_region_is_taken_from_the_selection_without_its_band_or_from_the_mark(form, qtbot):
    choice = form.field("noise")
    assert isinstance(choice, RegionChoice)
    assert not choice._use_noise.isEnabled()
    form.offer_regions(Region(1.0, 2.0, 300.0, 600.0), Region(5.0, 6.0))
    qtbot.mouseClick(choice._use_selection, Qt.MouseButton.LeftButton)
    assert form.values()["noise"] == Region(1.0, 2.0)
    qtbot.mouseClick(choice._use_noise, Qt.MouseButton.LeftButton)
    assert form.values()["noise"] == Region(5.0, 6.0)
    qtbot.mouseClick(choice._none, Qt.MouseButton.LeftButton)
    assert form.values()["noise"] is None


def test_scrolling_over_a_field_changes_nothing(form):
    gain = form.field("gain_db")
    event = QWheelEvent(
        QPointF(5, 5),
        QPointF(gain.mapToGlobal(QPoint(5, 5))),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(gain, event)
    assert form.values()["gain_db"] == 0.5


def test_settings_that_do_nothing_are_hidden_with_their_labels(qtbot):
    form = ParameterForm(TASKS["speed"].params())
    qtbot.addWidget(form)
    labels = {label.buddy(): label for label in form.findChildren(QLabel)}
    assert not form.field("from_rpm").isHidden()
    assert form.field("from_a_hz").isHidden()
    assert labels[form.field("from_a_hz")].isHidden()
    form.set_values({"by": "pitch", "from_a_hz": 415.0})
    assert form.field("from_rpm").isHidden()
    assert labels[form.field("from_rpm")].isHidden()
    assert not form.field("from_a_hz").isHidden()
    assert form.values()["from_rpm"] == 78.26


def test_a_setting_that_two_others_call_for_is_shown_for_either(qtbot):
    form = ParameterForm(TASKS["replay-eq"].params())
    qtbot.addWidget(form)
    shown = []
    for transfer, replay in (("flat", "flat"), ("custom", "flat"), ("flat", "custom")):
        form.set_values({"transfer": transfer, "replay": replay})
        shown.append(not form.field("rolloff_db").isHidden())
    assert shown == [False, True, True]
