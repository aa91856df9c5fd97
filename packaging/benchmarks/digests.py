"""What a figure hangs on, as a digest: settings, weights, and the sources that do the work.

A figure that is kept is true as long as this stays. Of the sources count the task and how jobs run
it, and all of `engine/dsp`, by which networks too are told of noise and clicks; for a network its
own file, those it imports from the same rooms, and how it is fed; for a prior all of
`engine/diffusion` besides.
"""

import ast
import hashlib
import json
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from engine.catalog import Catalog, Entry
from engine.tasks import Task
from engine.tasks.model_task import PRIOR

REPOSITORY = Path(__file__).resolve().parents[2]
ENGINE = REPOSITORY / "engine"
_FEEDING = ("models/restorer.py", "models/adapt.py")


def digest_of(tasks: Sequence[Task], catalog: Catalog, *others: object) -> str:
    """SHA-256 of all that tasks hang on, and of whatever else is said."""
    told = [_told(task, catalog) for task in tasks]
    return hashlib.sha256(json.dumps([told, others], default=str).encode()).hexdigest()


def entries_of(task: Task, catalog: Catalog) -> list[Entry]:
    """The models a task may work with; where it chooses its method itself, those of all methods.

    Unless it chooses among less, and says which model that comes to.
    """
    kind = type(task)
    method = str(task.to_mapping().get("method", ""))
    is_open = method == "auto" and method not in kind.shared_models
    serving = [
        catalog.serving(task.name, kind.model_method(each))[:1]
        for each in (kind.model_methods if is_open else (method,))
        if each in kind.model_methods or each in kind.shared_models
    ]
    return list({each.name: each for found in serving for each in found}.values())


def _told(task: Task, catalog: Catalog) -> list[object]:
    entries = entries_of(task, catalog)
    files = [ENGINE / "tasks" / f"{task.name}.py", ENGINE / "jobs" / "restore.py"]
    files += [*_files_of(entries), *_room("dsp")]
    if any(entry.method == PRIOR for entry in entries):
        files += _room("diffusion")
    return [task.name, task.described(), [each.sha256 for each in entries], _sources(tuple(files))]


def _room(name: str) -> list[Path]:
    return sorted((ENGINE / name).rglob("*.py"))


def _files_of(entries: Iterable[Entry]) -> list[Path]:
    """The sources of networks, with all that they import from engine/models and transforms."""
    waiting = [ENGINE / "models" / f"{entry.network}.py" for entry in entries]
    waiting += [ENGINE / name for name in _FEEDING]
    found: set[Path] = set()
    while waiting:
        path = waiting.pop()
        if path not in found and path.is_file():
            found.add(path)
            waiting += _imported(path)
    return sorted(found)


@cache
def _imported(path: Path) -> list[Path]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = [each.module or "" for each in ast.walk(tree) if isinstance(each, ast.ImportFrom)]
    rooms = ("engine.models.", "engine.transforms.")
    return [REPOSITORY / f"{name.replace('.', '/')}.py" for name in names if name.startswith(rooms)]


@cache
def _sources(files: tuple[Path, ...]) -> str:
    whole = hashlib.sha256()
    for path in files:
        whole.update(path.relative_to(ENGINE).as_posix().encode())
        whole.update(path.read_bytes())
    return whole.hexdigest()
