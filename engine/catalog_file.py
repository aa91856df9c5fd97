"""Catalogues in files: entries as TOML beside the weights they name.

[[model]]
name = "denoise-light"
title = "Light denoiser"
tasks = ["denoise"]
method = "light"
network = "light"
sample_rate = 44100
path = "denoise-light-0123456789ab.safetensors"
sha256 = "0123..."
licence = "CC-BY-4.0"

and, where there is something to say: sources, version, recipe, description, optional, signed,
[model.scores].

A folder holds any number of such files; together they are its catalogue. What ships is one file of
many entries. The user's folder has one file for each model, under the model's name, so that two
programs that add models at once do not meet in one file, and nothing is lost.
"""

import dataclasses
import json
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, NoReturn

from engine.catalog import Catalog, Entry
from engine.documents import read_toml, reason
from engine.errors import ModelError
from engine.file_name import LONGEST_BYTES, is_plain

SUFFIX = ".toml"
_LIMIT = 1 << 20
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MAX_RATE_HZ = 10_000_000
_LARGEST_SCORE = 1e15
_FIELDS = {each.name: each for each in dataclasses.fields(Entry)}
_NEEDED = [name for name in _FIELDS if name not in {"title", "sources", "version", "scores",
                                                   "recipe", "description", "optional",
                                                   "signed"}]  # fmt: skip

_OTHERS = ("path", "sample_rate", "tasks", "sources", "scores", "optional")
"""Entries that are more than a text."""


def refuse(error: ModelError) -> None:
    """Have nothing to do with a damaged file.

    Raises:
        ModelError: always.
    """
    raise error


def load_catalog(
    folders: Iterable[Path], on_damaged: Callable[[ModelError], None] = refuse
) -> Catalog:
    """Read the catalogues of some folders; a folder that is missing is empty.

    Args:
        folders: those that come first are preferred, and hide what has the same name later; so
            the user's own folder is the first. In a folder the newest file is the first.
            Those that are optional come after all others, so that they are taken by name alone.
        on_damaged: is told of files that cannot be read or are no catalogues; if it returns,
            the others are read.

    Raises:
        ModelError: a file is damaged, and nobody was to be told.
    """
    entries: dict[str, Entry] = {}
    for folder in folders:
        for path in catalog_files(folder):
            try:
                found = read_entries(path)
            except ModelError as error:
                on_damaged(error)
                continue
            for entry in found:
                entries.setdefault(entry.name, entry)
    return Catalog(tuple(sorted(entries.values(), key=lambda each: each.optional)))


def catalog_files(folder: Path) -> list[Path]:
    """The files of a folder's catalogue, the newest first; a folder that is missing has none."""
    try:
        found = [(path.stat().st_mtime_ns, path) for path in folder.glob(f"*{SUFFIX}")]
    except OSError:
        return []
    return [path for _, path in sorted(found, key=lambda each: (-each[0], each[1].name))]


def read_entries(path: Path) -> tuple[Entry, ...]:
    """Read the entries of one file, in its order.

    Raises:
        ModelError: it cannot be read, is not TOML, or has an entry that is wrong or unknown.
    """
    try:
        table = read_toml(path, _LIMIT)
    except OSError as error:
        raise ModelError(f"the catalogue {path} cannot be read: {reason(error)}") from error
    except ValueError as error:
        raise ModelError(
            f"the catalogue {path} is not valid TOML: {error}; put it right or remove it"
        ) from error
    models = table.pop("model", [])
    if table or not isinstance(models, list) or not all(isinstance(each, dict) for each in models):
        raise ModelError(f"the catalogue {path} may hold nothing but [[model]] tables")
    entries = tuple(_entry(path, each) for each in models)
    names = [entry.name for entry in entries]
    if len(set(names)) < len(names):
        raise ModelError(f"the catalogue {path} has two models of one name")
    return entries


def entry_to_toml(entry: Entry) -> str:
    """The file of one entry; its path is written relative, as weights lie beside their entry."""
    values: dict[str, Any] = {name: getattr(entry, name) for name in _FIELDS}
    values["path"] = entry.path.name
    scores = values.pop("scores")
    lines = ["[[model]]", *(f"{name} = {_toml(value)}" for name, value in values.items() if value)]
    if scores:
        lines += ["", "[model.scores]", *(f"{_toml(k)} = {_toml(v)}" for k, v in scores.items())]
    return "\n".join(lines) + "\n"


def is_name(text: str) -> bool:
    """Whether a text can be the name of a model, and so of files on every system."""
    return _NAME.fullmatch(text) is not None and is_plain(text)


def entry_file(folder: Path, name: str) -> Path:
    """Where the entry of a model of the user lies."""
    return folder / f"{name}{SUFFIX}"


def _entry(path: Path, values: Mapping[str, Any]) -> Entry:
    name = str(values.get("name", "without name"))
    where = f"the model {name} of the catalogue {path}"
    if unknown := sorted(set(values) - set(_FIELDS)):
        raise ModelError(f"{where} has an unknown entry '{unknown[0]}'; it may have: {_listed()}")
    if absent := [each for each in _NEEDED if each not in values]:
        raise ModelError(f"{where} does not say its {absent[0]}; put it in or remove the model")
    texts = {each: _text(where, each, values[each]) for each in values if each not in _OTHERS}
    if not is_name(texts["name"]):
        _refuse(where, "name", values["name"], "small letters, digits, dots and hyphens")
    if not _SHA256.fullmatch(texts["sha256"]):
        _refuse(where, "sha256", values["sha256"], "64 small hexadecimal digits")
    return Entry(
        **{**texts, "title": texts.get("title") or texts["name"]},
        path=_place(where, path.parent, values["path"]),
        sample_rate=_rate(where, values["sample_rate"]),
        tasks=_texts(where, "tasks", values["tasks"]),
        sources=_texts(where, "sources", values.get("sources", [])),
        scores=_scores(where, values.get("scores", {})),
        optional=_flag(where, "optional", values.get("optional", False)),
    )


def _listed() -> str:
    return ", ".join(_FIELDS)


def _place(where: str, folder: Path, value: object) -> Path:
    """A file beside the catalogue or below; a catalogue leads nowhere else."""
    text = _text(where, "path", value)
    kinds = (PurePosixPath(text), PureWindowsPath(text))
    is_apart = any(each.is_absolute() or each.drive or ".." in each.parts for each in kinds)
    if is_apart or any(len(part.encode()) > LONGEST_BYTES for part in kinds[0].parts):
        _refuse(where, "path", value, "a file in the catalogue's folder")
    return folder / text


def _rate(where: str, value: object) -> int:
    if type(value) is not int or not 1 <= value <= _MAX_RATE_HZ:
        _refuse(where, "sample_rate", value, f"a whole number in 1 .. {_MAX_RATE_HZ}")
    return value


def _text(where: str, name: str, value: object) -> str:
    if not isinstance(value, str) or "\0" in value or (name in _NEEDED and not value):
        _refuse(where, name, value, "a text")
    return value


def _flag(where: str, name: str, value: object) -> bool:
    if not isinstance(value, bool):
        _refuse(where, name, value, "true or false")
    return value


def _texts(where: str, name: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or (name in _NEEDED and not value):
        _refuse(where, name, value, "a list of texts")
    return tuple(_text(where, name, each) for each in value)


def _scores(where: str, value: object) -> dict[str, float]:
    if not isinstance(value, dict):
        _refuse(where, "scores", value, "a table of numbers")
    for each in value.values():
        is_number = isinstance(each, int | float) and not isinstance(each, bool)
        if not is_number or not abs(each) <= _LARGEST_SCORE:
            _refuse(where, "scores", value, "a table of numbers")
    return {str(name): float(each) for name, each in value.items()}


def _refuse(where: str, name: str, value: object, wanted: str) -> NoReturn:
    raise ModelError(f"{where} says {name} = {value!r}, which is not {wanted}")


def _toml(value: object) -> str:
    """A value as TOML: its texts are those of JSON but for one character."""
    if isinstance(value, tuple):
        return f"[{', '.join(_toml(each) for each in value)}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return repr(value)
