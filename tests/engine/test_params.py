import math
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from engine.errors import SettingsError
from engine.params import Params, matters, param
from engine.region import Region


@dataclass(frozen=True)
class Example(Params):
    """One setting of every kind."""

    name: ClassVar[str] = "example"
    level_db: float = param(-6.0, -60.0, 0.0, unit="dB", label="Level")
    order: int = param(8, 1, 40)
    careful: bool = param(False)
    method: str = param("ar", choices=("ar", "linear"))
    noise: Region | None = param(None)
    profile: Path | None = param(None)


def test_every_kind_is_known_from_its_declaration():
    kinds = {each.name: each.kind for each in Example.params()}
    assert list(kinds) == ["level_db", "order", "careful", "method", "noise", "profile"]
    assert list(kinds.values()) == ["float", "int", "bool", "choice", "region", "file"]
    level = Example.params()[0]
    assert (level.flag, level.low, level.high, level.unit) == ("--level-db", -60.0, 0.0, "dB")


def test_text_from_a_command_line_becomes_values():
    text = {"level_db": "-3", "order": "4", "careful": "yes", "method": "linear", "noise": "0-1.5"}
    made = Example.from_mapping(text)
    assert made == Example(-3.0, 4, True, "linear", Region(0.0, 1.5))
    assert Example.from_mapping({"profile": "a/b.noise"}).profile == Path("a/b.noise")
    assert Example.from_mapping({"profile": " "}).profile is None


def test_settings_survive_being_written_and_read():
    made = Example(-3.0, 4, True, "linear", Region(0.0, 1.5, 100.0, 200.0), Path("a", "b.noise"))
    assert Example.from_mapping(made.to_mapping()) == made
    assert made.described() == {**made.to_mapping(), "profile": "b.noise"}


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"level_db": 3.0}, r"level_db = 3 is outside -60 .. 0 dB"),
        ({"level_db": math.nan}, "is not a number"),
        ({"level_db": "loud"}, "'loud' is not a number"),
        ({"order": 2.5}, "not a whole number"),
        ({"careful": "perhaps"}, "neither true nor false"),
        ({"method": "magic"}, "is none of: ar, linear"),
        ({"noise": "later"}, "is not a region"),
        ({"profile": 3}, "profile = 3 is no path of a file"),
        ({"volume": 3}, "has no setting 'volume'; it has: level_db"),
    ],
)
def test_a_wrong_setting_is_refused_in_one_sentence(settings: dict[str, object], sentence: str):
    with pytest.raises(SettingsError, match=sentence):
        Example.from_mapping(settings)


def test_drawing_stays_inside_the_ranges_and_repeats(rng: np.random.Generator):
    drawn = [Example.draw(rng) for _ in range(50)]
    assert all(-60.0 <= each.level_db <= 0.0 and 1 <= each.order <= 40 for each in drawn)
    assert {each.method for each in drawn} == {"ar", "linear"}
    again = np.random.default_rng(7), np.random.default_rng(7)
    assert Example.draw(again[0]) == Example.draw(again[1])


def test_what_a_setting_calls_for_matters_only_where_it_matters_itself():
    @dataclass(frozen=True)
    class Staged(Params):
        name: ClassVar[str] = "staged"
        method: str = param("plain", choices=("plain", "drawn"))
        mode: str = param("gain", choices=("gain", "ratio"), when={"method": ("drawn",)})
        ratio: float = param(1.0, 0.0, 2.0, when={"mode": ("ratio",)})

    def shown(**values: str) -> list[str]:
        params = Staged.params()
        every = {each.name: each.default for each in params} | values
        return [each.name for each in params if matters(each, params, every)]

    assert shown() == ["method"]
    assert shown(mode="ratio") == ["method"]
    assert shown(method="drawn") == ["method", "mode"]
    assert shown(method="drawn", mode="ratio") == ["method", "mode", "ratio"]
