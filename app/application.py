"""The window as a program: what `runout gui` runs."""

import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QSettings, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from app import paths
from app import settings as keys
from app.collector import Collector
from app.errors import ErrorReporter, start_log
from app.main_window import MainWindow
from app.session import Session
from app.settings import Settings
from app.theme import Theme
from app.version import VERSION
from engine.errors import EngineError
from engine.presets import Preset, load_preset

PREPARE_MS = 500
"""After the first paint; the first pictures of a file given at the start come before it."""


def run(files: Sequence[Path], quit_after_s: float | None = None) -> int:
    """Open the window on a file and stay until it is closed; returns the exit code.

    Args:
        files: recordings; the first is opened.
        quit_after_s: close again after so many seconds, for tests of a bundle.
    """
    QCoreApplication.setOrganizationName("Runout")
    QCoreApplication.setApplicationName("Runout")
    QCoreApplication.setApplicationVersion(VERSION)
    start_log(paths.log_file())
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setWindowIcon(QIcon(str(paths.resources() / "icons" / "runout.svg")))
    settings = Settings(QSettings(), application)
    ErrorReporter(settings, paths.log_file(), application).install()
    window = make_window(application, settings)
    Collector(window.session)
    window.show()
    if files:
        window.open(files[0])
    QTimer.singleShot(PREPARE_MS, window.prepare)
    if quit_after_s is not None:
        QTimer.singleShot(round(1000 * quit_after_s), window.close)
    return application.exec()


def make_window(application: QApplication, settings: Settings) -> MainWindow:
    """The window with its session; a preset that cannot be read is told and left out."""
    session = Session(settings, application)
    theme = Theme(application, settings.get(keys.theme))
    presets, problems = read_presets((paths.presets(), paths.user_presets()))
    # one that does nothing is for the command line, where it proves reading and writing
    doing = {name: preset for name, preset in presets.items() if preset.tasks}
    window = MainWindow(session, theme, doing)
    for problem in problems:
        window.banner.tell(problem, "warning")
    return window


def read_presets(folders: Sequence[Path]) -> tuple[dict[str, Preset], list[str]]:
    """All presets of some folders that can be read, and a sentence for each other one."""
    presets: dict[str, Preset] = {}
    problems = []
    for path in (path for folder in folders for path in sorted(folder.glob("*.toml"))):
        try:
            presets[path.stem] = load_preset(path)
        except EngineError as error:
            problems.append(str(error))
    return presets, problems
