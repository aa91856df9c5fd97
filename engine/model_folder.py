"""The user's folder of models: weights are copied in, checked, and taken out again.

Only files on this computer are looked at; nothing is ever fetched. Whatever is added or removed,
an entry is never there without its weights: they come first and go last.
"""

import contextlib
import hashlib
import os
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from engine.catalog import Entry
from engine.catalog_file import entry_file, entry_to_toml, is_name, read_entries
from engine.documents import open_content
from engine.errors import ModelError, StorageError
from engine.progress import Progress, ignore
from engine.sync import sync_file, sync_folder
from engine.weights_header import file_sha256, read_card, unreadable

WEIGHTS = ".safetensors"
NO_LICENCE = "NOASSERTION"
"""What SPDX calls a licence that nobody has told."""
_PART = ".part"
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Told:
    """What is said of a model when it is imported; what is empty is taken from its card.

    Attributes:
        name: what it will be called; by default the file's name.
        title: what menus will call it; by default the name.
        tasks: the tasks it serves.
        method: what those tasks call it.
        licence: of the weights, an SPDX expression.
        version: of the weights.
        description: one sentence on what it is for.
        sources: what it was trained on, with licences.
        recipe: name of the file that says how it was trained.
        scores: measured figures, by name.
        optional, signed: see Entry.
    """

    name: str = ""
    title: str = ""
    tasks: tuple[str, ...] = ()
    method: str = ""
    licence: str = ""
    version: str = ""
    description: str = ""
    sources: tuple[str, ...] = ()
    recipe: str = ""
    scores: Mapping[str, float] = field(default_factory=dict)
    optional: bool = False
    signed: str = ""


NOTHING_TOLD = Told()


def described(file: Path, told: Told = NOTHING_TOLD) -> Entry:
    """The entry that a file of weights would get, still without its hash.

    Raises:
        ModelError: it is no file of weights, or does not say what it is for, nor was that told.
    """
    card = read_card(file)
    text = _Texts(told, card.training)
    name = text.get("name", file.stem.lower().replace(" ", "-"))
    if not is_name(name):
        raise ModelError(
            f"a model cannot be called '{name}': its name has small letters, digits, dots, hyphens "
            "and underscores; give one with --name"
        )
    tasks = told.tasks or _listed(card.training.get("tasks"))
    method = text.get("method", "")
    if not tasks or not method:
        lacking = "method; give it with --method" if tasks else "task; give it with --task"
        raise ModelError(f"{file.name} does not say for which {lacking}")
    return Entry(
        name=name,
        title=text.get("title", name),
        tasks=tasks,
        method=method,
        network=card.network,
        sample_rate=card.sample_rate,
        path=file,
        sha256="",
        licence=text.get("licence", NO_LICENCE),
        sources=told.sources or _listed(card.training.get("sources")),
        version=text.get("version", "1"),
        recipe=text.get("recipe", ""),
        description=text.get("description", ""),
        scores=told.scores,
        optional=told.optional,
        signed=told.signed,
    )


def import_model(
    file: Path,
    folder: Path,
    told: Told = NOTHING_TOLD,
    progress: Progress = ignore,
    sha256: str = "",
) -> Entry:
    """Copy a file of weights into a folder of models and enter it there.

    Args:
        file: of weights; only read.
        folder: of the user; made where it is missing.
        told: what is not in its card, or is to be another than there.
        progress: asked at every block copied.
        sha256: what the file must hash to; empty takes any.

    Returns:
        The new entry, with the path of the copy.

    Raises:
        ModelError: the file cannot be used, or a model of that name is there already.
        StorageError: the folder cannot be written.
        Cancelled: progress said so; nothing is left behind.
    """
    entry = described(file, told)
    target = entry_file(folder, entry.name)
    if target.exists():
        raise _taken(entry.name)
    part = folder / f".{secrets.token_hex(6)}{_PART}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        found = _copy(file, part, progress)
        if sha256 and found != sha256:
            raise _another_file(file, found, sha256)
        read_card(part)  # what was copied is what will be used
        weights = _weights_file(folder, entry.name, found)
        os.replace(part, weights)
        made = replace(entry, path=weights, sha256=found)
        try:
            _enter(target, made)
        except BaseException:
            if not _names(target, weights):  # another program may have entered these very ones
                weights.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise StorageError(f"{folder} cannot be written: {error.strerror or error}") from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    return made


def remove_model(name: str, folder: Path) -> None:
    """Take a model out of a folder with its weights and papers; also one whose entry is damaged.

    Raises:
        ModelError: it is not there.
        StorageError: it cannot be removed.
    """
    target = entry_file(folder, name)
    if not is_name(name) or not target.is_file():
        raise ModelError(f"there is no imported model '{name}'; `runout models list` shows all")
    try:
        weights = [entry.path for entry in read_entries(target)]
    except ModelError:
        weights = []
    try:
        target.unlink()
        for path in weights:
            path.unlink(missing_ok=True)
        papers = folder / name
        if papers.is_dir():
            shutil.rmtree(papers)
    except OSError as error:
        raise StorageError(f"{target} cannot be removed: {error.strerror or error}") from error


def supply_weights(file: Path, entry: Entry, folder: Path, progress: Progress = ignore) -> Entry:
    """Give an entry the weights that it lacks, from a file that is the very one it expects.

    Args:
        file: of weights; only read.
        entry: weights of an entry of the folder go where that says; of an entry that lies
            elsewhere, as one that ships, they go into the folder and are entered there.
        folder: of the user; made where it is missing.
        progress: asked at every block copied.

    Returns:
        The entry, with the path of the copy.

    Raises:
        ModelError: the file is another one, or the folder has a model of that name already.
        StorageError: the folder cannot be written.
        Cancelled: progress said so; nothing is left behind.
    """
    is_own = entry.path.is_relative_to(folder)
    if not is_own and entry_file(folder, entry.name).exists():
        raise _taken(entry.name)
    weights = entry.path if is_own else _weights_file(folder, entry.name, entry.sha256)
    part = weights.with_name(f".{secrets.token_hex(6)}{_PART}")
    try:
        weights.parent.mkdir(parents=True, exist_ok=True)
        found = _copy(file, part, progress)
        if found != entry.sha256:
            raise _another_file(file, found, entry.sha256)
        os.replace(part, weights)
        supplied = replace(entry, path=weights)
        if not is_own:
            _enter(entry_file(folder, entry.name), supplied)
    except OSError as error:
        raise StorageError(f"{folder} cannot be written: {error.strerror or error}") from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    return supplied


def verify_model(entry: Entry, progress: Progress = ignore) -> None:
    """See that the weights of an entry are those it was made for.

    Raises:
        ModelError: they are missing, or have changed; both hashes are told.
        Cancelled: progress said so.
    """
    found = file_sha256(entry.path, progress)
    if found != entry.sha256:
        raise ModelError(
            f"{entry.path.name} of the model {entry.name} has changed: its SHA-256 is {found}, "
            f"and {entry.sha256} is expected; remove it and import its file again"
        )
    if read_card(entry.path).network != entry.network:
        raise ModelError(
            f"the model {entry.name} is entered as {entry.network}, and {entry.path.name} is of "
            "another network; remove it and import its file again"
        )


@dataclass(frozen=True)
class _Texts:
    """Texts that were told, else those of a card."""

    told: Told
    training: Mapping[str, Any]

    def get(self, name: str, default: str) -> str:
        carried = self.training.get(name)
        return (
            getattr(self.told, name, "") or (carried if isinstance(carried, str) else "") or default
        )


def _listed(value: object) -> tuple[str, ...]:
    """Texts of a card: one, or a list."""
    values = [value] if isinstance(value, str) else value
    return tuple(str(each) for each in values) if isinstance(values, list | tuple) else ()


def _weights_file(folder: Path, name: str, sha256: str) -> Path:
    return folder / f"{name}-{sha256[:12]}{WEIGHTS}"


def _another_file(file: Path, found: str, sha256: str) -> ModelError:
    return ModelError(
        f"{file.name} is another file: its SHA-256 is {found}, and {sha256} is expected; "
        "choose the one that was meant"
    )


def _copy(file: Path, part: Path, progress: Progress) -> str:
    """Copy a file, and give the SHA-256 of what was written."""
    digest = hashlib.sha256()
    try:
        source = open_content(file)
    except OSError as error:
        raise unreadable(file, error) from error
    with source, part.open("xb") as target:
        size = max(1, os.fstat(source.fileno()).st_size)
        while block := source.read(_BLOCK):
            progress(min(1.0, target.tell() / size))
            digest.update(block)
            target.write(block)
    sync_file(part)
    progress(1.0)
    return digest.hexdigest()


def _enter(target: Path, entry: Entry) -> None:
    """Write the file of an entry, unless there is one."""
    part = target.with_name(f".{secrets.token_hex(6)}{_PART}")
    try:
        part.write_text(entry_to_toml(entry), encoding="utf-8")
        sync_file(part)
        read_entries(part)
        _put(part, target)
        sync_folder(target.parent)
    except FileExistsError as error:
        raise _taken(entry.name) from error
    except UnicodeEncodeError as error:
        raise ModelError(f"what was told of {entry.name} is not text: {error}") from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def _names(target: Path, weights: Path) -> bool:
    """Whether an entry is there that names these weights."""
    return target.exists() and any(each.path == weights for each in read_entries(target))


def _put(part: Path, target: Path) -> None:
    """Give a file its final name; of two programs that try, one is told that it exists."""
    try:
        os.link(part, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without links: this leaves a moment in which both could win
        if target.exists():
            raise FileExistsError(target) from None
        os.replace(part, target)


def _taken(name: str) -> ModelError:
    return ModelError(
        f"there is a model '{name}' already; remove it with `runout models remove {name}`, "
        "or give another name with --name"
    )
