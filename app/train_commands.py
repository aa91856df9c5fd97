"""`runout train`: train a model by a recipe; stopped in whatever way, it goes on with --resume."""

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app import paths
from app.console import progress_bar, tell_json, warn
from app.task_commands import JSON
from engine.errors import StorageError
from engine.progress import Cancelled, Progress
from training.run_folder import make_folder
from training.run_watch import RunFollower, RunWatch

if TYPE_CHECKING:
    from training.loop import Outcome

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
    folder = (data or recipe.parent).resolve()
    if not folder.is_dir():
        raise StorageError(f"{folder} is no folder; --data names the one that holds the material")
    if not recipe.is_file():
        raise StorageError(f"{recipe} is missing; name the recipe that is to be trained")
    if not _rank():
        make_folder(output, resume)
    with progress_bar(recipe.stem) as bar, _watch(output, bar) as watch:
        try:
            from training.trainer import Order, carry_out  # heavy: loads torch

            cache = paths.cache() / "recordings"
            limits = (max_steps, max_minutes)
            order = Order(recipe, output, folder, cache, resume, device, threads, loaders, *limits)
            outcome = carry_out(order, watch)
        except Cancelled:
            if not watch.wish:
                raise
            warn(f"Ended as asked; it goes on with --resume where it was. What is kept: {output}")
            return
    if not _rank():
        _tell(recipe.stem, output, outcome, as_json)


def _tell(name: str, output: Path, outcome: "Outcome", as_json: bool) -> None:
    if as_json:
        tell_json({"run": str(output), **vars(outcome)})
    else:
        warn(
            f"{name}: {outcome.steps} steps in {outcome.seconds / 60.0:.1f} minutes; "
            f"best {outcome.best:.3f} after {outcome.best_step}; weights in {output}"
        )


def _watch(output: Path, bar: Progress) -> RunWatch | RunFollower:
    """What tells of the training and takes wishes; the first process has the folder."""
    return RunFollower(bar) if _rank() else RunWatch(output, _told_now_and_then(bar))


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
