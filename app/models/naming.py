"""Naming: what a model may be called that is imported."""

import re
from collections.abc import Collection

from engine.catalog_file import is_name
from engine.jobs.models import Inspected

_OTHERS = re.compile(r"[^a-z0-9._-]+")
_LONGEST = 56
"""Room is left for a number."""


def suggested_name(inspected: Inspected) -> str:
    """What its card or its file calls it, as far as a catalogue can."""
    told = inspected.card.training.get("name")
    return fit_name(told if isinstance(told, str) and told else inspected.file.stem)


def suggested_text(inspected: Inspected, name: str) -> str:
    """What its card says under a name, if that is a text."""
    told = inspected.card.training.get(name)
    return told if isinstance(told, str) else ""


def suggested_tasks(inspected: Inspected) -> tuple[str, ...]:
    """The tasks its card names."""
    told = inspected.card.training.get("tasks", ())
    told = [told] if isinstance(told, str) else told
    return tuple(str(each) for each in told) if isinstance(told, list | tuple) else ()


def fit_name(text: str) -> str:
    """A text as a name: small letters, digits, dots, hyphens and underscores."""
    name = _OTHERS.sub("-", text.lower()).strip("-._")[:_LONGEST]
    return name if is_name(name) else "model"


def free_name(name: str, taken: Collection[str]) -> str:
    """The name itself, or with a number behind it where it is taken."""
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{name}-{number}"
    return found
