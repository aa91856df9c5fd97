"""`runout dataset` and `runout correlate`: pairs of files, and how much files have in common."""

import math
from pathlib import Path
from typing import Annotated

import typer

from app import paths
from app.console import UsageError, progress_bar, tell, tell_json, warn
from app.task_commands import JSON, OVERWRITE
from engine.errors import StorageError

SOME_FAILED = 3
_MOST_NAMED = 10
_FOLDER = Annotated[Path, typer.Argument(readable=False, metavar="DIR")]


def add_dataset_commands(commands: typer.Typer) -> None:
    """Add both."""
    commands.command("dataset", rich_help_panel="Training")(dataset)
    commands.command("correlate", rich_help_panel="Training")(correlate)


def dataset(
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="DIR", help="The folder of the data set.")
    ],
    recipe: Annotated[
        Path | None,
        typer.Argument(readable=False, metavar="[RECIPE.toml]", help="What pairs are made of."),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(
            "--data", metavar="DIR", help="Where the paths of the recipe start; else beside it."
        ),
    ] = None,
    count: Annotated[
        int | None, typer.Option("--count", min=1, help="Of pairs, instead of the recipe's.")
    ] = None,
    seconds: Annotated[
        float | None, typer.Option("--seconds", min=0.0, help="Of all pairs together, at least.")
    ] = None,
    manifest: Annotated[
        Path | None,
        typer.Option("--from-manifest", metavar="FILE", help="Make its pairs again, bit for bit."),
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where it was stopped.")] = False,
    jobs: Annotated[int, typer.Option("--jobs", min=1, help="Processes at once.")] = 1,
    python: Annotated[
        Path | None,
        typer.Option("--python", metavar="FILE", help="Runs the synthesis kit, if one is named."),
    ] = None,
    as_json: JSON = False,
) -> None:
    """Write pairs of degraded and clean files, or of noisy ones, and what was drawn for each."""
    from training.config import read_recipe  # heavy: loads the chain of damage
    from training.make_dataset import Order, make_dataset, remake_dataset

    leading = _leading(recipe, manifest)
    if manifest is not None and (count or seconds):
        raise UsageError("a manifest says how many pairs there are; leave --count or --seconds out")
    if count and seconds:
        raise UsageError("say how much either with --count or with --seconds")
    folder = (data or leading.parent).resolve()
    if not folder.is_dir():
        raise StorageError(f"{folder} is no folder; --data names the one that holds the material")
    cache = (paths.cache() / "recordings").resolve()
    order = Order(output, folder, cache, jobs, resume, python)
    with progress_bar(output.name) as progress:
        if manifest is not None:
            made = remake_dataset(manifest, order, progress)
        else:
            read = read_recipe(leading, folder)
            wanted = count or read.dataset.count
            if seconds:
                wanted = math.ceil(seconds * read.data.sample_rate / read.data.segment_samples)
            made = make_dataset(read, leading, wanted, order, progress)
    for sentence in (*made.notes, *made.failures):
        warn(sentence)
    if as_json:
        facts = {"written": str(output), "pairs": len(made.rows), "notes": made.notes}
        tell_json({**facts, "failures": made.failures})
    else:
        tell(str(output))
    if made.failures:
        raise typer.Exit(SOME_FAILED)


def correlate(
    folder_a: _FOLDER,
    folder_b: _FOLDER,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE", help="A .csv or a .json file.")
    ],
    clean: Annotated[
        Path | None,
        typer.Option(
            "--clean", metavar="DIR", help="Taken off both: the noises are compared, not the music."
        ),
    ] = None,
    overwrite: OVERWRITE = False,
    as_json: JSON = False,
) -> None:
    """Write Pearson's r, covariance and powers of every pair of equally named files."""
    from training.correlate import SUFFIXES, correlate_folders, write_correlations

    if output.suffix.lower() not in SUFFIXES:
        raise UsageError(f"{output.name} is neither .csv nor .json; name a file of one of these")
    if output.exists() and not overwrite:
        raise StorageError(f"{output} is there already; choose another name or add --overwrite")
    with progress_bar("Correlating") as progress:
        compared = correlate_folders(folder_a, folder_b, clean, progress)
    write_correlations(compared.pairs, output)
    for sentence in compared.failures:
        warn(sentence)
    if compared.unpaired:
        named = ", ".join(compared.unpaired[:_MOST_NAMED])
        rest = len(compared.unpaired) - _MOST_NAMED
        more = f" and {rest} more" if rest > 0 else ""
        warn(f"only one of both folders has {named}{more}; left out")
    if as_json:
        facts = {"written": str(output), "pairs": len(compared.pairs)}
        tell_json({**facts, "unpaired": compared.unpaired, "failures": compared.failures})
    else:
        tell(str(output))
    if compared.unpaired or compared.failures:
        raise typer.Exit(SOME_FAILED)


def _leading(recipe: Path | None, manifest: Path | None) -> Path:
    """The one file that says what to make."""
    if recipe is not None and manifest is not None:
        raise UsageError("name either a recipe or, with --from-manifest, a manifest")
    leading = recipe if recipe is not None else manifest
    if leading is None:
        raise UsageError("name a recipe, or with --from-manifest a manifest")
    if not leading.is_file():
        raise StorageError(f"{leading} is missing; check the name and the folder")
    return leading
