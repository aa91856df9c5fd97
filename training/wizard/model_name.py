"""Model name: what a model to be is called, made from its title, and whether it can be that."""

import re
import unicodedata
from collections.abc import Collection

from engine.catalog_file import is_name

_LONGEST = 48
_SPOKEN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe"})


def name_from(title: str, taken: Collection[str] = ()) -> str:
    """A free name for a title; empty where the title has neither letter nor digit of Latin."""
    plain = unicodedata.normalize("NFKD", title.lower().translate(_SPOKEN))
    plain = "".join(each for each in plain if not unicodedata.combining(each))
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST].strip("-")
    name, number = stem, 1
    while stem and name in taken:
        number += 1
        name = f"{stem}-{number}"
    return name


def name_problem(name: str, taken: Collection[str] = ()) -> str:
    """Why a model cannot be called so, one sentence; empty if it can."""
    if not name:
        return "the model has no name; give it one of small letters, digits and hyphens"
    if not is_name(name):
        return (
            f"a model cannot be called '{name}': its name has small letters, digits, dots, hyphens "
            "and underscores, begins with a letter or digit, and has 64 of them at most"
        )
    if name in taken:
        return f"there is a model '{name}' already; give another name"
    return ""
