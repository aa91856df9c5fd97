"""Run control: a wish is one word in a file."""

import os
from pathlib import Path

import pytest

from training.run_control import WISH, WISHES, ask, asked, forget


@pytest.mark.parametrize("wish", WISHES)
def test_what_is_asked_is_found_until_it_is_forgotten(tmp_path: Path, wish: str):
    ask(tmp_path, wish)
    assert asked(tmp_path) == wish
    forget(tmp_path)
    assert asked(tmp_path) == ""
    forget(tmp_path)


@pytest.mark.parametrize("content", [b"", b"dance", b"\xff\xfe", b"pause" * 1000])
def test_words_that_are_no_wish_ask_for_nothing(tmp_path: Path, content: bytes):
    (tmp_path / WISH).write_bytes(content)
    assert asked(tmp_path) == ""


def test_only_what_is_older_is_forgotten(tmp_path: Path):
    ask(tmp_path, WISHES[0])
    os.utime(tmp_path / WISH, (1000.0, 1000.0))
    forget(tmp_path, before_s=1000.0)
    assert asked(tmp_path) == WISHES[0]
    forget(tmp_path, before_s=1001.0)
    assert asked(tmp_path) == ""


def test_a_wish_may_be_written_by_hand(tmp_path: Path):
    (tmp_path / WISH).write_text("stop\n")
    assert asked(tmp_path) == "stop"
