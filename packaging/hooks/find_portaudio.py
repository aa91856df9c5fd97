"""Run first in the built application: let sounddevice find the PortAudio that lies beside it.

sounddevice asks `find_library`, which asks the system and never looks into the bundle.
"""

import ctypes.util
import sys
from pathlib import Path

_find_in_system = ctypes.util.find_library


def _find_library(name: str) -> str | None:
    bundle = Path(getattr(sys, "_MEIPASS", "."))
    if name == "portaudio":
        for file in sorted(bundle.glob("libportaudio*")):
            return str(file)
    return _find_in_system(name)


ctypes.util.find_library = _find_library
