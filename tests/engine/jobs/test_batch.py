"""Batches whose work is done in this process; processes are tried in test_crew."""

import json
import subprocess
from collections import deque
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from engine.errors import StorageError
from engine.export import ExportRequest
from engine.jobs.batch import Batch
from engine.jobs.batch_journal import FOLDER
from engine.jobs.batch_news import SideNews, SideState, Summary
from engine.jobs.crew import Crew, News
from engine.jobs.run_side import run_side
from engine.jobs.side import Outcome, Side
from engine.progress import Cancelled
from engine.tasks.gain import Gain
from tests.signals import noise

RATE = 22050
SOFTER = (Gain(gain_db=-6.0),)


class OwnCrew:
    """Does a side when it is asked for news; the first attempts at some of them are lost."""

    attempts = 2

    def __init__(self, size: int = 1, lost: dict[int, int] | None = None) -> None:
        self.size = size
        self.started: list[int] = []
        self._lost = dict(lost or {})
        self._todo: deque[tuple[int, Side]] = deque()
        self._is_stopped = False

    def start(self, number: int, side: Side) -> None:
        self.started.append(number)
        self._todo.append((number, side))

    def wait(self, timeout_s: float) -> list[News]:
        if not self._todo:
            return []
        number, side = self._todo.popleft()
        if self._lost.get(number, 0):
            self._lost[number] -= 1
            return [News(number, lost="was killed (signal 9), as happens when memory runs out")]
        outcome = Outcome("stopped") if self._is_stopped else run_side(side)
        return [News(number, 0.5), News(number, 1.0, outcome)]

    def stop(self) -> None:
        self._is_stopped = True

    def close(self) -> None:
        self._todo.clear()
        self._is_stopped = False


@pytest.fixture
def sources(tmp_path: Path, rng: np.random.Generator) -> list[Path]:
    """Five short sides, the third of which is none."""
    folder = tmp_path / "in"
    folder.mkdir()
    paths = [folder / f"side{i}.wav" for i in range(5)]
    for path in paths:
        soundfile.write(path, noise(rng, 0.2, RATE).samples.T, RATE, subtype="PCM_16")
    paths[2].write_text("no sound")
    return paths


def sides_of(sources: list[Path], out: Path, overwrite: bool = False) -> list[Side]:
    return [
        Side(path, ExportRequest(out / path.name, "1.0", overwrite=overwrite), SOFTER)
        for path in sources
    ]


def run(sides: list[Side], out: Path, crew: Crew | None = None, resume: bool = True) -> Summary:
    return Batch(sides, out, crew or OwnCrew(), resume=resume).run()


def content(folder: Path) -> dict[str, bytes]:
    """All that must not depend on how a batch was run: no reports on a side, which tell times."""
    return {
        path.name: path.read_bytes()
        for path in folder.iterdir()
        if path.is_file() and not path.name.endswith("runout.json") and path.name != "SHA256SUMS"
    }


def test_one_bad_file_stops_nothing_and_tells_why(sources: list[Path], tmp_path: Path):
    heard: list[SideNews] = []
    batch = Batch(sides_of(sources, tmp_path / "out"), tmp_path / "out", OwnCrew(), heard.append)
    summary = batch.run()
    assert (summary.done, summary.failed, summary.skipped, summary.stopped) == (4, 1, 0, False)
    assert str(summary) == "5 sides: 4 restored, 1 failed"
    failed = batch.outcome(2)
    assert failed is not None
    assert failed.error.startswith("side2.wav ")
    assert not (tmp_path / "out" / "side2.wav").exists()
    done = batch.outcome(0)
    assert done is not None
    assert done.removed_db == pytest.approx(20 * np.log10(1 - 10 ** (-6 / 20)), abs=0.01)
    of_first = [each for each in heard if each.number == 0]
    assert [each.state for each in of_first] == [
        SideState.RUNNING, SideState.RUNNING, SideState.DONE
    ]  # fmt: skip
    assert of_first[1].left_s is not None


def test_starting_again_does_only_what_is_missing(sources: list[Path], tmp_path: Path):
    out = tmp_path / "out"
    run(sides_of(sources, out), out)
    first = content(out)
    times = (out / "side0.wav").stat().st_mtime_ns
    (out / "side1.wav").unlink()
    (out / "side3.runout.json").write_text("{}")
    crew = OwnCrew()
    summary = run(sides_of(sources, out, overwrite=True), out, crew)
    assert crew.started == [1, 2, 3]
    assert (summary.done, summary.skipped, summary.failed) == (2, 2, 1)
    assert (out / "side0.wav").stat().st_mtime_ns == times
    assert content(out) == first


@pytest.mark.parametrize("change", ["tasks", "version", "source", "removed"])
def test_a_side_is_not_finished_when_what_made_it_has_changed(
    sources: list[Path], tmp_path: Path, rng: np.random.Generator, change: str
):
    out = tmp_path / "out"
    (side,) = sides_of(sources[:1], out)
    run([side], out)
    if change == "tasks":
        side = replace(side, tasks=(Gain(gain_db=-3.0),))
    elif change == "source":
        soundfile.write(side.source, noise(rng, 0.2, RATE).samples.T, RATE, subtype="PCM_16")
    else:
        known: dict[str, dict[str, Any]] = {
            "version": {"version": "1.1"},
            "removed": {"write_removed": True},
        }
        side = replace(side, request=replace(side.request, **known[change]))
    refused = Batch([side], out, OwnCrew())
    assert refused.run().failed == 1
    outcome = refused.outcome(0)
    assert outcome is not None
    assert outcome.error.startswith(f"{side.request.output.name} was made from another state")
    assert "allow overwriting" in outcome.error
    allowed = replace(side, request=replace(side.request, overwrite=True))
    assert run([allowed], out).done == 1
    assert run([allowed], out).skipped == 1


def test_a_source_that_was_only_touched_is_still_the_same(sources: list[Path], tmp_path: Path):
    out = tmp_path / "out"
    run(sides_of(sources[:1], out), out)
    sources[0].touch()
    (out / "side0.wav").touch()
    assert run(sides_of(sources[:1], out), out).skipped == 1


def test_without_resume_an_output_that_is_there_is_refused(sources: list[Path], tmp_path: Path):
    out = tmp_path / "out"
    run(sides_of(sources[:2], out), out)
    sums = (out / "SHA256SUMS").read_bytes()
    batch = Batch(sides_of(sources[:2], out), out, OwnCrew(), resume=False)
    assert batch.run().failed == 2
    outcome = batch.outcome(0)
    assert outcome is not None
    assert "side0.wav exists already" in outcome.error
    assert (out / "SHA256SUMS").read_bytes() == sums


def test_a_side_whose_process_died_is_tried_again_once(sources: list[Path], tmp_path: Path):
    out = tmp_path / "out"
    crew = OwnCrew(lost={0: 1, 1: 2})
    batch = Batch(sides_of(sources[:2], out), out, crew)
    summary = batch.run()
    assert (summary.done, summary.failed) == (1, 1)
    assert crew.started == [0, 0, 1, 1]
    outcome = batch.outcome(1)
    assert outcome is not None
    assert outcome.error.startswith("side1.wav: the process that worked on it was killed")


def test_what_a_killed_run_left_is_cleared_and_written_over(sources: list[Path], tmp_path: Path):
    out = tmp_path / "out"
    run(sides_of(sources[:2], out), out)
    first = content(out)
    journal = out / FOLDER / "journal.jsonl"
    lines = journal.read_text().splitlines()
    begun = json.dumps({"side": "side1.wav", "begun": "a1b2c3"})
    journal.write_text("\n".join([*lines[:2], begun, lines[3][:40]]))  # the last line is torn
    (out / ".runout-a1b2c3ffee-0.part").write_bytes(b"half of it")
    (out / ".runout-0123456789-0.part").write_bytes(b"of another program")
    (out / ".batch.csv.0123.part").write_bytes(b"half of a table")
    crew = OwnCrew()
    assert run(sides_of(sources[:2], out), out, crew).done == 1
    assert crew.started == [1]
    left = {".runout-0123456789-0.part": b"of another program"}
    assert content(out) == first | left


def test_stop_after_current_and_going_on_make_the_same_reports(sources: list[Path], tmp_path: Path):
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    run(sides_of(sources, whole), whole)
    batch = Batch(sides_of(sources, parts), parts, OwnCrew(), lambda news: hear(news))

    def hear(news: SideNews) -> None:
        if news.number == 1 and news.state is SideState.RUNNING:
            batch.stop_after_current()

    stopped = batch.run()
    assert (stopped.done, stopped.stopped) == (2, True)
    assert batch.states[2:] == (SideState.WAITING,) * 3
    assert batch.run().stopped is False
    assert content(parts) == content(whole)


def test_cancelling_stops_what_runs_and_leaves_nothing(sources: list[Path], tmp_path: Path):
    out = tmp_path / "out"

    def stop(fraction: float, message: str = "") -> None:
        if fraction > 0.2:
            raise Cancelled

    summary = Batch(sides_of(sources, out), out, OwnCrew(size=2)).run(stop)
    assert summary.stopped
    assert summary.done < 4
    assert not list(out.glob(".runout-*.part"))
    assert run(sides_of(sources, out), out).failed == 1


def test_a_stop_that_was_asked_for_before_the_run_counts(sources: list[Path], tmp_path: Path):
    batch = Batch(sides_of(sources[:2], tmp_path / "out"), tmp_path / "out", OwnCrew())
    batch.stop_after_current()
    assert (batch.run().done, batch.run().done) == (0, 2)


def test_a_pause_begins_no_side(sources: list[Path], tmp_path: Path):
    out, looks = tmp_path / "out", []
    batch = Batch(sides_of(sources[:2], out), out, OwnCrew())
    batch.pause()

    def look(fraction: float, message: str = "") -> None:
        looks.append(batch.states[0])
        if len(looks) == 3:
            batch.go_on()

    assert batch.run(look).done == 2
    assert looks[:3] == [SideState.WAITING] * 3


def test_failed_sides_are_tried_again_when_asked(
    sources: list[Path], tmp_path: Path, rng: np.random.Generator
):
    out = tmp_path / "out"
    batch = Batch(sides_of(sources, out), out, OwnCrew())
    batch.run()
    soundfile.write(sources[2], noise(rng, 0.2, RATE).samples.T, RATE, subtype="PCM_16")
    assert batch.retry_failed() == 1
    assert batch.states[2] is SideState.WAITING
    summary = batch.run()
    assert (summary.done, summary.failed) == (5, 0)


def test_a_folder_has_one_batch_at_a_time(sources: list[Path], tmp_path: Path):
    out = tmp_path / "out"

    def again(news: SideNews) -> None:
        with pytest.raises(StorageError, match="another batch is writing into"):
            run(sides_of(sources[:1], out), out)

    Batch(sides_of(sources[:1], out), out, OwnCrew(), again).run()


def test_two_sources_of_one_name_are_not_written_over_each_other(
    sources: list[Path], tmp_path: Path
):
    out = tmp_path / "out"
    sides = sides_of([sources[0], sources[0]], out, overwrite=True)
    sides[1] = replace(sides[1], source=sources[1])
    batch = Batch(sides, out, OwnCrew())
    assert batch.run().failed == 1
    outcome = batch.outcome(1)
    assert outcome is not None
    assert "would both be written to side0.wav" in outcome.error


def test_the_checksums_are_those_of_the_files(sources: list[Path], tmp_path: Path):
    out = tmp_path / "out"
    run(sides_of(sources, out), out)
    done = subprocess.run(
        ["sha256sum", "-c", "--strict", "SHA256SUMS"], cwd=out, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 8


def test_a_survey_writes_reports_alone(sources: list[Path], tmp_path: Path):
    out = tmp_path / "out"
    sides = [replace(side, is_survey=True) for side in sides_of(sources, out)]
    summary = run(sides, out)
    assert str(summary) == "5 sides: 4 surveyed, 1 failed"
    assert set(content(out)) == {"survey.csv", "survey.html"}


def test_a_stopped_survey_goes_on_where_it_was(sources: list[Path], tmp_path: Path):
    out = tmp_path / "out"
    sides = [replace(side, is_survey=True) for side in sides_of(sources, out)]
    run(sides[:2], out)
    crew = OwnCrew()
    summary = run(sides, out, crew)
    assert crew.started == [2, 3, 4]
    assert (summary.done, summary.skipped, summary.failed) == (2, 2, 1)
    whole = tmp_path / "whole"
    run([replace(side, is_survey=True) for side in sides_of(sources, whole)], whole)
    assert content(out) == content(whole)
    assert (out / "survey.html").read_text().count("data:image/png") == 4
    soundfile.write(sources[1], np.zeros(10), RATE)
    run(sides, out, crew)
    assert crew.started[3:] == [1, 2]


def test_a_survey_and_a_restoration_into_one_folder_leave_each_other_alone(
    sources: list[Path], tmp_path: Path
):
    out = tmp_path / "out"
    sides = sides_of(sources[:2], out)
    surveyed = [replace(side, is_survey=True) for side in sides]
    assert run(sides, out).done == 2
    assert run(surveyed, out).done == 2
    assert run(sides, out).skipped == 2
    assert run(surveyed, out).skipped == 2
    assert (out / "SHA256SUMS").read_text().count("\n") == 4
