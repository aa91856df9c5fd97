"""Other restorers in the quality page, alone and in chains of two; imported by contenders.py.

Each has several strengths; they are one family, of which the best is shown.
"""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from itertools import product
from pathlib import Path

import numpy as np

from benchmarks import decrackle, denoise
from benchmarks.contender import Contender, Way, noise_of
from benchmarks.damages import told_of
from benchmarks.model_sets import Case, Wave

SOX_AMOUNTS = (0.05, 0.1, 0.15, 0.21, 0.3, 0.4)
NOISEREDUCE = tuple(product((True, False), (0.8, 1.0)))
AFFTDN = ("nr=6:nf=LEVEL", "nr=12:nf=LEVEL", "nr=24:nf=LEVEL")
ADECLICK = ("", "t=1.5", "b=4")


def peers_for(task: str) -> Iterator[Contender]:
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
                restored.append(method(case.degraded, noise_of(case), Path(folder)))
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
            f"clip{index:02}": np.concatenate([noise_of(case), case.degraded])
            for index, case in enumerate(cases)
        }
        made = self.restore(wholes)
        leads = [len(noise_of(case)) for case in cases]
        return [
            replace(case, noise=made[name][:lead], degraded=made[name][lead:])
            for case, lead, name in zip(cases, leads, sorted(made), strict=True)
        ]


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
