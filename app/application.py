"""The window as a program: what `runout gui` runs."""

import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QPoint, QSettings, QTimer
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

from app import paths
from app import settings as keys
from app.collector import Collector
from app.errors import ErrorReporter, start_log
from app.first_paint import FirstPaint
from app.language import install_language
from app.main_window import MainWindow
from app.open_requests import OpenRequests
from app.picture_keeper import PictureKeeper, picture_place
from app.session import Session
from app.settings import Settings
from app.theme import Theme
from app.version import VERSION
from app.widgets.spoken import speak_canvases
from engine.errors import EngineError
from engine.picture_cache import PictureCache
from engine.presets import Preset, load_preset

CASCADE = QPoint(32, 32)
PREPARE_MS = 500
"""After the first paint; the first pictures of a file given at the start come before it."""


def run(
    files: Sequence[Path], quit_after_s: float | None = None, *, tells_paint: bool = False
) -> int:
    """Open a window for each file, or an empty one, and stay until all are closed.

    Args:
        files: recordings.
        quit_after_s: close again after so many seconds, for tests of a bundle.
        tells_paint: print when the first window is painted, for packaging/benchmarks/start.py.

    Returns:
        The exit code.
    """
    QCoreApplication.setOrganizationName("Runout")
    QCoreApplication.setApplicationName("Runout")
    QCoreApplication.setApplicationVersion(VERSION)
    # Wayland and KDE know a window by it, and show the icon and name of that menu entry.
    QGuiApplication.setDesktopFileName("org.runout.Runout")
    start_log(paths.log_file())
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setWindowIcon(QIcon(str(paths.resources() / "icons" / "runout.svg")))
    settings = Settings(QSettings(), application)
    install_language(application, paths.translations(), settings.get(keys.language))
    ErrorReporter(settings, paths.log_file(), application).install()
    theme = Theme(application, settings.get(keys.theme))
    speak_canvases()
    windows = [make_window(application, settings, theme) for _ in range(max(1, len(files)))]
    if tells_paint:
        FirstPaint(windows[0])
    for index, window in enumerate(windows):
        Collector(window.session)
        if index:  # the first one lies where it was; moved to its own place it sinks by its frame
            window.move(window.pos() + CASCADE * index)
        window.show()
    if sys.platform == "darwin":
        OpenRequests(application, windows)
    for window, file in zip(windows, files, strict=False):
        window.open(file)
    QTimer.singleShot(PREPARE_MS, windows[0].prepare)
    if quit_after_s is not None:
        QTimer.singleShot(round(1000 * quit_after_s), application.closeAllWindows)
    return application.exec()


def make_window(application: QApplication, settings: Settings, theme: Theme) -> MainWindow:
    """A window with its session; a preset that cannot be read is told and left out."""
    pictures = PictureCache(*picture_place(settings))
    session = Session(settings, application, pictures=pictures)
    PictureKeeper(settings, pictures, session)
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
