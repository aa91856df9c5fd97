"""Builds the wheel, dist/runout-VERSION-py3-none-any.whl, with the version that git tells.

    .venv/bin/python packaging/build_wheel.py [--dist dist] [--sdist]

It is built from the last commit, which its version names: what lies about in the working tree
neither comes along nor is changed. `pip install .` builds the same from any tree as it is, with
the version that pyproject.toml declares.
"""

import argparse
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from faults import Fault, say
from git_version import VERSION_FILE, git_version
from linux_data import REPOSITORY, source_time

ROOMS = ("app", "engine", "training", "resources")
BESIDE = ("pyproject.toml", "README.md")
COMPILED = shutil.ignore_patterns("__pycache__", "*.pyc")


def copy_tree(folder: Path, version: str) -> None:
    """Lay out what a wheel is made of, and write its version where it is asked for.

    Args:
        folder: where to; empty.
        version: as PEP 440 writes it.

    Raises:
        Fault: pyproject.toml declares no version to put this one in place of.
    """
    packed = subprocess.run(
        ["git", "archive", "--format=zip", "HEAD", *ROOMS, *BESIDE],
        cwd=REPOSITORY,
        capture_output=True,
        check=False,
    )
    if packed.returncode == 0:
        with zipfile.ZipFile(io.BytesIO(packed.stdout)) as archive:
            archive.extractall(folder)
    else:  # the archive of a source has no history
        for name in ROOMS:
            shutil.copytree(REPOSITORY / name, folder / name, ignore=COMPILED)
        for name in BESIDE:
            shutil.copyfile(REPOSITORY / name, folder / name)
    project = folder / "pyproject.toml"
    text = project.read_text(encoding="utf-8")
    told, count = re.subn(r'(?m)^version = ".*"$', f'version = "{version}"', text, count=1)
    if not count:
        raise Fault("pyproject.toml declares no version")
    project.write_text(told, encoding="utf-8")
    (folder / "resources" / VERSION_FILE).write_text(version + "\n", encoding="utf-8")


def build(dist: Path, *, sdist: bool = False) -> list[Path]:
    """Build the wheel, and the archive of its source where that is wished for.

    Args:
        dist: the folder to write into.
        sdist: whether to write runout-VERSION.tar.gz as well.

    Returns:
        What was written.

    Raises:
        Fault: setuptools fails.
    """
    dist.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy_tree(folder, git_version(REPOSITORY))
        hooks = ("build_wheel", "build_sdist") if sdist else ("build_wheel",)
        return [dist / call_setuptools(folder, hook, dist) for hook in hooks]


def call_setuptools(folder: Path, hook: str, dist: Path) -> str:
    """Call one of its hooks in a process of its own; returns the name of the file it wrote.

    Raises:
        Fault: setuptools fails.
    """
    program = "import sys; from setuptools import build_meta\n"
    program += f"print('\\nmade', build_meta.{hook}(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-c", program, str(dist.resolve())],
        cwd=folder,
        env=os.environ | {"SOURCE_DATE_EPOCH": str(source_time())},
        capture_output=True,
        text=True,
        check=False,
    )
    made = done.stdout.rpartition("\nmade ")[2].strip()
    if done.returncode or not (dist / made).is_file():
        raise Fault(f"setuptools failed:\n{(done.stdout + done.stderr)[-2000:]}")
    return made


def main() -> int:
    """Build and tell the size; returns the exit code."""
    parser = argparse.ArgumentParser(description="Build the wheel.")
    parser.add_argument("--dist", type=Path, default=REPOSITORY / "dist")
    parser.add_argument("--sdist", action="store_true", help="write the source archive as well")
    options = parser.parse_args()
    started = time.monotonic()
    try:
        made = build(options.dist, sdist=options.sdist)
    except Fault as fault:
        print(fault, file=sys.stderr)
        return 1
    for file in made:
        size_mb = file.stat().st_size / 1e6
        say(f"{file}: {size_mb:.1f} MB, {time.monotonic() - started:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
