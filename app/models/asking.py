"""Asking: which file, and whether a model is to be removed."""

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from app import settings as keys
from app.settings import Settings
from app.widgets.question import ask_doing


def choose_weights(parent: QWidget, settings: Settings, title: str) -> Path | None:
    """Ask for a file of weights."""
    chosen, _ = QFileDialog.getOpenFileName(
        parent,
        title,
        settings.get(keys.model_folder),
        _translated("Models ({patterns});;All files (*)").format(patterns="*.safetensors"),
    )
    if not chosen:
        return None
    settings.set(keys.model_folder, str(Path(chosen).parent))
    return Path(chosen)


def ask_removing(parent: QWidget, title: str) -> bool:
    """Ask whether to remove a model."""
    return ask_doing(
        parent,
        _translated("Remove {title}?").format(title=title),
        _translated(
            "Its file and its entry go to the trash of Runout and stay there for 30 days. What was "
            "restored with it stays as it is."
        ),
        _translated("&Remove"),
    )


def show_folder(path: Path) -> bool:
    """Show the nearest folder of a path that is there, in the program the system has for it."""
    folder = next((each for each in path.parents if each.is_dir()), None)
    return folder is not None and QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def _translated(text: str) -> str:
    return QCoreApplication.translate("models", text)
