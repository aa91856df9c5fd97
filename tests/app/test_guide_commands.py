import pytest
from PySide6.QtGui import QKeySequence, QShortcut

from app import paths
from app.guide_commands import place_of
from app.help.chapters import read_guide
from app.help.desk import HelpDesk
from engine.tasks import TASKS
from training.wizard.plan import PAGES


@pytest.fixture
def shown(window, monkeypatch):
    """The places that the guide was shown at."""
    places = []
    monkeypatch.setattr(HelpDesk, "show", lambda _, place="": places.append(place))
    return places


def test_the_guide_opens_at_the_task_of_the_inspector(opened, act, shown):
    for name in TASKS:
        opened.inspector.choose_task(name)
        act("guide")
    assert shown == [place_of(f"task:{name}") for name in TASKS]
    assert shown[list(TASKS).index("replay-eq")] == "tasks.md#replay-eq"
    opened.inspector.choose_preset("78rpm")
    act("guide")
    assert shown[-1] == "tasks.md#presets"


def test_without_a_recording_the_guide_opens_where_it_was_left(window, act, shown):
    act("guide")
    assert shown == [""]


def test_the_guide_opens_where_it_was_left_while_the_inspector_is_not_seen(opened, act, shown):
    opened.docks.show("events")
    act("guide")
    assert shown == [""]


def test_the_inspector_leads_to_what_to_listen_for(opened, shown, qtbot):
    from PySide6.QtWidgets import QPushButton

    opened.inspector.choose_task("declick")
    buttons = opened.inspector.findChildren(QPushButton)
    (button,) = (each for each in buttons if each.text() == "What to listen for")
    button.click()
    assert shown == ["tasks.md#declick"]


def test_nothing_is_known_of_what_is_no_task():
    assert place_of("") == ""
    assert place_of("task:none") == ""


def test_the_window_of_the_guide_is_made_once_and_ends_with_the_application(window, act, qtbot):
    act("guide")
    made = window.help.window
    qtbot.waitUntil(made.isVisible)
    assert made.place.startswith("index.md")
    made.close()
    act("guide")
    assert window.help.window is made
    assert made.isVisible()
    window.windows.stop()
    assert window.help.window is None


def helped(window):
    """Press the key for help in a window that is not the main one."""
    (key,) = (
        each
        for each in window.findChildren(QShortcut)
        if each.key() == QKeySequence(QKeySequence.StandardKey.HelpContents)
    )
    key.activated.emit()


def test_batch_and_models_lead_to_their_chapters(window, act):
    act("batch")
    helped(window.batch.window)
    assert window.help.window.place == "batch.md#batch"
    act("model_manager")
    helped(window.models.window)
    assert window.help.window.place == "training.md#the-models-that-ship"


def test_every_page_of_the_wizard_leads_to_its_section(window, act):
    act("train_model")
    wizard = window.trainings.window
    places: list[str] = []
    wizard.help_wanted.connect(places.append)
    helped(wizard)
    wizard.trainings.new.click()
    for name in PAGES:
        wizard.work.change(page=name)
        helped(wizard)
    (chapter,) = (each for each in read_guide(paths.guide()) if each.name == "training.md")
    known = {f"training.md#{each.anchor}" for each in chapter.sections}
    assert len(set(places)) == 1 + len(PAGES)
    assert set(places) <= known
