"""`runout evaluate`: how well a model, a preset or restored files do against clean recordings."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app import paths
from app.console import UsageError, progress_bar, tell, tell_json, warn
from app.equipment import load_equipment
from app.task_commands import DEVICE, JSON, OVERWRITE
from engine.catalog import Entry
from engine.equipment import Equipment
from engine.errors import ModelError
from engine.tasks import TASKS

if TYPE_CHECKING:
    from training.baselines import Method

SOME_FAILED = 3
COLUMNS = ("snr_db", "snr_inside_db", "si_sdr_db", "lsd_log10_2048", "hf_lsd_log10_2048")
"""Figures that the table on the screen has; the report has all."""
SEED = Annotated[
    int | None, typer.Option("--seed", min=0, help="What methods that draw at random start from.")
]
SETTINGS = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="A setting of the task; several times."),
]


def add_evaluate_commands(commands: typer.Typer) -> None:
    """Add `evaluate`."""
    commands.command("evaluate", rich_help_panel="Training")(evaluate)


def evaluate(
    clean: Annotated[
        Path, typer.Option("--clean", readable=False, help="Folder of clean recordings.")
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", readable=False, help="Folder of the report.")
    ],
    model: Annotated[
        str | None, typer.Option("--model", metavar="NAME|FILE", help="A model, or its weights.")
    ] = None,
    preset: Annotated[
        str | None, typer.Option("--preset", metavar="NAME|FILE.toml", help="What to do.")
    ] = None,
    restored: Annotated[
        Path | None,
        typer.Option("--restored", readable=False, help="Folder of files restored already."),
    ] = None,
    degraded: Annotated[
        Path | None,
        typer.Option(
            "--degraded",
            readable=False,
            help="Folder of degraded recordings; without one the clean ones are restored.",
        ),
    ] = None,
    task: Annotated[
        str | None, typer.Option("--task", help="Which task, of a model that serves several.")
    ] = None,
    method: Annotated[
        str, typer.Option("--method", help="Of the task, where several work with the model.")
    ] = "",
    settings: SETTINGS = None,
    inside: Annotated[
        Path | None,
        typer.Option(
            "--inside", readable=False, metavar="gaps.json", help="Where files have gaps."
        ),
    ] = None,
    baseline: Annotated[
        list[str] | None,
        typer.Option(
            "--baseline",
            metavar="NAME",
            help="Beside it: noisereduce, a task (denoise:spectral), a preset; several times.",
        ),
    ] = None,
    overwrite: OVERWRITE = False,
    device: DEVICE = "auto",
    seed: SEED = None,
    as_json: JSON = False,
) -> None:
    """Restore, measure against clean recordings, and write tables and pictures."""
    if sum(each is not None for each in (model, preset, restored)) != 1:
        raise UsageError("say what to evaluate: one of --model, --preset and --restored")
    if model is None and (task or method or settings):
        raise UsageError("--task, --method and --set go with --model")
    from training.baselines import ByTasks, FromFolder, by_model, find_method
    from training.evaluate import Request, read_gaps
    from training.evaluate import evaluate as run
    from training.matching import recordings_in

    equipment = load_equipment(device)
    folders = [paths.presets(), paths.user_presets()]
    if model is not None:
        entry = find_entry(model, equipment, task, method)
        first: Method = by_model(entry, equipment, task, method, read_settings(settings), seed)
    elif preset is not None:
        from engine.presets import find_preset, with_seed

        chosen = find_preset(preset, folders)
        first = ByTasks(chosen.name, with_seed(chosen.tasks, seed), equipment)
    else:
        assert restored is not None
        first = FromFolder(restored.name or "restored", recordings_in(restored))
    others = [find_method(name, folders, equipment, seed) for name in baseline or ()]
    request = Request(
        clean,
        (first, *others),
        degraded,
        read_gaps(inside) if inside is not None else {},
        needs_degraded=restored is None or bool(others),
    )
    with progress_bar("Evaluating") as progress:
        done = run(request, output, overwrite=overwrite, progress=progress)
    for sentence in (*done.notes, *done.missing, *done.failed):
        warn(sentence)
    told = done.to_mapping()
    if as_json:
        tell_json({"report": str(output), **told})
    else:
        _tell_table(told)
        tell(str(output))
    if done.missing or done.failed:
        raise typer.Exit(SOME_FAILED)


def find_entry(name: str, equipment: Equipment, task: str | None, method: str) -> Entry:
    """The model of that name, or that of a file of weights.

    Raises:
        ModelError: there is none, or the file does not say what it is for.
    """
    for entry in equipment.catalog.entries:
        if entry.name == name:
            return entry
    file = Path(name)
    if not file.suffix and not file.is_file():
        names = ", ".join(sorted(entry.name for entry in equipment.catalog.entries)) or "none"
        raise ModelError(
            f"there is no model '{name}'; there are: {names}; or name a file of weights"
        )
    from dataclasses import replace

    from engine.model_folder import Told, described
    from engine.weights_header import file_sha256

    kind = TASKS.get(task or "")
    told = Told(tasks=(task,) if task else (), method=kind.model_method(method) if kind else method)
    return replace(described(file, told), path=file, sha256=file_sha256(file))


def read_settings(words: list[str] | None) -> dict[str, str]:
    """The settings of `--set`.

    Raises:
        UsageError: one is no NAME=VALUE.
    """
    read = {}
    for word in words or ():
        name, equals, value = word.partition("=")
        if not (name and equals):
            raise UsageError(f"--set {word} is not NAME=VALUE, such as cutoff_hz=3000")
        read[name.replace("-", "_")] = value
    return read


def _tell_table(told: dict[str, Any]) -> None:
    """Means by method, each with what it changed."""
    columns = [name for name in COLUMNS if name in told["figures"]]
    width = max(12, *(len(each["name"]) for each in told["methods"])) + 2
    wide = {name: len(name) + 14 for name in columns}
    tell("method".ljust(width) + "".join(name.rjust(wide[name]) for name in columns))
    means = [("degraded", told["degraded"]["mean"])] if told["degraded"]["files"] else []
    for name, mean in means + [(each["name"], each["mean"]) for each in told["methods"]]:
        cells = (_cell(mean, column).rjust(wide[column]) for column in columns)
        tell(name.ljust(width) + "".join(cells))


def _cell(mean: dict[str, float], column: str) -> str:
    if column not in mean:
        return "-"
    change = mean.get(f"d_{column}")
    return f"{mean[column]:.2f}" + ("" if change is None else f" ({change:+.2f})")
