"""Sentences of errors: on one line and short, whatever they quote."""

import pytest

from engine.errors import LONGEST, EngineError, SettingsError, StorageError


def test_a_sentence_of_usual_length_stays_as_it_is():
    sentence = "Täubchen.wav is empty (0 bytes); copy it again from where it came"
    assert str(StorageError(sentence)) == sentence
    path = "/" + "/".join(["a folder of some length"] * 15)
    assert str(StorageError(f"{path} cannot be read")) == f"{path} cannot be read"


@pytest.mark.parametrize("value", ["a\nb", "a\0b", "a\u202eb", "a\x1b[2Jb", "a\ud800b"])
def test_what_no_line_can_hold_is_shown_as_python_writes_it(value):
    told = str(EngineError(f"there is no step '{value}'"))
    assert told.isprintable()
    assert told == f"there is no step 'a{ascii(value)[2:-2]}b'"


def test_a_long_value_is_shortened_and_what_stands_around_it_stays():
    told = str(SettingsError(f"the preset mine.toml names {'x' * 200_000}; there are: declick"))
    assert len(told) <= LONGEST
    assert told.startswith("the preset mine.toml names xxx")
    assert "x…x" in told
    assert told.endswith("xxx; there are: declick")


def test_a_long_sentence_of_short_words_loses_its_middle():
    told = str(SettingsError("mine.toml begins " + "[ 1 ] " * 1000 + "and ends"))
    assert len(told) == LONGEST
    assert told.startswith("mine.toml begins")
    assert told.endswith("and ends")
