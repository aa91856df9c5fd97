import numpy as np
import pytest
import soundfile
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QLabel, QListWidget, QMessageBox, QWidget

from app import settings as keys
from app.document import Monitored
from app.main_window import MainWindow
from app.theme import Theme
from engine.region import Region
from tests.app.conftest import RATE, write_side
from tests.signals import sine


def read_all(recording):
    return recording.read(0, recording.n_samples).samples


def shown(session) -> Monitored:
    monitored: Monitored = session.view_state.monitored
    return monitored


def drop(window, *paths):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    event = QDropEvent(
        QPointF(50, 50),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.dropEvent(event)


def test_an_empty_window_welcomes_and_offers_nothing_that_needs_a_recording(window):
    assert window.welcome.isVisible()
    assert not window.views.isVisible()
    for name in ("export", "undo", "run", "play", "select_all", "zoom_in"):
        assert not window.actions_by_id[name].isEnabled(), name
    assert window.actions_by_id["open"].isEnabled()


def test_a_dropped_file_is_opened(window, side, session):
    drop(window, side)
    assert session.document is not None
    assert session.document.path == side
    assert window.views.isVisible()
    assert window.windowTitle().startswith("side.wav")


def test_a_file_that_cannot_be_read_leaves_the_open_one_and_says_one_sentence(
    opened, tmp_path, session
):
    before = session.document
    broken = tmp_path / "notes.wav"
    broken.write_bytes(b"no sound at all")
    assert not opened.open(broken)
    assert session.document is before
    assert "notes.wav" in opened.banner.text
    assert opened.banner.isVisible()


def test_a_preset_run_on_a_selection_leaves_every_sample_outside(opened, act, finish, session):
    before = read_all(session.document.source)
    session.view_state.select(Region(0.5, 1.2))
    opened.inspector.choose_preset("declick-only")
    act("run")
    assert session.is_busy
    assert not opened.actions_by_id["run"].isEnabled()
    finish()
    after = read_all(session.document.state)
    start, stop = round(0.5 * RATE), round(1.2 * RATE)
    assert np.array_equal(after[:, :start], before[:, :start])
    assert np.array_equal(after[:, stop:], before[:, stop:])
    differing = int(np.count_nonzero(after != before))
    assert differing == session.document.operations[0].changed > 0
    assert f"{differing:,}".replace(",", " ") in opened.status.done
    assert "outside the region: 0 changed" in opened.status.done
    assert opened.history.rows == ["Source", "Declick"]


def test_a_task_with_settings_from_its_form_is_run(opened, act, finish, session):
    opened.inspector.choose_task("gain")
    opened.inspector.operation.form.set_values({"gain_db": -6.0})
    act("run")
    finish()
    before, after = read_all(session.document.source), read_all(session.document.state)
    assert np.allclose(after, before * 10 ** (-6 / 20), atol=1e-6)
    assert "peak" in opened.status.done


def test_undo_and_redo_move_between_the_same_two_recordings(opened, act, finish, session):
    opened.inspector.choose_task("gain")
    opened.inspector.operation.form.set_values({"gain_db": 3.0})
    act("run")
    finish()
    done = read_all(session.document.state)
    act("undo")
    assert np.array_equal(read_all(session.document.state), read_all(session.document.source))
    act("redo")
    assert np.array_equal(read_all(session.document.state), done)


def test_a_cancelled_job_changes_nothing(opened, act, finish, session):
    opened.inspector.choose_preset("78rpm")
    act("run")
    act("cancel")
    finish()
    assert session.document.operations == ()
    assert opened.actions_by_id["run"].isEnabled()
    assert "nothing was changed" in opened.status.word


def test_a_result_is_shown_when_done_but_never_swapped_under_a_listening_ear(
    opened, act, finish, session
):
    opened.inspector.choose_task("gain")
    act("monitor_original")
    act("run")
    finish()
    assert shown(session) is Monitored.RESULT
    act("monitor_original")
    act("play")
    act("run")
    finish()
    assert session.player.is_playing
    assert shown(session) is Monitored.ORIGINAL
    assert "press 2" in opened.status.word


def test_a_lossy_source_is_warned_of(window, tmp_path, session):
    path = tmp_path / "side.ogg"
    soundfile.write(path, sine(440.0, 0.5).samples.T, RATE, format="OGG", subtype="VORBIS")
    assert window.open(path)
    assert "codec" in window.check.told[0]
    window.session.close()
    assert window.check.isHidden()


def test_a_lossless_source_is_not(opened):
    assert opened.banner.isHidden()
    assert not any("codec" in told for told in opened.check.told)


def test_the_recording_panel_tells_format_and_measures_the_rest(opened, qtbot):
    facts = opened.recording.facts
    assert facts["Rate"] == "44.1 kHz"
    assert facts["Depth"] == "16 bit integer"
    qtbot.waitUntil(lambda: "Audio MD5" in opened.recording.facts, timeout=60_000)
    assert opened.recording.facts["Peak"].endswith("dBFS")


def test_geometry_and_theme_are_remembered(window, session, store, qtbot):
    window.resize(900, 600)
    window.close()
    assert len(session.settings.get(keys.geometry)) > 0
    again = MainWindow(session, window.theme, {})
    qtbot.addWidget(again)
    assert again.size() == window.size()


@pytest.mark.parametrize("choice", ["dark", "light"])
def test_both_themes_give_text_enough_contrast(window, choice):
    theme: Theme = window.theme
    theme.choose(choice)
    for text, ground in (
        ("text", "window"),
        ("text", "field"),
        ("muted", "panel"),
        ("on_accent", "accent"),
        ("text", "warning"),
        ("text", "error"),
    ):
        assert contrast(theme.colours[text], theme.colours[ground]) >= 4.5, (text, ground)


def contrast(one, other):
    def luminance(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def focusable(root):
    for child in root.findChildren(QWidget):
        inner = child.objectName() == "qt_spinbox_lineedit"
        if child.focusPolicy() != Qt.FocusPolicy.NoFocus and not inner:
            yield child


def name_of(widget):
    shown = getattr(widget, "text", str)()
    return widget.accessibleName() or (shown if isinstance(shown, str) else "")


def test_every_widget_the_keyboard_reaches_has_a_name(opened):
    for task in ("gain", "declick", "denoise", "inpaint"):
        opened.inspector.choose_task(task)
        nameless = [
            f"{type(w).__name__} in {type(w.parent()).__name__}"
            for w in focusable(opened)
            if w.isVisible() and not name_of(w) and not isinstance(w, QLabel)
        ]
        assert nameless == [], task


def test_f6_goes_round_all_views_and_panels(opened, act):
    seen = []
    opened.activateWindow()
    for _ in range(9):
        act("next_panel")
        focus = QApplication.focusWidget()
        seen.append(focus)
    assert opened.views.waveform in seen
    assert any(opened.inspector.isAncestorOf(each) for each in seen)
    assert any(opened.history.isAncestorOf(each) for each in seen)
    assert any(opened.transport.isAncestorOf(each) for each in seen)
    assert any(opened.views.bar.isAncestorOf(each) for each in seen)


def test_tab_goes_past_panels_that_lie_behind_others_both_ways(opened, qtbot):
    opened.activateWindow()
    opened.focus_views()
    for key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
        seen = set()
        for _ in range(60):
            qtbot.keyClick(QApplication.focusWidget(), key)
            seen.add(QApplication.focusWidget())
        assert opened.views.spectrogram in seen
        assert opened.inspector.fields._start in seen
        assert not any(opened.events.isAncestorOf(each) for each in seen)


@pytest.mark.parametrize("where", ["history", "run", "device", "field"])
def test_esc_leads_back_to_the_pictures_and_leaves_the_selection(opened, session, qtbot, where):
    opened.activateWindow()
    session.view_state.select(Region(0.5, 1.0))
    place = {
        "history": opened.history.findChild(QListWidget),
        "run": opened.inspector.operation._run,
        "device": opened.transport.device,
        "field": opened.inspector.fields._start,
    }[where]
    place.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is place)
    qtbot.keyClick(place, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is opened.views.spectrogram)
    assert session.view_state.selection == Region(0.5, 1.0)
    qtbot.keyClick(opened.views.spectrogram, Qt.Key.Key_Escape)
    assert session.view_state.selection is None


def test_a_right_click_offers_what_can_be_done(opened, session, qtbot):
    session.view_state.select(Region(0.5, 1.0))
    opened.views.context_menu_requested.emit(QPoint(100, 100))
    menu = QApplication.activePopupWidget()
    assert menu is not None
    texts = [action.text() for action in menu.actions()]
    assert any("Run" in text for text in texts)
    menu.close()


def test_a_right_click_offers_nothing_that_cannot_be_done(opened, session):
    opened.inspector.choose_task("gain")
    opened.views.context_menu_requested.emit(QPoint(100, 100))
    menu = QApplication.activePopupWidget()
    assert menu is not None
    offered = [action.objectName() for action in menu.actions() if not action.isSeparator()]
    assert all(action.isEnabled() for action in menu.actions() if not action.isSeparator())
    assert offered == ["run", "select_visible", "add_marker", "turn_here", "zoom_fit"]
    menu.close()


def test_a_setting_that_changes_after_the_window_has_closed_asks_no_menu(
    opened, session, monkeypatch
):
    asked = []
    monkeypatch.setattr(opened.menus, "refresh", lambda: asked.append(1))
    session.settings.set(keys.last_folder, "here")
    assert asked
    opened.close()
    asked.clear()
    session.settings.set(keys.last_folder, "there")
    assert not asked


def test_closing_the_recording_during_a_job_is_survived(opened, act, finish, session):
    opened.inspector.choose_preset("78rpm")
    act("run")
    act("close")
    finish()
    assert session.document is None
    assert opened.welcome.isVisible()


@pytest.mark.parametrize("leave", ["open", "close_recording", "close"])
def test_operations_that_were_not_exported_are_not_lost_unasked(
    opened, act, finish, session, side, monkeypatch, leave
):
    asked = []

    def think_again(parent, name, count):
        asked.append((name, count))
        return QMessageBox.StandardButton.Cancel

    monkeypatch.setattr("app.project_desk.ask_leaving", think_again)
    opened.inspector.choose_task("gain")
    opened.inspector.operation.form.set_values({"gain_db": -1.0})
    act("run")
    finish()
    assert opened.isWindowModified()
    getattr(opened, leave)(*([side] if leave == "open" else []))
    assert asked == [("side.wav", 1)]
    assert len(session.document.operations) == 1
    assert opened.isVisible()
    session.document.mark_exported(session.document.state)
    assert not opened.isWindowModified()
    opened.close_recording()
    assert session.document is None
    assert len(asked) == 1


def test_a_float_source_with_samples_beyond_full_scale_opens(window, tmp_path):
    loud = sine(440.0, 0.5, amplitude=1.5)
    assert window.open(write_side(tmp_path / "loud.wav", loud, "FLOAT"))


def test_a_step_of_the_menu_brings_the_inspector_to_the_front(opened, act, qtbot):
    act("panel_events")
    qtbot.waitUntil(lambda: opened.docks.is_shown("events"))
    assert not opened.docks.is_shown("inspector")
    act("task_gain")
    qtbot.waitUntil(lambda: opened.docks.is_shown("inspector"))
    assert not opened.docks.is_shown("events")
    act("panel_inspector")
    qtbot.waitUntil(lambda: opened.docks.is_shown("events"))
    assert not opened.docks.is_shown("inspector")
    act("reset_layout")
    qtbot.waitUntil(lambda: opened.docks.is_shown("inspector"))
