"""Picture keeper: the folder and the size of the pictures that are kept follow the settings."""

from pathlib import Path

from PySide6.QtCore import QObject, Slot

from app import paths
from app import settings as keys
from app.settings import Settings
from engine.picture_cache import PictureCache

_GB = 1_000_000_000


class PictureKeeper(QObject):
    """Hands a new folder or limit to the cache as soon as it is chosen."""

    def __init__(self, settings: Settings, pictures: PictureCache, parent: QObject) -> None:
        super().__init__(parent)
        self._settings, self._pictures = settings, pictures
        settings.changed.connect(self._on_setting_changed)

    @Slot(str)
    def _on_setting_changed(self, key: str) -> None:
        if key in (keys.cache_folder.key, keys.cache_limit_gb.key):
            self._pictures.use(*picture_place(self._settings))


def picture_place(settings: Settings) -> tuple[Path, int]:
    """The folder that pictures are kept in, and how many bytes they may take there."""
    chosen = settings.get(keys.cache_folder)
    folder = (Path(chosen) if chosen else paths.cache()) / "pictures"
    return folder, round(settings.get(keys.cache_limit_gb) * _GB)
