"""What jobs of the window and the command line work with: the installed models, and a device."""

import logging
from collections.abc import Sequence

from app import paths
from engine.catalog_file import load_catalog
from engine.equipment import Equipment, Preview, unseen
from engine.errors import ModelError


def load_equipment(
    device: str = "auto", preview: Preview = unseen, models: Sequence[str] = ()
) -> Equipment:
    """The installed models, the user's own first, the device asked for, and who sees estimates.

    A damaged catalogue is logged and passed over, lest one file take all methods away.

    Args:
        device: where networks run.
        preview: who sees estimates.
        models: names of those that are preferred to all others.

    Raises:
        ModelError: a preferred model is not installed.
    """
    catalog = load_catalog([paths.user_models(), paths.models()], _log)
    return Equipment(catalog.preferring(models), device, preview)


def _log(error: ModelError) -> None:
    logging.getLogger(__name__).warning("%s", error)
