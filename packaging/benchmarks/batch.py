"""Measures what a batch promises: nothing lost, nothing partial, the same bytes, and what it costs.

    .venv/bin/python packaging/benchmarks/batch.py [--only ROW]... [--seconds 8] [--repeats 3]

The sides are pieces of the bundled transfer. Rows: broken (50 sides, 3 of them broken), kill (20
kills at random moments), memory (200 sides), jobs (two at once against one), overhead (100 sides
against the same restorations in one process), scan (10 000 files), ray (two local nodes, one of
them killed; needs `runout[cluster]`). Times of one row are only compared with one another.

For systems with /proc. Exits with 1 when a limit is missed.
"""

import argparse
import hashlib
import json
import os
import random
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from engine.collection import Claims, find_audio  # noqa: E402 - the repository is not installed
from engine.export import ExportRequest  # noqa: E402
from engine.jobs.batch import Batch  # noqa: E402
from engine.jobs.batch_news import SideNews, SideState  # noqa: E402
from engine.jobs.crew import LocalCrew  # noqa: E402
from engine.jobs.restore_file import RestoreFileJob  # noqa: E402
from engine.jobs.side import Side  # noqa: E402
from engine.presets import load_preset  # noqa: E402

PRESETS = REPOSITORY / "resources" / "presets"
DEMO = REPOSITORY / "resources" / "demo" / "air_1920.flac"
SETTLED_S = 0.1
"""After which a process that was freed of a side has given its memory back."""
COMMAND = [sys.executable, "-m", "app", "restore"]


@dataclass(frozen=True)
class Ground:
    """Where and with what it is measured."""

    folder: Path
    seconds: float
    preset: str
    repeats: int
    seed: int

    def sides(self, name: str, count: int) -> Path:
        """A folder of so many sides, no two alike."""
        folder = self.folder / name
        folder.mkdir()
        samples, rate = soundfile.read(DEMO, dtype="int16", always_2d=True)
        length = round(self.seconds * rate)
        starts = np.linspace(0, len(samples) - length, count).astype(int)
        for index, start in enumerate(starts):
            path = folder / f"side{index:03}.wav"
            soundfile.write(path, samples[start : start + length], rate, subtype="PCM_16")
        return folder

    def command(self, source: Path, out: Path, *words: str) -> list[str]:
        """The words of a batch."""
        return [*COMMAND, str(source), "-d", str(out), "--preset", self.preset, *words]


def run(words: list[str]) -> tuple[int, float, float, str]:
    """Exit code, seconds on the clock, seconds of all cores, what it said."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    clock = time.perf_counter()
    done = subprocess.run(words, cwd=REPOSITORY, capture_output=True, text=True)
    wall_s = time.perf_counter() - clock
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return done.returncode, wall_s, cpu_s, done.stderr


def content(out: Path) -> dict[str, str]:
    """Checksums of all files that must be the same for every run; reports on sides tell times."""
    told = {}
    for path in sorted(out.rglob("*")):
        is_ours = path.is_file() and ".runout-batch" not in path.parts
        if is_ours and not path.name.endswith(".runout.json") and path.name != "SHA256SUMS":
            told[str(path.relative_to(out))] = hashlib.sha256(path.read_bytes()).hexdigest()
    return told


def broken(ground: Ground) -> bool:
    """50 sides of which 3 are broken; then again."""
    source, out = ground.sides("broken", 50), ground.folder / "broken-out"
    (source / "side007.wav").write_text("no sound")
    whole = (source / "side020.wav").read_bytes()
    (source / "side020.wav").write_bytes(whole[: len(whole) // 2])
    (source / "side033.wav").write_bytes(b"")
    code, first_s, _, said = run(ground.command(source, out))
    sentences = [line for line in said.splitlines() if line.startswith("side")]
    outputs = len(list(out.glob("*.wav")))
    again, again_s, _, said_again = run(ground.command(source, out, "--resume"))
    print(f"{outputs} outputs, {len(sentences)} sentences, exit {code}; {first_s:.1f} s")
    print("".join(f"    {line}\n" for line in sentences), end="")
    print(f"again: {said_again.splitlines()[-1]} exit {again}; {again_s:.2f} s")
    is_right = (outputs, len(sentences), code, again) == (47, 3, 3, 3)
    return is_right and "47 finished before" in said_again and again_s < 5.0


def kill(ground: Ground) -> bool:
    """Kill a batch at random moments, half of them with all its processes, then resume it."""
    source, out = ground.sides("kill", 12), ground.folder / "whole"
    _, whole_s, _, _ = run(ground.command(source, out, "--jobs", "2"))
    wanted, rng, wrong = content(out), random.Random(ground.seed), 0
    left: list[int] = []
    for index in range(20):
        out = ground.folder / f"kill{index}"
        words = ground.command(source, out, "--jobs", "2")
        child = subprocess.Popen(
            words,
            cwd=REPOSITORY,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        time.sleep(rng.uniform(0.3, whole_s))
        if index % 2:
            os.killpg(child.pid, signal.SIGKILL)
        else:
            os.kill(child.pid, signal.SIGKILL)
        child.wait()
        shown = {name: told for name, told in content(out).items() if not name.startswith(".")}
        partial = [name for name, told in shown.items() if wanted.get(name) != told]
        left.append(len(shown))
        code, _, _, _ = run(ground.command(source, out, "--jobs", "2", "--resume"))
        is_same = content(out) == wanted and code == 0
        wrong += bool(partial) or not is_same
        if partial or not is_same:
            print(f"kill {index}: partial {partial}, exit {code}, same {is_same}")
        shutil.rmtree(out)
    print(f"20 kills, {min(left)} to {max(left)} files there; {wrong} went wrong")
    return wrong == 0


def memory(ground: Ground) -> bool:
    """Resident memory of the process at work, and of this one, over 200 sides."""
    source = ground.sides("memory", 200)
    sides = sides_of(ground, source, ground.folder / "memory-out")
    crew = LocalCrew(1)
    theirs: list[int] = []
    ours: list[int] = []

    def hear(news: SideNews) -> None:
        worker = crew._workers[0]
        if news.state is SideState.DONE and worker is not None:
            time.sleep(SETTLED_S)  # nobody works now: the next side begins after this
            theirs.append(resident_kb(worker.process.pid))
            ours.append(resident_kb(os.getpid()))

    Batch(sides, ground.folder / "memory-out", crew, hear).run()
    is_flat = True
    for name, told in (("process at work", theirs), ("process that leads", ours)):
        early, late = statistics.median(told[10:20]), statistics.median(told[-10:])
        growth = 100.0 * (late / early - 1.0)
        print(
            f"{name}: {early / 1024:.0f} MB after ten sides, {late / 1024:.0f} MB, {growth:+.1f} %"
        )
        is_flat = is_flat and growth < 5.0
    return is_flat


def jobs(ground: Ground) -> bool:
    """Sides per minute with two at once and with one."""
    n_sides = 60
    source, ratios, costs = ground.sides("jobs", n_sides), [], []
    for index in range(ground.repeats):
        taken = {}
        for n_jobs in (1, 2):
            out = ground.folder / f"jobs-{index}-{n_jobs}"
            _, wall_s, cpu_s, _ = run(ground.command(source, out, "--jobs", str(n_jobs)))
            taken[n_jobs] = wall_s, cpu_s
        is_same = content(ground.folder / f"jobs-{index}-1") == content(out)
        ratios.append(taken[1][0] / taken[2][0])
        costs.append(taken[2][1] / taken[1][1])
        print(
            f"one {60 * n_sides / taken[1][0]:.0f}, two {60 * n_sides / taken[2][0]:.0f} sides a "
            "minute: "
            f"{ratios[-1]:.2f} times; CPU seconds {costs[-1]:.2f} times; same bytes: {is_same}; "
            f"load {os.getloadavg()[0]:.1f}"
        )
        if not is_same:
            return False
    return max(ratios) >= 1.6


def overhead(ground: Ground) -> bool:
    """100 sides as a batch, and the same restorations one after the other in one process."""
    source, shares = ground.sides("overhead", 100), []
    for index in range(ground.repeats):
        plain, out = ground.folder / f"plain{index}", ground.folder / f"batch{index}"
        words = [sys.executable, __file__, "--plain", str(source), str(plain), ground.preset]
        _, plain_s, plain_cpu_s, said = run(words)
        _, wall_s, cpu_s, _ = run(ground.command(source, out))
        is_same = all(
            (out / path.name).read_bytes() == path.read_bytes() for path in plain.glob("*.wav")
        )
        shares.append((cpu_s / plain_cpu_s - 1.0, wall_s / plain_s - 1.0))
        print(
            f"plain {plain_s:.1f} s, batch {wall_s:.1f} s: {100 * shares[-1][1]:+.1f} % on the "
            f"clock, {100 * shares[-1][0]:+.1f} % of CPU; same bytes: {is_same} {said}"
        )
    return statistics.median(share for _, share in shares) < 0.15


def plain_run(source: Path, out: Path, preset: str) -> None:
    """The restorations without a batch."""
    for side in _sides(source, out, preset):
        RestoreFileJob(side.source, side.request, side.tasks).run()


def scan(ground: Ground) -> bool:
    """What ten thousand files cost before the first one is restored, and when all are finished."""
    folder, out = ground.folder / "many", ground.folder / "many-out"
    for index in range(10_000):
        path = folder / f"disc{index // 100:03}" / f"side{index:05}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"RIFF")
    clock = time.perf_counter()
    found = find_audio(folder)
    next(found)
    first_s = time.perf_counter() - clock
    paths = [*find_audio(folder)]
    found_s = time.perf_counter() - clock
    tasks = load_preset(PRESETS / f"{ground.preset}.toml").tasks
    sides = [
        Side(path, ExportRequest(out / path.relative_to(folder), "1"), tasks) for path in paths
    ]
    batch = Batch(sides, out, LocalCrew(1))
    planned_s = time.perf_counter() - clock
    claims = Claims(paths)
    for side in sides:
        claims.claim(side.source, side.targets)
    claimed_s = time.perf_counter() - clock
    print(
        f"first file after {1000 * first_s:.1f} ms, all {len(batch.sides)} after {found_s:.2f} s, "
        f"batch made after {planned_s:.2f} s, outputs claimed after {claimed_s:.2f} s"
    )
    return claimed_s < 5.0


def ray_nodes(ground: Ground) -> bool:
    """Two local nodes of one core each, one of them killed midway, against two processes."""
    from ray.cluster_utils import Cluster

    from engine.jobs.cluster import ClusterCrew

    source, outs = ground.sides("ray", 24), [ground.folder / f"ray{i}" for i in range(3)]
    _, local_s, _, _ = run(ground.command(source, outs[0], "--jobs", "2"))
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
    node = cluster.add_node(num_cpus=1)
    cluster.wait_for_nodes()
    words = ground.command(source, outs[1], "--cluster", cluster.address)
    _, ray_s, _, _ = run(words)
    done = 0

    def hear(news: SideNews) -> None:
        nonlocal done
        done += news.state is SideState.DONE
        if news.state is SideState.DONE and done == 8:
            cluster.remove_node(node, allow_graceful=False)

    sides = sides_of(ground, source, outs[2])
    summary = Batch(sides, outs[2], ClusterCrew(cluster.address), hear).run()
    cluster.shutdown()
    sounds = [
        {name: told for name, told in content(out).items() if name.endswith(".wav")} for out in outs
    ]
    print(
        f"two processes {local_s:.1f} s, Ray {ray_s:.1f} s: {100 * (ray_s / local_s - 1):+.0f} %; "
        f"all the same bytes: {content(outs[0]) == content(outs[1])}; after a node was killed: "
        f"{summary}, same bytes: {sounds[2] == sounds[0]}"
    )
    return content(outs[0]) == content(outs[1]) and sounds[2] == sounds[0] and summary.done == 24


def sides_of(ground: Ground, source: Path, out: Path) -> list[Side]:
    """The sides of a folder."""
    return _sides(source, out, ground.preset)


def _sides(source: Path, out: Path, preset: str) -> list[Side]:
    tasks = load_preset(PRESETS / f"{preset}.toml").tasks
    return [
        Side(path, ExportRequest(out / path.name, "1", preset=preset), tasks)
        for path in sorted(source.glob("*.wav"))
    ]


def resident_kb(pid: int | None) -> int:
    """Resident memory of a process."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS:")).split()[1])


ROWS: dict[str, Callable[[Ground], bool]] = {
    "broken": broken,
    "kill": kill,
    "memory": memory,
    "jobs": jobs,
    "overhead": overhead,
    "scan": scan,
    "ray": ray_nodes,
}


def main() -> int:
    """Read the options and measure."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--only", action="append", choices=ROWS, help="this row")
    options.add_argument("--seconds", type=float, default=8.0, help="length of a side")
    options.add_argument("--preset", default="declick-only")
    options.add_argument("--repeats", type=int, default=3)
    options.add_argument("--seed", type=int, default=78)
    options.add_argument("--plain", nargs=3, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.plain:
        plain_run(Path(chosen.plain[0]), Path(chosen.plain[1]), chosen.plain[2])
        return 0
    missed = []
    for row in chosen.only or [each for each in ROWS if each != "ray"]:
        with tempfile.TemporaryDirectory(prefix="batch-") as name:
            ground = Ground(Path(name), chosen.seconds, chosen.preset, chosen.repeats, chosen.seed)
            print(f"{row}:")
            if not ROWS[row](ground):
                missed.append(row)
    print(json.dumps({"missed": missed}))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
