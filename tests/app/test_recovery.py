"""What was not closed: offered on the welcome page, opened or given up; and hostile projects."""

import shutil
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton

from app import paths
from app import settings as keys
from app.dialogs.unclosed import UnclosedDialog
from engine.storage.recovery import find_unclosed
from tests.app.conftest import sessions, trashed


def titles(session) -> list[str]:
    return [each.title for each in session.document.operations]


def test_what_a_crash_left_is_offered_and_opened(
    opened, gain, session, qtbot, tmp_path, monkeypatch
):
    gain(-3.0)
    left = tmp_path / "left"
    shutil.copytree(session.document.folder.path, left)  # as after kill -9, with its lock written
    opened.close_recording()
    left.rename(paths.sessions() / "side.runout")  # at once: the window may look there already
    opened.prepare()
    card = opened.welcome.unclosed
    qtbot.waitUntil(lambda: bool(card.told), timeout=60_000)
    assert card.told[0].startswith("side.wav, 1 operation, today ")
    card.open_wanted.emit(find_unclosed(paths.sessions())[0])
    qtbot.waitUntil(lambda: session.document is not None, timeout=60_000)
    assert titles(session) == ["Gain"]
    assert opened.isWindowModified()
    assert "was not closed properly" in opened.banner.text
    opened.close_recording()
    qtbot.waitUntil(lambda: card.told == [], timeout=60_000)


def test_unsaved_work_is_told_also_where_a_recording_is_open(
    opened, gain, session, qtbot, tmp_path, side
):
    gain(-3.0)
    shutil.copytree(session.document.folder.path, tmp_path / "left")
    opened.close_recording()
    left = paths.sessions() / "left.runout"
    (tmp_path / "left").rename(left)  # at once: closing has the window look there meanwhile
    opened.open(side)
    opened.banner.tell("Something else.")
    opened.prepare()
    qtbot.waitUntil(lambda: bool(opened._recovery._found), timeout=60_000)
    assert opened.banner.text == "Something else."
    opened.banner._on_close()
    assert opened.banner.text == "1 session was not closed properly."
    opened.banner.choices[0].click()
    dialog = opened.findChild(UnclosedDialog)
    assert dialog.card.told[0].startswith("side.wav, 1 operation, today ")
    [each for each in dialog.findChildren(QPushButton) if each.text() == "Open"][0].click()
    qtbot.waitUntil(lambda: session.document.folder is not None, timeout=60_000)
    assert session.document.folder.path == left
    assert titles(session) == ["Gain"]
    assert opened._recovery._dialog is None


def test_work_left_in_good_order_is_told_as_unsaved(opened, gain, session, qtbot, tmp_path):
    gain(-3.0)
    shutil.copytree(session.document.folder.path, tmp_path / "left")
    (tmp_path / "left" / "lock").write_bytes(b"")  # as closing leaves it
    opened.close_recording()
    shutil.copytree(tmp_path / "left", paths.sessions() / "left.runout")
    opened.prepare()
    card = opened.welcome.unclosed
    qtbot.waitUntil(lambda: bool(card.told), timeout=60_000)
    assert card._heading.text() == "1 session holds unsaved work"


def test_a_named_project_that_was_not_closed_is_offered_and_never_discarded(
    opened, gain, save_to, session, qtbot, tmp_path
):
    gain(-3.0)
    place = tmp_path / "Side A.runout"
    save_to(place)
    assert session.settings.get(keys.open_projects) == str(place)
    lock = (place / "lock").read_bytes()
    opened.close_recording()
    assert session.settings.get(keys.open_projects) == ""
    session.note_open(place, is_open=True)
    (place / "lock").write_bytes(lock)  # as a crash leaves it
    opened.prepare()
    card = opened.welcome.unclosed
    qtbot.waitUntil(lambda: bool(card.told), timeout=60_000)
    assert card.told[0].startswith("Side A.runout: side.wav, 1 operation, today ")
    buttons = [each.text() for each in card.findChildren(QPushButton) if each.isVisible()]
    assert buttons == ["Open", "Show files"]


def test_discarding_says_what_goes_and_moves_it_to_the_trash(
    opened, gain, session, qtbot, tmp_path, monkeypatch
):
    gain(-3.0)
    shutil.copytree(session.document.folder.path, tmp_path / "left")
    opened.close_recording()
    before = trashed()
    shutil.copytree(tmp_path / "left", paths.sessions() / "side.runout")
    asked = []

    def agree(parent, unclosed, n_bytes, trash):
        asked.append((unclosed.source_name, unclosed.n_operations, n_bytes > 100_000, trash))
        return True

    monkeypatch.setattr("app.recovery.ask_discarding", agree)
    card = opened.welcome.unclosed
    opened.prepare()
    qtbot.waitUntil(lambda: bool(card.told), timeout=60_000)
    card.discard_wanted.emit(find_unclosed(paths.sessions())[0])
    qtbot.waitUntil(lambda: not card.told, timeout=60_000)
    assert asked == [("side.wav", 1, True, paths.trash())]
    assert sessions() == []
    assert len(trashed()) == len(before) + 1


def broken_text(path: Path) -> None:
    path.write_text("no project")


def broken_folder(path: Path) -> None:
    path.mkdir()


def broken_document(path: Path) -> None:
    path.mkdir()
    (path / "project.json").write_text("{")


def gone(path: Path) -> None:
    assert not path.exists()


@pytest.mark.parametrize("make", [broken_text, broken_folder, broken_document, gone])
def test_a_hostile_project_is_told_in_one_sentence(opened, session, tmp_path, qtbot, make, finish):
    before = session.document
    path = tmp_path / "Side A.runout"
    make(path)
    opened.open(path)
    finish()
    assert session.document is before
    assert "Side A.runout" in opened.banner.text
    assert "\n" not in opened.banner.text
