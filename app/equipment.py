"""What jobs of the window and the command line work with: the installed models, and a device."""

from engine.equipment import Equipment, Preview, unseen


def load_equipment(device: str = "auto", preview: Preview = unseen) -> Equipment:
    """The installed models, the device asked for, and who is shown estimates."""
    return Equipment(device=device, preview=preview)
