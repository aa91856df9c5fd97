"""What the main window has of the wizard: an entry in a menu, and a card for what goes on."""

import json

import pytest

from app import paths
from training.wizard.plan import RUN, Goal, Plan, save_plan


def left(name, title, **status):
    """A training whose run told something last."""
    folder = paths.trainings() / name
    save_plan(Plan(page="goal", reached="run", goal=Goal(title=title)), folder)
    (folder / RUN).mkdir()
    (folder / RUN / "status.json").write_text(json.dumps({"share": 0.25, **status}))
    return folder


@pytest.fixture
def looked(window, qtbot):
    def look():
        window.trainings.look()
        qtbot.waitUntil(lambda: window.session.project_runner.current is None)
        return window.trainings.card

    return look


def test_the_menu_opens_the_window_and_closing_runout_closes_it(window, act):
    act("train_model")
    wizard = window.trainings.window
    assert wizard.isVisible()
    act("train_model")
    assert window.trainings.window is wizard
    window.close()
    assert window.trainings.window is None
    assert not wizard.isVisible()


def test_a_training_that_was_cut_off_is_offered(window, looked):
    left("done", "Done", state="done")
    folder = left("cut", "Parlophon", state="training")
    card = looked()
    assert card.told == "Parlophon: 25 % done; it can go on from its last checkpoint."
    card.look.click()
    assert card.isHidden()
    assert window.trainings.window.work.folder == folder


def test_trainings_that_ended_are_not_offered(looked):
    left("done", "Done", state="done")
    left("paused", "Paused", state="paused")
    assert looked().isHidden()


def test_a_new_model_is_used_in_the_main_window(opened, act):
    act("train_model")
    opened.trainings.window.use_wanted.emit("denoise")
    assert opened.inspector.title == "Denoise"
