import json
import os
import signal
from pathlib import Path

import numpy as np
import pytest
import soundfile
import typer

from app.batch_commands import make_crew, run_batch
from app.cli import main
from engine.errors import DeviceError, EngineError
from engine.export import ExportRequest
from engine.jobs.crew import LocalCrew, News
from engine.jobs.run_side import run_side
from engine.jobs.side import Outcome, Side
from engine.progress import Cancelled
from engine.tasks.denoise import Denoise
from engine.tasks.gain import Gain
from tests.signals import noise

RATE = 22050


class OwnCrew:
    """Does sides in this process; Ctrl+C is pressed when some of them begin."""

    size, attempts = 1, 1

    def __init__(self, *interrupted: int) -> None:
        self._interrupted = interrupted
        self._todo: list[tuple[int, Side]] = []
        self._is_stopped = False

    def start(self, number: int, side: Side) -> None:
        self._todo.append((number, side))
        for _ in range(self._interrupted.count(number)):
            os.kill(os.getpid(), signal.SIGINT)

    def wait(self, timeout_s: float) -> list[News]:
        if not self._todo or (len(self._interrupted) > 1 and not self._is_stopped):
            return []
        number, side = self._todo.pop()
        return [News(number, 1.0, Outcome("stopped") if self._is_stopped else run_side(side))]

    def stop(self) -> None:
        self._is_stopped = True

    def close(self) -> None:
        self._todo.clear()


@pytest.fixture
def sides(tmp_path: Path, rng: np.random.Generator) -> list[Side]:
    made = []
    for index in range(3):
        path = tmp_path / f"side{index}.wav"
        soundfile.write(path, noise(rng, 0.2, RATE).samples.T, RATE, subtype="PCM_16")
        request = ExportRequest(tmp_path / "out" / path.name, "1.0")
        made.append(Side(path, request, (Gain(gain_db=-6.0),)))
    return made


@pytest.mark.skipif(os.name == "nt", reason="sends a signal to itself")
@pytest.mark.parametrize(("presses", "done"), [((1,), 2), ((0, 0), 0)])
def test_ctrl_c_lets_sides_end_and_a_second_one_does_not(
    sides: list[Side],
    tmp_path: Path,
    presses: tuple[int, ...],
    done: int,
    capsys: pytest.CaptureFixture[str],
):
    out = tmp_path / "out"
    handler = signal.getsignal(signal.SIGINT)
    with pytest.raises(Cancelled):
        run_batch(sides, out, OwnCrew(*presses), resume=True, reports=True, as_json=False)
    assert len(list(out.glob("*.wav"))) == done
    assert "press Ctrl+C again" in capsys.readouterr().err
    assert signal.getsignal(signal.SIGINT) is handler
    run_batch(sides, out, OwnCrew(), resume=True, reports=True, as_json=True)
    document = json.loads(capsys.readouterr().out)
    assert (document["done"], document["skipped"]) == (3 - done, done)
    assert Path(document["files"][0]["written"][0]).is_file()
    assert document["reports"] == [str(out / n) for n in ("batch.csv", "batch.html", "SHA256SUMS")]


def test_some_failures_end_with_three_and_the_only_one_with_its_sentence(
    sides: list[Side], tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    sides[1].source.write_text("no sound")
    with pytest.raises(typer.Exit) as ended:
        run_batch(sides, tmp_path / "out", OwnCrew(), resume=True, reports=False, as_json=False)
    assert ended.value.exit_code == 3
    printed = capsys.readouterr()
    assert printed.err.splitlines()[0].startswith("side1.wav ")
    assert [Path(line).name for line in printed.out.splitlines()] == [
        "side0.wav", "side0.runout.json", "side2.wav", "side2.runout.json"
    ]  # fmt: skip
    with pytest.raises(EngineError, match=r"side1\.wav is a text file"):
        run_batch(
            sides[1:2], tmp_path / "out", OwnCrew(), resume=True, reports=False, as_json=False
        )


def test_sides_queue_for_the_gpu_where_a_network_runs_on_it(
    sides: list[Side], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr("app.batch_commands.gpu_numbers", lambda device: ("0",))
    assert make_crew(sides, 4, None).size == 4
    network = Side(sides[0].source, sides[0].request, (Denoise(method="light"),))
    crew = make_crew([network], 4, None)
    assert isinstance(crew, LocalCrew)
    assert crew.size == 1
    assert "Sides queue for the GPU: 1 at a time instead of 4." in capsys.readouterr().err


def test_a_survey_is_one_document(
    sides: list[Side], tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    words = ["restore", str(sides[0].source), "-d", str(tmp_path / "out"), "--analyse", "--json"]
    assert main(words) == 0
    (told,) = json.loads(capsys.readouterr().out)["files"]
    assert told["state"] == "done"
    assert told["noise_dbfs"] == pytest.approx(-20.0, abs=2.0)
    assert not (tmp_path / "out" / "side0.wav").exists()


def test_a_cluster_that_is_not_there_is_told(sides: list[Side]):
    with pytest.raises(DeviceError, match="Ray"):
        make_crew(sides, 1, "127.0.0.1:1")
