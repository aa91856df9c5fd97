"""Plan: from the rows and the choices of the window to the sides of the engine's batch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.batch.rows import Row
from app.export_name import LONGEST_BASE
from app.version import VERSION
from engine.device import gpu_numbers
from engine.equipment import Equipment
from engine.errors import SettingsError
from engine.export_plan import ExportRequest, writable_name
from engine.jobs.crew import Crew, LocalCrew
from engine.jobs.side import Side
from engine.presets import Preset

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
    base = plain.stem
    while len(base.encode(errors="surrogateescape")) > LONGEST_BASE:
        base = base[:-1]
    name = choices.name.replace("{base}", base).replace("{preset}", row.preset)
    name = name.replace("/", "-").replace("\\", "-").strip(" .") or base
    return choices.folder / plain.with_name(f"{name}{plain.suffix}")


def sides_of(
    rows: Sequence[Row], choices: Choices, presets: Mapping[str, Preset], equipment: Equipment
) -> list[Side]:
    """A side for each row.

    Raises:
        SettingsError: the preset of one is not there any more.
    """
    return [_side(row, choices, presets, equipment) for row in rows]


def crew_for(sides: Sequence[Side], n_jobs: int, n_processors: int) -> Crew:
    """Processes here: one for each GPU where networks run on one, else as many as are wanted.

    Raises:
        DeviceError: the device that was chosen is not there.
    """
    device = sides[0].equipment.device if sides else "cpu"
    needs_network = any(side.needs_network for side in sides)
    gpus = gpu_numbers(device) if needs_network else ()
    return LocalCrew(n_jobs or max(1, n_processors - 1), gpus)


def _side(row: Row, choices: Choices, presets: Mapping[str, Preset], equipment: Equipment) -> Side:
    preset = presets.get(row.preset)
    if preset is None:
        raise SettingsError(
            f"there is no preset '{row.preset}' for {row.name}; choose another one in its row"
        )
    request = ExportRequest(
        output=target_of(row, choices),
        version=VERSION,
        write_removed=choices.write_removed,
        overwrite=choices.existing != SKIP,
        preset=preset.name,
        operator=choices.operator,
        institution=choices.institution,
    )
    return Side(
        Path(row.found.source),
        request,
        preset.tasks,
        equipment=equipment,
        is_survey=choices.is_survey,
    )
