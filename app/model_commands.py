"""`runout models ...`: the models that methods work with, on this computer only."""

from pathlib import Path
from typing import Annotated, Any

import typer

from app import paths
from app.console import UsageError, progress_bar, tell, tell_json, warn
from app.task_commands import JSON
from engine.catalog import Entry
from engine.catalog_file import load_catalog
from engine.errors import ModelError, SettingsError
from engine.model_checks import check_judge, check_kind, check_purpose
from engine.model_folder import Told, described, import_model, remove_model, verify_model
from engine.weights_header import read_card

FAILED = 1
NAME = Annotated[str, typer.Argument(metavar="NAME")]

models = typer.Typer(
    help="Models that methods work with: listed, imported from files, verified.",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def add_model_commands(commands: typer.Typer) -> None:
    """Add the group."""
    commands.add_typer(models, name="models", rich_help_panel="Information")


@models.command("list")
def list_models(as_json: JSON = False) -> None:
    """All models: name, method, network, rate, licence, and whose they are."""
    entries = _entries()
    if as_json:
        tell_json([model_facts(entry) for entry in entries])
        return
    for entry in entries:
        methods = ", ".join(f"{task} by {entry.method}" for task in entry.tasks)
        origin = "imported" if is_imported(entry) else "ships"
        badge = ", experimental" if entry.is_experimental else ""
        told = f"{methods}; {entry.network}, {entry.sample_rate} Hz, {origin}{badge}"
        tell(f"{entry.name:24} {told}")
    if not entries:
        warn("No model is installed; import one with `runout models import FILE`.")


@models.command("show")
def show(name: NAME, as_json: JSON = False) -> None:
    """All that is known of one model."""
    facts = model_facts(_find(name))
    if as_json:
        tell_json(facts)
    else:
        tell("\n".join(f"{key.replace('_', ' '):12} {_told(v)}" for key, v in facts.items() if v))


@models.command("import")
def import_file(
    file: Annotated[
        Path,
        typer.Argument(readable=False, metavar="FILE", help="Weights as Runout saves them; read."),
    ],
    name: Annotated[str, typer.Option("--name", help="What to call it; else as the file.")] = "",
    title: Annotated[str, typer.Option("--title", help="What menus call it.")] = "",
    task: Annotated[
        list[str] | None,
        typer.Option("--task", metavar="TASK", help="What it is for; may be given several times."),
    ] = None,
    method: Annotated[str, typer.Option("--method", help="Which method of the task it is.")] = "",
    licence: Annotated[
        str, typer.Option("--licence", metavar="SPDX", help="Of the weights; else of the file.")
    ] = "",
    version: Annotated[str, typer.Option("--version", help="Of the weights.")] = "",
    description: Annotated[str, typer.Option("--description", help="One sentence.")] = "",
    as_json: JSON = False,
) -> None:
    """Copy a file of weights to the user's models, after it was seen to work."""
    told = Told(name, title, tuple(task or ()), method, licence, version, description)
    entry = described(file, told)
    try:
        check_purpose(entry)
    except SettingsError as error:
        raise UsageError(str(error)) from error
    check_kind(entry, read_card(file))
    if any(each.name == entry.name and not is_imported(each) for each in _entries()):
        warn(f"It will be used in place of the {entry.name} that ships.")
    from engine.models.weights import load_weights  # heavy

    check_judge(entry, load_weights(file).network.kind)
    with progress_bar(file.name) as progress:
        made = import_model(file, paths.user_models(), told, progress)
    if as_json:
        tell_json(model_facts(made))
    else:
        tell(made.name)


@models.command("verify")
def verify(as_json: JSON = False) -> None:
    """Hash the weights of all models and compare; code 1 if one is not as it was."""
    facts: list[dict[str, Any]] = []
    damaged: list[ModelError] = []
    for entry in load_catalog(_folders(), damaged.append).entries:
        try:
            verify_model(entry)
        except ModelError as error:
            damaged.append(error)
            facts.append({"name": entry.name, "is_whole": False, "error": str(error)})
        else:
            facts.append({"name": entry.name, "is_whole": True, "error": None})
            if not as_json:
                tell(f"{entry.name}: whole")
    for each in damaged:
        warn(str(each))
    if as_json:
        tell_json({"models": facts, "damaged": len(damaged)})
    if damaged:
        raise typer.Exit(FAILED)


@models.command("remove")
def remove(name: NAME, as_json: JSON = False) -> None:
    """Take an imported model out, its weights with it."""
    shipped = {entry.name for entry in load_catalog([paths.models()]).entries}
    if name in shipped and not (paths.user_models() / f"{name}.toml").exists():
        raise ModelError(f"the model {name} ships with Runout and cannot be removed")
    remove_model(name, paths.user_models())
    if as_json:
        tell_json({"removed": name})
    else:
        tell(name)


def model_facts(entry: Entry) -> dict[str, Any]:
    """An entry as JSON tells it."""
    return {
        "name": entry.name,
        "title": entry.title,
        "description": entry.description,
        "tasks": list(entry.tasks),
        "method": entry.method,
        "network": entry.network,
        "sample_rate": entry.sample_rate,
        "version": entry.version,
        "licence": entry.licence,
        "sources": list(entry.sources),
        "scores": dict(entry.scores),
        "recipe": entry.recipe,
        "optional": entry.optional,
        "signed": entry.signed,
        "path": str(entry.path),
        "sha256": entry.sha256,
        "imported": is_imported(entry),
    }


def is_imported(entry: Entry) -> bool:
    """Whether the user has added it, rather than that it ships."""
    return entry.path.is_relative_to(paths.user_models())


def _folders() -> list[Path]:
    return [paths.user_models(), paths.models()]


def _entries() -> tuple[Entry, ...]:
    """All models; damaged catalogues are told and passed over."""
    return load_catalog(_folders(), lambda error: warn(str(error))).entries


def _find(name: str) -> Entry:
    entries = {entry.name: entry for entry in _entries()}
    if name not in entries:
        raise ModelError(
            f"there is no model '{name}'; there are: {', '.join(sorted(entries)) or 'none'}"
        )
    return entries[name]


def _told(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {each:g}" for key, each in value.items())
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    return "yes" if value is True else str(value)
