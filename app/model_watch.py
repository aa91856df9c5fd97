"""Model watch: tells when models were added or taken away, by whatever program."""

from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication

from app import paths

REST_MS = 200
"""Weights and entry come one after the other."""

Stamp = tuple[tuple[str, int, int], ...]


class ModelWatch(QObject):
    """Looks at the folders of models when the system says so, and when a window gets the keys.

    The system does not say so on every kind of disk, and a folder that is not there yet cannot be
    watched, so whoever adds a model had better call `look` as well.
    """

    changed = Signal()
    """The catalogue is another one now."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._stamp = _stamp()
        # without a parent: it must end on the thread of the window, whoever collects the rest
        self._watcher: QFileSystemWatcher | None = QFileSystemWatcher()
        self._watcher.directoryChanged.connect(self._on_directory_changed)
        self._timer = QTimer(self, singleShot=True, interval=REST_MS)
        self._timer.timeout.connect(self.look)
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.focusWindowChanged.connect(self.look)
        self._follow(self._watcher)

    @Slot()
    def look(self) -> None:
        """Tell if something has changed."""
        if self._watcher is None:
            return
        self._follow(self._watcher)
        stamp = _stamp()
        if stamp != self._stamp:
            self._stamp = stamp
            self.changed.emit()

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()
        self._watcher = None

    def _follow(self, watcher: QFileSystemWatcher) -> None:
        folder = str(paths.user_models())
        if folder not in watcher.directories() and Path(folder).is_dir():
            watcher.addPath(folder)

    @Slot()
    def _on_directory_changed(self) -> None:
        self._timer.start()


def _stamp() -> Stamp:
    """Names, sizes and times of what lies in the folders."""
    found = []
    for folder in (paths.user_models(), paths.models()):
        try:
            for path in folder.iterdir():
                facts = path.stat()
                found.append((str(path), facts.st_size, facts.st_mtime_ns))
        except OSError:  # it is not there, or something in it went while it was looked at
            continue
    return tuple(sorted(found))
