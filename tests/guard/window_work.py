"""The ordinary work of the window, offscreen: FOLDER holds the side it opens."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from app import paths
from app.application import make_window
from app.main_window import MainWindow
from app.settings import Settings
from app.theme import Theme
from tests.guard.net_guard import tell

SHOWN = (
    *("model_manager", "compare_models", "device_information", "train_model", "batch"),
    *("guide", "keys", "first_steps", "copy_diagnostics", "preferences", "about"),
)
"""Actions that open a window or a dialog and wait for nobody."""
LIMIT_S = 60.0


def wait(application: QApplication, is_done: Callable[[], bool]) -> None:
    """Turn the event loop until something is done."""
    end_s = time.monotonic() + LIMIT_S
    while not is_done():
        application.processEvents()
        time.sleep(0.005)
        if time.monotonic() > end_s:
            sys.exit("the window waited for a minute")


def export(application: QApplication, window: MainWindow, target: Path) -> None:
    """Write result, removed part and report by the dialog."""
    from app.dialogs.export import ExportDialog
    from engine.audio_file import AudioFile

    document = window.session.document
    assert document is not None
    assert isinstance(document.source, AudioFile)
    dialog = ExportDialog(window.session, document.source, document.state, window)
    wait(application, lambda: not window.session.is_busy)
    dialog.path.setText(str(target))
    dialog.export()
    wait(application, lambda: target.exists() and not window.session.is_busy)
    dialog.close()


def work(folder: Path) -> None:
    """Everything, one after the other."""
    application = QApplication(sys.argv[:1])
    settings = Settings(QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat))
    window = make_window(application, settings, Theme(application, "dark"))
    window.show()
    window.prepare()
    assert window.open(folder / "side.wav")
    wait(application, lambda: window.session.document is not None and not window.session.is_busy)
    window.inspector.choose_task("denoise")
    window.actions_by_id["run"].trigger()
    wait(application, lambda: not window.session.is_busy)
    export(application, window, folder / "exported.wav")
    for name in SHOWN:
        if name in window.actions_by_id:  # some are elsewhere in other versions of the menus
            tell(f"phase {name}")
            window.actions_by_id[name].trigger()
            wait(application, over(0.3))
    close(application, window)


def over(seconds: float) -> Callable[[], bool]:
    end_s = time.monotonic() + seconds
    return lambda: time.monotonic() > end_s


def close(application: QApplication, window: MainWindow) -> None:
    """Close everything, asked or not."""
    for each in application.topLevelWidgets():
        if isinstance(each, QDialog) or (each is not window and isinstance(each, QWidget)):
            each.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
            each.close()
    window.session.stop()


if __name__ == "__main__":
    assert paths.demo().is_file()
    work(Path(sys.argv[1]))
    unwanted = {"PySide6.QtNetwork", "requests", "urllib3", "huggingface_hub"} & set(sys.modules)
    maps = Path("/proc/self/maps")
    if maps.is_file() and "libQt6Network" in maps.read_text(encoding="utf-8", errors="replace"):
        unwanted.add("libQt6Network")
    tell("loaded " + " ".join(sorted(unwanted)))
    sys.stdout.flush()
    import os

    os._exit(0)  # threads of sound and pictures need not be waited for
