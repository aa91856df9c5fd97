"""The user's folder of models: weights are copied in, checked, and taken out again.

Only files on this computer are looked at; nothing is ever fetched. Whatever is added or removed,
an entry is never there without its weights: they come first and go last.
"""

import contextlib
import hashlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from engine.catalog import Entry
from engine.catalog_file import entry_file, entry_to_toml, is_name, read_entries
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
    """

    name: str = ""
    title: str = ""
    tasks: tuple[str, ...] = ()
    method: str = ""
    licence: str = ""
    version: str = ""
    description: str = ""


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
        sources=_listed(card.training.get("sources")),
        version=text.get("version", "1"),
        recipe=text.get("recipe", ""),
        description=text.get("description", ""),
    )


def import_model(
    file: Path,
    folder: Path,
    told: Told = NOTHING_TOLD,
    progress: Progress = ignore,
) -> Entry:
    """Copy a file of weights into a folder of models and enter it there.

    Args:
        file: of weights; only read.
        folder: of the user; made where it is missing.
        told: what is not in its card, or is to be another than there.
        progress: asked at every block copied.

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
        sha256 = _copy(file, part, progress)
        read_card(part)  # what was copied is what will be used
        weights = folder / f"{entry.name}-{sha256[:12]}{WEIGHTS}"
        os.replace(part, weights)
        made = replace(entry, path=weights, sha256=sha256)
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
    """Take a model out of a folder, its weights with it; also one whose entry is damaged.

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
    except OSError as error:
        raise StorageError(f"{target} cannot be removed: {error.strerror or error}") from error


def verify_model(entry: Entry) -> None:
    """See that the weights of an entry are those it was made for.

    Raises:
        ModelError: they are missing, or have changed; both hashes are told.
    """
    found = file_sha256(entry.path)
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


def _copy(file: Path, part: Path, progress: Progress) -> str:
    """Copy a file, and give the SHA-256 of what was written."""
    digest = hashlib.sha256()
    try:
        source = file.open("rb")
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
