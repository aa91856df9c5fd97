"""The version of the software: a built thing carries its own, a source tree that of pyproject.toml.

`packaging/git_version.py` says how the first comes about.
"""

from app import paths

DECLARED = "0.1.0"
_BUILT = paths.resources() / "version.txt"

VERSION = _BUILT.read_text(encoding="utf-8").strip() if _BUILT.is_file() else DECLARED
