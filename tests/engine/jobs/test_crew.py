"""Processes: what they make, that they die with their parent, and what is told of one that died."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.export import ExportRequest
from engine.jobs.batch import Batch
from engine.jobs.batch_news import SideNews, SideState
from engine.jobs.crew import LocalCrew, _environment
from engine.jobs.run_side import run_side
from engine.jobs.side import Side
from engine.tasks.gain import Gain
from tests.signals import noise

RATE = 22050
REPOSITORY = Path(__file__).parents[3]


def side_of(path: Path, out: Path) -> Side:
    return Side(path, ExportRequest(out / path.name, "1.0"), (Gain(gain_db=-6.0),))


@pytest.fixture
def sides(tmp_path: Path, rng: np.random.Generator) -> list[Side]:
    sides = []
    for index in range(4):
        path = tmp_path / f"side{index}.wav"
        soundfile.write(path, noise(rng, 0.5, RATE).samples.T, RATE, subtype="PCM_16")
        sides.append(side_of(path, tmp_path / "out"))
    return sides


def test_processes_make_the_same_bytes_and_a_killed_one_loses_nothing(
    sides: list[Side], tmp_path: Path
):
    crew = LocalCrew(2)
    heard: list[SideNews] = []

    def hear(news: SideNews) -> None:
        heard.append(news)
        if len(heard) == 1:  # the first side has just been handed over
            worker = crew._workers[0]
            assert worker is not None
            assert worker.process.pid is not None
            os.kill(worker.process.pid, signal.SIGKILL)

    summary = Batch(sides, tmp_path / "out", crew, hear).run()
    assert (summary.done, summary.failed) == (4, 0)
    assert [each.state for each in heard if each.number == 0][:3] == [
        SideState.RUNNING, SideState.WAITING, SideState.RUNNING
    ]  # fmt: skip
    for side in sides:
        alone = side_of(side.source, tmp_path / "alone")
        assert run_side(alone).state == "done"
        assert side.request.output.read_bytes() == alone.request.output.read_bytes()
    assert crew._workers == [None, None]


def test_each_process_has_its_share_of_the_threads(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("os.cpu_count", lambda: 8)
    assert [LocalCrew(n)._n_threads for n in (1, 2, 3, 8, 20)] == [8, 4, 2, 1, 1]
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    with _environment(4, "1"):
        assert (os.environ["OMP_NUM_THREADS"], os.environ["CUDA_VISIBLE_DEVICES"]) == ("4", "1")
    assert os.environ["OMP_NUM_THREADS"] == "7"
    assert "CUDA_VISIBLE_DEVICES" not in os.environ


@pytest.mark.skipif(sys.platform == "win32", reason="looks into /proc or asks ps")
def test_no_process_outlives_the_one_that_started_it():
    words = "import sys; from engine.jobs.crew import _Worker\n"
    words += "if __name__ == '__main__':\n"
    words += "    print(_Worker(1, None).process.pid, flush=True); sys.stdin.read()\n"
    parent = subprocess.Popen(
        [sys.executable, "-c", words],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.communicate()
    deadline_s = time.monotonic() + 10.0
    while is_alive(child) and time.monotonic() < deadline_s:
        time.sleep(0.02)
    assert not is_alive(child)


def is_alive(pid: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True)
    return bool(state.stdout.strip()) and not state.stdout.startswith("Z")
