"""Choices: how a batch is to be done, and what each of its files is restored into."""

from dataclasses import dataclass
from pathlib import Path

from app.batch.rows import Row
from app.export_name import fitting
from engine.export_plan import writable_name
from engine.file_name import cleaned, is_device

SKIP, REPLACE, ANEW = "skip", "replace", "anew"
"""What is done where an output exists: one that fits is left as it is, and another one fails its
side; one that does not fit is replaced; all are made anew."""


@dataclass(frozen=True)
class Choices:
    """How a batch is to be done.

    Attributes:
        folder: of all outputs, the reports and the journal.
        name: template of the outputs' names, with {base} and {preset}.
        existing: SKIP, REPLACE or ANEW.
        n_jobs: sides at once on the CPU; 0 leaves one processor to the window.
        is_survey: whether nothing is restored.
        write_removed: whether what was taken out is written too.
    """

    folder: Path
    name: str = "{base}"
    existing: str = SKIP
    n_jobs: int = 0
    is_survey: bool = False
    write_removed: bool = False
    operator: str = ""
    institution: str = ""


def target_of(row: Row, choices: Choices) -> Path:
    """What a row is restored into."""
    plain = writable_name(Path(row.found.below))
    base = fitting(plain.stem)
    name = cleaned(choices.name).replace("{base}", base).replace("{preset}", cleaned(row.preset))
    name = name.replace("/", "-").replace("\\", "-").strip(" .")
    if not name or is_device(name):
        name = base
    return choices.folder / plain.with_name(f"{name}{plain.suffix}")
