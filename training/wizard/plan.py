"""Plan: what a user wants of a training; kept in its folder, so that every page goes on later.

plan.json              this
base.safetensors       the weights it starts from
noise/                 stretches of noise that were cut from the user's transfers, to train on
noise_held/            those of other transfers, to judge by
recipe.toml            what `runout train` takes
run/                   the run, see training.run
judge/                 clips and figures
"""

import dataclasses
import json
import re
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, TypeVar

from engine.catalog_file import is_name
from engine.documents import parse_json, read_content, reason
from engine.errors import SettingsError, StorageError
from engine.sync import write_whole

FILE = "plan.json"
BASE = "base.safetensors"
NOISE, NOISE_HELD = "noise", "noise_held"
RECIPE = "recipe.toml"
RUN = "run"
JUDGE = "judge"
PAGES = ("goal", "music", "noise", "damage", "split", "machine", "run", "judge", "publish")
_Part = TypeVar("_Part")


@dataclass(frozen=True)
class Goal:
    """What is to come of it.

    Attributes:
        task: what the model is for.
        base: name of the catalogue entry it starts from.
        is_fresh: whether it starts from scratch, with the network of that entry alone.
        name: of the model to be, as the catalogue calls it.
        title: what menus will call it.
    """

    task: str = "denoise"
    base: str = ""
    is_fresh: bool = False
    name: str = ""
    title: str = ""


@dataclass(frozen=True)
class Music:
    """Clean material.

    Attributes:
        places: files and folders.
        left_out: files in them that are not used.
        is_permitted: whether the user says that they may be trained on.
        licence: what the user says of that, in words or as SPDX.
        kept_in: files that are used although something speaks against them.
    """

    places: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    is_permitted: bool = False
    licence: str = ""
    kept_in: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stretch:
    """A piece of a transfer with nothing but noise.

    Attributes:
        path: of the transfer.
        start_s, stop_s: half open.
        origin: lead-in, lead-out, pause or mark; alone, if its transfer has no music at all.
        is_taken: whether it is used.
        group: name of the lot of discs it belongs to; empty if nobody said.
        level_dbfs: root mean square.
        sure: in [0, 1], how sure it is that there is nothing else in it.
    """

    path: str
    start_s: float
    stop_s: float
    origin: str = "mark"
    is_taken: bool = False
    group: str = ""
    level_dbfs: float = 0.0
    sure: float = 1.0


@dataclass(frozen=True)
class Noise:
    """Noise of the user's own discs.

    Attributes:
        transfers: files and folders that were searched.
        projects: folders of projects whose noise marks were taken.
        stretches: what was found in them.
    """

    transfers: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    stretches: tuple[Stretch, ...] = ()


@dataclass(frozen=True)
class Damage:
    """How clean music is damaged.

    Attributes:
        steps: tables as [[damage]] of a recipe has them, without the user's own noise; empty for
            those of the base.
        material: likewise as [[material]] has them: what befalls the music before.
        own_share: of the examples, those that get the user's own noise.
        snr_low_db, snr_high_db: range of that.
        transfer: the side it is matched to, if any.
        is_matched: whether it was matched to that.
    """

    steps: tuple[Mapping[str, Any], ...] = ()
    material: tuple[Mapping[str, Any], ...] = ()
    own_share: float = 0.6
    snr_low_db: float = 0.0
    snr_high_db: float = 25.0
    transfer: str = ""
    is_matched: bool = False


@dataclass(frozen=True)
class Split:
    """Which recordings are kept to judge by.

    Attributes:
        share: of the recordings.
        held: names of recordings that are kept besides.
    """

    share: float = 0.1
    held: tuple[str, ...] = ()


@dataclass(frozen=True)
class Budget:
    """What it may cost.

    Attributes:
        device: auto, cpu, cuda or mps.
        minutes: of all runs together.
        threads: of the processor; 0 for as many as there are.
        batch: examples of a step; 0 for as many as the base was trained with.
        half: bfloat16, where that is safe.
        learning_rate: 0 for what suits the base.
        preview_steps: between pictures and sounds of an example.
    """

    device: str = "auto"
    minutes: float = 60.0
    threads: int = 0
    batch: int = 0
    half: bool = False
    learning_rate: float = 0.0
    preview_steps: int = 50


@dataclass(frozen=True)
class Judged:
    """What was said of the result.

    Attributes:
        votes: of the blind test, each "yours", "base", "classical", "untouched" or "none".
        heard: SHA-256 of the weights that was done with; with others it begins anew.
        is_revealed: whether it was told which was which, so that no more votes are blind.
        signed: name of the person who says that it is fit for use; empty: experimental.
        published: name in the catalogue; empty: not yet.
    """

    votes: tuple[str, ...] = ()
    heard: str = ""
    is_revealed: bool = False
    signed: str = ""
    published: str = ""


@dataclass(frozen=True)
class Plan:
    """All that was said on all pages.

    Attributes:
        page: the one that was shown last.
        reached: the furthest one that was.
    """

    page: str = PAGES[0]
    reached: str = PAGES[0]
    goal: Goal = field(default_factory=Goal)
    music: Music = field(default_factory=Music)
    noise: Noise = field(default_factory=Noise)
    damage: Damage = field(default_factory=Damage)
    split: Split = field(default_factory=Split)
    budget: Budget = field(default_factory=Budget)
    judged: Judged = field(default_factory=Judged)

    def changed(self, **parts: Any) -> Self:
        """The same with other parts."""
        return dataclasses.replace(self, **parts)


def save_plan(plan: Plan, folder: Path) -> None:
    """Write a plan into the folder of its training, whole or not at all.

    Raises:
        StorageError: it cannot be written.
    """
    text = json.dumps(dataclasses.asdict(plan), indent=1, ensure_ascii=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"{folder} cannot be made: {error.strerror or error}") from error
    write_whole(folder / FILE, text.encode("utf-8", "surrogatepass"))


def load_plan(folder: Path) -> Plan:
    """Read the plan in a folder.

    Raises:
        StorageError: it cannot be read.
        SettingsError: it is no plan, or one of a newer version.
    """
    path = folder / FILE
    try:
        values = parse_json(read_content(path).decode("utf-8", "surrogatepass"))
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {reason(error)}") from error
    except ValueError as error:
        raise _no_plan(path) from error
    try:
        plan: Plan = read_part(Plan, values)
    except (TypeError, ValueError, KeyError) as error:
        raise _no_plan(path) from error
    if not {plan.page, plan.reached} <= set(PAGES):
        raise _no_plan(path)
    return plan


def plan_folders(parent: Path) -> tuple[Path, ...]:
    """The folders of trainings in a folder, the one that was changed last first."""
    try:
        found = [(each.stat().st_mtime_ns, each.parent) for each in parent.glob(f"*/{FILE}")]
    except OSError:
        return ()
    return tuple(folder for _, folder in sorted(found, key=lambda each: (-each[0], each[1].name)))


def new_folder(parent: Path, title: str) -> Path:
    """Where a new training of that title may lie; not made yet."""
    stem = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:40] or "training"
    assert is_name(stem)
    number = 1
    while (folder := parent / (stem if number == 1 else f"{stem}-{number}")).exists():
        number += 1
    return folder


def _no_plan(path: Path) -> SettingsError:
    return SettingsError(
        f"{path} is no plan of a training, or was written by a newer version of Runout; begin a "
        "new training"
    )


def read_part(kind: type[_Part], values: Any) -> _Part:
    """A part of a plan from plain values; what is not said keeps its default.

    Raises:
        TypeError: a value of another kind, or one that there is not.
    """
    hints = typing.get_type_hints(kind)
    if not isinstance(values, dict) or set(values) - set(hints):
        raise TypeError(kind.__name__)
    return kind(**{name: _value(hints[name], value) for name, value in values.items()})


def _value(hint: Any, value: Any) -> Any:
    if dataclasses.is_dataclass(hint):
        return read_part(typing.cast(type[Any], hint), value)
    if typing.get_origin(hint) is tuple:
        if not isinstance(value, list):
            raise TypeError(value)
        return tuple(_value(typing.get_args(hint)[0], each) for each in value)
    if typing.get_origin(hint) is Mapping:
        if not isinstance(value, dict):
            raise TypeError(value)
        return value
    if hint is float and type(value) is int:
        return float(value)
    if type(value) is not hint:
        raise TypeError(value)
    return value
