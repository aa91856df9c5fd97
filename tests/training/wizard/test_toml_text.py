"""What is written as TOML is read back the same."""

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import SettingsError
from training.wizard.toml_text import toml_text

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
PLAIN = st.one_of(st.booleans(), st.integers(-(2**40), 2**40), st.floats(allow_nan=False,
                  allow_infinity=False), TEXT)  # fmt: skip
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXT, inner, max_size=3)),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(TEXT, VALUES, max_size=4))
def test_any_tables_come_back(tables):
    assert tomllib.loads(toml_text(tables)) == tables


def test_a_recipe_looks_as_one_would_write_it():
    tables = {
        "name": "mine",
        "data": {"clean": ["a", "b"], "validation_share": 0.1},
        "damage": [{"name": "clicks", "held": {"path": "kept"}}, {"name": "hum"}],
        "family": {"critic": {"start": "critic.safetensors"}},
    }
    assert toml_text(tables) == (
        'name = "mine"\n\n[data]\nclean = ["a", "b"]\nvalidation_share = 0.1\n\n'
        '[[damage]]\nname = "clicks"\nheld = { path = "kept" }\n\n[[damage]]\nname = "hum"\n\n'
        '[family.critic]\nstart = "critic.safetensors"\n'
    )


def test_a_long_list_has_a_line_for_each():
    places = [f"/music/of/a/long/path/{n}" for n in range(8)]
    text = toml_text({"clean": places})
    assert text.count("\n") == 10
    assert tomllib.loads(text) == {"clean": places}


@pytest.mark.parametrize(
    ("value", "cause"),
    [("caf\udce9.wav", "rename the file"), (float("nan"), "no number"), (None, "is nothing")],
)
def test_what_cannot_stand_in_a_file_is_refused(value, cause):
    with pytest.raises(SettingsError, match=cause):
        toml_text({"data": {"clean": [value]}})
