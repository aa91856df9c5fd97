"""Files that are no sound through every door: `info`, `restore` and the window."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from app.cli import main
from tests.engine.test_audio_file import write
from tests.engine.test_hostile_files import HOSTILE

Make = Callable[[Path], None]


def fifo(path: Path) -> None:
    os.mkfifo(path)


def dangling(path: Path) -> None:
    path.symlink_to(path.with_name("gone.wav"))


def endless(path: Path) -> None:
    path.symlink_to(path)


def device(path: Path) -> None:
    path.symlink_to("/dev/null")


def missing(path: Path) -> None:
    assert not path.exists()


NO_FILE: dict[str, Make] = {
    "folder": Path.mkdir,
    "missing": missing,
    "fifo": fifo,
    "device": device,
    "dangling link": dangling,
    "link to itself": endless,
}
LATER = {"not a number", "infinite", "a double beyond all floats", "not a number in doubles"}
"""What only reading all of a file tells."""


def hostile(name: str, rng: np.random.Generator, folder: Path) -> Path:
    path = folder / "side A.wav"
    if name in NO_FILE:
        NO_FILE[name](path)
    else:
        HOSTILE[name][0](rng, path)
    return path


def contents(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("name", [*HOSTILE, *NO_FILE])
def test_the_command_line_says_one_sentence_and_writes_nothing(
    name: str, rng: np.random.Generator, tmp_path: Path, capfd: pytest.CaptureFixture[str]
):
    path = hostile(name, rng, tmp_path)
    before = contents(tmp_path)
    output = str(tmp_path / "out.wav")
    for words in (["info", str(path)], ["restore", str(path), "-o", output, "--removed"]):
        assert main(words) == 1
        told = capfd.readouterr()
        assert told.out == ""
        assert len(told.err.splitlines()) == 1
        assert told.err.startswith("side A.wav ")
        assert "; " in told.err
        assert contents(tmp_path) == before


def test_there_are_at_least_forty_kinds():
    assert len(HOSTILE) + len(NO_FILE) >= 50


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_the_window_says_one_sentence_and_keeps_what_is_open(opened, rng, tmp_path, session, qtbot):
    before = session.document
    for index, name in enumerate([*HOSTILE, *NO_FILE]):
        folder = tmp_path / str(index)
        folder.mkdir()
        path = hostile(name, rng, folder)
        if name in LATER:
            continue
        assert not opened.open(path), name
        assert session.document is before, name
        assert opened.banner.isVisible(), name
        assert opened.banner.text.startswith("side A.wav "), name
        assert "\n" not in opened.banner.text, name
        assert contents(folder) == ([] if name == "missing" else [path.name]), name


@pytest.mark.parametrize("name", sorted(LATER))
def test_samples_that_are_no_numbers_are_told_once_they_are_read(
    name, window, rng, tmp_path, qtbot
):
    window.open(hostile(name, rng, tmp_path))
    qtbot.waitUntil(lambda: "side A.wav has a sample" in window.banner.text, timeout=60_000)
    window.close_recording()
    assert contents(tmp_path) == ["settings.ini", "side A.wav"]


def test_a_single_sample_is_a_recording_like_any_other(tmp_path: Path):
    path = write(tmp_path / "side.wav", np.full((1, 1), 0.25))
    assert main(["info", str(path)]) == 0
    words = ["restore", str(path), "-o", str(tmp_path / "out.wav"), "--removed"]
    assert main([*words, "--preset", "declick-only"]) == 0
    for name in ("out.wav", "out.removed.wav", "out.runout.json"):
        assert (tmp_path / name).is_file()


def test_a_single_sample_opens_in_the_window(window, tmp_path, session):
    assert window.open(write(tmp_path / "side.wav", np.full((1, 1), 0.25)))
    assert session.document.original.n_samples == 1
    window.close_recording()


def test_a_file_without_permission_is_told(
    rng, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    path = write(tmp_path / "side.wav", rng.uniform(-1, 1, (1, 100)))
    path.chmod(0)
    if os.access(path, os.R_OK):  # this user may read everything
        open_ = Path.open

        def refuse(self, *args, **options):
            if self.name == path.name:
                raise PermissionError(13, "Permission denied")
            return open_(self, *args, **options)

        monkeypatch.setattr("os.access", lambda *_: False)
        monkeypatch.setattr(Path, "open", refuse)
    for words in (["info", str(path)], ["restore", str(path), "-o", str(tmp_path / "out.wav")]):
        assert main(words) == 1
        told = capfd.readouterr()
        assert told.out == ""
        assert len(told.err.splitlines()) == 1
        assert told.err.startswith("side.wav cannot be read: you have no permission to read it")
