"""What is wrong, which model to start from, and what the new one is called."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from app.wizard.goal_page import GoalPage
from training.wizard.plan import Goal, load_plan


@pytest.fixture
def page(work, qtbot):
    page = GoalPage(work)
    qtbot.addWidget(page)
    page.resize(900, 900)
    page.show()
    enter(page, qtbot)
    return page


def enter(page, qtbot):
    page.enter()
    qtbot.waitUntil(lambda: page.work.runner.current is None and bool(page.cards))


def names(page):
    return [card.name for card in page.cards]


def chosen(page):
    return [card.name for card in page.cards if card.button.isChecked()]


def test_the_best_model_for_noise_is_suggested(page):
    assert page.work.plan.goal.base == "denoise-light"
    assert names(page)[0] == "denoise-light"
    assert chosen(page) == ["denoise-light"]
    assert "suggested" in page.cards[0].button.text()
    assert set(page.tasks) == {"denoise", "extend", "declip", "inpaint"}
    assert "licence CC-BY-SA-4.0" in page.cards[0].button.accessibleDescription()


def test_another_fault_shows_other_models_with_critics_last(page, qtbot):
    qtbot.mouseClick(page.tasks["extend"], Qt.MouseButton.LeftButton)
    assert page.work.plan.goal.task == "extend"
    assert set(names(page)) == {
        "waveform-sr", "cqtdiff-piano", "treble", "waveform-sr-critic"
    }  # fmt: skip
    assert names(page)[-1] == "waveform-sr-critic"
    assert chosen(page) == [page.work.plan.goal.base]
    qtbot.mouseClick(page.cards[-1], Qt.MouseButton.LeftButton)
    assert page.work.plan.goal.base == "waveform-sr-critic"
    assert chosen(page) == ["waveform-sr-critic"]
    assert not page.fresh.isEnabled()


def test_half_precision_is_what_the_base_was_trained_with(page):
    assert page.work.plan.budget.half
    card = next(each for each in page.cards if each.name == "cqt-net-denoise")
    card.button.click()
    assert page.work.plan.goal.base == "cqt-net-denoise"
    assert not page.work.plan.budget.half


def test_a_title_gives_a_name_until_that_is_changed(page, qtbot):
    assert page.problem() == "Give the model a title."
    qtbot.keyClicks(page.names.title, "Sweet Discs of 1928!")
    assert page.names.name.text() == "sweet-discs-of-1928"
    assert page.problem() == ""
    page.names.name.clear()
    qtbot.keyClicks(page.names.name, "columbia")
    qtbot.keyClicks(page.names.title, " more")
    assert page.names.name.text() == "columbia"
    page.leave()
    goal = load_plan(page.work.folder).goal
    assert (goal.title, goal.name) == ("Sweet Discs of 1928! more", "columbia")


def test_names_that_cannot_be_are_told(page, qtbot):
    qtbot.keyClicks(page.names.title, "Denoise light")
    assert page.names.name.text() == "denoise-light-2"
    page.names.name.clear()
    qtbot.keyClicks(page.names.name, "denoise-light")
    assert page.problem() == "There is a model 'denoise-light' already; give another name."
    assert page.names.told.text() == page.problem()
    page.names.name.clear()
    qtbot.keyClicks(page.names.name, "My Model")
    assert "A model cannot be called 'My Model'" in page.problem()
    page.names.name.clear()
    page.names.changed.emit()
    assert "The model has no name" in page.problem()


def test_what_was_published_by_this_training_may_keep_its_name(page, qtbot):
    work = page.work
    work.change(
        goal=replace(work.plan.goal, title="Mine", name="denoise-light"),
        judged=replace(work.plan.judged, published="denoise-light"),
    )
    enter(page, qtbot)
    assert page.problem() == ""


def test_from_scratch_is_hidden_until_it_is_looked_for(page, qtbot):
    assert not page.fresh.isVisible()
    qtbot.mouseClick(page.more, Qt.MouseButton.LeftButton)
    assert page.fresh.isVisible()
    page.fresh.click()
    assert page.work.plan.goal.is_fresh
    qtbot.mouseClick(page.tasks["extend"], Qt.MouseButton.LeftButton)
    qtbot.mouseClick(page.cards[-1], Qt.MouseButton.LeftButton)
    assert not page.work.plan.goal.is_fresh


def test_a_base_that_is_gone_is_told_and_replaced(work, qtbot):
    work.change(goal=Goal(base="gone-one", title="Mine", name="mine"))
    told = []
    work.problem.connect(lambda sentence, kind: told.append((sentence, kind)))
    page = GoalPage(work)
    qtbot.addWidget(page)
    enter(page, qtbot)
    assert told == [
        ("The model gone-one to start from is no longer there; another one is chosen.", "warning")
    ]
    assert work.plan.goal.base == "denoise-light"


@pytest.mark.usefixtures("no_model_ships")
def test_without_any_model_one_cannot_go_on(work, qtbot):
    page = GoalPage(work)
    qtbot.addWidget(page)
    page.enter()
    qtbot.waitUntil(lambda: work.runner.current is None and page.problem().startswith("Choose"))
    assert page.cards == []
