"""Noise asking: which transfers are to be searched, and which projects have marks."""

import os

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from app import settings as keys
from app.settings import Settings
from engine.collection import AUDIO_SUFFIXES


def ask_transfers(parent: QWidget, settings: Settings) -> list[str]:
    """Ask for sound files."""
    suffixes = " ".join(f"*{each} *{each.upper()}" for each in sorted(AUDIO_SUFFIXES))
    chosen, _ = QFileDialog.getOpenFileNames(
        parent,
        _translated("Add transfers of your discs"),
        settings.get(keys.last_folder),
        _translated("Sound files ({patterns});;All files (*)").format(patterns=suffixes),
    )
    return list(chosen)


def ask_folder(parent: QWidget, settings: Settings) -> list[str]:
    """Ask for a folder with sound files; empty or one."""
    return _folder(parent, settings, _translated("Add a folder with transfers of your discs"))


def ask_projects(parent: QWidget, settings: Settings) -> list[str]:
    """Ask for a project, or a folder with some; empty or one."""
    return _folder(parent, settings, _translated("Choose a project, or a folder with projects"))


def _folder(parent: QWidget, settings: Settings, title: str) -> list[str]:
    chosen = QFileDialog.getExistingDirectory(parent, title, settings.get(keys.last_folder))
    return [os.path.abspath(chosen)] if chosen else []


def _translated(text: str) -> str:
    return QCoreApplication.translate("wizard", text)
