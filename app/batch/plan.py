"""Plan: from the rows and the choices of the window to the sides of the engine's batch."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from app.batch.choices import SKIP, Choices, target_of
from app.batch.rows import Row
from app.version import VERSION
from engine.device import gpu_numbers
from engine.equipment import Equipment
from engine.errors import SettingsError
from engine.export_plan import ExportRequest
from engine.jobs.crew import Crew, LocalCrew
from engine.jobs.side import Side
from engine.presets import Preset


def sides_of(
    rows: Sequence[Row], choices: Choices, presets: Mapping[str, Preset], equipment: Equipment
) -> list[Side]:
    """A side for each row.

    Raises:
        SettingsError: the preset of one is not there any more.
    """
    return [side_of(row, choices, presets, equipment) for row in rows]


def crew_for(sides: Sequence[Side], n_jobs: int, n_processors: int) -> Crew:
    """Processes here: one for each GPU where networks run on one, else as many as are wanted.

    Raises:
        DeviceError: the device that was chosen is not there.
    """
    device = sides[0].equipment.device if sides else "cpu"
    needs_network = any(side.needs_network for side in sides)
    gpus = gpu_numbers(device) if needs_network else ()
    return LocalCrew(n_jobs or max(1, n_processors - 1), gpus)


def side_of(
    row: Row, choices: Choices, presets: Mapping[str, Preset], equipment: Equipment
) -> Side:
    """The side of one row.

    Raises:
        SettingsError: its preset is not there any more.
    """
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
