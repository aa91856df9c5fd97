"""A report appears whole under its name, or what was there stays."""

import os
from pathlib import Path

import pytest

from engine.errors import StorageError
from training.report_folder import report_folder

MARK = "figures.json"


def write(target, text, *, overwrite=False, fail=False):
    with report_folder(target, MARK, overwrite=overwrite) as folder:
        (folder / MARK).write_text(text, encoding="utf-8")
        assert folder.parent == target.resolve().parent
        if fail:
            raise RuntimeError("midway")


def test_a_report_appears_with_the_folders_above_it(tmp_path):
    write(tmp_path / "a" / "b" / "report", "one")
    assert (tmp_path / "a" / "b" / "report" / MARK).read_text(encoding="utf-8") == "one"
    assert os.listdir(tmp_path / "a" / "b") == ["report"]


def test_a_failure_leaves_the_old_report_and_nothing_else(tmp_path):
    write(tmp_path / "report", "one")
    with pytest.raises(RuntimeError):
        write(tmp_path / "report", "two", overwrite=True, fail=True)
    assert os.listdir(tmp_path) == ["report"]
    assert (tmp_path / "report" / MARK).read_text(encoding="utf-8") == "one"
    write(tmp_path / "report", "two", overwrite=True)
    assert os.listdir(tmp_path) == ["report"]
    assert (tmp_path / "report" / MARK).read_text(encoding="utf-8") == "two"


def test_an_empty_folder_is_filled_even_if_it_is_the_one_worked_in(tmp_path, monkeypatch):
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    write(Path(), "one")
    assert os.listdir(tmp_path / "empty") == [MARK]


def test_what_is_no_report_is_never_replaced(tmp_path):
    (tmp_path / "music").mkdir()
    (tmp_path / "music" / "side.wav").write_bytes(b"sound")
    (tmp_path / "file").write_bytes(b"text")
    for name in ("music", "file"):
        with pytest.raises(StorageError, match=f"{name} is there already and is no report"):
            write(tmp_path / name, "one", overwrite=True)
    assert (tmp_path / "music" / "side.wav").read_bytes() == b"sound"


def test_a_place_that_cannot_be_written_is_told_in_a_sentence(tmp_path):
    (tmp_path / "file").write_bytes(b"text")
    with pytest.raises(StorageError, match="the report report cannot be written: not a directory"):
        write(tmp_path / "file" / "report", "one")
