"""Params: settings declared once, with default, range, unit and label.

A form, a preset, the command line and the range check all read the same declaration:

    @dataclass(frozen=True)
    class Gain(Task):
        gain_db: float = param(0.0, -60.0, 60.0, unit="dB", label="Gain")
"""

import dataclasses
import math
import types
import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np

from engine.errors import SettingsError
from engine.region import Region

NO_CONDITION: Mapping[str, tuple[str, ...]] = types.MappingProxyType({})
Value = bool | int | float | str | Region | Path | None
_DECLARED: "dict[type, tuple[Param, ...]]" = {}


@dataclass(frozen=True)
class Param:
    """What is known of one setting. kind: bool, int, float, choice, region or file."""

    name: str
    kind: str
    default: Value
    low: float | None = None
    high: float | None = None
    unit: str = ""
    label: str = ""
    description: str = ""
    choices: tuple[str, ...] = ()
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Other settings and the choices of each that make this one matter; empty if it always does."""

    @property
    def flag(self) -> str:
        """Its option on the command line."""
        return "--" + self.name.replace("_", "-")


def param(
    default: Value,
    low: float | None = None,
    high: float | None = None,
    *,
    unit: str = "",
    label: str = "",
    description: str = "",
    choices: tuple[str, ...] = (),
    when: Mapping[str, tuple[str, ...]] = NO_CONDITION,
) -> Any:
    """Declare a setting; see Params.

    Args:
        default: the value it has when nobody says otherwise.
        low: smallest number allowed.
        high: largest number allowed.
        unit: dB, Hz, ms, ...
        label: what a form calls it.
        description: one sentence on what it does.
        choices: for a str, the values allowed.
        when: other settings and the choices of each that make it matter, any of them; forms
            hide it otherwise.
    """
    settings = {
        "low": low,
        "high": high,
        "unit": unit,
        "label": label,
        "description": description,
        "choices": choices,
        "when": when,
    }
    return field(default=default, metadata={"param": settings})


def matters(declared: Param, params: Iterable[Param], values: Mapping[str, object]) -> bool:
    """Whether a setting does anything among the values of all `params`.

    What another setting calls for matters only where that one matters itself.
    """
    named = {each.name: each for each in params}
    return not declared.when or any(
        values.get(name) in choices and matters(named[name], named.values(), values)
        for name, choices in declared.when.items()
    )


@dataclass(frozen=True)
class Params:
    """A frozen set of settings; every value is checked when it is made."""

    name: ClassVar[str]

    def __post_init__(self) -> None:
        for declared in self.params():
            object.__setattr__(self, declared.name, self._checked(declared))

    @classmethod
    def params(cls) -> tuple[Param, ...]:
        """Its settings in the order they were declared."""
        if cls not in _DECLARED:  # forms, checks and menus ask often; annotations take long to read
            hints = typing.get_type_hints(cls)
            _DECLARED[cls] = tuple(
                _declared(f, hints[f.name]) for f in fields(cls) if "param" in f.metadata
            )
        return _DECLARED[cls]

    @classmethod
    def from_mapping(cls, values: Mapping[str, object]) -> Self:
        """Make it from names and values, as a preset or the command line gives them.

        Raises:
            SettingsError: an unknown name, or a value outside its range.
        """
        declared = {each.name: each for each in cls.params()}
        unknown = sorted(set(values) - set(declared))
        if unknown:
            known = ", ".join(declared) or "none"
            raise SettingsError(f"{cls.name} has no setting '{unknown[0]}'; it has: {known}")
        return cls(**{key: _read(declared[key], value) for key, value in values.items()})

    @property
    def invents(self) -> str:
        """A sentence on the sound it makes up that was not recorded; empty if it makes up none."""
        return ""

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Self:
        """Draw every bounded number and every choice uniformly."""
        return cls(**{each.name: _draw(each, rng) for each in cls.params()})

    def to_mapping(self) -> dict[str, bool | int | float | str | None]:
        """Names and plain values, fit for JSON and TOML."""
        values = {each.name: getattr(self, each.name) for each in self.params()}
        return {k: str(v) if isinstance(v, Region | Path) else v for k, v in values.items()}

    def described(self) -> dict[str, bool | int | float | str | None]:
        """Its values for others to read: of a file its name, as its folder concerns nobody."""
        values = self.to_mapping()
        for each in self.params():
            value = getattr(self, each.name)
            if isinstance(value, Path):
                values[each.name] = value.name
        return values

    def _checked(self, declared: Param) -> Value:
        value = getattr(self, declared.name)
        if declared.kind in ("int", "float"):
            return _checked_number(declared, value)
        if declared.kind == "bool" and not isinstance(value, bool):
            raise SettingsError(f"{declared.name} = {value!r} is neither true nor false")
        if declared.kind == "choice" and value not in declared.choices:
            raise SettingsError(
                f"{declared.name} = {value!r} is none of: {', '.join(declared.choices)}"
            )
        if declared.kind == "file" and not (value is None or isinstance(value, Path)):
            raise SettingsError(f"{declared.name} = {value!r} is no path of a file")
        return typing.cast(Value, value)


def _declared(declared: "dataclasses.Field[Any]", hint: object) -> Param:
    settings = dict(declared.metadata["param"])
    default = typing.cast(Value, declared.default)
    return Param(declared.name, _kind(hint, settings["choices"]), default, **settings)


def _kind(hint: object, choices: tuple[str, ...]) -> str:
    if hint in (bool, int, float):
        return typing.cast(type, hint).__name__
    if hint is str and choices:
        return "choice"
    if isinstance(hint, types.UnionType) and Region in typing.get_args(hint):
        return "region"
    if isinstance(hint, types.UnionType) and Path in typing.get_args(hint):
        return "file"
    raise TypeError(f"a setting cannot be of type {hint}")


def _checked_number(declared: Param, value: object) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise SettingsError(f"{declared.name} = {value!r} is not a number")
    low = -math.inf if declared.low is None else declared.low
    high = math.inf if declared.high is None else declared.high
    if not low <= value <= high:
        unit = f" {declared.unit}" if declared.unit else ""
        raise SettingsError(f"{declared.name} = {value:g} is outside {low:g} .. {high:g}{unit}")
    if declared.kind == "float":
        return float(value)
    if value != int(value):
        raise SettingsError(f"{declared.name} = {value:g} is not a whole number")
    return int(value)


def _read(declared: Param, value: object) -> Any:
    """Text from a command line or form becomes what the setting holds."""
    if not isinstance(value, str) or declared.kind == "choice":
        return value
    text = value.strip()
    if declared.kind == "region":
        return Region.parse(text) if text else None
    if declared.kind == "file":
        return Path(value) if text else None
    if declared.kind == "bool":
        meanings = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
        return meanings.get(text.lower(), text)
    try:
        return float(text)
    except ValueError:
        return text  # the check that follows names the setting and the value


def _draw(declared: Param, rng: np.random.Generator) -> Any:
    if declared.kind == "choice":
        return declared.choices[int(rng.integers(len(declared.choices)))]
    if declared.kind == "bool":
        return bool(rng.integers(2))
    if declared.low is None or declared.high is None:
        return declared.default
    if declared.kind == "int":
        return int(rng.integers(int(declared.low), int(declared.high) + 1))
    return float(rng.uniform(declared.low, declared.high))
