from pathlib import Path

import pytest

from app.batch.choices import Choices, target_of
from app.batch.rows import Found, Row


def target(below, name="{base}"):
    row = Row(Found(f"/in/{below}", below), "gentle")
    return target_of(row, Choices(Path("/out"), name)).relative_to("/out").as_posix()


@pytest.mark.parametrize(
    ("below", "name", "expected"),
    [
        ("a.wav", "{base}", "a.wav"),
        ("shelf/1/a.FLAC", "{base}", "shelf/1/a.FLAC"),
        ("shelf/a.mp3", "{base} restored", "shelf/a restored.wav"),
        ("a.b.wav", "{preset} {base}", "gentle a.b.wav"),
        ("a.wav", "../{base}", "-a.wav"),
        ("a.wav", "  ", "a.wav"),
        ("a.wav", "{date}", "{date}.wav"),
    ],
)
def test_names_come_from_the_template_and_folders_are_mirrored(below, name, expected):
    assert target(below, name) == expected


def test_a_name_that_is_too_long_is_cut():
    assert len(target("ü" * 120 + ".wav").encode()) < 190
    assert target("x" * 1_000_000 + ".wav") == "x" * 180 + ".wav"
    assert target("\udce4" * 200 + ".wav") == "\udce4" * 180 + ".wav"
