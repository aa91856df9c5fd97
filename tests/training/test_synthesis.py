"""Music rendered by a kit, which is a program of its own."""

import sys
import time
from pathlib import Path

import pytest

from engine.errors import SettingsError, StorageError
from engine.progress import Cancelled
from training.synthesis import Rendering, render

PYTHON = Path(sys.executable)
KIT = """
import argparse
from pathlib import Path

parser = argparse.ArgumentParser()
for name in ("out", "hours", "jobs", "clip", "sr", "seed"):
    parser.add_argument("--" + name)
told = vars(parser.parse_args())
{work}
(Path(told["out"]) / "clip.txt").write_text(" ".join(map(str, told.values())))
"""


@pytest.fixture
def kit(tmp_path: Path) -> Path:
    return written(tmp_path / "kit", "")


def written(folder: Path, work: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "render.py").write_text(KIT.format(work=work))
    return folder


def test_the_kit_is_told_what_to_render_and_runs_once(tmp_path: Path, kit: Path):
    rendering = Rendering(kit, 0.5, 22050, seed=7)
    with pytest.raises(SettingsError, match="only run when you say by which Python"):
        render(rendering, tmp_path / "cache")
    assert not (tmp_path / "cache").exists()
    folder = render(rendering, tmp_path / "cache", PYTHON)
    text = (folder / "clip.txt").read_text()
    assert text.split()[1:] == ["0.5", "2", "30.0", "22050", "7"]
    before = (folder / "clip.txt").stat().st_mtime_ns
    assert render(rendering, tmp_path / "cache") == folder
    assert (folder / "clip.txt").stat().st_mtime_ns == before
    other = render(Rendering(kit, 0.5, 22050, seed=8), tmp_path / "cache", PYTHON)
    assert other != folder


def test_what_is_missing_is_said_in_one_sentence(tmp_path: Path, kit: Path):
    with pytest.raises(SettingsError, match=r"holds no synthesis kit: render\.py is missing"):
        render(Rendering(tmp_path, 0.5, 22050), tmp_path / "cache")
    written(kit, "import numpy")
    with pytest.raises(SettingsError, match="nowhere cannot be run"):
        render(Rendering(kit, 0.5, 22050), tmp_path / "cache", tmp_path / "nowhere")
    without = tmp_path / "python"
    without.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S -E "$@"\n')
    without.chmod(0o755)
    written(kit, "import tinysoundfont")
    with pytest.raises(SettingsError, match="needs tinysoundfont, .* pip install --no-deps tiny"):
        render(Rendering(kit, 0.5, 22050), tmp_path / "cache", without)


def test_a_kit_that_fails_is_quoted_and_leaves_nothing(tmp_path: Path, kit: Path):
    written(kit, "raise SystemExit('no scores today')")
    with pytest.raises(StorageError, match="has rendered nothing: no scores today"):
        render(Rendering(kit, 0.5, 22050), tmp_path / "cache", PYTHON)
    assert list((tmp_path / "cache").iterdir()) == []


def test_stopping_ends_the_kit_and_all_it_started(tmp_path: Path, kit: Path):
    written(
        kit,
        "import subprocess, sys, time\n"
        "late = 'import time, pathlib; time.sleep(0.8); pathlib.Path(%r).touch()'\n"
        f"subprocess.Popen([sys.executable, '-c', late % {str(tmp_path / 'late')!r}])\n"
        "time.sleep(60)",
    )
    begun = time.monotonic()

    def stop(fraction: float, message: str = "") -> None:
        if time.monotonic() - begun > 0.4:
            raise Cancelled

    with pytest.raises(Cancelled):
        render(Rendering(kit, 0.5, 22050), tmp_path / "cache", PYTHON, stop)
    assert list((tmp_path / "cache").iterdir()) == []
    time.sleep(1.0)
    assert not (tmp_path / "late").exists()
