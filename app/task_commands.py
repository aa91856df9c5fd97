"""Every entry of TASKS as a sub-command whose options are the task's params."""

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from app.console import UsageError
from engine.errors import SettingsError
from engine.params import Param
from engine.tasks import TASKS, Task

Run = Callable[[Task, dict[str, Any]], None]

# readable=False: whether a path can be read is told by opening it, in one sentence and with code 1
INPUT = Annotated[
    Path, typer.Argument(readable=False, metavar="INPUT", help="The recording; never written to.")
]
OUTPUT = Annotated[Path, typer.Option("--output", "-o", readable=False, help="The file to write.")]
REGIONS = Annotated[
    list[str] | None,
    typer.Option("--region", metavar="A-B[@LOW-HIGH]", help="Where; may be given several times."),
]
REMOVED = Annotated[bool, typer.Option("--removed", help="Also write what was taken out.")]
NO_REPORT = Annotated[bool, typer.Option("--no-report", help="Write no .runout.json.")]
OVERWRITE = Annotated[bool, typer.Option("--overwrite", help="Replace outputs that exist.")]
JSON = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
EVENTS = Annotated[
    Path | None,
    typer.Option(
        "--events", readable=False, metavar="FILE.json", help="Write what was found there."
    ),
]

DEVICES = ("auto", "cpu", "cuda", "mps")


def _checked_device(name: str) -> str:
    if name not in DEVICES:
        raise UsageError(f"--device {name} is none of: {', '.join(DEVICES)}")
    return name


MODEL = Annotated[
    list[str] | None,
    typer.Option("--model", metavar="NAME", help="Prefer this model to others of the same method."),
]
DEVICE = Annotated[
    str,
    typer.Option(
        "--device",
        metavar="|".join(DEVICES),
        callback=_checked_device,
        help="Where networks run.",
    ),
]

COMMON: dict[str, tuple[Any, Any]] = {
    "input": (INPUT, inspect.Parameter.empty),
    "output": (OUTPUT, inspect.Parameter.empty),
    "region": (REGIONS, None),
    "removed": (REMOVED, False),
    "no_report": (NO_REPORT, False),
    "overwrite": (OVERWRITE, False),
    "json": (JSON, False),
    "events": (EVENTS, None),
    "device": (DEVICE, "auto"),
    "model": (MODEL, None),
}


def add_task_commands(commands: typer.Typer, run: Run) -> None:
    """Add one sub-command per task; `run` gets the task and the common options."""
    for task in TASKS.values():
        summary = inspect.getdoc(task) or task.title
        commands.command(task.name, help=summary, rich_help_panel="Tasks")(_command(task, run))


def _command(task: type[Task], run: Run) -> Callable[..., None]:
    declared = {each.name: each for each in task.params()}

    def command(**options: Any) -> None:
        settings = {k: v for k, v in options.items() if k in declared and v is not None}
        try:
            made = task.from_mapping(settings)
        except SettingsError as error:
            raise UsageError(str(error)) from error
        run(made, {k: v for k, v in options.items() if k in COMMON})

    parameters = [_parameter(name, *declaration) for name, declaration in COMMON.items()]
    parameters += [_parameter(each.name, _annotation(each), None) for each in declared.values()]
    # Typer reads options off the signature; that functions may carry one mypy does not know
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {each.name: each.annotation for each in parameters}
    return command


def _parameter(name: str, annotation: Any, default: Any) -> inspect.Parameter:
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation
    )


def _annotation(declared: Param) -> Any:
    """Options are text, read and checked by the task itself, so that all say the same."""
    text = f"{declared.description} [{range_text(declared)}]"
    if declared.kind == "bool":
        negative = declared.flag.replace("--", "--no-")
        return Annotated[bool | None, typer.Option(f"{declared.flag}/{negative}", help=text)]
    metavar = "A-B" if declared.kind == "region" else declared.kind.upper()
    return Annotated[str | None, typer.Option(declared.flag, metavar=metavar, help=text)]


def range_text(declared: Param) -> str:
    """Default, range and unit of a setting, in a few words."""
    default = "none" if declared.default is None else str(declared.default)
    words = [f"default {default}"]
    if declared.choices:
        words.append("one of " + ", ".join(declared.choices))
    if declared.low is not None and declared.high is not None:
        words.append(
            f"{_number(declared.low)} .. {_number(declared.high)} {declared.unit}".rstrip()
        )
    if declared.when:
        conditions = (f"{name} {'|'.join(choices)}" for name, choices in declared.when.items())
        words.append("for " + " or ".join(conditions))
    return "; ".join(words)


def _number(value: float) -> str:
    """A whole number with all its digits, any other in short."""
    return str(int(value)) if value == int(value) else f"{value:g}"
