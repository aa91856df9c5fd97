import pytest
from PySide6.QtGui import QGuiApplication

from app import settings as keys
from app.view_state import N_STORED
from engine.region import Region


@pytest.fixture
def state(opened, session):
    return session.view_state


def test_what_is_inverted_twice_is_what_it_was(state, act):
    state.select(Region(0.25, 0.5))
    act("select_invert")
    assert state.selection.parts() == (Region(0.0, 0.25), Region(0.5, state.duration_s))
    act("select_invert")
    assert state.selection == Region(0.25, 0.5)


def test_inverting_nothing_selects_all_and_all_nothing(state, act):
    act("select_invert")
    assert state.selection == Region(0.0, state.duration_s)
    act("select_invert")
    assert state.selection is None


def test_what_was_put_aside_comes_back(state, act, opened):
    state.select(Region(0.25, 0.5, 100.0, 900.0))
    act("store_3")
    act("select_none")
    assert not opened.actions_by_id["recall_2"].isEnabled()
    act("recall_3")
    assert state.selection == Region(0.25, 0.5, 100.0, 900.0)


def test_a_lock_holds_against_keys_too(state, act, opened):
    state.select(Region(0.25, 0.5))
    act("lock")
    assert opened.actions_by_id["lock"].isChecked()
    act("select_all")
    assert state.selection == Region(0.25, 0.5)
    act("lock")
    act("select_all")
    assert state.selection == Region(0.0, state.duration_s)


def test_edges_move_to_zero_crossings_of_what_is_heard(state, act, session):
    rate = state.sample_rate
    state.select(Region(0.2501, 0.4999))
    act("snap_zero")
    samples = session.document.original.read(0, rate).samples.sum(axis=0)
    for at_s in (state.selection.start_s, state.selection.stop_s):
        at = round(at_s * rate)
        assert (samples[at - 1] >= 0.0) != (samples[at] >= 0.0)
    assert state.selection.start_s == pytest.approx(0.2501, abs=0.0101)


def test_edges_move_to_turns_of_the_disc_where_they_are_shown(opened, state, act, session):
    state.select(Region(0.3, 1.4))
    assert not opened.actions_by_id["snap_turns"].isEnabled()
    session.settings.set(keys.show_turns, True)
    session.settings.set(keys.turn_rpm, 120.0)
    opened.menus.refresh()
    act("snap_turns")
    assert state.selection == Region(0.5, 1.5)


def test_a_tool_is_chosen_by_its_key_and_remembered(opened, act, session):
    act("tool_lasso")
    assert session.settings.get(keys.selection_tool) == "lasso"
    assert opened.actions_by_id["tool_lasso"].isChecked()
    assert not opened.actions_by_id["tool_box"].isChecked()


def test_the_fade_of_the_fields_goes_with_what_runs(opened, state, session):
    session.settings.set(keys.feather_ms, 20.0)
    state.select(Region(0.25, 0.5))
    task = type("", (), {"takes_region": True})()
    assert session.target([task]) == (Region(0.25, 0.5, feather_s=0.02),)


def test_there_is_a_key_for_every_place(opened):
    names = [f"{verb}_{n + 1}" for verb in ("store", "recall") for n in range(N_STORED)]
    assert all(opened.actions_by_id[name].shortcuts() for name in names)


def test_bounds_are_copied_as_other_programs_read_them(opened, act, session):
    session.view_state.select(Region(0.099, 1.2248, 1892.5, 7179.54))
    act("copy_bounds")
    assert QGuiApplication.clipboard().text() == "0:00.0990-0:01.2248, 1892.5-7179.5 Hz"
    session.view_state.select(Region(0.5, 1.0))
    act("copy_bounds")
    assert QGuiApplication.clipboard().text() == "0:00.5000-0:01.0000"
