"""How the files of an export are called, and what is done where a name is taken."""

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from engine.export_plan import SUFFIXES, ExportRequest, writable_name
from engine.file_name import cleaned, is_device
from engine.project import Operation

LONGEST_BASE = 180
"""Bytes of the name of a transfer that go into that of its result; file systems take 255 in all."""
NUMBER, REFUSE, REPLACE = "number", "refuse", "replace"
"""What is done where a file exists: the set gets a free number, or is not written, or replaces."""


def told_name(template: str, base: str, operations: Sequence[Operation]) -> str:
    """The name a template with {base}, {steps} and {date} asks for.

    One that names nothing is as if there was none; a base that leaves no room for the rest of a
    name is cut.
    """
    base = fitting(base)
    steps = "-".join(dict.fromkeys(each.task.name for each in operations))
    today = datetime.now().astimezone().date().isoformat()
    name = cleaned(template)
    for word, value in (("{base}", base), ("{steps}", steps), ("{date}", today)):
        name = name.replace(word, value)
    name = name.replace("/", "-").replace("\\", "-").strip(" .")
    return f"{base} restored" if not name or is_device(name) else name


def fitting(base: str) -> str:
    """As much of a name as leaves room for what is added to it."""
    base = base[:LONGEST_BASE]
    while len(base.encode(errors="surrogateescape")) > LONGEST_BASE:
        base = base[:-1]
    return base


def default_target(source: Path, stem: str) -> Path:
    """`{stem}.{ext}` beside the source, or at home where nothing can be written there."""
    folder = source.parent if os.access(source.parent, os.W_OK) else Path.home()
    plain = writable_name(folder / source.name)
    return plain.with_name(f"{stem}{plain.suffix}")


def freed(request: ExportRequest) -> ExportRequest:
    """The same under a name that no file of the set has yet: with a number where it is taken."""
    plain, number = request.output, 2
    while any(map(os.path.lexists, request.targets)):
        output = plain.with_name(f"{plain.stem} {number}{plain.suffix}")
        request, number = replace(request, output=output), number + 1
    return request


def with_suffix(path: Path, suffix: str) -> Path:
    """A name that ends otherwise; a dot that begins no format belongs to the name."""
    stem = path.stem if path.suffix.lower() in SUFFIXES else path.name
    return path.with_name(f"{stem}{suffix}")
