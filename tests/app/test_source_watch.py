"""A source that another computer writes to is noticed when the window comes to the front."""

import os

from PySide6.QtCore import Qt


def activate(window):
    window.projects._watch._on_state_changed(Qt.ApplicationState.ApplicationActive)


def test_what_the_system_does_not_tell_is_seen_when_the_window_is_active_again(
    opened, session, side, qtbot
):
    watch = opened.projects._watch
    watch._watcher.removePaths(watch._watcher.files())  # as on a share that another one writes to
    os.utime(side, ns=(0, 0))
    activate(opened)
    qtbot.waitUntil(lambda: "was changed on disk" in opened.banner.text, timeout=5000)
    opened.banner.clear()
    activate(opened)
    qtbot.waitUntil(lambda: session.project_runner.current is None, timeout=5000)
    assert opened.banner.text == ""  # once is enough


def test_a_source_that_is_as_it_was_is_nothing_to_tell(opened, session, qtbot):
    activate(opened)
    qtbot.waitUntil(lambda: session.project_runner.current is None, timeout=5000)
    assert opened.banner.text == ""
