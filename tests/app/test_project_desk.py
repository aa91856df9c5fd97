"""Projects in the window: kept as work is done, saved, opened, relinked, left and cleaned up."""

import shutil
import time

import numpy as np
import pytest
from PySide6.QtWidgets import QMessageBox

from app import paths
from app import settings as keys
from app.dialogs.export import ExportDialog
from app.dialogs.save_project import Wanted
from app.document import Monitored
from app.main_window import MainWindow
from app.version import VERSION
from engine.errors import StorageError
from engine.event import Decision
from engine.region import Region
from engine.review import decide
from engine.storage.folder import open_project
from tests.app.conftest import sessions, trashed, write_side
from tests.signals import sine

SAVE, CANCEL = QMessageBox.StandardButton.Save, QMessageBox.StandardButton.Cancel


def read_all(recording):
    return recording.read(0, recording.n_samples).samples


def titles(session) -> list[str]:
    return [each.title for each in session.document.operations]


def test_a_transfer_that_is_only_looked_at_leaves_nothing_on_disk(opened, session):
    opened.close_recording()
    assert sessions() == []
    assert trashed() == []


def test_the_first_operation_makes_a_session_that_holds_every_step(opened, gain, session, act):
    gain(-3.0)
    assert sessions() == ["side.runout"]
    gain(-1.0)
    act("undo")
    assert session.document.title == "side.wav"
    assert opened.windowTitle().startswith("side.wav[*]")
    assert opened.isWindowModified()
    assert opened.projects.saved.text().startswith("autosaved ")
    shutil.copytree(paths.sessions() / "side.runout", paths.sessions() / "copy.runout")
    with open_project(paths.sessions() / "copy.runout", software=VERSION) as copy:
        assert [each.title for each in copy.project.operations] == ["Gain", "Gain"]
        assert copy.project.head == 1
        assert np.array_equal(read_all(copy.project.state), read_all(session.document.state))


def test_a_cancelled_first_run_leaves_no_session(opened, act, finish):
    opened.inspector.choose_preset("78rpm")
    act("run")
    act("cancel")
    finish()
    assert sessions() == []


def test_leaving_asks_and_what_is_not_saved_goes_to_the_trash(opened, gain, session, monkeypatch):
    gain(-3.0)
    asked = []

    def answer(parent, name, count):
        asked.append((name, count))
        return CANCEL if len(asked) == 1 else QMessageBox.StandardButton.Discard

    monkeypatch.setattr("app.project_desk.ask_leaving", answer)
    opened.close_recording()
    assert session.document is not None
    opened.close_recording()
    assert session.document is None
    assert asked == [("side.wav", 1)] * 2
    assert sessions() == []
    assert len(trashed()) == 1
    with open_project(paths.trash() / trashed()[0], software=VERSION) as given_up:
        assert given_up.project.head == 1


def test_save_project_names_the_session_and_goes_on_there(
    opened, gain, save_to, session, tmp_path, act, monkeypatch
):
    gain(-3.0)
    place = tmp_path / "Side A.runout"
    save_to(place)
    assert sessions() == []
    assert opened.windowTitle().startswith("Side A[*]")
    assert not opened.isWindowModified()
    assert opened.projects.saved.text().startswith("saved ")
    assert session.recent_files[0] == place
    gain(-2.0)
    act("save_project")
    assert "Side A" in opened.status.word
    monkeypatch.setattr("app.project_desk.ask_leaving", lambda *_: pytest.fail("it asked"))
    opened.close_recording()
    assert trashed() == []
    with open_project(place, software=VERSION) as project:
        assert project.project.head == 2


def test_history_noise_and_view_come_back(opened, gain, save_to, open_, session, tmp_path, act):
    gain(-3.0)
    gain(-2.0)
    act("undo")
    gain(-1.0)
    session.view_state.select(Region(0.25, 0.5))
    act("mark_noise")
    place = tmp_path / "Side A.runout"
    save_to(place)
    session.view_state.set_span(0.5, 1.25)
    session.view_state.set_band(100.0, 5000.0)
    session.view_state.select(Region(0.75, 1.0, 200.0, 900.0))
    session.view_state.monitor(Monitored.REMOVED)
    session.settings.set(keys.transform, "cqt")
    sounding = read_all(session.document.state)
    opened.close_recording()
    session.settings.set(keys.transform, "stft")
    assert open_(place)
    document, view_state = session.document, session.view_state
    assert [len(document.operations), len(document.others), document.head] == [2, 1, 2]
    assert np.array_equal(read_all(document.state), sounding)
    assert document.noise == Region(0.25, 0.5)
    assert (view_state.start_s, view_state.stop_s) == (0.5, 1.25)
    assert (view_state.low_hz, view_state.high_hz) == (100.0, 5000.0)
    assert view_state.selection == Region(0.75, 1.0, 200.0, 900.0)
    assert view_state.monitored is Monitored.REMOVED
    assert session.settings.get(keys.transform) == "cqt"
    assert document.path == tmp_path / "side.wav"


def test_a_saved_project_can_take_the_transfer_along(
    opened, gain, save_to, open_, session, side, tmp_path, qtbot, finish
):
    gain(-3.0)
    place = tmp_path / "Side A.runout"
    save_to(place, copy_source=True)
    assert sessions() == []
    opened.close_recording()
    side.unlink()
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    place.rename(moved / "Side A.runout")
    assert open_(moved / "Side A.runout")
    assert session.document.head == 1
    assert session.document.path.is_relative_to(moved / "Side A.runout")
    assert session.document.home == moved
    assert opened.banner.isHidden() or "missing" not in opened.banner.text
    dialog = ExportDialog(session, session.document.source, session.document.state)
    qtbot.addWidget(dialog)
    dialog.path.setText("bare.wav")
    finish()
    dialog.export()
    finish()
    assert dialog.exported is not None
    assert dialog.exported.result == moved / "bare.wav"


def test_a_project_beside_a_transfer_is_offered_in_the_banner(
    opened, gain, save_to, session, side, qtbot
):
    gain(-3.0)
    save_to(side.with_suffix(".runout"))
    opened.close_recording()
    assert opened.open(side)
    assert session.document.head == 0
    assert "side.runout, a project of this transfer" in opened.banner.text
    opened.banner.choices[0].click()
    qtbot.waitUntil(lambda: session.document.head == 1, timeout=60_000)
    assert session.document.title == "side"
    assert opened.banner.isHidden()


def test_the_offer_of_a_project_asks_before_work_is_left(
    opened, gain, save_to, session, side, monkeypatch
):
    save_to(side.with_suffix(".runout"))
    opened.close_recording()
    opened.open(side)
    gain(-2.0)
    asked = []

    def think_again(parent, name, count):
        asked.append((name, count))
        return CANCEL

    with monkeypatch.context() as patched:
        patched.setattr("app.project_desk.ask_leaving", think_again)
        opened.banner.choices[0].click()
    assert asked == [("side.wav", 1)]
    assert not session.is_busy
    assert session.document.head == 1


def test_a_missing_source_is_told_and_relinked(
    opened, gain, save_to, open_, session, side, tmp_path, monkeypatch, qtbot
):
    gain(-3.0)
    place = tmp_path / "projects" / "Side A.runout"
    save_to(place)
    opened.session.document.folder.verify_source()
    opened.close_recording()
    moved = side.rename(tmp_path / "moved.wav")
    assert not open_(place)
    assert "there is no side.wav" in opened.banner.text
    assert [each.text() for each in opened.banner.choices] == ["Relink…"]
    monkeypatch.setattr("app.project_desk.QFileDialog.getOpenFileName", lambda *_: (str(moved), ""))
    opened.banner.choices[0].click()
    qtbot.waitUntil(lambda: session.document is not None, timeout=60_000)
    assert (session.document.path, session.document.head) == (moved, 1)


def test_a_source_that_has_changed_makes_the_project_read_only(
    opened, gain, save_to, open_, session, side, tmp_path, finish, act
):
    gain(-3.0)
    place = tmp_path / "Side A.runout"
    save_to(place)
    session.document.folder.verify_source()
    opened.close_recording()
    content = bytearray(side.read_bytes())
    content[5000] ^= 0x55
    side.write_bytes(content)
    assert open_(place)
    assert session.document.folder is None
    assert "has changed since this project was made" in opened.banner.text
    assert "\n" not in opened.banner.text
    choices = {each.text(): each for each in opened.banner.choices}
    assert list(choices) == ["Relink…", "Open the Transfer Alone"]
    choices["Open the Transfer Alone"].click()
    assert (session.document.head, session.document.title) == (0, "side.wav")


def test_a_project_open_elsewhere_is_read_and_work_goes_into_a_session(
    opened, gain, save_to, open_, session, tmp_path, act, finish
):
    gain(-3.0)
    place = tmp_path / "Side A.runout"
    save_to(place)
    opened.close_recording()
    with open_project(place, software=VERSION):
        assert open_(place)
        assert "is open in process" in opened.banner.text
        assert session.document.folder is None
        assert not opened.isWindowModified()
        assert sessions() == []
        gain(-2.0)
        assert sessions() == ["side.runout"]
        assert (session.document.head, session.document.title) == (2, "side.wav")
        assert opened.isWindowModified()
    with open_project(place, software=VERSION) as untouched:
        assert untouched.project.head == 1


def test_decisions_on_a_project_open_elsewhere_go_into_a_session_too(
    opened, save_to, open_, session, tmp_path, act, finish, qtbot
):
    session.view_state.select(Region(0.5, 1.0))
    opened.inspector.choose_preset("declick-only")
    act("run")
    finish()
    place = tmp_path / "Side A.runout"
    save_to(place)
    opened.close_recording()
    with open_project(place, software=VERSION):
        assert open_(place)
        document = session.document
        decided = decide(document.state, document.operations[0], [0], Decision.REJECTED)
        assert document.commit((decided,), document.revision)
        qtbot.waitUntil(lambda: document.folder is not None, timeout=60_000)
    assert sessions() == ["side.runout"]
    assert document.folder.project.head == 2


def test_decisions_are_recorded_in_the_folder(opened, session, act, finish, tmp_path):
    session.view_state.select(Region(0.5, 1.0))
    opened.inspector.choose_preset("declick-only")
    act("run")
    finish()
    document = session.document
    decided = decide(document.state, document.operations[0], [0, 2], Decision.REJECTED)
    assert document.commit((decided,), document.revision)
    shutil.copytree(document.folder.path, tmp_path / "copy.runout")
    with open_project(tmp_path / "copy.runout", software=VERSION) as copy:
        found = copy.project.state.decisions(copy.project.operations[0])
    assert [found[0], found[2]] == [Decision.REJECTED] * 2


def test_undo_redo_and_jump_are_recorded_within_a_tenth_of_a_second(opened, gain, session, act):
    for step in range(1, 6):
        gain(-0.1 * step)
    longest = 0.0
    for name in ("undo", "undo", "redo", "undo", "redo", "redo"):
        start_s = time.perf_counter()
        act(name)
        longest = max(longest, time.perf_counter() - start_s)
    start_s = time.perf_counter()
    session.document.jump_to_operation(None)
    longest = max(longest, time.perf_counter() - start_s)
    assert longest < 0.1


def test_clean_up_says_what_goes_and_deletes_it(opened, gain, session, act, monkeypatch):
    gain(-3.0)
    act("undo")
    gain(-1.0)
    asked = []

    def agree(parent, title, sizes, others):
        asked.append((title, sizes, [each.title for each in others]))
        return True

    monkeypatch.setattr("app.project_desk.ask_clean_up", agree)
    act("clean_up")
    title, sizes, others = asked[0]
    assert (title, others) == ("side.wav", ["Gain"])
    n_bytes = session.document.source.n_samples * 2 * 4
    assert n_bytes < sizes.undone < 1.1 * n_bytes
    assert list(session.document.others) == []
    assert opened.history.rows == ["Source", "Gain"]
    assert session.document.folder.sizes().total < sizes.total - 0.9 * n_bytes


def test_a_full_disk_is_told_and_leaves_recording_and_history(
    opened, gain, session, act, finish, monkeypatch
):
    gain(-3.0)
    before = read_all(session.document.state)

    def full(*_):
        raise StorageError("there is no room in the folder /data: 12.0 MB are needed")

    for name, does in (("keep", "run"), ("commit_after", "run"), ("move_head", "undo")):
        with monkeypatch.context() as patched:
            patched.setattr(session.document.folder, name, full)
            opened.banner.clear()
            act(does)
            finish()
        assert opened.banner.text == "There is no room in the folder /data: 12.0 MB are needed."
        assert titles(session) == ["Gain"]
    assert np.array_equal(read_all(session.document.state), before)


def test_saving_before_closing_closes_once_it_is_saved(
    opened, gain, session, monkeypatch, tmp_path, qtbot
):
    gain(-3.0)
    place = tmp_path / "Side A.runout"
    monkeypatch.setattr("app.project_desk.ask_leaving", lambda *_: SAVE)
    monkeypatch.setattr("app.project_desk.ask_where", lambda *_: Wanted(place, False))
    assert not opened.close()
    qtbot.waitUntil(lambda: not opened.isVisible(), timeout=60_000)
    with open_project(place, software=VERSION) as project:
        assert project.project.head == 1
    assert sessions() == []


def test_a_damaged_recording_of_another_length_is_not_the_source(
    opened, gain, save_to, open_, session, side, tmp_path
):
    gain(-3.0)
    place = tmp_path / "Side A.runout"
    save_to(place)
    opened.close_recording()
    write_side(side, sine(440.0, 0.5))
    assert not open_(place)
    assert "is not the source of this project" in opened.banner.text
    texts = [each.text() for each in opened.banner.choices]
    assert texts == ["Relink…", "Open the Transfer Alone"]


def test_a_window_that_is_closed_gives_the_lock_back(opened, gain, save_to, session, tmp_path):
    gain(-3.0)
    place = tmp_path / "Side A.runout"
    save_to(place)
    assert isinstance(opened, MainWindow)
    opened.close()
    with open_project(place, software=VERSION) as project:
        assert not project.is_read_only
        assert project.notes == ()
