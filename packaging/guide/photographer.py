"""Photographer: drives a window as a user does, and waits for what it does."""

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from app import paths
from app.application import read_presets
from app.main_window import MainWindow
from app.session import Session
from app.settings import Settings
from app.theme import Theme

LONGEST_S = 300.0


class Photographer:
    """A window of its own, with settings in a folder that nobody else uses.

    Attributes:
        window: the main window.
        session: its session.
    """

    def __init__(
        self,
        application: QApplication,
        folder: Path,
        size: tuple[int, int],
        scheme: str = "dark",
    ) -> None:
        self._application = application
        settings = Settings(QSettings(str(folder / "s.ini"), QSettings.Format.IniFormat))
        presets, _ = read_presets((paths.presets(),))
        doing = {name: preset for name, preset in presets.items() if preset.tasks}
        self.session = Session(settings)
        self.window = MainWindow(self.session, Theme(application, scheme), doing)
        self.window.resize(*size)
        self.window.show()

    def open(self, side: Path) -> None:
        """Open a recording, and wait until all of it is seen."""
        self.window.open(side)
        self.settle()

    def act(self, name: str) -> None:
        """Choose a menu entry, and wait until what it began has ended."""
        self.window.actions_by_id[name].trigger()
        self.settle()

    def choose(self, task: str, **values: float | str) -> None:
        """Show a task in the inspector, with some settings."""
        self.window.inspector.choose_task(task)
        self.set_values(**values)
        self.settle()

    def run(self, task: str, **values: float | str) -> None:
        """Run a task with some settings on what is selected."""
        self.window.inspector.choose_task(task)
        self.set_values(**values)
        self.act("run")

    def set_values(self, **values: float | str) -> None:
        """Fill in the form of the task that is shown."""
        form = self.window.inspector.operation.form
        assert form is not None
        form.set_values(values)

    def settle(self) -> None:
        """Wait until no job runs and all pictures are there."""
        session = self.session
        self.wait(lambda: not session.is_busy and session.project_runner.current is None)
        self.pause(0.3)
        self.wait(lambda: session.picture_runner.current is None)
        self.pause(0.3)

    def pause(self, seconds: float) -> None:
        """Let the window go on for a while."""
        until = time.monotonic() + seconds
        self.wait(lambda: time.monotonic() > until)

    def wait(self, is_done: Callable[[], bool]) -> None:
        """Let the window go on until something is so."""
        began = time.monotonic()
        while not is_done():
            self._application.processEvents()
            time.sleep(0.005)
            if time.monotonic() - began > LONGEST_S:
                raise SystemExit("the window did not come to rest")

    def close(self) -> None:
        """End it, without the question what is to become of the work."""
        self.session.close()
        self.window.close()
