"""All that is put side by side: the methods of Runout's tasks, its preset, and peers.

Methods come from TASKS and the catalogue: whatever a task offers is there by itself, once for each
model that serves it, and once more with the noise marked where it can learn from that.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from app import paths
from benchmarks.contender import Contender, Way, noise_of
from benchmarks.damages import CLEAN, Damage
from benchmarks.digests import digest_of, entries_of
from benchmarks.model_sets import Case, Wave
from benchmarks.peer_contenders import chains, peers_for
from engine.audio import Audio, MemoryRecording
from engine.catalog import Catalog, Entry
from engine.equipment import Equipment
from engine.errors import SettingsError
from engine.presets import load_preset, with_noise
from engine.region import Region
from engine.tasks import TASKS, Task
from engine.tasks.model_task import PRIOR
from training.baselines import ByTasks, Degraded

MODES: dict[tuple[str, str], tuple[str, ...]] = {("denoise", "diffusion-78"): ("spectrum",)}
"""Settings `mode` that are tried beside the default."""
TOLD: dict[str, dict[str, object]] = {"extend": {"cutoff_hz": 3000.0}}
"""What methods that refuse to work without it are told of a damage."""
MARKED = ", noise marked"
PRESET = "78rpm"
CLEAN_TASKS = ("denoise", "declick", "declip")


def contenders(damage: Damage, equipment: Equipment, *, with_peers: bool = True) -> list[Contender]:
    """Everything that is put side by side on a damage; Runout's first.

    For clean music, everything that any damage but gaps and lost treble asks for.
    """
    if damage.is_together:
        return [*_presets(equipment), *(chains() if with_peers else ())]
    is_clean = damage.name == CLEAN.name
    tasks = CLEAN_TASKS if is_clean else damage.tasks
    own = [each for name in tasks for each in _methods(name, equipment, damage.regions)]
    own += _presets(equipment) if is_clean else []
    return [*own, *(each for name in tasks if with_peers for each in peers_for(name))]


def _methods(name: str, equipment: Equipment, regions: tuple[Region, ...]) -> Iterator[Contender]:
    """All methods of a task, with each of their models."""
    kind, catalog = TASKS[name], equipment.catalog
    offered = {each.name: each for each in kind.offered_params(catalog)}
    methods = offered["method"].choices if "method" in offered else ("",)
    for method in methods:
        task, said = _task(kind, method)
        entries = catalog.serving(name, kind.model_method(method))
        found = [each for each in entries if not each.optional]
        needed: Sequence[Entry | None] = found if method in kind.model_methods else (None,)
        for entry in needed:
            which = f" ({entry.name})" if entry is not None and len(found) > 1 else ""
            title = f"{name} {method}".strip() + which + said
            if regions:
                asked = task.suited(regions)
                yield _own(title, (task,), entry, equipment, asked=(asked,))
            else:
                yield from _variants(title, task, entry, equipment)


def _task(kind: type[Task], method: str) -> tuple[Task, str]:
    """A task with default settings, or with what has to be said, and words for that."""
    settings = {"method": method} if method else {}
    try:
        return kind.from_mapping(settings), ""
    except SettingsError:
        told = TOLD[kind.name]
        words = ", ".join(f"{name} {value}" for name, value in told.items())
        return kind.from_mapping({**settings, **told}), f", {words}"


def _variants(
    title: str, task: Task, entry: Entry | None, equipment: Equipment
) -> Iterator[Contender]:
    settings = task.to_mapping()
    method = str(settings.get("method", ""))
    yield _own(title, (task,), entry, equipment)
    for mode in MODES.get((task.name, method), ()):
        other = type(task).from_mapping({**settings, "mode": mode})
        yield _own(f"{title}, {mode}", (other,), entry, equipment)
    declared = next((each for each in task.params() if each.name == "noise"), None)
    if declared is not None and method in declared.when.get("method", (method,)):
        yield _own(title + MARKED, (task,), entry, equipment, is_marked=True)


def _own(
    name: str,
    tasks: tuple[Task, ...],
    entry: Entry | None,
    equipment: Equipment,
    *,
    is_marked: bool = False,
    asked: tuple[Task, ...] = (),
) -> Contender:
    """A contender of Runout; `asked` are the tasks with what they leave open decided."""
    catalog = equipment.catalog
    if entry is not None:
        catalog = Catalog((entry, *(each for each in catalog.entries if each is not entry)))
    own = replace(equipment, catalog=catalog)
    key = digest_of(asked or tasks, catalog, is_marked)
    models = [each for task in asked or tasks for each in entries_of(task, catalog)]
    is_slow = any(each.method == PRIOR for each in models)
    way = marked_way(tasks, own) if is_marked else task_way(tasks, own)
    return Contender(name, way, key, is_own=True, is_slow=is_slow)


def task_way(tasks: tuple[Task, ...], equipment: Equipment) -> Way:
    """Tasks as the window and the command line run them, told nothing."""
    method = ByTasks("", tasks, equipment)

    def way(cases: Sequence[Case]) -> list[Wave]:
        return [_restored(method, case.name, case.degraded, case) for case in cases]

    return way


def marked_way(tasks: tuple[Task, ...], equipment: Equipment) -> Way:
    """The same with a second of the noise before the music, marked; it is cut off again."""

    def way(cases: Sequence[Case]) -> list[Wave]:
        restored = []
        for case in cases:
            noise = noise_of(case)
            marked = Region(0.0, len(noise) / case.rate)
            method = ByTasks("", with_noise(tasks, marked), equipment)
            whole = _restored(method, case.name, np.concatenate([noise, case.degraded]), case)
            restored.append(whole[len(noise) :])
        return restored

    return way


def _restored(method: ByTasks, name: str, wave: Wave, case: Case) -> Wave:
    audio = Audio(wave.astype(np.float32)[None], case.rate)
    made = method.restore(Degraded(name, MemoryRecording(audio), case.gaps))
    restored: Wave = made.audio.samples[0].astype(np.float64)
    return restored


def _presets(equipment: Equipment) -> Iterator[Contender]:
    """The preset as it ships, and with every other network for the noise of records."""
    tasks = load_preset(paths.presets() / f"{PRESET}.toml").tasks
    yield _own(f"preset {PRESET}", tasks, None, equipment)
    yield _own(f"preset {PRESET}{MARKED}", tasks, None, equipment, is_marked=True)
    yield from _swapped(PRESET, tasks, equipment)


def _swapped(name: str, tasks: tuple[Task, ...], equipment: Equipment) -> Iterator[Contender]:
    taken = next((str(t.to_mapping()["method"]) for t in tasks if t.name == "denoise"), "")
    for entry in equipment.catalog.entries:
        if not entry.name.startswith("denoise") or entry.optional or entry.method == taken:
            continue
        others = tuple(
            type(task).from_mapping({**task.to_mapping(), "method": entry.method})
            if task.name == "denoise"
            else task
            for task in tasks
        )
        yield _own(f"preset {name}, denoise {entry.method}", others, entry, equipment)
