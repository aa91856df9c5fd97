"""The `runout` command: a sub-command parses, calls the engine, prints; Qt loads only for `gui`."""

import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from app import paths
from app.console import UsageError, fall_silent, progress_bar, tell, tell_json, warn
from app.dataset_commands import add_dataset_commands
from app.degrade_commands import add_degrade_commands
from app.evaluate_commands import add_evaluate_commands
from app.event_commands import add_event_commands
from app.info_text import info_lines
from app.model_commands import add_model_commands
from app.panel_commands import add_panel_commands
from app.profile_commands import add_profile_commands
from app.project_commands import add_project_commands
from app.restore_commands import add_restore_commands
from app.task_commands import JSON, range_text
from app.train_commands import add_train_commands
from app.version import VERSION
from engine.errors import DeviceError, EngineError, SettingsError
from engine.info import read_info
from engine.presets import find_preset, load_presets
from engine.progress import Cancelled
from engine.tasks import TASKS, Task

FAILED, USAGE, STOPPED = 1, 2, 130
UNREAD = 141
"""What a shell reports of a program that was ended by SIGPIPE."""
SETTINGS = {"help_option_names": ["-h", "--help"]}
NAME = Annotated[str, typer.Argument(metavar="NAME")]

commands = typer.Typer(
    name="runout",
    help="Restores 78 rpm transfers and other damaged music. Without a sub-command: the window.",
    add_completion=False,
    context_settings=SETTINGS,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
presets = typer.Typer(help="Named, ordered lists of tasks.", context_settings=SETTINGS)
tasks = typer.Typer(help="Kinds of restoration and their settings.", context_settings=SETTINGS)
commands.add_typer(presets, name="presets", rich_help_panel="Information")
commands.add_typer(tasks, name="tasks", rich_help_panel="Information")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return _run([word for word in words if word != "--debug"], "--debug" in words)
    except BrokenPipeError:  # `runout events FILE | head -1`: the reader has seen enough
        fall_silent()
        return UNREAD


def _run(words: list[str], debug: bool) -> int:
    try:
        commands(words, standalone_mode=True, prog_name="runout")
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):  # typer makes a 1 of it
            raise end.__context__ from None
        return end.code if isinstance(end.code, int) else int(bool(end.code))
    except EngineError as error:
        _explain(error, debug)
        return USAGE if isinstance(error, UsageError) else FAILED
    except (Cancelled, KeyboardInterrupt):
        warn("Stopped; what is not complete was not written.")
        return STOPPED
    return 0


def _explain(error: EngineError, debug: bool) -> None:
    if debug:
        warn("".join(traceback.format_exception(error)))
    warn(str(error))


def _version(asked: bool) -> None:
    if asked:
        tell(f"runout {VERSION}")
        raise typer.Exit


@commands.callback(invoke_without_command=True)
def start(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Open the window when no sub-command is given."""
    if context.invoked_subcommand is None:
        gui([])


@commands.command(rich_help_panel="Information")
def gui(
    files: Annotated[list[Path] | None, typer.Argument(readable=False, metavar="[FILE...]")] = None,
    quit_after: Annotated[float | None, typer.Option("--quit-after", hidden=True)] = None,
    print_start: Annotated[bool, typer.Option("--print-start", hidden=True)] = False,
) -> None:
    """Open the window on these files."""
    try:
        from app.application import run
    except ImportError as error:
        raise DeviceError(
            f"The window cannot open, as a system library is missing ({error}); "
            "install what README.md lists, or use the other sub-commands, which need none."
        ) from error
    raise typer.Exit(run(files or [], quit_after, tells_paint=print_start))


@commands.command(rich_help_panel="Information")
def info(
    file: Annotated[Path, typer.Argument(readable=False, metavar="FILE")], as_json: JSON = False
) -> None:
    """Format, rate, depth, channels, duration, peak, clipped samples, chunks, bext, audio MD5."""
    with progress_bar("Reading") as progress:
        facts = read_info(file, progress)
    if as_json:
        tell_json(facts.to_mapping())
    else:
        tell("\n".join(info_lines(facts)))


add_restore_commands(commands)
add_degrade_commands(commands)
add_event_commands(commands)
add_evaluate_commands(commands)
add_dataset_commands(commands)
add_model_commands(commands)
add_train_commands(commands)
add_panel_commands(commands)
add_profile_commands(commands)
add_project_commands(commands)


@presets.command("list")
def list_presets(as_json: JSON = False) -> None:
    """All presets and when to take them."""
    found = load_presets([paths.presets(), paths.user_presets()])
    if as_json:
        tell_json(
            [
                {"name": p.name, "title": p.title, "description": p.description}
                for p in found.values()
            ]
        )
    else:
        for preset in found.values():
            tell(f"{preset.name:14} {preset.description}")


@presets.command("show")
def show_preset(name: NAME, as_json: JSON = False) -> None:
    """The tasks of one preset with every setting."""
    preset = find_preset(name, [paths.presets(), paths.user_presets()])
    if as_json:
        steps = [{"task": t.name, "settings": t.to_mapping()} for t in preset.tasks]
        tell_json({"name": preset.name, "description": preset.description, "tasks": steps})
        return
    tell(f"{preset.name}: {preset.description}")
    for task in preset.tasks:
        given = {key: value for key, value in task.to_mapping().items() if value is not None}
        values = ", ".join(f"{key} = {value}" for key, value in given.items())
        tell(f"  {task.name}: {values}")


@tasks.command("list")
def list_tasks(as_json: JSON = False) -> None:
    """All tasks."""
    if as_json:
        tell_json([_task_facts(task) for task in TASKS.values()])
    else:
        for task in TASKS.values():
            tell(f"{task.name:10} {(task.__doc__ or '').splitlines()[0]}")


@tasks.command("show")
def show_task(name: NAME, as_json: JSON = False) -> None:
    """The settings of one task: name, default, range, unit, label."""
    if name not in TASKS:
        raise SettingsError(f"there is no task '{name}'; there are: {', '.join(TASKS)}")
    facts = _task_facts(TASKS[name])
    if as_json:
        tell_json(facts)
        return
    tell(f"{name}: {facts['description']}")
    for each in TASKS[name].params():
        tell(f"  {each.flag:22} {each.label}: {each.description} [{range_text(each)}]")


def _task_facts(task: type[Task]) -> dict[str, Any]:
    params = [
        {
            "name": each.name,
            "kind": each.kind,
            "default": None if each.default is None else each.default,
            "low": each.low,
            "high": each.high,
            "unit": each.unit,
            "label": each.label,
            "description": each.description,
            "choices": list(each.choices),
        }
        for each in task.params()
    ]
    return {"name": task.name, "title": task.title, "description": task.__doc__, "params": params}


@commands.command(rich_help_panel="Information")
def devices(as_json: JSON = False) -> None:
    """Compute and sound devices, and which would be used."""
    from app.device_list import device_facts, device_lines

    facts = device_facts()
    if as_json:
        tell_json(facts)
    else:
        tell("\n".join(device_lines(facts)))


@commands.command(rich_help_panel="Information")
def cite() -> None:
    """The papers behind the methods."""
    tell((paths.resources() / "references.txt").read_text(encoding="utf-8").rstrip())
