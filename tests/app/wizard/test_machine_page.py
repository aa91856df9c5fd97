"""Machine page: what is said is kept, what is measured is shown."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from app.wizard import machine_page
from app.wizard.machine_page import MachinePage
from engine.device import Device
from engine.errors import ModelError
from engine.progress import ignore
from engine.storage.lock import take_lock
from tests.app.watchdog import Watchdog
from training.config import TrainingConfig
from training.wizard.begin import Ready
from training.wizard.estimate import Ground, Tried, estimate
from training.wizard.plan import RUN, Budget, load_plan
from training.wizard.trial_run import Measured

GB = 1_000_000_000
MEASURED = Measured(
    "cpu", 8, 0.5, 16, 0.25, 2.0, 1.0, 2 * GB, 0, 40_000_000, 400_000, 90.0, 3_000_000
)  # fmt: skip


@dataclass
class FakeDevices:
    """A graphics card beside the processor."""

    title: str = "Looking"

    def run(self, progress=ignore):
        return Device("cuda", "Fast One", 16 * GB), Device("cpu", "4 threads", 8 * GB)


@dataclass
class FakeMeasure:
    """Measures at once."""

    ready: object
    cache: Path
    title: str = "Measuring"
    memory_bytes: ClassVar[int] = 8 * GB
    failure: ClassVar[str] = ""

    def run(self, progress=ignore):
        progress(0.5, "step 3")
        if self.failure:
            raise ModelError(self.failure)
        return Tried(MEASURED, Ground(Path("/"), Path("/"), self.memory_bytes))


@dataclass
class FakeEstimate:
    """Estimates without a recipe."""

    ready: Ready
    tried: Tried
    title: str = "Estimating"

    def run(self, progress=ignore):
        minutes = self.ready.plan.budget.minutes
        training = TrainingConfig(max_minutes=minutes, max_steps=10**7, validate_s=300.0)
        return estimate(self.tried, replace(training, validate_steps=10**7))


@pytest.fixture
def page(work, qtbot, monkeypatch):
    for name, fake in (
        ("DevicesJob", FakeDevices), ("MeasureJob", FakeMeasure), ("EstimateJob", FakeEstimate),
    ):  # fmt: skip
        monkeypatch.setattr(machine_page, name, fake)
    monkeypatch.setattr(FakeMeasure, "memory_bytes", 8 * GB)
    monkeypatch.setattr(FakeMeasure, "failure", "")
    page = MachinePage(work)
    qtbot.addWidget(page)
    page.resize(900, 700)
    page.show()
    page.enter()
    qtbot.waitUntil(lambda: page.fields.device.count() == 3)
    return page


def measured(page, qtbot):
    qtbot.mouseClick(page.measure, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.table.isVisible() or bool(page.problem()))
    return dict(page.table.rows)


def test_what_is_said_is_kept_in_the_plan(page, work):
    page.fields.minutes.setValue(90)
    page.fields.device.setCurrentIndex(1)
    page.fields.device.activated.emit(1)
    page.fields.batch.setValue(4)
    page.fields.half.setChecked(True)
    budget = load_plan(work.folder).budget
    assert budget == Budget("cuda", 90.0, 0, 4, True, 0.0, 50)


def test_the_slider_and_the_field_say_the_same(page):
    page.fields.slider.setValue(3)
    assert page.fields.minutes.value() == 60
    page.fields.minutes.setValue(13)
    assert page.fields.slider.value() == 0
    assert page.fields.meaning.text().startswith("Short")
    page.fields.minutes.setValue(500)
    assert page.fields.meaning.text().startswith("Long")


def test_what_few_need_is_behind_advanced_settings(page, qtbot):
    assert not page.fields.rate.isVisible()
    qtbot.mouseClick(page.fields.advanced, Qt.MouseButton.LeftButton)
    assert page.fields.rate.isVisible()
    qtbot.mouseClick(page.fields.advanced, Qt.MouseButton.LeftButton)
    assert not page.fields.rate.isVisible()


def test_a_measurement_is_shown_in_plain_figures(page, qtbot):
    watchdog = Watchdog()
    rows = measured(page, qtbot)
    watchdog.stop()
    assert rows["Preparing"] == "90 s"
    assert rows["One step"] == "0.5 s"
    assert rows["Memory"] == "2.0 GB needed, 8.0 GB free"
    assert int(rows["Steps in this time"].replace(" ", "").replace("\u2009", "")) > 6000
    assert page.problem() == ""
    assert watchdog.longest_s < 0.1


def test_more_minutes_need_no_other_measurement(page, qtbot):
    before = measured(page, qtbot)["Steps in this time"]
    page.fields.minutes.setValue(120)
    qtbot.waitUntil(lambda: dict(page.table.rows)["Steps in this time"] != before)
    page.fields.batch.setValue(2)
    assert not page.table.isVisible()


def test_what_does_not_fit_is_told_with_numbers(page, qtbot, monkeypatch):
    monkeypatch.setattr(FakeMeasure, "memory_bytes", GB)
    rows = measured(page, qtbot)
    assert rows["Memory"] == "2.0 GB needed, 1.0 GB free"
    told = [label.text() for label in page.table.findChildren(QLabel)]
    assert any(text.startswith("The training needs 2.0 GB of memory and 1.0 GB") for text in told)


def test_a_trial_that_fails_says_why(page, work, qtbot, monkeypatch):
    said = []
    work.problem.connect(lambda sentence, kind: said.append(sentence))
    monkeypatch.setattr(FakeMeasure, "failure", "all recordings to train on are silent")
    measured(page, qtbot)
    assert said == ["all recordings to train on are silent"]
    assert page.measure.isEnabled()
    page.enter()
    assert page.problem() == ""


def test_while_it_trains_nothing_can_be_changed(page, work):
    (work.folder / RUN).mkdir()
    lock = take_lock(work.folder / RUN)
    page.enter()
    assert not page.fields.isEnabled()
    assert not page.measure.isEnabled()
    lock.close()
    page.enter()
    assert page.fields.isEnabled()
    assert page.measure.isEnabled()
