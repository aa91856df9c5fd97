"""All that is put side by side: the methods of Runout's tasks, its presets, peers and chains.

Methods come from TASKS and the catalogue: whatever a task offers is there by itself, once for each
model that serves it, and once more with the noise marked where it can learn from that. Peers have
several strengths; they are one family, of which the best is shown.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from itertools import product
from pathlib import Path

import numpy as np

from app import paths
from benchmarks import decrackle, denoise
from benchmarks.damages import CLEAN, Damage, told_of
from benchmarks.digests import digest_of, entries_of
from benchmarks.model_sets import Case, Wave
from engine.audio import Audio, MemoryRecording
from engine.catalog import Catalog, Entry
from engine.equipment import Equipment
from engine.presets import load_preset, with_noise
from engine.region import Region
from engine.tasks import TASKS, Task
from engine.tasks.model_task import PRIOR
from training.baselines import ByTasks, Degraded

Way = Callable[[Sequence[Case]], list[Wave]]
"""Restores cases one by one."""

SOX_AMOUNTS = (0.05, 0.1, 0.15, 0.21, 0.3, 0.4)
NOISEREDUCE = tuple(product((True, False), (0.8, 1.0)))
AFFTDN = ("nr=6:nf=LEVEL", "nr=12:nf=LEVEL", "nr=24:nf=LEVEL")
ADECLICK = ("", "t=1.5", "b=4")
MODES: dict[tuple[str, str], tuple[str, ...]] = {("denoise", "diffusion-78"): ("spectrum",)}
"""Settings `mode` that are tried beside the default."""
MARKED = ", noise marked"
PRESET = "78rpm"
CLEAN_TASKS = ("denoise", "declick", "declip")


@dataclass(frozen=True, eq=False)
class Contender:
    """One way to restore.

    Attributes:
        name: what tables call it.
        way: does it.
        key: what figures of it hang on.
        family: of which the best is shown; its name where there is but one.
        is_own: whether it is Runout's.
        is_slow: whether a few clips have to do.
        is_program: whether the work is done by another program.
        twin: the same steps in the other order, which are tried where these are good.
        is_twin: whether it is such a twin.
    """

    name: str
    way: Way
    key: str
    family: str = ""
    is_own: bool = False
    is_slow: bool = False
    is_program: bool = False
    twin: str = ""
    is_twin: bool = False

    @property
    def kin(self) -> str:
        """Its family."""
        return self.family or self.name


def contenders(damage: Damage, equipment: Equipment, *, with_peers: bool = True) -> list[Contender]:
    """Everything that is put side by side on a damage; Runout's first.

    For clean music, everything that any damage but gaps and lost treble asks for.
    """
    if damage.is_together:
        return [*_presets(equipment), *(chains() if with_peers else ())]
    is_clean = damage.name == CLEAN.name
    tasks = CLEAN_TASKS if is_clean else damage.tasks
    own = [each for name in tasks for each in _methods(name, equipment)]
    own += _presets(equipment) if is_clean else []
    return [*own, *(each for name in tasks if with_peers for each in _peers(name))]


def _methods(name: str, equipment: Equipment) -> Iterator[Contender]:
    """All methods of a task, with each of their models."""
    kind, catalog = TASKS[name], equipment.catalog
    offered = {each.name: each for each in kind.offered_params(catalog)}
    methods = offered["method"].choices if "method" in offered else ("",)
    for method in methods:
        task = kind.from_mapping({"method": method} if method else {})
        entries = catalog.serving(name, kind.model_method(method))
        found = [each for each in entries if not each.optional]
        needed: Sequence[Entry | None] = found if method in kind.model_methods else (None,)
        for entry in needed:
            which = f" ({entry.name})" if entry is not None and len(found) > 1 else ""
            yield from _variants(f"{name} {method}".strip() + which, task, entry, equipment)


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
) -> Contender:
    catalog = equipment.catalog
    if entry is not None:
        catalog = Catalog((entry, *(each for each in catalog.entries if each is not entry)))
    own = replace(equipment, catalog=catalog)
    key = digest_of(tasks, catalog, is_marked)
    asked = [each for task in tasks for each in entries_of(task, catalog)]
    is_slow = any(each.method == PRIOR for each in asked)
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
            noise = _noise_of(case)
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


def _peers(task: str) -> Iterator[Contender]:
    """What other programs do for the same damage, in several strengths each."""
    if task == "denoise":
        for name, method in denoisers():
            family = name.rpartition(" ")[0]
            yield Contender(name, _told(method), name, family, is_program="noisereduce" not in name)
    elif task == "declick":
        yield _by_files("grooveclean", "", decrackle.grooveclean())
        for settings in ADECLICK:
            yield _by_files("ffmpeg adeclick", settings, decrackle.adeclick(settings))
    elif task == "declip":
        yield replace(_by_files("ffmpeg adeclip", "", decrackle.ffmpeg("adeclip")), is_slow=True)


def denoisers() -> Iterator[tuple[str, denoise.Method]]:
    """Peers for noise, each told of a second of it.

    Raises:
        SystemExit: one is missing.
    """
    for program in ("sox", "ffmpeg"):
        if not shutil.which(program):
            raise SystemExit(f"{program} is not on the PATH; install it, or take --own")
    for amount in SOX_AMOUNTS:
        yield f"sox noisered {amount}", denoise.sox(amount)
    try:
        import_module("noisereduce")
    except ModuleNotFoundError:
        raise SystemExit("noisereduce is missing; `make peers` brings it, or take --own") from None
    for is_stationary, amount in NOISEREDUCE:
        kind = "stationary" if is_stationary else "non-stationary"
        yield f"noisereduce {kind} {amount}", denoise.noisereduce(is_stationary, amount)
    for options in AFFTDN:
        yield f"ffmpeg afftdn {options}", denoise.afftdn(options)


def _told(method: denoise.Method) -> Way:
    def way(cases: Sequence[Case]) -> list[Wave]:
        restored = []
        for case in cases:
            with tempfile.TemporaryDirectory() as folder:
                restored.append(method(case.degraded, _noise_of(case), Path(folder)))
        return restored

    return way


def _by_files(family: str, settings: str, restore: decrackle.Restore) -> Contender:
    name = f"{family} {settings}".strip()

    def way(cases: Sequence[Case]) -> list[Wave]:
        made = restore({f"clip{index:02}": case.degraded for index, case in enumerate(cases)})
        return [made[name] for name in sorted(made)]

    return Contender(name, way, name, family, is_program=True)


def chains() -> list[Contender]:
    """Peers after one another, in both orders; what learns of the noise hears what came before."""
    declickers = {"grooveclean": decrackle.grooveclean(), "ffmpeg adeclick": decrackle.adeclick()}
    made = []
    for name, restore in declickers.items():
        step = _Declicker(name, restore)
        made += [each for other in denoisers() for each in _both_orders(step, *other)]
    return made


@dataclass(frozen=True, eq=False)
class _Declicker:
    """A declicker that remembers what it has made of which cases."""

    name: str
    restore: decrackle.Restore
    made: dict[str, list[Case]] = field(default_factory=dict)

    def cases(self, cases: Sequence[Case]) -> list[Case]:
        """Cases whose noise and whose music went through it, as one recording."""
        key = told_of(cases)
        if key not in self.made:
            self.made[key] = self._declicked(cases)
        return self.made[key]

    def _declicked(self, cases: Sequence[Case]) -> list[Case]:
        wholes = {
            f"clip{index:02}": np.concatenate([_noise_of(case), case.degraded])
            for index, case in enumerate(cases)
        }
        made = self.restore(wholes)
        leads = [len(_noise_of(case)) for case in cases]
        return [
            replace(case, noise=made[name][:lead], degraded=made[name][lead:])
            for case, lead, name in zip(cases, leads, sorted(made), strict=True)
        ]


def _noise_of(case: Case) -> Wave:
    assert case.noise is not None
    return case.noise


def _both_orders(step: _Declicker, name: str, method: denoise.Method) -> list[Contender]:
    """A declicker and a denoiser in both orders; the first knows the second."""
    reduce_noise = _told(method)

    def declicked_first(cases: Sequence[Case]) -> list[Wave]:
        return reduce_noise(step.cases(cases))

    def denoised_first(cases: Sequence[Case]) -> list[Wave]:
        denoised = [
            replace(case, degraded=wave)
            for case, wave in zip(cases, reduce_noise(cases), strict=True)
        ]
        return [case.degraded for case in step.cases(denoised)]

    usual, other = f"{step.name}, then {name}", f"{name}, then {step.name}"
    kin = f"{_brand(step.name)} and {_brand(name)}"
    return [
        Contender(usual, declicked_first, usual, kin, is_program=True, twin=other),
        Contender(other, denoised_first, other, kin, is_program=True, is_twin=True),
    ]


def _brand(name: str) -> str:
    return " ".join(name.split()[: 2 if name.startswith(("sox", "ffmpeg")) else 1])
