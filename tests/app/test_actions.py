from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit

from app import settings as keys
from app.actions import ACTIONS
from app.document import Monitored
from engine.region import Region
from engine.tasks import TASKS


@pytest.fixture
def view_state(session):
    return session.view_state


def shown(session) -> Monitored:
    monitored: Monitored = session.view_state.monitored
    return monitored


def press(qtbot, widget, key, modifiers=Qt.KeyboardModifier.NoModifier):
    """Press a key where the focus is."""
    qtbot.keyClick(widget, key, modifiers)


def test_no_two_actions_share_a_shortcut():
    used = Counter(QKeySequence(key).toString() for row in ACTIONS.values() for key in row.keys)
    assert [key for key, count in used.items() if count > 1] == []


def test_alt_and_a_letter_of_a_menu_opens_that_menu(opened):
    """A label of the window with the same letter would make both ambiguous."""
    letters = {QKeySequence.mnemonic(each.text()).toString() for each in opened.menus.bar.actions()}
    labels = [each for each in opened.findChildren(QLabel) if each.isVisible()]
    taken = {QKeySequence.mnemonic(each.text()).toString() for each in labels if each.buddy()}
    assert len(letters) == len(opened.menus.bar.actions())
    assert letters & taken == set()


def test_every_task_has_an_entry_and_is_shown_by_it(opened, act):
    for name, task in TASKS.items():
        act(f"task_{name}")
        assert opened.inspector.title == task.title


def test_every_action_stands_in_a_menu_and_has_a_tip(window):
    def entries(menu):
        for action in menu.actions():
            yield action
            if action.menu() is not None:
                yield from entries(action.menu())

    listed = list(entries(window.menus.bar))
    assert [row.id for row in ACTIONS.values() if window.actions_by_id[row.id] not in listed] == []
    assert all(window.actions_by_id[name].toolTip() for name in ACTIONS)


def test_all_enabled_actions_of_an_open_side_can_be_triggered(opened, session, act):
    """No dead entries; those that open a dialog or another program or end all are left out."""
    session.view_state.select(Region(0.5, 1.0))
    left_out = {"open", "quit", "close", "open_log", "keys", "about", "export", "run", "open_demo"}
    left_out |= {"open_project", "save_project", "save_project_as", "import_marks", "export_marks"}
    for name in ACTIONS:
        if name not in left_out and opened.actions_by_id[name].isEnabled():
            opened.actions_by_id[name].trigger()
            session.view_state.select(Region(0.5, 1.0))
    assert session.document is not None


def test_select_actions_set_the_selection(opened, act, view_state):
    act("select_all")
    assert view_state.selection == Region(0.0, 2.0)
    view_state.set_span(0.5, 1.5)
    act("select_visible")
    assert view_state.selection == Region(0.5, 1.5)
    view_state.set_playhead(0.75)
    act("edge_start")
    assert view_state.selection == Region(0.75, 1.5)
    view_state.set_playhead(1.25)
    act("edge_stop")
    assert view_state.selection == Region(0.75, 1.25)
    act("select_none")
    assert view_state.selection is None


def test_edges_at_the_playhead_make_a_selection_where_there_is_none(opened, act, view_state):
    view_state.set_playhead(0.5)
    act("edge_start")
    assert view_state.selection == Region(0.5, 2.0)


def test_the_band_goes_and_comes_back_as_it_was(opened, act, view_state):
    view_state.select(Region(0.5, 1.0, 800.0, 3000.0))
    act("toggle_band")
    assert view_state.selection == Region(0.5, 1.0)
    act("toggle_band")
    assert view_state.selection == Region(0.5, 1.0, 800.0, 3000.0)


def test_noise_is_marked_without_its_band_and_offered_to_the_form(opened, act, view_state, session):
    view_state.select(Region(0.5, 1.0, 800.0, 3000.0))
    opened.inspector.choose_task("denoise")
    act("mark_noise")
    assert session.document.noise == Region(0.5, 1.0)
    assert opened.inspector.operation.form.values()["noise"] == Region(0.5, 1.0)
    act("clear_noise")
    assert session.document.noise is None
    assert opened.inspector.operation.form.values()["noise"] is None


def test_a_mark_made_before_its_task_is_chosen_is_used_too(opened, act, view_state, session):
    view_state.select(Region(0.5, 1.0))
    opened.inspector.choose_task("gain")
    act("mark_noise")
    opened.inspector.choose_task("denoise")
    assert opened.inspector.operation.form.values()["noise"] == Region(0.5, 1.0)


def test_zoom_actions_change_the_visible_span(opened, act, view_state):
    act("zoom_in")
    assert view_state.stop_s - view_state.start_s == pytest.approx(1.0)
    act("zoom_out")
    assert view_state.stop_s - view_state.start_s == pytest.approx(2.0)
    view_state.select(Region(1.0, 1.5))
    act("zoom_selection")
    assert (view_state.start_s, view_state.stop_s) == pytest.approx((0.95, 1.55))
    act("zoom_fit")
    assert (view_state.start_s, view_state.stop_s) == pytest.approx((0.0, 2.0))


def test_one_two_three_switch_picture_and_sound(opened, qtbot, session):
    for key, monitored in (
        (Qt.Key.Key_1, Monitored.ORIGINAL),
        (Qt.Key.Key_3, Monitored.REMOVED),
        (Qt.Key.Key_2, Monitored.RESULT),
    ):
        press(qtbot, opened.views.spectrogram, key)
        assert shown(session) is monitored
        assert session.player.monitored is monitored


def test_holding_b_is_the_original_for_as_long(opened, qtbot, session):
    session.view_state.monitor(Monitored.REMOVED)
    qtbot.keyPress(opened.views.spectrogram, Qt.Key.Key_B)
    assert shown(session) is Monitored.ORIGINAL
    qtbot.keyRelease(opened.views.spectrogram, Qt.Key.Key_B)
    assert shown(session) is Monitored.REMOVED


def test_letters_in_a_field_are_text_and_start_nothing(opened, qtbot, session):
    opened.activateWindow()
    opened.inspector.choose_task("gain")
    field = opened.inspector.operation.form.field("gain_db")
    field.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is field)
    field.selectAll()
    for key in (Qt.Key.Key_3, Qt.Key.Key_R, Qt.Key.Key_Space, Qt.Key.Key_L):
        press(qtbot, field, key)
    assert shown(session) is Monitored.RESULT
    assert not session.is_busy
    assert not session.player.is_playing
    assert not session.player.loop
    press(qtbot, field, Qt.Key.Key_Return)
    assert field.number() == 3.0
    qtbot.waitUntil(lambda: QApplication.focusWidget() is opened.views.spectrogram)
    press(qtbot, opened.views.spectrogram, Qt.Key.Key_3)
    assert shown(session) is Monitored.REMOVED


def test_the_space_bar_ticks_a_box_the_keyboard_has_reached_and_plays_elsewhere(
    opened, qtbot, session
):
    opened.activateWindow()
    button = opened.inspector.fields._clear
    session.view_state.select(Region(0.5, 1.0))
    button.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is button)
    press(qtbot, button, Qt.Key.Key_Space)
    assert session.view_state.selection is None
    assert not session.player.is_playing
    opened.focus_views()
    press(qtbot, opened.views.spectrogram, Qt.Key.Key_Space)
    assert session.player.is_playing
    press(qtbot, opened.views.spectrogram, Qt.Key.Key_Space)
    assert not session.player.is_playing


def test_esc_ends_the_job_then_the_selection_then_playing(opened, act, finish, session):
    session.view_state.select(Region(0.0, 1.0))
    act("play")
    act("run")
    act("cancel")
    finish()
    assert session.document.operations == ()
    assert session.player.is_playing
    act("cancel")
    assert session.view_state.selection is None
    assert session.player.is_playing
    act("cancel")
    assert not session.player.is_playing
    assert not opened.actions_by_id["cancel"].isEnabled()


def test_esc_leaves_a_selection_that_is_locked(opened, act, session):
    session.view_state.select(Region(0.0, 1.0))
    act("lock")
    assert not opened.actions_by_id["cancel"].isEnabled()
    act("play")
    act("cancel")
    assert not session.player.is_playing
    assert session.view_state.selection == Region(0.0, 1.0)


def test_the_window_takes_all_of_the_screen_and_gives_it_back(opened, act):
    before = opened.windowState()
    act("full_screen")
    assert opened.isFullScreen()
    assert opened.actions_by_id["full_screen"].isChecked()
    act("full_screen")
    assert opened.windowState() == before


def test_repeat_runs_the_last_tasks_on_what_is_selected_now(opened, act, finish, session):
    assert not opened.actions_by_id["repeat"].isEnabled()
    opened.inspector.choose_task("gain")
    opened.inspector.operation.form.set_values({"gain_db": -3.0})
    session.view_state.select(Region(0.0, 0.5))
    act("run")
    finish()
    opened.inspector.choose_task("declick")
    session.view_state.select(Region(1.0, 1.5))
    act("repeat")
    finish()
    first, second = session.document.operations
    assert second.task == first.task
    assert second.regions == (Region(1.0, 1.5),)


def test_a_task_that_needs_a_region_says_so_and_waits_for_one(opened, session):
    opened.inspector.choose_task("inpaint")
    assert not opened.actions_by_id["run"].isEnabled()
    session.view_state.select(Region(0.5, 0.51))
    assert opened.actions_by_id["run"].isEnabled()


def test_a_step_runs_on_the_selection_at_once(opened, act, finish, session):
    session.view_state.select(Region(0.5, 0.51))
    act("run_inpaint")
    finish()
    (operation,) = session.document.operations
    assert operation.title == "Inpaint"
    assert (operation.regions[0].start_s, operation.regions[0].stop_s) == (0.5, 0.51)
    assert operation.outside_changed == 0
    assert opened.inspector.title == "Inpaint"


def test_delete_is_for_the_field_that_has_the_keys(opened, qtbot, session):
    session.view_state.select(Region(0.5, 0.51))
    field = opened.inspector.fields.findChild(QLineEdit)
    field.setFocus()
    press(qtbot, field, Qt.Key.Key_Delete)
    assert not session.is_busy


def test_view_choices_are_remembered_and_ticked(opened, act, session):
    act("cqt")
    assert session.settings.get(keys.transform) == "cqt"
    assert opened.actions_by_id["cqt"].isChecked()
    assert not opened.actions_by_id["stft"].isChecked()
    act("colours_grey")
    assert session.settings.get(keys.colour_map) == "grey"
    act("theme_light")
    assert opened.theme.choice == "light"


def test_recent_files_are_listed_newest_first(opened, session, tmp_path, side):
    other = tmp_path / "other.wav"
    other.write_bytes(side.read_bytes())
    assert opened.open(other)
    opened.menus.recent.aboutToShow.emit()
    assert [a.text() for a in opened.menus.recent.actions()] == ["other.wav", "side.wav"]
    opened.menus.recent.actions()[1].trigger()
    assert session.document.path == side


def test_the_demo_side_opens(window, act, session):
    act("open_demo")
    assert session.document is not None


def test_diagnostics_name_versions_and_no_file(opened, act):
    act("copy_diagnostics")
    text = QApplication.clipboard().text()
    assert "Runout" in text
    assert "Python" in text
    assert "side.wav" not in text
