"""Keys by scheme, changed by the user, kept as a difference; no key does two things."""

import json
from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication

from app import paths
from app import settings as keys
from app.action import Action
from app.actions import ACTIONS
from app.document import Monitored
from app.key_bindings import RUNOUT, KeyBindings, portable, read_scheme, settled
from app.settings import Settings
from engine.errors import SettingsError
from engine.region import Region

Key = Qt.Key
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
FILES = sorted(paths.key_schemes().glob("*.toml"))
SCHEMES = (RUNOUT, *(path.stem for path in FILES))


@pytest.fixture
def bindings(settings):
    return KeyBindings(ACTIONS, settings, paths.key_schemes())


@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_key_does_two_things_in_any_scheme(bindings, settings, scheme):
    settings.set(keys.key_scheme, scheme)
    used = Counter(key for name in ACTIONS for key in bindings.keys(name))
    assert [key for key, count in used.items() if count > 1] == []
    assert len(used) > 60


@pytest.mark.parametrize("path", FILES, ids=SCHEMES[1:])
def test_every_scheme_names_actions_there_are_and_keys_there_are(path):
    scheme = read_scheme(path)
    assert set(scheme) <= set(ACTIONS)
    assert all(portable(key) == key != "" for held in scheme.values() for key in held)
    used = Counter(key for held in scheme.values() for key in held)
    assert max(used.values()) == 1


def test_the_first_layer_wins_and_leaves_nothing_of_its_keys_to_others():
    found = settled(({"a": ("X",)}, {"a": ("Q",), "b": ("Y",)}, {"b": ("Z",), "c": ("X", "W")}))
    assert found == {"a": ("X",), "b": ("Y",), "c": ("W",)}


def test_what_a_scheme_needs_elsewhere_is_gone_where_it_was(bindings, settings):
    assert bindings.owner("Ctrl+1") == "recall_1"
    settings.set(keys.key_scheme, "audacity")
    assert bindings.owner("Ctrl+1") == "zoom_in"
    assert bindings.keys("mark_next") == ("Alt+Right",)
    assert bindings.keys("mark_previous") == ("Alt+Left",)
    assert bindings.keys("selection_later") == ()
    assert bindings.keys("accept") == ("A",)


def test_an_edit_is_kept_as_a_difference_and_is_there_the_next_time(bindings, settings, store):
    bindings.set_keys("run", ("Ctrl+Return",))
    assert json.loads(settings.get(keys.edited_keys)) == {"run": ["Ctrl+Return"]}
    again = KeyBindings(ACTIONS, Settings(store), paths.key_schemes())
    assert again.keys("run") == ("Ctrl+Return",)
    assert again.is_edited("run")
    bindings.set_keys("run", ("R",))
    assert settings.get(keys.edited_keys) == ""


def test_a_key_that_is_taken_is_gone_from_where_it_was_and_comes_back(bindings):
    bindings.set_keys("run", ("X",))
    assert bindings.keys("reject") == ()
    assert bindings.owner("X") == "run"
    bindings.reset("reject")
    assert bindings.keys("reject") == ("X",)
    assert bindings.keys("run") == ()
    bindings.reset_all()
    assert bindings.keys("run") == ("R",)
    assert not bindings.is_edited("run")


def test_an_edit_stays_when_the_scheme_changes(bindings, settings):
    bindings.set_keys("mark_noise", ("Ctrl+1",))
    settings.set(keys.key_scheme, "audacity")
    assert bindings.owner("Ctrl+1") == "mark_noise"
    assert "Ctrl+1" not in bindings.keys("zoom_in")
    assert bindings.keys("zoom_in")[0] == "Ctrl+="


@pytest.mark.parametrize("text", ["{", "[]", '{"run": "R"}', '{"run": [7]}', "[" * 100_000])
def test_edits_that_cannot_be_read_do_no_harm(settings, text):
    settings.set(keys.edited_keys, text)
    assert KeyBindings(ACTIONS, settings, paths.key_schemes()).keys("play") == ("Space",)


@pytest.mark.parametrize("text", ["play", 'play = "F2"', "play = [1]", "\xff", "a=" + "[" * 9999])
def test_a_scheme_that_cannot_be_read_is_left_out(settings, tmp_path, text):
    (tmp_path / "mine.toml").write_bytes(text.encode("latin-1"))
    with pytest.raises(SettingsError, match=r"the keys mine\.toml"):
        read_scheme(tmp_path / "mine.toml")
    bindings = KeyBindings(ACTIONS, settings, tmp_path)
    assert "mine" not in bindings.schemes
    assert bindings.keys("play") == ("Space",)


# In the window.


def shown(session) -> Monitored:
    monitored: Monitored = session.view_state.monitored
    return monitored


@pytest.fixture
def press(opened, qtbot):
    """Presses keys in the spectrogram."""
    opened.activateWindow()
    opened.focus_views()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is opened.views.spectrogram)

    def run(key, modifiers=Qt.KeyboardModifier.NoModifier):
        qtbot.keyClick(opened.views.spectrogram, key, modifiers)

    return run


def test_the_keys_of_audacity_drive_the_window(opened, press, session):
    session.settings.set(keys.key_scheme, "audacity")
    state = session.view_state
    press(Key.Key_1, CTRL)
    assert state.stop_s - state.start_s == pytest.approx(1.0)
    press(Key.Key_3, CTRL)
    assert (state.start_s, state.stop_s) == pytest.approx((0.0, 2.0))
    state.set_playhead(1.0)
    press(Key.Key_J, SHIFT)
    assert state.selection == Region(0.0, 1.0)
    press(Key.Key_Left, CTRL | SHIFT)
    assert 0.95 < state.selection.stop_s < 1.0
    press(Key.Key_E, CTRL)
    assert state.stop_s < 1.2
    press(Key.Key_F, CTRL)
    assert state.stop_s == pytest.approx(2.0)
    press(Key.Key_K)
    assert state.playhead_s == 2.0
    press(Key.Key_A, CTRL | SHIFT)
    assert state.selection is None


def test_menus_tips_buttons_and_the_reference_show_the_keys_in_force(opened, session):
    zoom = opened.actions_by_id["zoom_in"]
    assert opened.actions_by_id["monitor_result"].iconText() == "2  Result"
    session.settings.set(keys.key_scheme, "audacity")
    opened.bindings.set_keys("monitor_result", ("F8",))
    assert zoom.shortcut() == QKeySequence("Ctrl+1")
    assert "(Ctrl+1)" in zoom.toolTip()
    assert opened.actions_by_id["monitor_result"].iconText() == "F8  Result"
    opened.bindings.set_keys("monitor_result", ())
    assert opened.actions_by_id["monitor_result"].iconText() == "Result"
    told = dict((tip, shown) for _, shown, tip in opened.menus.told_keys())
    assert told[ACTIONS["zoom_in"].tip].startswith("Ctrl+1")
    assert ACTIONS["monitor_result"].tip not in told


def test_a_key_that_is_held_may_be_another(opened, press, qtbot, session):
    opened.bindings.set_keys("hold_original", ("Y",))
    view = opened.views.spectrogram
    qtbot.keyPress(view, Key.Key_B)
    assert shown(session) is Monitored.RESULT
    qtbot.keyPress(view, Key.Key_Y)
    assert shown(session) is Monitored.ORIGINAL
    qtbot.keyRelease(view, Key.Key_Y)
    assert shown(session) is Monitored.RESULT


def test_rows_are_what_bindings_ask_for(bindings):
    assert all(isinstance(row, Action) for row in bindings.rows.values())
