"""Places: files and folders that are asked for or shown by others' programs."""

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from app import settings as keys
from app.batch.choices import Choices
from app.settings import Settings
from engine.collection import AUDIO_SUFFIXES


def choose_files(parent: QWidget, settings: Settings) -> list[str]:
    """Ask for sound files."""
    suffixes = " ".join(f"*{each}" for each in sorted(AUDIO_SUFFIXES))
    patterns = f"{suffixes} {suffixes.upper()}"
    chosen, _ = QFileDialog.getOpenFileNames(
        parent,
        _translated("Add files to the batch"),
        settings.get(keys.last_folder),
        _translated("Sound files ({patterns});;All files (*)").format(patterns=patterns),
    )
    return list(chosen)


def choose_folder(parent: QWidget, settings: Settings) -> list[str]:
    """Ask for a folder of sound files; empty or one."""
    chosen = QFileDialog.getExistingDirectory(
        parent, _translated("Add a folder to the batch"), settings.get(keys.last_folder)
    )
    return [chosen] if chosen else []


def report_of(choices: Choices | None) -> Path | None:
    """The page to read, of this batch or of one before into the same folder."""
    if choices is None:
        return None
    page = choices.folder / ("survey.html" if choices.is_survey else "batch.html")
    return page if page.is_file() else None


def show_outside(path: Path) -> None:
    """Show a folder or page in the program that the system has for it."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def _translated(text: str) -> str:
    return QCoreApplication.translate("batch", text)
