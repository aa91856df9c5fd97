"""Noise that is kept with a button of the Denoise panel and chosen again from its menu."""

import numpy as np
import pytest
from PySide6.QtWidgets import QFileDialog, QPushButton

from app.panels.noise import NoisePart
from engine.noise_file import load_profile
from engine.region import Region

LEAD = Region(0.0, 0.4)


@pytest.fixture
def denoise(opened, act, session):
    """The window with Denoise shown and its noise marked."""
    opened.inspector.choose_task("denoise")
    session.view_state.select(LEAD)
    act("mark_noise")
    session.view_state.select(None)
    return opened


@pytest.fixture
def keep(denoise, finish, tmp_path, monkeypatch):
    """Presses the button and answers the dialog with a name."""

    def press(name: str):
        path = tmp_path / name
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *words: (str(path), ""))
        denoise.findChild(NoisePart).findChild(QPushButton).click()
        finish()
        return path

    return press


def field(window, name):
    return window.inspector.operation.form.field(name)


def samples(session):
    state = session.document.state
    return state.read(0, state.n_samples).samples


def offered(choice):
    choice.fill_menu()
    return {each.text(): each for each in choice.menu.actions()}


def test_what_was_learnt_from_a_mark_is_kept_and_does_the_same(denoise, keep, act, finish, session):
    path = keep("run-in")
    kept = load_profile(path.with_name("run-in.noise"))
    assert (kept.source, kept.region) == ("side.wav", LEAD)
    told = denoise.findChild(NoisePart)._told
    assert told.text() == "Kept as run-in; other sides can choose it."
    act("run")
    finish()
    expected = samples(session)
    session.document.undo()
    field(denoise, "profile").set_path(path.with_name("run-in.noise"))
    assert denoise.inspector.operation.form.values()["noise"] is None
    act("run")
    finish()
    operation = session.document.operations[-1]
    assert operation.notes == (f"noise profile run-in.noise, SHA-256 {kept.sha256}",)
    np.testing.assert_array_equal(samples(session), expected)


def test_marking_noise_anew_puts_a_profile_out(denoise, keep, act, session):
    path = keep("a.noise")
    form = denoise.inspector.operation.form
    field(denoise, "profile").set_path(path)
    denoise.inspector.choose_task("gain")
    denoise.inspector.choose_task("denoise")
    form = denoise.inspector.operation.form
    assert (form.values()["noise"], form.values()["profile"]) == (None, path)
    session.view_state.select(Region(0.5, 1.0))
    act("mark_noise")
    assert (form.values()["noise"], form.values()["profile"]) == (Region(0.5, 1.0), None)


def test_profiles_of_the_project_and_of_the_user_are_at_hand(denoise, keep, act, finish, session):
    from app import paths

    assert list(offered(field(denoise, "profile"))) == ["Other file…", "None"]
    paths.profiles().mkdir(parents=True)
    keep(str(paths.profiles() / "mine.noise"))
    act("run")
    finish()
    menu = offered(field(denoise, "profile"))
    assert list(menu) == ["side 0.00-0.40 s", "mine", "", "Other file…", "None"]
    menu["side 0.00-0.40 s"].trigger()
    chosen = denoise.inspector.operation.form.values()["profile"]
    assert chosen == session.document.folder.profiles["side 0.00-0.40 s"]


def test_there_is_nothing_to_keep_without_a_stretch(denoise, act):
    button = denoise.findChild(NoisePart).findChild(QPushButton)
    assert button.isEnabled()
    act("clear_noise")
    assert not button.isEnabled()


def test_a_stretch_too_short_is_told(denoise, keep, act, session, qtbot):
    session.view_state.select(Region(0.5, 0.51))
    act("mark_noise")
    with qtbot.waitSignal(session.failed) as said:
        path = keep("a.noise")
    assert "mark at least 50 ms of nothing but noise" in said.args[0]
    assert not path.exists()
