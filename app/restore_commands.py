"""`runout restore`, and every task as a command: recordings in, restored copies out."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from app import paths
from app.batch_commands import make_crew, run_batch
from app.console import UsageError, progress_bar, tell, tell_json, warn
from app.equipment import load_equipment
from app.file_pairs import pair_files
from app.profile_commands import noise_of
from app.task_commands import (
    DEVICE,
    JSON,
    MODEL,
    NO_REPORT,
    OVERWRITE,
    REGIONS,
    REMOVED,
    add_task_commands,
)
from app.version import VERSION
from engine.collection import Claims
from engine.equipment import Equipment
from engine.errors import SettingsError
from engine.export import Exported, ExportRequest
from engine.jobs.restore_file import RestoreFileJob
from engine.jobs.side import Side
from engine.presets import find_preset, with_noise, with_seed
from engine.region import Region
from engine.tasks import Task

RESUME = Annotated[bool, typer.Option("--resume", help="Do only what is missing or has changed.")]
JOBS = Annotated[
    int | None, typer.Option("--jobs", min=1, metavar="N", help="How many sides at once.")
]
CLUSTER = Annotated[
    str | None,
    typer.Option("--cluster", metavar="ADDRESS|auto", help="Hand the sides to this Ray cluster."),
]
ANALYSE = Annotated[
    bool, typer.Option("--analyse", help="Restore nothing; report on the state of each transfer.")
]
NOISE = Annotated[
    str | None,
    typer.Option(
        "--noise", metavar="A-B|FILE", help="Where there is groove noise alone, or its profile."
    ),
]
SEED = Annotated[
    int | None, typer.Option("--seed", min=0, help="What methods that draw at random start from.")
]


@dataclass(frozen=True)
class Wanted:
    """What to restore and what to write, as the command line said it."""

    tasks: tuple[Task, ...]
    regions: tuple[Region, ...]
    preset: str | None
    removed: bool
    report: bool
    overwrite: bool
    equipment: Equipment
    events: Path | None = None


def add_restore_commands(commands: typer.Typer) -> None:
    """Add `restore` and one command per task."""
    commands.command("restore", rich_help_panel="Restoration")(restore)
    add_task_commands(commands, _run_task)


def restore(
    inputs: Annotated[list[Path], typer.Argument(readable=False, metavar="INPUT...")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", readable=False, help="The file to write.")
    ] = None,
    directory: Annotated[
        Path | None,
        typer.Option("--directory", "-d", readable=False, help="The folder to write into."),
    ] = None,
    preset: Annotated[str, typer.Option(metavar="NAME|FILE.toml", help="What to do.")] = "78rpm",
    region: REGIONS = None,
    noise: NOISE = None,
    removed: REMOVED = False,
    no_report: NO_REPORT = False,
    overwrite: OVERWRITE = False,
    device: DEVICE = "auto",
    model: MODEL = None,
    seed: SEED = None,
    resume: RESUME = False,
    jobs: JOBS = None,
    cluster: CLUSTER = None,
    analyse: ANALYSE = False,
    as_json: JSON = False,
) -> None:
    """Run a preset on recordings and write restored copies; sources are never written to."""
    pairs = pair_files(inputs, output, directory)
    chosen = find_preset(preset, [paths.presets(), paths.user_presets()])
    wanted = Wanted(
        tasks=with_seed(with_noise(chosen.tasks, noise_of(noise)), seed),
        regions=parse_regions(region),
        preset=chosen.name,
        removed=removed,
        report=not no_report,
        overwrite=overwrite,
        equipment=load_equipment(device, models=model or ()),
    )
    is_batch = resume or analyse or jobs is not None or cluster is not None
    if len(pairs) > 1 or is_batch:
        sides = [
            Side(
                source,
                _request(target, wanted),
                wanted.tasks,
                wanted.regions,
                wanted.equipment,
                analyse,
            )
            for source, target in pairs
        ]
        run_batch(
            sides,
            directory or pairs[0][1].parent,
            make_crew(sides, jobs or 1, cluster),
            resume=resume,
            reports=analyse or not no_report,
            as_json=as_json,
        )
        return
    ((source, target),) = pairs
    done = _restore_one(source, target, wanted, Claims([source]))
    if as_json:
        tell_json({"files": [_facts(done)], "failed": 0})
    else:
        _tell_outputs(done)


def parse_regions(texts: Sequence[str] | None) -> tuple[Region, ...]:
    """The regions of `--region`.

    Raises:
        UsageError: one is none.
    """
    try:
        return tuple(Region.parse(text) for text in texts or ())
    except SettingsError as error:
        raise UsageError(str(error)) from error


def _run_task(task: Task, options: dict[str, Any]) -> None:
    wanted = Wanted(
        tasks=(task,),
        regions=parse_regions(options["region"]),
        preset=None,
        removed=options["removed"],
        report=not options["no_report"],
        overwrite=options["overwrite"],
        equipment=load_equipment(options["device"], models=options["model"] or ()),
        events=options["events"],
    )
    source = options["input"]
    done = _restore_one(source, options["output"], wanted, Claims([source]))
    if options["json"]:
        tell_json(_facts(done))
    else:
        _tell_outputs(done)


def _request(output: Path, wanted: Wanted) -> ExportRequest:
    return ExportRequest(
        output=output,
        version=VERSION,
        write_removed=wanted.removed,
        write_report=wanted.report,
        overwrite=wanted.overwrite,
        preset=wanted.preset,
        events=wanted.events,
    )


def _restore_one(source: Path, output: Path, wanted: Wanted, claims: Claims) -> Exported:
    request = _request(output, wanted)
    claims.claim(source, request.targets)
    job = RestoreFileJob(source, request, wanted.tasks, wanted.regions, wanted.equipment)
    with progress_bar(source.name) as progress:
        done = job.run(progress)
    for note in done.notes:
        warn(f"{source.name}: {note}")
    return done


def _facts(done: Exported) -> dict[str, Any]:
    return {"written": [str(path) for path in done.outputs], **done.to_mapping()}


def _tell_outputs(done: Exported) -> None:
    for path in done.outputs:
        tell(str(path))
