import numpy as np
import pytest

from app import settings as keys
from app.panels.first_steps import FirstSteps, FirstStepsDialog

CPU = {"compute": [{"name": "cpu", "description": "2 threads"}], "compute_used": "cpu"}
GPU = {"compute": [{"name": "cuda", "description": "Fast One"}], "compute_used": "cuda"}


@pytest.fixture(autouse=True)
def devices(monkeypatch):
    monkeypatch.setattr("app.device_list.compute_facts", lambda: CPU)
    monkeypatch.setattr("app.output_devices.output_devices", lambda rescan: ["Loudspeakers"])


@pytest.fixture
def steps(session, qtbot):
    steps = FirstSteps(session)
    qtbot.addWidget(steps)
    return steps


def test_the_cards_stand_on_the_welcome_page_until_they_were_closed_once(window, session, qtbot):
    cards = window.welcome.findChild(FirstSteps)
    assert not cards.isVisible()
    window.prepare()
    assert cards.isVisible()
    cards.finish()
    assert not cards.isVisible()
    window.prepare()
    assert not cards.isVisible()


def test_who_has_opened_something_has_begun(window, session, side, qtbot):
    cards = window.welcome.findChild(FirstSteps)
    window.prepare()
    assert window.open(side)
    session.close()
    assert not cards.isVisible()
    assert session.settings.get(keys.first_steps) is False


def test_who_starts_with_a_file_meets_the_cards_another_time(opened, session):
    opened.prepare()
    session.close()
    assert opened.welcome.findChild(FirstSteps).isHidden()
    assert session.settings.get(keys.first_steps) is True


def test_sound_and_computing_are_told_once_they_are_known(steps, qtbot):
    steps.begin()
    qtbot.waitUntil(lambda: steps.sound.count() == 2 and "2 threads" in steps.told)
    assert steps.told.startswith("No graphics processor was found")
    steps._on_computed(GPU)
    assert steps.told == "Networks run on Fast One."


def test_the_test_tone_is_an_a_of_one_second(steps):
    steps.play_tone()
    assert steps._excerpt.is_playing
    heard = steps._excerpt._document.source
    samples = heard.read(0, heard.n_samples).samples
    assert heard.n_samples == heard.sample_rate
    assert int(np.argmax(np.abs(np.fft.rfft(samples[0])))) == 440
    assert np.array_equal(samples[0], samples[1])
    steps.finish()
    assert not steps._excerpt.is_playing


def test_who_works_is_kept_as_it_is_typed(steps, session, qtbot):
    steps.show()
    qtbot.keyClicks(steps.operator, "A. Keller")
    qtbot.keyClicks(steps.institution, "DE")
    assert session.settings.get(keys.operator) == "A. Keller"
    assert session.settings.get(keys.institution) == "DE"


def test_the_help_menu_has_them_still(session, qtbot):
    session.settings.set(keys.first_steps, False)
    dialog = FirstStepsDialog(session)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.steps.isVisible()
    dialog.steps._close.click()
    assert not dialog.isVisible()
