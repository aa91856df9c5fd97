from typing import cast

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QFileOpenEvent

from app.main_window import MainWindow
from app.open_requests import OpenRequests


class Window:
    """Stands for the main window: has a session that may hold a document, and opens files."""

    def __init__(self, document: object) -> None:
        self.session = self
        self.document = document
        self.opened: list[str] = []
        self.is_active = self.shown = False

    def open(self, path) -> bool:
        self.opened.append(path.name)
        return True

    def isActiveWindow(self) -> bool:
        return self.is_active

    def show(self) -> None:
        self.shown = True

    def raise_(self) -> None:
        self.shown = True

    def activateWindow(self) -> None:
        self.is_active = True


@pytest.fixture
def windows(qapp):
    windows = [Window("a side"), Window(None), Window("another")]
    requests = OpenRequests(qapp, cast(list[MainWindow], windows))
    yield windows
    qapp.removeEventFilter(requests)
    requests.setParent(None)


def ask(qapp, path) -> bool:
    return QCoreApplication.sendEvent(qapp, QFileOpenEvent(str(path)))


def test_a_file_that_the_system_sends_opens_in_the_empty_window(qapp, windows, tmp_path):
    assert ask(qapp, tmp_path / "side.wav")
    assert [window.opened for window in windows] == [[], ["side.wav"], []]
    assert [window.shown for window in windows] == [False, True, False]


def test_without_an_empty_window_it_opens_in_the_one_that_is_used(qapp, windows, tmp_path):
    windows[1].document, windows[2].is_active = "a third", True
    assert ask(qapp, tmp_path / "Title.runout")
    assert [window.opened for window in windows] == [[], [], ["Title.runout"]]


def test_an_event_without_a_file_is_left_to_qt(qapp, windows):
    ask(qapp, "")
    assert not any(window.opened for window in windows)
