"""The frame of the wizard: pages in turn, a plan that is kept, and a window that may close."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from app import paths
from app.widgets.question import GO_ON, STAY, STOP
from app.wizard.page import Page
from engine.errors import EngineError
from training.wizard.plan import FILE, Goal, Plan, load_plan, save_plan


def fake_page(page_name):
    """A page that wants a text before one may go on."""

    class Fake(Page):
        name = page_name

        def __init__(self, work):
            super().__init__(work)
            self.calls = []
            self.running = False
            self.field = QLineEdit()
            self.field.setAccessibleName("Text")
            self.field.textChanged.connect(self.changed)
            self.column.addWidget(self.field)

        def heading(self):
            return page_name

        def purpose(self):
            return "A page of the tests"

        def enter(self):
            self.calls.append("enter")

        def leave(self):
            super().leave()
            self.calls.append("leave")

        def problem(self):
            return "" if self.field.text() else f"Say something on {page_name}."

        def is_running(self):
            return self.running

        def stop_running(self):
            self.running = False

    return Fake


@pytest.fixture(autouse=True)
def fakes(monkeypatch):
    from training.wizard.plan import PAGES

    monkeypatch.setattr("app.wizard.window.PAGES", {name: fake_page(name) for name in PAGES})


def begin(wizard, qtbot):
    qtbot.mouseClick(wizard.trainings.new, Qt.MouseButton.LeftButton)
    assert wizard.work is not None
    return wizard.work


def test_the_list_of_trainings_has_no_steps(wizard):
    assert wizard.steps.isHidden()
    assert not wizard.next.isVisible()


def test_next_waits_until_a_page_has_what_it_needs(wizard, qtbot):
    work = begin(wizard, qtbot)
    assert not wizard.next.isEnabled()
    assert wizard.why.text() == "Say something on goal."
    wizard.page.field.setText("enough")
    assert wizard.next.isEnabled()
    qtbot.mouseClick(wizard.next, Qt.MouseButton.LeftButton)
    assert work.plan.page == wizard.page.name == "music"
    qtbot.mouseClick(wizard.back, Qt.MouseButton.LeftButton)
    assert work.plan.page == "goal"
    assert work.plan.reached == "music"
    assert wizard.pages["music"].calls == ["enter", "leave"]


def test_steps_lead_back_and_as_far_as_one_has_been(wizard, qtbot):
    work = begin(wizard, qtbot)
    for _ in range(2):
        wizard.page.field.setText("enough")
        wizard.next.click()
    wizard.steps.wanted.emit("goal")
    assert work.plan.page == "goal"
    can = [bool(wizard.steps.item(row).flags()) for row in range(wizard.steps.count())]
    assert can == [True] * 3 + [False] * 6
    wizard.page.field.clear()
    assert not wizard.steps.item(2).flags() & Qt.ItemFlag.ItemIsEnabled


def test_a_training_goes_on_where_it_was_left(wizard, qtbot):
    folder = paths.trainings() / "mine"
    save_plan(Plan(page="noise", reached="damage", goal=Goal(title="Parlophon 1928")), folder)
    wizard.find_trainings()
    qtbot.waitUntil(lambda: wizard.trainings.list.count() == 1)
    assert wizard.trainings.list.item(0).text().startswith("Parlophon 1928\nNoise of your discs")
    qtbot.mouseClick(wizard.trainings.go_on, Qt.MouseButton.LeftButton)
    assert wizard.page.name == "noise"
    assert wizard.windowTitle() == "Parlophon 1928 - Train a Model - Runout"
    wizard.work.change(goal=Goal(title="Other"))
    assert load_plan(folder).goal.title == "Other"
    qtbot.mouseClick(wizard.all, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: wizard.trainings.list.item(0).text().startswith("Other"))
    assert wizard.work is None
    assert wizard.steps.isHidden()


def test_one_training_is_open_in_one_window_only(wizard, qtbot, session, theme, work):
    assert not wizard.open(work.folder)
    assert wizard.banner.text.startswith("This training is open elsewhere")
    assert wizard.work is None


def test_a_damaged_plan_is_told_and_nothing_is_lost(wizard, qtbot):
    folder = paths.trainings() / "bad"
    folder.mkdir(parents=True)
    (folder / FILE).write_text("{")
    wizard.find_trainings()
    qtbot.waitUntil(lambda: wizard.trainings.list.count() == 1)
    assert "is no plan of a training" in wizard.trainings.list.item(0).text()
    assert not wizard.open(folder)
    assert "is no plan of a training" in wizard.banner.text
    assert (folder / FILE).read_text() == "{"


def test_a_plan_that_cannot_be_written_is_told(wizard, qtbot, monkeypatch):
    work = begin(wizard, qtbot)

    def full(plan, folder):
        raise EngineError("the disk is full")

    monkeypatch.setattr("app.wizard.work.save_plan", full)
    work.change(goal=Goal(title="Other"))
    assert wizard.banner.text == "The disk is full."
    assert work.plan.goal.title == "Other"


@pytest.mark.parametrize(
    ("answer", "closes", "runs"), [(STAY, False, True), (STOP, True, False), (GO_ON, True, True)]
)
def test_closing_asks_what_becomes_of_a_run(wizard, qtbot, monkeypatch, answer, closes, runs):
    folder = paths.trainings() / "mine"
    save_plan(Plan(page="run", reached="run"), folder)
    wizard.open(folder)
    page = wizard.page
    page.running = True
    monkeypatch.setattr("app.wizard.window.ask_closing", lambda _: answer)
    wizard.close()
    assert wizard.isHidden() is closes
    assert page.running is runs


def test_what_is_thrown_away_is_gone_once_that_was_confirmed(wizard, qtbot, monkeypatch):
    folder = paths.trainings() / "mine"
    save_plan(Plan(), folder)
    wizard.find_trainings()
    qtbot.waitUntil(lambda: wizard.trainings.list.count() == 1)
    monkeypatch.setattr("app.wizard.window.ask_throwing_away", lambda *_: False)
    wizard.trainings.forget.click()
    assert folder.exists()
    monkeypatch.setattr("app.wizard.window.ask_throwing_away", lambda *_: True)
    wizard.trainings.forget.click()
    qtbot.waitUntil(lambda: wizard.trainings.list.count() == 0)
    assert not folder.exists()
