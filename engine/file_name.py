"""File names out of texts: what every file system takes, and what leads nowhere else.

A name that comes out of a file or from a user is either refused (`is_plain`) or made to fit
(`cleaned`, `is_device`), never joined to a folder as it is.

References:
    Naming Files, Paths, and Namespaces, Win32 documentation: characters and names of devices.
"""

import re

LONGEST_BYTES = 240
"""File systems take 255; endings are added."""
_UNFIT = re.compile(r'[<>:"/\\|?*]')
_DEVICE = re.compile(r"(con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³])\s*(\..*)?", re.IGNORECASE)


def is_plain(name: object) -> bool:
    """Whether a text is the name of a file, on every system, and of one in the folder itself."""
    if not isinstance(name, str) or not name or _UNFIT.search(name) or not name.isprintable():
        return False
    return name == name.strip().rstrip(".") and not _is_too_much(name)


def cleaned(text: str) -> str:
    """A text with a hyphen for each character that no name may hold."""
    return "".join(each if each.isprintable() else "-" for each in _UNFIT.sub("-", text))


def is_device(name: str) -> bool:
    """Whether Windows takes a name for a device, whatever folder it is in."""
    return _DEVICE.fullmatch(name) is not None


def _is_too_much(name: str) -> bool:
    return is_device(name) or len(name.encode()) > LONGEST_BYTES
