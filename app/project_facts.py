"""What `runout project info` tells, read from a project folder without opening it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.panels.numbers import counted, told_bytes
from app.project_work import SOURCE
from engine.jobs.projects import naming
from engine.report import iso_time
from engine.storage.contents import Contents
from engine.storage.folder import SUFFIX, is_project, no_project
from engine.storage.generations import list_generations, read_newest
from engine.storage.lock import is_locked
from engine.storage.move import RENDERS
from engine.storage.profiles import FOLDER as PROFILES
from engine.storage.profiles import Profiles
from engine.storage.record import Record
from engine.storage.renders import Renders
from engine.storage.source import SourceMissing, locate
from engine.units import format_time


def project_facts(path: Path) -> dict[str, Any]:
    """Source, operations with branches and head, sizes and lock, fit for JSON.

    Nothing is written and nothing locked, so that a project open elsewhere can be looked at.

    Raises:
        StorageError: it is no project, or nothing in it can be read.
    """
    if not is_project(path):
        raise no_project(path)
    with naming(path):
        found = read_newest(path)
    contents = found.contents
    sizes = Renders(path / RENDERS).sizes()
    standing = {key for name in contents.line() for key in contents.records[name].keys}
    return {
        "path": str(path),
        "title": path.name.removesuffix(SUFFIX),
        "software": contents.software,
        "saved": iso_time(contents.saved),
        "is_autosave": contents.is_autosave,
        "locked_by": is_locked(path),
        "source": _source(contents, path),
        "noise": None if contents.noise is None else str(contents.noise),
        "profiles": list(Profiles(path / PROFILES).paths()),
        "marks": [each.to_mapping() for each in contents.marks],
        "head": _number(contents, contents.head),
        "operations": _operations(contents),
        "bytes": _total_bytes(path),
        "bytes_not_in_force": sum(size for key, size in sizes.items() if key not in standing),
        "generations": [
            {
                "number": each.number,
                "saved": iso_time(each.saved),
                "n_operations": each.n_operations,
            }
            for each in list_generations(path)
        ],
        "notes": list(found.notes),
    }


def fact_lines(facts: Mapping[str, Any]) -> list[str]:
    """The facts for people: a fact a line, then the operations as a table."""
    source = facts["source"]
    missing = "" if source["found"] else " (not there)"
    rows = [
        ("project", facts["title"] + (" (never saved by a name)" if facts["is_autosave"] else "")),
        ("source", f"{source['found'] or source['path']}{missing}"),
        ("audio SHA-256", source["audio_sha256"] or "not read yet"),
        ("saved", facts["saved"]),
        ("noise", facts["noise"] or ""),
        *(("noise profile", name) for name in facts["profiles"]),
        *(("mark", _told_mark(mark)) for mark in facts["marks"]),
        ("size", told_bytes(facts["bytes"])),
        ("not in force", told_bytes(facts["bytes_not_in_force"])),
        ("locked", facts["locked_by"] or ""),
        *(("note", note) for note in facts["notes"]),
    ]
    lines = [f"{name:16} {text}" for name, text in rows if text]
    lines.append(f"{'>' if facts['head'] is None else ' '} {SOURCE}")
    for each in facts["operations"]:
        head = ">" if each["number"] == facts["head"] else " "
        told = [f"{head} {each['number']} {each['title']}"]
        told += [f"{counted(each['n_events'])} events"] if each["n_events"] else []
        told.append(f"{counted(each['changed'])} samples changed")
        told += [] if each["in_force"] else [f"not in force, after {each['after'] or SOURCE}"]
        lines.append(", ".join(told))
    return lines


def _told_mark(mark: Mapping[str, Any]) -> str:
    place = format_time(mark["start_s"])
    if mark["stop_s"] > mark["start_s"]:
        place += f"-{format_time(mark['stop_s'])}"
    return f"{mark['kind']} {place} {mark['name']}".strip()


def _source(contents: Contents, path: Path) -> dict[str, Any]:
    source = contents.source
    try:
        found = str(locate(source, path))
    except SourceMissing:
        found = None
    return {
        "path": source.path,
        "name": source.name,
        "found": found,
        "sample_rate": source.sample_rate,
        "n_channels": source.n_channels,
        "n_samples": source.n_samples,
        "audio_sha256": source.audio_sha256,
    }


def _operations(contents: Contents) -> list[dict[str, Any]]:
    line = set(contents.line())
    return [
        {
            "number": number,
            "id": each.id,
            "after": _number(contents, each.parent),
            "in_force": each.id in line,
            "task": each.task,
            "title": each.title,
            "settings": each.settings,
            "regions": [str(region) for region in each.regions],
            "started": iso_time(each.started),
            "seconds": round(each.seconds, 3),
            "changed": each.changed,
            "n_events": _n_events(each),
            "makes_stage": each.stage is not None,
        }
        for number, each in enumerate(contents.records.values(), start=1)
    ]


def _n_events(record: Record) -> int:
    return 0 if record.events is None else record.events.count


def _number(contents: Contents, name: str | None) -> int | None:
    return None if name is None else list(contents.records).index(name) + 1


def _total_bytes(path: Path) -> int:
    return sum(each.lstat().st_size for each in path.rglob("*") if not each.is_dir())
