"""Values that came out of files, in dataclasses that declare their kinds."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from engine.kinds import check_kinds


class Pair(NamedTuple):
    first: int
    second: str


@dataclass(frozen=True)
class Part:
    share: float = 0.5


@dataclass(frozen=True)
class Whole:
    name: str = "a"
    count: int = 3
    level_db: float = -1
    is_new: bool = False
    path: Path = Path("a")
    note: str | None = None
    parts: tuple[Part, ...] = (Part(),)
    pair: Pair = Pair(1, "b")
    figures: Mapping[str, float] = field(default_factory=lambda: {"a": 1.0})
    rest: Any = None


def _with(whole: Any, **other: Any) -> Any:
    return whole._replace(**other) if isinstance(whole, Pair) else replace(whole, **other)


def test_what_is_of_its_declared_kinds_passes():
    check_kinds(Whole())
    check_kinds(Whole(note="x", rest=[object()], level_db=2**53, parts=()))


@pytest.mark.parametrize(
    "other",
    [
        {"name": 1},
        {"count": 1.0},
        {"count": True},
        {"level_db": float("nan")},
        {"level_db": float("inf")},
        {"level_db": 10**400},
        {"level_db": "1"},
        {"level_db": True},
        {"is_new": 1},
        {"path": "a"},
        {"note": 3},
        {"parts": [Part()]},
        {"parts": (_with(Part(), share="x"),)},
        {"parts": ({"share": 1.0},)},
        {"pair": _with(Pair(1, "b"), first="x")},
        {"figures": {"a": "x"}},
        {"figures": {1: 1.0}},
        {"figures": [1.0]},
    ],
)
def test_what_is_of_another_kind_is_told_by_its_name(other):
    (name,) = other
    with pytest.raises(TypeError, match=f"{name} of Whole is of another kind"):
        check_kinds(replace(Whole(), **other))
