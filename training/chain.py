"""Chain: which damage may befall a recording, how likely, and in which ranges.

[[damage]]
name = "surface"          # a name in DEGRADATIONS
probability = 0.6         # 1 if it is not said
group = "noise"           # of steps in one group at most one is drawn; probabilities are its odds
snr_db = [4.0, 26.0]      # a range, drawn uniformly; one number is kept; of words one is chosen
folder = "noise"          # a path is looked for in the data folder
held = { folder = "test" } # settings for recordings that are not trained on

What is not named is drawn from the whole range that the degradation declares.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

import numpy as np

from engine.audio import Audio
from engine.errors import SettingsError
from engine.params import Param
from training.degradations import DEGRADATIONS
from training.degradations.base import Degradation

Rng = np.random.Generator
_OWN = ("name", "probability", "group")
_HELD = "held"


@dataclass(frozen=True)
class Step:
    """One kind of damage that may be drawn.

    Attributes:
        name: in DEGRADATIONS.
        probability: of being drawn; in a group that sums to more than 1, its odds.
        group: steps of one group exclude one another; "" stands alone.
        ranges: values, ranges [low, high] or lists of choices for its settings.
        held: those that are others for recordings that are not trained on.
    """

    name: str
    probability: float = 1.0
    group: str = ""
    ranges: Mapping[str, Any] = field(default_factory=dict)
    held: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.name not in DEGRADATIONS:
            known = ", ".join(sorted(DEGRADATIONS))
            raise SettingsError(f"there is no degradation '{self.name}'; there are {known}")
        if type(self.probability) not in (int, float) or not 0.0 <= self.probability <= 1.0:
            raise SettingsError(f"probability = {self.probability!r} is no number in 0 .. 1")
        self.draw(np.random.default_rng(0))
        if self.held:
            self.judging()

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any], folder: Path) -> Self:
        """Read one table of a recipe; its paths start from `folder`.

        Raises:
            SettingsError: no name, an unknown one, or a value outside its range.
        """
        if not isinstance(values.get("name"), str):
            raise SettingsError("a step of damage has no name")
        own = {key: values[key] for key in _OWN if key in values}
        held = values.get(_HELD, {})
        if not isinstance(held, Mapping):
            raise SettingsError(f"{_HELD} = {held!r} is no table of settings")
        ranges = {key: value for key, value in values.items() if key not in (*_OWN, _HELD)}
        placed, others = (_ranges(own["name"], each, folder) for each in (ranges, held))
        return cls(**own, ranges=placed, held=others)

    def judging(self) -> "Step":
        """The same for recordings that are not trained on."""
        return replace(self, ranges={**self.ranges, **self.held}, held={})

    def draw(self, rng: Rng) -> Degradation:
        """What befalls one recording.

        Raises:
            SettingsError: a setting it does not have, or a range that is none.
        """
        declared = _declared(self.name)
        if unknown := sorted(set(self.ranges) - set(declared)):
            raise SettingsError(f"{self.name} has no setting '{unknown[0]}'")
        drawn = DEGRADATIONS[self.name].draw(rng).to_mapping()
        for name, value in self.ranges.items():
            drawn[name] = _drawn(declared[name], value, rng)
        return DEGRADATIONS[self.name].from_mapping(drawn)


def read_chain(tables: Iterable[Mapping[str, Any]], folder: Path) -> tuple[Step, ...]:
    """Read the tables of a recipe; paths start from `folder`."""
    return tuple(Step.from_mapping(each, folder) for each in tables)


def judging_chain(chain: Iterable[Step]) -> tuple[Step, ...]:
    """What befalls recordings that are not trained on."""
    return tuple(step.judging() for step in chain)


def draw_damage(chain: Sequence[Step], rng: Rng) -> tuple[Degradation, ...]:
    """What befalls one recording, in the order of the chain."""
    chosen = {group: _choose(chain, group, rng) for group in _groups(chain)}
    drawn = []
    for number, step in enumerate(chain):
        happens = chosen[step.group] == number if step.group else rng.random() < step.probability
        if happens:
            drawn.append(step.draw(rng))
    return tuple(drawn)


def apply_damage(damage: Iterable[Degradation], clean: Audio) -> Audio:
    """Damage a recording by all of it in turn."""
    for each in damage:
        clean = each.apply(clean)
    return clean


def damage_to_mappings(damage: Iterable[Degradation]) -> list[dict[str, Any]]:
    """What was drawn, fit for JSON."""
    return [{"name": each.name, **each.to_mapping()} for each in damage]


def damage_from_mappings(tables: Iterable[Mapping[str, Any]]) -> tuple[Degradation, ...]:
    """Read what `damage_to_mappings` gave.

    Raises:
        SettingsError: an unknown name, or a value outside its range.
    """
    read = []
    for table in tables:
        name, values = table.get("name"), {k: v for k, v in table.items() if k != "name"}
        if name not in DEGRADATIONS:
            raise SettingsError(f"there is no degradation '{name}'")
        read.append(DEGRADATIONS[name].from_mapping(values))
    return tuple(read)


def _ranges(name: str, values: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Settings of a degradation, its paths placed below a folder."""
    kinds = {each.name: each.kind for each in _declared(name).values()}
    return {
        key: _placed(key, value, folder) if kinds.get(key) == "file" else value
        for key, value in values.items()
    }


def _placed(name: str, value: Any, folder: Path) -> Any:
    """A path, or each of a list of them to choose from, below a folder."""
    if isinstance(value, list):
        return [_placed(name, each, folder) for each in value]
    if not isinstance(value, str):
        raise SettingsError(f"{name} = {value!r} is no path of a file or folder")
    return folder / value


def _declared(name: str) -> dict[str, Param]:
    return {each.name: each for each in DEGRADATIONS[name].params()} if name in DEGRADATIONS else {}


def _groups(chain: Sequence[Step]) -> list[str]:
    return list(dict.fromkeys(step.group for step in chain if step.group))


def _choose(chain: Sequence[Step], group: str, rng: Rng) -> int:
    """Which step of a group is drawn; -1 for none, if probabilities leave room."""
    numbers = [number for number, step in enumerate(chain) if step.group == group]
    odds = np.array([chain[number].probability for number in numbers])
    none = max(0.0, 1.0 - odds.sum())
    shares = np.append(odds, none) / (odds.sum() + none)
    return [*numbers, -1][int(rng.choice(len(shares), p=shares))]


def _is_rising(low: Any, high: Any) -> bool:
    are_numbers = all(type(each) in (int, float) for each in (low, high))
    return are_numbers and low <= high and math.isfinite(high - low)


def _drawn(declared: Param, value: Any, rng: Rng) -> Any:
    """A value, or one drawn from a range or a list."""
    if not isinstance(value, list | tuple):
        return value
    if declared.kind in ("int", "float"):
        if len(value) != 2 or not _is_rising(*value):
            raise SettingsError(f"{declared.name} = {value} is no range [low, high]")
        low, high = value
        if declared.kind == "int":
            return int(rng.integers(int(low), int(high) + 1))
        return float(rng.uniform(low, high))
    if not value:
        raise SettingsError(f"{declared.name} = [] leaves nothing to choose from")
    return value[int(rng.integers(len(value)))]
