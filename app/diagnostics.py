"""Diagnostics: what a report of a defect should hold; no names of files or persons."""

import platform
import sys
from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import QLibraryInfo
from PySide6.QtGui import QGuiApplication

from app.settings import Settings, spectrogram_range_db, theme, transform
from app.version import VERSION

PACKAGES = ("numpy", "scipy", "torch", "PySide6-Essentials", "soundfile", "sounddevice")


def diagnostics(settings: Settings) -> str:
    """Versions, system and the settings that matter, a line each."""
    chosen = {each.key: settings.get(each) for each in (theme, transform)}
    chosen[spectrogram_range_db.key] = f"{settings.get(spectrogram_range_db):g}"
    lines = [
        f"Runout {VERSION}",
        f"Python {platform.python_version()}, {'frozen' if hasattr(sys, 'frozen') else 'source'}",
        f"{platform.system()} {platform.release()} {platform.machine()}",
        f"Qt {QLibraryInfo.version().toString()}, platform {QGuiApplication.platformName()}",
        *(f"{name} {_installed(name)}" for name in PACKAGES),
        *(f"{key} = {value}" for key, value in chosen.items()),
    ]
    return "\n".join(lines)


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
