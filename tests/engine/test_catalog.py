"""Which model serves a task and method, and whose wish comes first."""

from pathlib import Path

import pytest

from engine.catalog import Catalog, Entry
from engine.errors import ModelError


def entry(name: str, method: str = "dcunet") -> Entry:
    return Entry(name, name, ("denoise",), method, "dcunet", 44100, Path(f"{name}.safetensors"),
                 "0" * 64, "CC0-1.0")  # fmt: skip


CATALOG = Catalog((entry("mixed"), entry("white"), entry("small", "light")))


def test_the_first_model_of_a_method_serves_it():
    assert CATALOG.find("denoise", "dcunet").name == "mixed"


def test_a_preferred_model_comes_before_all_others():
    preferring = CATALOG.preferring(["white"])
    assert preferring.find("denoise", "dcunet").name == "white"
    assert [each.name for each in preferring.entries] == ["white", "mixed", "small"]
    assert CATALOG.preferring([]).entries == CATALOG.entries


def test_a_model_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(ModelError, match="no model 'grey'; there are: mixed, white, small"):
        CATALOG.preferring(["grey"])
