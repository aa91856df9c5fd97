"""What is remembered between runs, typed by its default; the only QSettings keys."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from PySide6.QtCore import QByteArray, QSettings

T = TypeVar("T", bool, int, float, str, QByteArray)


@dataclass(frozen=True)
class Setting(Generic[T]):
    """A key and its default; the default's type is the setting's."""

    key: str
    default: T


class Settings:
    """Reads and writes settings at once; there is no OK button."""

    def __init__(self, store: QSettings) -> None:
        self._store = store

    def get(self, setting: Setting[T]) -> T:
        """The value remembered, or the default."""
        value = self._store.value(setting.key, setting.default, type=type(setting.default))
        return value if isinstance(value, type(setting.default)) else setting.default

    def set(self, setting: Setting[T], value: T) -> None:
        """Remember a value."""
        self._store.setValue(setting.key, value)


theme = Setting("window/theme", "system")
"""system, dark or light."""
geometry = Setting("window/geometry", QByteArray())
layout = Setting("window/layout", QByteArray())
last_folder = Setting("files/last_folder", "")
recent_files = Setting("files/recent", "")
"""Paths, one a line, newest first."""
follow_playhead = Setting("view/follow_playhead", True)
transform = Setting("view/transform", "stft")
"""stft or cqt: what the spectrogram shows."""
colour_map = Setting("view/colour_map", "inferno")
spectrogram_range_db = Setting("view/spectrogram_range_db", 90.0)
spectrogram_top_db = Setting("view/spectrogram_top_db", -10.0)
output_device = Setting("sound/output_device", "")
loop = Setting("sound/loop", False)
