"""`runout project ...` and `runout review`: projects without the window."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from app import paths
from app.console import UsageError, tell, tell_json, warn
from app.equipment import load_equipment
from app.event_commands import parse_numbers
from app.restore_commands import parse_regions
from app.task_commands import DEVICE, JSON, NO_REPORT, OUTPUT, OVERWRITE, REGIONS, REMOVED
from app.version import VERSION
from engine.errors import SettingsError, StorageError
from engine.event import Decision
from engine.export import ExportRequest, export_set
from engine.jobs.restore import RestoreJob
from engine.presets import find_preset, with_noise
from engine.progress import part
from engine.review import decide
from engine.tasks import TASKS, Task

PROJECT = Annotated[
    Path, typer.Argument(readable=False, metavar="PROJECT", help="A folder that ends in .runout.")
]
SETTING = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="A setting of --task; several times."),
]
_KEPT = 0.9

projects = typer.Typer(
    help="Projects: a source, all that was done to it, and every attempt at that.",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def add_project_commands(commands: typer.Typer) -> None:
    """Add the group and the command."""
    commands.add_typer(projects, name="project", rich_help_panel="Projects")
    commands.command("review", rich_help_panel="Projects")(review)


@projects.command("create")
def create(
    source: Annotated[
        Path, typer.Argument(readable=False, metavar="SOURCE", help="The recording; only read.")
    ],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", readable=False, help="The folder; else beside the source."),
    ] = None,
    copy: Annotated[bool, typer.Option("--copy", help="Copy the source into the project.")] = False,
) -> None:
    """Make a project of a recording, with no operation yet."""
    from app import project_work

    tell(str(project_work.create(source, output, copy_source=copy)))


@projects.command("info")
def info(project: PROJECT, as_json: JSON = False) -> None:
    """Source, operations with branches and head, sizes, and who has it open."""
    from app.project_facts import fact_lines, project_facts

    facts = project_facts(project)
    if as_json:
        tell_json(facts)
    else:
        tell("\n".join(fact_lines(facts)))


@projects.command("run")
def run(
    project: PROJECT,
    preset: Annotated[
        str | None, typer.Option(metavar="NAME|FILE.toml", help="What to do.")
    ] = None,
    task: Annotated[str | None, typer.Option(metavar="NAME", help="One task instead.")] = None,
    setting: SETTING = None,
    region: REGIONS = None,
    device: DEVICE = "auto",
) -> None:
    """Run a preset or a task on the state at the head, and record it.

    What learns from noise learns from where it is marked in the project.
    """
    from app.project_work import opened, record

    chosen = _chosen_tasks(preset, task, setting or ())
    regions = parse_regions(region)
    with opened(project) as (folder, progress):
        tasks = with_noise(chosen, folder.noise)
        job = RestoreJob(project.name, folder.project.state, tasks, regions, load_equipment(device))
        operations = job.run(part(progress, 0.0, _KEPT))
        record(folder, operations, part(progress, _KEPT, 1.0))


@projects.command("export")
def export(
    project: PROJECT,
    output: OUTPUT,
    removed: REMOVED = False,
    no_report: NO_REPORT = False,
    overwrite: OVERWRITE = False,
    as_json: JSON = False,
) -> None:
    """Write the state at the head, what was removed, and the report."""
    from app.project_work import opened
    from engine.storage.label_file import cue_points

    with opened(project, writes=False) as (folder, progress):
        request = ExportRequest(
            output=output,
            version=VERSION,
            write_removed=removed,
            write_report=not no_report,
            overwrite=overwrite,
            cues=cue_points(folder.marks, folder.project.state.sample_rate),
        )
        done = export_set(folder.project.state, folder.source, request, progress)
    for note in done.notes:
        warn(f"{project.name}: {note}")
    if as_json:
        tell_json({"written": [str(path) for path in done.outputs], **done.to_mapping()})
        return
    for path in done.outputs:
        tell(str(path))


@projects.command("verify")
def verify(project: PROJECT, as_json: JSON = False) -> None:
    """Read the source and all samples of the project, and compare them with what was written."""
    from app.project_facts import project_facts
    from app.project_work import opened

    operations = project_facts(project)["operations"]
    with opened(project, writes=False) as (folder, progress):
        problem = folder.verify_source(part(progress, 0.0, 0.5))
        damaged = [each.title for each in folder.check_renders(part(progress, 0.5, 1.0))]
        read = {each.id for each in folder.project.all_operations}
    damaged += [each["title"] for each in operations if each["id"] not in read]
    if as_json:
        tell_json({"source": problem, "damaged": damaged, "is_good": not (problem or damaged)})
    if problem or damaged:
        what = [f"damaged in it are: {', '.join(damaged)}"] if damaged else []
        raise StorageError("; ".join([problem or f"{project.name} is not as written", *what]))
    if not as_json:
        tell(
            f"{project.name}: the source and {len(operations)} operations are as they were written"
        )


@projects.command("undo")
def undo(project: PROJECT) -> None:
    """Move the head one operation back."""
    from app.project_work import move, opened

    with opened(project) as (folder, _):
        if not folder.project.can_undo:
            raise SettingsError(f"{project.name} has nothing to undo; its head is on the source")
        move(folder, folder.project.head - 1)


@projects.command("redo")
def redo(project: PROJECT) -> None:
    """Move the head one operation forward."""
    from app.project_work import move, opened

    with opened(project) as (folder, _):
        if not folder.project.can_redo:
            raise SettingsError(f"{project.name} has nothing to redo; nothing was undone")
        move(folder, folder.project.head + 1)


@projects.command("jump")
def jump(
    project: PROJECT,
    operation: Annotated[str, typer.Argument(metavar="K|source", help="As `info` numbers them.")],
) -> None:
    """Move the head to any operation of any branch, or to the source."""
    from app.project_work import SOURCE, opened, operation_of, tell_head

    with opened(project) as (folder, _):
        found = None if operation == SOURCE else operation_of(folder, operation)
        folder.move_head(None if found is None else found.id)
        tell_head(folder, ())


@projects.command("relink")
def relink(
    project: PROJECT,
    source: Annotated[
        Path, typer.Argument(readable=False, metavar="SOURCE", help="Where it lies now.")
    ],
) -> None:
    """Say where the source lies now; it must have the same audio."""
    from app import project_work

    tell(str(project_work.relink(project, source)))


def review(
    project: PROJECT,
    accept: Annotated[str | None, typer.Option(metavar="N[,N-M...]", help="Right.")] = None,
    reject: Annotated[
        str | None, typer.Option(metavar="N[,N-M...]", help="No damage: put back.")
    ] = None,
    revert: Annotated[
        str | None, typer.Option(metavar="N[,N-M...]", help="Damage, repaired badly: put back.")
    ] = None,
    reopen: Annotated[
        str | None, typer.Option(metavar="N[,N-M...]", help="Undecided, and repaired.")
    ] = None,
    task: Annotated[str | None, typer.Option(metavar="NAME", help="Such as declick.")] = None,
    operation: Annotated[
        int | None, typer.Option(metavar="K", help="As `project info` numbers them.")
    ] = None,
) -> None:
    """Decide on events of a project; `runout events PROJECT` lists them."""
    from app.project_work import opened, reviewed, tell_head

    said = {
        Decision.ACCEPTED: accept,
        Decision.REJECTED: reject,
        Decision.REVERTED: revert,
        Decision.PENDING: reopen,
    }
    wanted = {each: parse_numbers(text) for each, text in said.items() if text is not None}
    if not wanted:
        raise UsageError("say what to decide: --accept, --reject, --revert or --reopen")
    with opened(project) as (folder, progress):
        found = reviewed(folder, task, operation)
        done = []
        for index, (decision, numbers) in enumerate(wanted.items()):
            share = part(progress, index / len(wanted), (index + 1) / len(wanted))
            places = [number - 1 for number in numbers]
            decided = folder.keep(decide(folder.project.state, found, places, decision, share))
            folder.commit(decided)
            done.append(decided)
        tell_head(folder, done)


def _chosen_tasks(
    preset: str | None, task: str | None, settings: Sequence[str]
) -> tuple[Task, ...]:
    if (preset is None) == (task is None):
        raise UsageError("say what to run: either --preset NAME or --task NAME")
    if preset is not None:
        if settings:
            raise UsageError("--set goes with --task; a preset has its own settings")
        return find_preset(preset, [paths.presets(), paths.user_presets()]).tasks
    if task not in TASKS:
        raise UsageError(f"there is no task '{task}'; there are: {', '.join(TASKS)}")
    values: dict[str, Any] = {}
    for each in settings:
        name, equals, value = each.partition("=")
        if not equals:
            raise UsageError(f"'{each}' is no setting; write NAME=VALUE")
        values[name.strip().replace("-", "_")] = value.strip()
    try:
        return (TASKS[task].from_mapping(values),)
    except SettingsError as error:
        raise UsageError(str(error)) from error
