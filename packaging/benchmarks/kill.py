"""Kills a program that restores, saves and exports, and looks at what it leaves behind.

    .venv/bin/python packaging/benchmarks/kill.py [--kills 24] [--seconds 60] [--seed 78]

A child process makes a session of a side, runs tasks, decides on repairs, undoes and redoes, saves
in place, under another name and as a copy, and exports. It is killed (SIGKILL) at random moments
spread over its whole run. After each, the source must have its bytes, every change that was
acknowledged must be there and play, no file may be partial under its final name, and the project
must go on.

For systems with fork. Exits with 1 when anything is missed.
"""

import argparse
import contextlib
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import soundfile

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from engine.audio import Audio  # noqa: E402 - the repository is not installed
from engine.audio_file import open_audio  # noqa: E402
from engine.errors import StorageError  # noqa: E402
from engine.event import Decision  # noqa: E402
from engine.export import ExportRequest, export_set  # noqa: E402
from engine.jobs.restore import restore  # noqa: E402
from engine.project import Operation  # noqa: E402
from engine.region import Region  # noqa: E402
from engine.review import decide  # noqa: E402
from engine.storage.folder import (  # noqa: E402
    SUFFIX,
    ProjectFolder,
    create_project,
    is_project,
    open_project,
)
from engine.storage.source import audio_sha256  # noqa: E402
from engine.tasks import Task  # noqa: E402
from engine.tasks.declick import Declick  # noqa: E402
from engine.tasks.gain import Gain  # noqa: E402

SOFTWARE = "benchmark"
RATE = 44100
SOURCE, SESSIONS, NAMED, OUT = "side.wav", "sessions", "named", "out"
MAX_DELAY_S = 0.06


def make_side(folder: Path, seconds: float, seed: int) -> Path:
    """A stereo side of noise over a tone, with clicks, in 24 bit."""
    rng = np.random.default_rng(seed)
    n_samples = round(seconds * RATE)
    tone = 0.3 * np.sin(2 * np.pi * 440.0 * np.arange(n_samples) / RATE)
    samples = tone + 0.01 * rng.standard_normal((2, n_samples))
    for start in rng.integers(0, n_samples - 40, round(20 * seconds)):
        samples[:, start : start + 20] += 0.5 * rng.standard_normal(20)
    path = folder / SOURCE
    soundfile.write(path, np.clip(samples, -1, 1).T, RATE, subtype="PCM_24")
    return path


class Child:
    """The program that is killed. It tells what it begins, and what is done for good."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        begin("create", SESSIONS)
        self.project = create_project(
            folder / SESSIONS / "side", folder / SOURCE, software=SOFTWARE, autosave=True
        )
        done("create", self.project.path.relative_to(folder))

    def run(self) -> None:
        """Everything, in three rounds."""
        duration_s = self.project.source.n_samples / RATE
        for index in range(3):
            first = self.do(Gain(gain_db=1.0 + index))
            repaired = self.do(Declick(), Region(0.1 * duration_s, 0.1 * duration_s + 0.5))
            self.decide(repaired)
            self.move(first.id)
            self.move(None)
            self.move(repaired.id)
            begin("save", "")
            self.project.save()
            done("save", "")
            # the first is a session and moves; what has a name is copied from then on
            kind = "copy" if index else "save_as"
            target = f"{NAMED}/Side {index}{SUFFIX}"
            begin(kind, target)
            self.project.save_as(self._folder / target)
            done(kind, target)
            self.export(f"{OUT}/side {index}.wav")
        begin("save", "")
        self.project.close()
        done("save", "")

    def do(self, task: Task, *regions: Region) -> Operation:
        """Run a task and record it."""
        return self.record("commit", restore(self.project.project.state, task, regions))

    def decide(self, operation: Operation) -> None:
        """Reject half of what was found."""
        half = range(len(operation.events) // 2)
        state = self.project.project.state
        self.record("decide", decide(state, operation, half, Decision.REJECTED))

    def record(self, kind: str, operation: Operation) -> Operation:
        """Write and commit."""
        begin(kind, operation.id)
        kept = self.project.keep(operation)
        self.project.commit(kept)
        done(kind, operation.id)
        return kept

    def move(self, head: str | None) -> None:
        """Move the head."""
        begin("head", head or "")
        self.project.move_head(head)
        done("head", head or "")

    def export(self, target: str) -> None:
        """Write result, removed part and report."""
        begin("export", target)
        path = self._folder / target
        path.parent.mkdir(exist_ok=True)
        request = ExportRequest(output=path, version=SOFTWARE, write_removed=True)
        export_set(self.project.project.state, self.project.source, request)
        done("export", target)


def begin(kind: str, what: object) -> None:
    """Tell the one who kills what is about to happen."""
    print("begin", kind, what, flush=True)


def done(kind: str, what: object) -> None:
    """Tell the one who kills what must be there from now on."""
    print("done", kind, what, flush=True)


@dataclass
class Told:
    """What a child said until it was killed."""

    lines: list[str] = field(default_factory=list)

    @property
    def phase(self) -> str:
        """What it was at."""
        if not self.lines:
            return "start"
        word, kind, _ = self.lines[-1].split(" ", 2)
        return kind if word == "begin" else f"after {kind}"

    def of(self, word: str, *kinds: str) -> list[str]:
        """The names it gave in lines of some kinds."""
        split = [line.split(" ", 2) for line in self.lines]
        return [what for said, kind, what in split if said == word and kind in kinds]

    @property
    def committed(self) -> list[str]:
        """Operations that must be there."""
        return self.of("done", "commit", "decide")

    @property
    def heads(self) -> set[str]:
        """Where the head may be: where it was last, or where it was about to go."""
        last = self.of("done", "commit", "decide", "head")[-1:] or [""]
        return {*last, *self.of("begin", "commit", "decide", "head")[-1:]}

    @property
    def places(self) -> list[str]:
        """Where the project is, and where it was about to go: the newest last."""
        return self.of("begin", "save_as", "copy") or self.of("done", "create")


class Nursery:
    """A process that has loaded everything and makes children, so that each begins at once.

    syncs: whether the children wait for the disk; what a kill leaves is the same.
    """

    def __init__(self, *, syncs: bool = True) -> None:
        environment = {**os.environ, "OMP_NUM_THREADS": "1"}
        self._process = subprocess.Popen(
            [sys.executable, __file__, "--nursery", *([] if syncs else ["--no-sync"])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )

    def run(self, folder: Path, n_lines: int | None, delay_s: float = 0.0) -> Told:
        """Start a child, and kill it so many seconds after a line; None lets it end."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{folder}\n")
        self._process.stdin.flush()
        told, child = Told(), int(self._process.stdout.readline())
        for line in self._process.stdout:
            if line.startswith("ended"):
                assert n_lines is not None or line == "ended 0\n", line
                return told
            told.lines.append(line.rstrip("\n"))
            if len(told.lines) == n_lines:
                time.sleep(delay_s)
                with contextlib.suppress(ProcessLookupError):  # it came to its end meanwhile
                    os.kill(child, signal.SIGKILL)
        raise RuntimeError("the process that makes children has ended")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._process:  # closes its input, at whose end it ends
            pass


def nurse(*, syncs: bool) -> None:
    """Make a child for every folder that is named, and tell its number and how it ended."""
    if not syncs:
        os.fsync = lambda fd: None
    degraded = Audio(np.zeros((1, 1000), np.float32), RATE)
    Declick().apply(degraded, slice(0, 1000))  # loads what it needs
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            print(os.getpid(), flush=True)
            Child(Path(line.rstrip("\n"))).run()
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print("ended", status, flush=True)


def missed(folder: Path, told: Told, source_sha256: str) -> list[str]:
    """What is not as it must be after a kill, in sentences."""
    wrong = []
    if sha256(folder / SOURCE) != source_sha256:
        wrong.append("the source has other bytes")
    projects = sorted(each for each in folder.glob(f"*/*{SUFFIX}") if is_project(each))
    current = [folder / place for place in told.places if folder / place in projects]
    if told.places and not current:
        current = [each for each in projects if each.parent.name == SESSIONS]
        if not current:
            wrong.append("no project is left")
    for path in projects:
        wrong += _wrong_project(path, told if current and path == current[-1] else None)
    for path in sorted((folder / OUT).glob("*.wav")):
        if "removed" not in path.name:
            wrong += _wrong_export(path, path.relative_to(folder).as_posix(), told)
    return wrong


def _wrong_project(path: Path, told: Told | None) -> list[str]:
    """What is wrong in a project; told: of the child that was killed in it."""
    wrong = []
    try:
        with open_project(path, software=SOFTWARE) as project:
            wrong += _wrong_contents(project, told)
            state = project.project.state
            again = project.keep(restore(state, Gain(gain_db=-6.0), [Region(0.0, 0.1)]))
            project.commit(again)
        with open_project(path, software=SOFTWARE) as project:
            if project.project.head_id != again.id or project.notes:
                wrong.append(f"{path.name} did not go on: {project.notes}")
    except StorageError as error:
        wrong.append(f"{path.name} does not open: {error}")
    return wrong


def _wrong_contents(project: ProjectFolder, told: Told | None) -> list[str]:
    wrong = []
    damaged = project.check_renders()
    if damaged or [note for note in project.notes if "left out, as" in note]:
        wrong.append(f"{project.path.name} has damaged renders: {project.notes}")
    if list((project.path / "renders").glob(".*.part")):
        wrong.append(f"{project.path.name} was opened and has parts of renders still")
    if told is None:
        return wrong
    there = {each.id for each in project.project.all_operations}
    lost = [each for each in told.committed if each not in there]
    if lost:
        wrong.append(f"{len(lost)} operations are lost")
    if (project.project.head_id or "") not in told.heads:
        wrong.append(f"the head is at {project.project.head_id}, not at {told.heads}")
    return wrong


def _wrong_export(path: Path, name: str, told: Told) -> list[str]:
    """A result is whole, and is the one its report tells of; a report comes last."""
    try:
        with open_audio(path) as result:
            found = audio_sha256(result)
    except StorageError as error:
        return [f"{name} is partial: {error}"]
    reports = list(path.parent.glob(f"{path.stem}*.json"))
    if not reports:
        return [f"{name} has no report"] if name in told.of("done", "export") else []
    outputs = {each["role"]: each for each in json.loads(reports[0].read_bytes())["outputs"]}
    wrong = []
    if outputs["result"]["audio_sha256"] != found or outputs["result"]["sha256"] != sha256(path):
        wrong.append(f"{name} is not what its report tells of")
    removed = path.parent / outputs["removed"]["name"]
    if outputs["removed"]["sha256"] != sha256(removed):
        wrong.append(f"{removed.name} is not what its report tells of")
    return wrong


def sha256(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def leftovers(folder: Path) -> int:
    """How many temporary files and folders a kill has left."""
    return sum(1 for each in folder.rglob("*.part"))


def kill_once(
    nursery: Nursery, folder: Path, side: Path, n_lines: int, delay_s: float
) -> tuple[Told, list[str], int]:
    """Run the child in a folder of its own, kill it, and judge what it left."""
    folder.mkdir()
    source = folder / SOURCE
    source.write_bytes(side.read_bytes())
    told = nursery.run(folder, n_lines, delay_s)
    parts = leftovers(folder)
    return told, missed(folder, told, sha256(side)), parts


def measure(nursery: Nursery, folder: Path, kills: int, seconds: float, seed: int) -> int:
    """Kill, print the tables; returns the exit code."""
    rng = random.Random(seed)
    side = make_side(folder, seconds, seed)
    whole = folder / "whole"
    whole.mkdir()
    (whole / SOURCE).write_bytes(side.read_bytes())
    told = nursery.run(whole, None)
    wrong = missed(whole, told, sha256(side))
    n_lines = len(told.lines)
    print(f"a run to its end: {n_lines} lines, {len(told.committed)} operations, wrong: {wrong}\n")
    print("| kill | at | operations acknowledged | temporary names left | missed |")
    print("|---|---|---|---|---|")
    for index in range(kills):
        line = 1 + (n_lines - 1) * index // kills + rng.randrange(max(1, n_lines // kills))
        told, found, parts = kill_once(
            nursery, folder / f"kill{index}", side, line, MAX_DELAY_S * rng.random()
        )
        wrong += found
        print(
            f"| {index + 1} | {told.phase} | {len(told.committed)} | {parts} | "
            f"{'; '.join(found) or 'nothing'} |"
        )
    for sentence in wrong:
        print(f"MISSED: {sentence}", file=sys.stderr)
    return int(bool(wrong))


def main() -> int:
    """Read the options and kill."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--nursery", action="store_true", help=argparse.SUPPRESS)
    options.add_argument("--no-sync", action="store_true", help=argparse.SUPPRESS)
    options.add_argument("--kills", type=int, default=24)
    options.add_argument("--seconds", type=float, default=60.0, help="length of the side")
    options.add_argument("--seed", type=int, default=78)
    chosen = options.parse_args()
    if chosen.nursery:
        nurse(syncs=not chosen.no_sync)
        return 0
    with tempfile.TemporaryDirectory() as name, Nursery() as nursery:
        return measure(nursery, Path(name), chosen.kills, chosen.seconds, chosen.seed)


if __name__ == "__main__":
    sys.exit(main())
