import numpy as np
import pytest
from PySide6.QtWidgets import QMessageBox

from app import paths
from engine.region import Region
from engine.tasks.gain import Gain
from tests.app.conftest import write_side
from tests.app.test_main_window import drop
from tests.signals import music


@pytest.fixture
def second(tmp_path, rng):
    return write_side(tmp_path / "second.wav", music(rng, 1.0, 44100, 1))


@pytest.fixture
def go(window, session, qtbot):
    """Clicks a side and waits until it is open."""

    def click(row):
        side = window.sides.items[row]
        window.side_list._list.itemClicked.emit(window.side_list._list.item(row))
        qtbot.waitUntil(
            lambda: session.document is not None and session.document.path == side.path
            and not session.is_busy, timeout=60_000)  # fmt: skip

    return click


def gained(session, finish, gain_db):
    session.restore("Gain", (Gain(gain_db=gain_db),), (Region(0.1, 0.3),))
    finish()


def test_several_dropped_files_are_all_listed_and_the_first_is_open(window, side, second, qtbot):
    drop(window, side, second)
    assert window.session.document.path == side
    assert [each.path for each in window.sides.items] == [side, second]
    qtbot.waitUntil(lambda: window.side_list.rows == ["side\n0:02", "second\n0:01"])
    assert window.docks.is_shown("sides")


def test_one_side_alone_needs_no_list(opened):
    assert not opened.docks.is_shown("sides")


def test_a_click_goes_to_another_side_and_back_to_all_that_was_done(
    opened, second, session, finish, go, qtbot
):
    gained(session, finish, -6.0)
    gained(session, finish, -3.0)
    session.document.undo()
    session.view_state.select(Region(0.5, 0.7))
    expected = session.document.state.read(0, 88200).samples
    assert opened.open(second)
    assert session.document.path == second
    assert opened.side_list.rows[0].startswith("● side")
    gained(session, finish, -1.0)
    go(0)
    document = session.document
    assert document.head == 1
    assert document.can_redo
    assert np.array_equal(document.state.read(0, 88200).samples, expected)
    assert session.view_state.selection == Region(0.5, 0.7)
    assert document.n_unsaved == 1
    go(1)
    assert session.document.head == 1
    assert len(opened.sides.items) == 2


def test_what_was_exported_stays_so_while_another_side_is_open(opened, second, session, finish, go):
    gained(session, finish, -6.0)
    session.document.mark_exported(session.document.state)
    assert opened.open(second)
    assert opened.side_list.rows[0].startswith("✔ side")
    go(0)
    assert session.document.n_unexported == 0
    assert not opened.isWindowModified()


def test_marked_noise_is_there_again_without_a_project(opened, second, session, go):
    session.document.mark_noise(Region(0.0, 0.2))
    assert opened.open(second)
    go(0)
    assert session.document.noise == Region(0.0, 0.2)


def test_closing_the_open_side_goes_on_with_one_that_waits(opened, second, session, finish, qtbot):
    gained(session, finish, -6.0)
    assert opened.open(second)
    assert opened.docks.is_shown("sides")
    opened.side_list.close_side(opened.sides.current)
    assert [each.path.name for each in opened.sides.items] == ["side.wav"]
    assert opened.welcome.unclosed.isHidden()  # it waits, it was not lost
    qtbot.waitUntil(lambda: session.document is not None and not session.is_busy, timeout=60_000)
    assert session.document.path.name == "side.wav"
    assert session.document.head == 1
    assert not opened.docks.is_shown("sides")


def test_a_list_that_was_left_open_goes_when_one_side_alone_is_opened(window, side):
    window.docks.show("sides")
    assert window.open(side)
    assert not window.docks.is_shown("sides")


def test_an_unsaved_side_is_not_taken_from_the_list_unasked(
    opened, second, session, finish, monkeypatch
):
    gained(session, finish, -6.0)
    folder = session.document.folder.path
    assert opened.open(second)
    assert folder.is_dir()
    asked = []
    answers = [QMessageBox.StandardButton.Cancel, QMessageBox.StandardButton.Discard]

    def answer(parent, name, count):
        asked.append((name, count))
        return answers[len(asked) - 1]

    monkeypatch.setattr("app.panels.sides.ask_leaving", answer)
    opened.side_list.close_side(opened.sides.items[0])
    assert len(opened.sides.items) == 2
    opened.side_list.close_side(opened.sides.items[0])
    assert asked == [("side.wav", 1)] * 2
    assert len(opened.sides.items) == 1
    assert not folder.exists()
    assert len(list(paths.trash().iterdir())) == 1


def test_what_is_unsaved_at_the_end_is_told_and_kept_for_the_next_time(
    opened, second, session, finish, monkeypatch
):
    gained(session, finish, -6.0)
    kept = session.document.folder.path
    assert opened.open(second)
    asked = []

    def answer(parent, names):
        asked.append(names)
        return len(asked) > 1

    monkeypatch.setattr("app.panels.sides.ask_quitting", answer)
    assert not opened.close()
    assert opened.isVisible()
    assert opened.close()
    assert asked == [["side"]] * 2
    assert kept.is_dir()


def test_a_list_that_is_told_anew_keeps_its_place(opened, second, session, finish):
    opened.sides.add([second])
    rows = opened.side_list._list
    before = rows.item(1)
    rows.setCurrentRow(1)
    gained(session, finish, -6.0)
    assert opened.side_list.rows[0] == "● side\n0:02 · 1 operation"
    assert rows.currentRow() == 1
    assert rows.item(1) is before
