"""Official splits: which side of a published collection a recording is on, as its makers say.

MAESTRO says it in a table (maestro-*.csv or maestro-*.json) above its folders of years; MUSDB18 by
the folders train/SONG and test/SONG. Other folders have no official split.
"""

import csv
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from engine.documents import parse_json, read_text
from training.music_folders import MIXTURE, STEM_SUFFIX

TRAIN, VALIDATION, TEST = "train", "validation", "test"
_SIDES = (TRAIN, VALIDATION, TEST)
_DEPTH = 2
"""Folders between a recording of MAESTRO and its table, at most."""


def official_split(path: Path) -> str:
    """train, validation or test; "" where nobody has said."""
    if path.stem.lower() == MIXTURE and path.parent.parent.name in (TRAIN, TEST):
        return path.parent.parent.name
    if path.name.lower().endswith(STEM_SUFFIX) and path.parent.name in (TRAIN, TEST):
        return path.parent.name
    for depth, folder in enumerate(path.parents):
        if depth > _DEPTH:
            break
        if side := _table(folder).get(path.relative_to(folder).as_posix(), ""):
            return side
    return ""


@lru_cache(maxsize=256)
def _table(folder: Path) -> dict[str, str]:
    """Sides by the path of a recording below a folder; nothing where it has no table."""
    for path in sorted(folder.glob("maestro*.csv")) + sorted(folder.glob("maestro*.json")):
        try:
            found = _sides(read_text(path), path.suffix == ".json")
        except (OSError, ValueError, csv.Error):
            continue
        if found:
            return found
    return {}


def _sides(text: str, is_json: bool) -> dict[str, str]:
    return {
        str(row["audio_filename"]): str(row["split"])
        for row in (_rows(parse_json(text)) if is_json else _lines(text))
        if row.get("audio_filename") and str(row.get("split")) in _SIDES
    }


def _lines(text: str) -> Iterable[Mapping[str, Any]]:
    return csv.DictReader(text.splitlines())


def _rows(document: Any) -> list[Mapping[str, Any]]:
    """The first versions are a list of rows, the third is a mapping of columns by number."""
    if isinstance(document, list):
        return [row for row in document if isinstance(row, dict)]
    if not isinstance(document, dict):
        return []
    names, sides = document.get("audio_filename"), document.get("split")
    if not isinstance(names, dict) or not isinstance(sides, dict):
        return []
    return [{"audio_filename": name, "split": sides.get(number)} for number, name in names.items()]
