"""Manifest: what each pair of a data set is made of, one line of JSON each.

A line stands for itself: the source and the SHA-256 of its audio, the excerpt, all damage with
every number that was drawn, and the SHA-256 of the samples that came out; so the set can be made
again bit for bit by whoever has the same music and noise. Paths start from the data folder.
"""

import dataclasses
import json
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.documents import parse_json, read_text, reason
from engine.errors import SettingsError, StorageError
from engine.file_name import is_plain
from engine.kinds import check_kinds
from training.chain import damage_from_mappings, damage_to_mappings
from training.config import FORMATS
from training.degradations import DEGRADATIONS
from training.degradations.base import Degradation

FILE_NAME = "manifest.jsonl"
_LIMIT_BYTES = 1 << 30
Damage = tuple[Degradation, ...]
_Tables = tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Row:
    """One pair.

    Attributes:
        name: of both files, without suffix.
        split: train, validation or test.
        source: the recording, below the data folder or the cache.
        source_sha256: of its decoded audio.
        start: first sample of the excerpt, at sample_rate.
        n_samples: of it.
        sample_rate: in Hz.
        format: flac or wav.
        material: befell the music before.
        damage: what befell it then in each of the two folders; nothing where it is clean.
        gain: that both files were written with, so that none clips.
        correlation: of the noises of a noisy pair.
        sha256: of the samples in each folder, as they are stored.
    """

    name: str
    split: str
    source: str
    source_sha256: str
    start: int
    n_samples: int
    sample_rate: int
    format: str
    material: _Tables
    damage: Mapping[str, _Tables]
    gain: float = 1.0
    correlation: float | None = None
    sha256: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def to_json(self) -> str:
        """One line."""
        return json.dumps(dataclasses.asdict(self), ensure_ascii=False)


def read_manifest(path: Path) -> tuple[Row, ...]:
    """All rows of a manifest.

    Raises:
        StorageError: it cannot be read.
        SettingsError: a line is none; the sentence names it.
    """
    try:
        lines = read_text(path, _LIMIT_BYTES).splitlines()
    except (OSError, ValueError) as error:
        raise StorageError(f"{path} cannot be read as a manifest: {reason(error)}") from error
    rows = tuple(_row(line, f"{path.name}, line {n}") for n, line in enumerate(lines, 1) if line)
    if not rows:
        raise SettingsError(f"{path} has no rows")
    return rows


def read_row(path: Path) -> Row:
    """The only row of a file; errors as of `read_manifest`."""
    return read_manifest(path)[0]


def write_rows(rows: Sequence[Row], path: Path) -> None:
    """Write a manifest, beside its name first; raises OSError."""
    partial = path.with_name(f".{secrets.token_hex(6)}.part")
    partial.write_text("".join(f"{row.to_json()}\n" for row in rows), encoding="utf-8")
    os.replace(partial, path)


def damage_to_tables(damage: Damage, folder: Path) -> _Tables:
    """Damage as it stands in a row: paths below the data folder without that."""
    tables = []
    for table, each in zip(damage_to_mappings(damage), damage, strict=True):
        for name in _paths(each.name):
            table[name] = _below(Path(table[name]), folder) if table[name] else None
        tables.append(table)
    return tuple(tables)


def damage_from_tables(tables: _Tables, folder: Path) -> Damage:
    """The damage of a row.

    Raises:
        SettingsError: an unknown name, or a value outside its range.
    """
    read = []
    for table in tables:
        placed = dict(table)
        for name in _paths(str(table.get("name"))):
            placed[name] = folder / placed[name] if placed.get(name) else None
        read.append(placed)
    return damage_from_mappings(read)


def _paths(name: str) -> list[str]:
    """Settings of a degradation that are paths."""
    kind = DEGRADATIONS.get(name)
    return [each.name for each in kind.params() if each.kind == "file"] if kind else []


def _below(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.as_posix()


def _row(line: str, where: str) -> Row:
    names = {each.name for each in dataclasses.fields(Row)}
    try:
        values = parse_json(line)
        if not isinstance(values, dict) or set(values) != names:
            raise SettingsError(f"{where} is no row of a manifest")
        values["material"] = tuple(values["material"])
        values["damage"] = {key: tuple(each) for key, each in values["damage"].items()}
        row = Row(**values)
        check_kinds(row)
        is_sound = row.format in FORMATS and len(row.damage) == 2 and row.start >= 0
        is_sound = is_sound and row.n_samples > 0 and row.sample_rate > 0
    except (ValueError, TypeError, AttributeError) as error:
        raise SettingsError(f"{where} is no row of a manifest: {error}") from error
    for each in (row.name, *row.damage):
        if not is_plain(each):
            raise SettingsError(f"{where} names a file '{each}' outside the data set")
    if not is_sound:
        raise SettingsError(f"{where} is no row of a manifest")
    try:
        for tables in (row.material, *row.damage.values()):
            damage_from_tables(tables, Path())
    except (SettingsError, TypeError, AttributeError) as error:
        raise SettingsError(f"{where} names damage that cannot be done: {error}") from error
    return row
