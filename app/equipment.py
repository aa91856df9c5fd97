"""What jobs of the window and the command line work with: the installed models, and a device."""

import logging

from app import paths
from engine.catalog_file import load_catalog
from engine.equipment import Equipment, Preview, unseen
from engine.errors import ModelError


def load_equipment(device: str = "auto", preview: Preview = unseen) -> Equipment:
    """The installed models, the user's own first, the device asked for, and who sees estimates.

    A damaged catalogue is logged and passed over, lest one file take all methods away.
    """
    catalog = load_catalog([paths.user_models(), paths.models()], _log)
    return Equipment(catalog, device, preview)


def _log(error: ModelError) -> None:
    logging.getLogger(__name__).warning("%s", error)
