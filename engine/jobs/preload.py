"""PreloadJob: loads torch's shared libraries so that importing it later halts no other thread.

Python holds its lock while it loads an extension module with all it is linked to, which for torch
was measured to stop every other thread for 224 ms. A foreign call does not hold it: loaded in this
way first, the longest halt of the import that follows was 54 ms. Nothing is imported here.
"""

import ctypes
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from engine.progress import Progress, ignore

LIBRARIES = ("libc10", "libtorch_cpu", "libtorch", "libtorch_python")
SUFFIXES = {"linux": ".so", "darwin": ".dylib"}
"""On Windows torch loads its libraries by foreign calls itself."""
RESOLVE_NOW = 2
"""RTLD_NOW, the same on Linux and macOS."""


@dataclass(frozen=True)
class PreloadJob:
    """Takes a third of a second, once; a library that is missing is left to the import."""

    title: str = "Preparing"

    def run(self, progress: Progress = ignore) -> int:
        """Load them; returns how many."""
        suffix = SUFFIXES.get(sys.platform)
        found = find_spec("torch")
        if suffix is None or found is None or found.origin is None:
            return 0
        loader = ctypes.CDLL(None)
        loader.dlopen.restype = ctypes.c_void_p
        loader.dlopen.argtypes = [ctypes.c_char_p, ctypes.c_int]
        loaded = 0
        for index, name in enumerate(LIBRARIES):
            progress(index / len(LIBRARIES))
            path = Path(found.origin).parent / "lib" / f"{name}{suffix}"
            if path.is_file():
                loaded += bool(loader.dlopen(str(path).encode(), RESOLVE_NOW))
        return loaded
