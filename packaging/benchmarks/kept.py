"""Figures that are kept from one run to the next; imported by quality.py."""

import hashlib
import json
import os
from pathlib import Path

Figures = dict[str, float]


def key_of(*what: object) -> str:
    """A name for what figures hang on."""
    return hashlib.sha256(json.dumps(what, default=str).encode()).hexdigest()


class Kept:
    """Figures by key, in a file that is whole at any moment."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._rows: dict[str, Figures] = json.loads(path.read_text()) if path.is_file() else {}

    def __contains__(self, key: str) -> bool:
        return key in self._rows

    def __getitem__(self, key: str) -> Figures:
        return self._rows[key]

    def __setitem__(self, key: str, figures: Figures) -> None:
        self._rows[key] = figures
        beside = self._path.with_suffix(".part")
        beside.write_text(json.dumps(self._rows, indent=0), encoding="utf-8")
        os.replace(beside, self._path)
