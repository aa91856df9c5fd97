"""`runout train`: train a model by a recipe; stopped in whatever way, it goes on with --resume."""

import os
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from app import paths
from app.console import progress_bar, tell_json, warn
from app.task_commands import JSON
from engine.errors import StorageError
from engine.progress import Progress

_EVERY_S = 10.0


def add_train_commands(commands: typer.Typer) -> None:
    """Add the command."""
    commands.command("train", rich_help_panel="Training")(train)


def train(
    recipe: Annotated[
        Path,
        typer.Argument(readable=False, metavar="RECIPE.toml", help="What is trained, on what."),
    ],
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="RUN_DIR", help="The folder of the run.")
    ],
    data: Annotated[
        Path | None,
        typer.Option(
            "--data", metavar="DIR", help="Where the paths of the recipe start; else beside it."
        ),
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where it was.")] = False,
    device: Annotated[str, typer.Option("--device", help="auto, cpu, cuda or mps.")] = "auto",
    max_steps: Annotated[
        int | None, typer.Option("--max-steps", min=1, help="Instead of those of the recipe.")
    ] = None,
    max_minutes: Annotated[
        float | None, typer.Option("--max-minutes", min=0.0, help="Of all runs together.")
    ] = None,
    threads: Annotated[
        int, typer.Option("--threads", min=0, help="Of the processor; 0 leaves it to torch.")
    ] = 0,
    loaders: Annotated[
        int, typer.Option("--loaders", min=0, help="Processes that prepare examples ahead.")
    ] = 0,
    as_json: JSON = False,
) -> None:
    """Train a model: its weights, curve and previews come into RUN_DIR."""
    from training.config import read_recipe  # heavy: loads torch
    from training.dataset import open_sides
    from training.loop import train as run_training
    from training.run import Run
    from training.run_folder import prepare_folder
    from training.workers import join_workers, set_threads

    folder = (data or recipe.parent).resolve()
    if not folder.is_dir():
        raise StorageError(f"{folder} is no folder; --data names the one that holds the material")
    read = read_recipe(recipe, folder)
    changes = {"max_steps": max_steps, "max_minutes": max_minutes}
    read = read.changed(**{name: value for name, value in changes.items() if value is not None})
    set_threads(threads)
    if not _rank():
        prepare_folder(recipe, output, resume)
    workers = join_workers(device)
    workers.wait()
    with progress_bar(read.name) as bar:
        told = _told_now_and_then(bar) if not _rank() else bar
        run = Run.open(read, output, workers, folder)
        sides = open_sides(read, folder, paths.cache() / "recordings", bar)
        outcome = run_training(run, sides, loaders, told)
    workers.leave()
    if not _rank():
        facts = {"run": str(output), **vars(outcome)}
        if as_json:
            tell_json(facts)
        else:
            warn(
                f"{read.name}: {outcome.steps} steps in {outcome.seconds / 60.0:.1f} minutes; "
                f"best {outcome.best:.3f} after {outcome.best_step}; weights in {output}"
            )


def _rank() -> int:
    """Which of several processes this is; only the first tells and writes."""
    return int(os.environ.get("RANK", "0"))


def _told_now_and_then(bar: Progress) -> Progress:
    """A bar where there is a terminal, and a line every ten seconds where there is none."""
    last_s = -_EVERY_S

    def report(fraction: float, message: str = "") -> None:
        nonlocal last_s
        bar(fraction, message)
        now_s = time.monotonic()
        if message and now_s - last_s >= _EVERY_S and not sys.stderr.isatty():
            warn(f"{100.0 * fraction:5.1f} %  {message}")
            last_s = now_s

    return report
