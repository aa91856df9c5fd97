"""`runout panel`: the recordings of a listening test, restored with what their table tells."""

from pathlib import Path
from typing import Annotated

import typer

from app import paths
from app.console import UsageError, progress_bar, tell, tell_json, warn
from app.equipment import load_equipment
from app.evaluate_commands import SEED, SETTINGS, SOME_FAILED, read_settings
from app.task_commands import DEVICE, JSON, OVERWRITE
from app.version import VERSION
from engine.catalog import Catalog
from engine.errors import EngineError, StorageError
from engine.export import ExportRequest
from engine.export_plan import writable_name
from engine.jobs.restore_file import RestoreFileJob
from engine.presets import find_preset, with_seed
from engine.tasks import Task
from engine.tasks.denoise import DIFFUSION, NETWORK_METHODS, SPECTRAL, Denoise


def add_panel_commands(commands: typer.Typer) -> None:
    """Add `panel`."""
    commands.command("panel", rich_help_panel="Training")(panel)


def panel(
    parent: Annotated[Path, typer.Argument(metavar="PARENT_DIR", help="With sample-info.csv.")],
    number: Annotated[int, typer.Option("--panel", min=0, metavar="N", help="Which panel.")],
    out: Annotated[str, typer.Option("--out", metavar="NAME", help="The folder beside `noisy`.")],
    method: Annotated[
        str, typer.Option("--method", help="Of denoise; by default the 78 rpm sampler if it can.")
    ] = "",
    preset: Annotated[
        str | None, typer.Option("--preset", metavar="NAME|FILE.toml", help="In place of denoise.")
    ] = None,
    settings: SETTINGS = None,
    bank: Annotated[
        Path | None,
        typer.Option(
            "--bank", readable=False, help="Noise alone, a file or a folder, for the sampler."
        ),
    ] = None,
    overwrite: OVERWRITE = False,
    device: DEVICE = "auto",
    seed: SEED = None,
    as_json: JSON = False,
) -> None:
    """Restore the recordings of a listening-test panel into a folder beside the noisy ones."""
    if preset is not None and (method or settings):
        raise UsageError("--preset says what to do; --method and --set go without it")
    from training.panel import Sample, output_folder, read_panel, told_tasks

    folder = output_folder(parent, number, out)
    read = read_panel(parent, number)
    equipment = load_equipment(device)
    if preset is not None:
        tasks = find_preset(preset, [paths.presets(), paths.user_presets()]).tasks
    else:
        chosen = method or default_method(equipment.catalog)
        tasks = (Denoise.from_mapping({**read_settings(settings), "method": chosen}),)
    tasks = with_seed(tasks, seed)
    targets = [folder / writable_name(Path(sample.path.name)) for sample in read.samples]
    _check_free(targets, overwrite=overwrite)
    for name in read.unlisted:
        warn(f"{name} has no row in sample-info.csv and was left alone")

    def restore(sample: Sample, target: Path) -> tuple[Task, ...]:
        told = told_tasks(tasks, sample, bank)
        request = ExportRequest(target, VERSION, write_report=False, overwrite=overwrite)
        with progress_bar(sample.path.name) as progress:
            RestoreFileJob(sample.path, request, told, (), equipment).run(progress)
        return told

    facts, failed = [], 0
    for sample, target in zip(read.samples, targets, strict=True):
        try:
            told = restore(sample, target)
        except EngineError as error:
            failed += 1
            sentence = str(error)
            warn(sentence if sample.path.name in sentence else f"{sample.path.name}: {sentence}")
            continue
        steps = [{"task": task.name, **task.described()} for task in told]
        known = {"snr_db": sample.snr_db, "noise_gain": sample.noise_gain}
        facts.append({"source": str(sample.path), "written": str(target), **known, "tasks": steps})
        if not as_json:
            tell(str(target))
    if as_json:
        tell_json({"files": facts, "failed": failed})
    if failed:
        raise typer.Exit(SOME_FAILED)


def default_method(catalog: Catalog) -> str:
    """The 78 rpm sampler if its prior is installed, else the first network that is."""
    missing = Denoise.missing_methods(catalog)
    methods = (DIFFUSION, *NETWORK_METHODS, SPECTRAL)
    return next(each for each in methods if each not in missing)


def _check_free(targets: list[Path], *, overwrite: bool) -> None:
    if there := [target for target in targets if target.exists() and not overwrite]:
        raise StorageError(
            f"{there[0].name} is in {there[0].parent.name} already; choose another name with --out,"
            " or replace it with --overwrite"
        )
