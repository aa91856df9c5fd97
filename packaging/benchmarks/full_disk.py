"""Fills a small disk with a project, and looks whether anything is lost.

    .venv/bin/python packaging/benchmarks/full_disk.py

A disk of 8 MB is mounted (tmpfs; where that is not allowed, nothing is measured). A project on it
gets renders until one finds no room, then another file takes every byte that is left: undo and
saving must be refused in a sentence with numbers, all operations must be there, and the project
must go on on another disk, and on the full one once there is room again.

Exits with 1 when anything is missed.
"""

import argparse
import contextlib
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))
sys.path.insert(0, str(REPOSITORY / "packaging"))

from benchmarks.kill import SOFTWARE, make_side  # noqa: E402 - the repository is not installed
from engine.errors import StorageError  # noqa: E402
from engine.jobs.restore import restore  # noqa: E402
from engine.region import Region  # noqa: E402
from engine.storage.folder import create_project, open_project  # noqa: E402
from engine.tasks.gain import Gain  # noqa: E402


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path | None]:
    """A disk of a few megabytes, None where none may be mounted."""
    place = folder / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(place)]
    try:
        is_there = subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        is_there = False
    try:
        yield place if is_there else None
    finally:
        if is_there:
            subprocess.run(["umount", "-l", str(place)], capture_output=True, check=True)


def full_disk(folder: Path, side: Path) -> list[str]:
    """Fill a small disk with renders, then to its last byte; what is wrong, in sentences."""
    with small_disk(folder, 8) as disk:
        if disk is None:
            print("no small disk may be mounted here, so none was filled")
            return []
        return fill(disk, folder, side)


def fill(disk: Path, folder: Path, side: Path) -> list[str]:
    """Render until there is no room, then take the last byte and try to go on."""
    wrong = []
    print("| disk of 8 MB | said |\n|---|---|")
    project = create_project(disk / "Full", side, software=SOFTWARE)
    count, sentence = 0, ""
    while not sentence and count < 100:
        try:
            state = project.project.state
            made = restore(state, Gain(gain_db=1.0), [Region(count, count + 2.5)])
            project.commit(project.keep(made))
            count += 1
        except StorageError as error:
            sentence = str(error)
    print(f"| render {count + 1} | {sentence} |")
    if "MB are needed and" not in sentence or not count:
        wrong.append(f"a full disk was told as: {sentence}")
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))
    head = project.project.head_id
    wrong += _refused("undo", lambda: project.move_head(None), many=1000)
    wrong += _refused("save", project.save)
    if project.project.head_id not in (head, None):
        wrong.append("the head is elsewhere after all")
    head = project.project.head_id
    project.save_as(folder / "Rescued")
    project.close()
    for path in (disk / "Full.runout", folder / "Rescued.runout"):
        with open_project(path, software=SOFTWARE) as again:
            print(f"| {path.name} again | {' '.join(again.notes) or 'nothing'} |")
            if len(again.project.all_operations) != count or again.project.head_id != head:
                wrong.append(f"{path.name} has lost something")
    filler.unlink()
    with open_project(disk / "Full.runout", software=SOFTWARE) as again:
        again.move_head(None)
        again.save()
    return wrong


def _refused(what: str, act: Callable[[], object], many: int = 1) -> list[str]:
    """Do something until a full disk refuses it; what is wrong about the sentence."""
    try:
        for _ in range(many):
            act()
    except StorageError as error:
        print(f"| {what} | {error} |")
        return [] if "MB are free" in str(error) else [f"{what} was refused by: {error}"]
    return [f"{what} was not refused on a full disk"]


def main() -> int:
    """Fill the disk; returns the exit code."""
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wrong = full_disk(folder, make_side(folder, 20.0, 78))
    for sentence in wrong:
        print(f"MISSED: {sentence}", file=sys.stderr)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
