"""A source that is written to, here or by another computer, while it is open."""

import os

import pytest
from PySide6.QtCore import Qt

from app.version import VERSION
from engine.errors import StorageError
from engine.export import ExportRequest
from engine.export_plan import check_outputs


def activate(window):
    window.projects._watch._on_state_changed(Qt.ApplicationState.ApplicationActive)


def test_what_the_system_does_not_tell_is_seen_when_the_window_is_active_again(
    opened, session, side, qtbot
):
    watch = opened.projects._watch
    watch._watcher.removePaths(watch._watcher.files())  # as on a share that another one writes to
    os.utime(side, ns=(0, 0))
    activate(opened)
    qtbot.waitUntil(lambda: "was changed on disk" in opened.banner.text, timeout=60_000)
    opened.banner.clear()
    activate(opened)
    qtbot.waitUntil(lambda: session.project_runner.current is None, timeout=60_000)
    assert opened.banner.text == ""  # once is enough


def test_a_source_that_is_as_it_was_is_nothing_to_tell(opened, session, qtbot):
    activate(opened)
    qtbot.waitUntil(lambda: session.project_runner.current is None, timeout=60_000)
    assert opened.banner.text == ""


def test_a_source_written_to_while_it_is_open_is_told_and_not_exported(
    opened, session, side, qtbot
):
    content = bytearray(side.read_bytes())
    content[5000] ^= 0x55
    with side.open("r+b") as file:
        file.write(content)
    qtbot.waitUntil(lambda: "was changed on disk" in opened.banner.text, timeout=60_000)
    source = session.document.source
    with pytest.raises(StorageError, match="open it again"):
        check_outputs(source, ExportRequest(side.with_name("out.wav"), VERSION))
    (again,) = opened.banner.choices
    again.click()
    assert session.document.source is not source
    assert not session.document.source.has_changed


def test_a_source_that_is_moved_away_is_no_change(opened, session, side, qtbot):
    side.rename(side.with_name("moved.wav"))
    qtbot.wait(50)
    assert not session.document.source.has_changed
    assert opened.banner.text == ""
