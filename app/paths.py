"""Where resources and the user's folders are; the only module that knows."""

import sys
from pathlib import Path

import platformdirs


def resources() -> Path:
    """The folder of icons, themes, presets and the demo side, frozen, installed or neither."""
    root = Path(getattr(sys, "_MEIPASS", Path(__file__).resolve().parent.parent))
    # A wheel has them under a name that nobody else's package has.
    installed = root / "runout_resources"
    return installed if installed.is_dir() else root / "resources"


def presets() -> Path:
    """The folder of the presets that ship."""
    return resources() / "presets"


def user_presets() -> Path:
    """The folder of the user's own presets; may not exist."""
    return Path(platformdirs.user_config_dir("Runout", appauthor=False)) / "presets"


def key_schemes() -> Path:
    """The folder of the key schemes that ship."""
    return resources() / "keys"


def translations() -> Path:
    """The folder of the texts in other languages."""
    return resources() / "i18n"


def guide() -> Path:
    """The folder of the user guide and its pictures."""
    return resources() / "guide"


def models() -> Path:
    """The folder of the models that ship, and of their catalogue."""
    return resources() / "models"


def user_models() -> Path:
    """The folder of the models the user has imported or trained; may not exist."""
    return Path(platformdirs.user_data_dir("Runout", appauthor=False)) / "models"


def profiles() -> Path:
    """The folder of noise profiles that are kept for other sides; may not exist."""
    return Path(platformdirs.user_data_dir("Runout", appauthor=False)) / "profiles"


def cache() -> Path:
    """The folder for what may be deleted at any time."""
    return Path(platformdirs.user_cache_dir("Runout", appauthor=False))


def sessions() -> Path:
    """The folder of projects that nobody has given a name yet."""
    return Path(platformdirs.user_data_dir("Runout", appauthor=False)) / "sessions"


def trash() -> Path:
    """The folder of sessions that were given up, which are kept there for a while."""
    return Path(platformdirs.user_data_dir("Runout", appauthor=False)) / "trash"


def batch() -> Path:
    """The folder of the list that the batch window holds."""
    return Path(platformdirs.user_data_dir("Runout", appauthor=False)) / "batch"


def trainings() -> Path:
    """The folder of the trainings that the wizard has begun, one folder each; may not exist."""
    return Path(platformdirs.user_data_dir("Runout", appauthor=False)) / "trainings"


def recipes() -> Path:
    """The folder of the recipes by which the models that ship were trained, frozen or not."""
    root = Path(getattr(sys, "_MEIPASS", Path(__file__).resolve().parent.parent))
    return root / "training" / "recipes"


def log_file() -> Path:
    """The file the application logs to."""
    return Path(platformdirs.user_log_dir("Runout", appauthor=False)) / "runout.log"


def demo() -> Path:
    """The side that ships, to try things on."""
    return resources() / "demo" / "air_1920.flac"
