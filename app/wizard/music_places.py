"""Music places: files and folders that are asked for, and what is left of them."""

from collections.abc import Collection, Iterable
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from training.music_folders import AUDIO_SUFFIXES


def choose_music(parent: QWidget, folder: str) -> list[str]:
    """Ask for files of clean music."""
    suffixes = " ".join(f"*{each}" for each in AUDIO_SUFFIXES)
    chosen, _ = QFileDialog.getOpenFileNames(
        parent,
        _translated("Add clean music"),
        folder,
        _translated("Sound files ({patterns});;All files (*)").format(
            patterns=f"{suffixes} {suffixes.upper()}"
        ),
    )
    return list(chosen)


def choose_music_folder(parent: QWidget, folder: str) -> list[str]:
    """Ask for a folder of clean music; empty or one."""
    chosen = QFileDialog.getExistingDirectory(
        parent, _translated("Add a folder of clean music"), folder
    )
    return [chosen] if chosen else []


def without(
    places: Iterable[str], files: Iterable[Path], gone: Collection[Path]
) -> tuple[str, ...]:
    """Places that hold the same files but some; a folder of which some stay gives way to those."""
    files, left = list(files), []
    for place in places:
        inside = [each for each in files if each == Path(place) or Path(place) in each.parents]
        kept = [each for each in inside if each not in gone]
        left += [place] if len(kept) == len(inside) else list(map(str, kept))
    return tuple(dict.fromkeys(left))


def _translated(text: str) -> str:
    return QCoreApplication.translate("wizard", text)
