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
    """Figures by key, each in a file of its own, so that several programs may keep some at once."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder

    def __contains__(self, key: str) -> bool:
        return self._path(key).is_file()

    def __getitem__(self, key: str) -> Figures:
        figures: Figures = json.loads(self._path(key).read_text(encoding="utf-8"))
        return figures

    def __setitem__(self, key: str, figures: Figures) -> None:
        beside = self._folder / f"{key}.{os.getpid()}.part"
        beside.write_text(json.dumps(figures), encoding="utf-8")
        os.replace(beside, self._path(key))

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.json"
