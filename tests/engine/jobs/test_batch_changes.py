"""What can be asked of a batch about sides that still wait."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.jobs.batch import Batch
from engine.jobs.batch_news import SideState
from engine.jobs.side import Side
from engine.tasks.gain import Gain
from tests.engine.jobs.test_batch import RATE, OwnCrew, run, sides_of, sources

__all__ = ["sources"]


class AskingCrew(OwnCrew):
    """Asks something of the batch while the first side is at work."""

    def __init__(self, ask: Callable[[], object]) -> None:
        super().__init__()
        self._ask = ask

    def start(self, number: int, side: Side) -> None:
        if not self.started:
            self._ask()
        super().start(number, side)


def test_sides_that_wait_are_withdrawn_and_no_others(sources: list[Path], tmp_path: Path):
    out = tmp_path / "out"
    told: list[list[int]] = []
    crew = AskingCrew(lambda: told.append(batch.withdraw([0, 1, 4])))
    batch = Batch(sides_of(sources, out), out, crew)
    summary = batch.run()
    assert told == [[1, 4]]
    assert crew.started == [0, 2, 3]
    assert str(summary) == "3 sides: 2 restored, 1 failed"
    assert not (out / "side1.wav").exists()
    assert "side1" not in (out / "batch.csv").read_text()
    assert batch.states[1] is SideState.WITHDRAWN


def test_a_batch_whose_rest_is_withdrawn_ends(sources: list[Path], tmp_path: Path):
    out = tmp_path / "out"
    crew = AskingCrew(lambda: batch.withdraw(range(5)))
    batch = Batch(sides_of(sources, out), out, crew)
    assert str(batch.run()) == "1 side: 1 restored, 0 failed"


def test_sides_that_wait_are_done_otherwise_and_no_others(sources: list[Path], tmp_path: Path):
    out = tmp_path / "out"
    louder = [replace(side, tasks=(Gain(gain_db=-3.0),)) for side in sides_of(sources, out)]
    told: list[list[int]] = []
    crew = AskingCrew(lambda: told.append(batch.change({0: louder[0], 3: louder[3]})))
    batch = Batch(sides_of(sources, out), out, crew)
    batch.run()
    assert told == [[3]]
    peaks = [np.abs(soundfile.read(out / f"side{i}.wav")[0]).max() for i in (0, 3)]
    sources_peaks = [np.abs(soundfile.read(sources[i])[0]).max() for i in (0, 3)]
    gains_db = 20 * np.log10(np.divide(peaks, sources_peaks))
    assert gains_db == pytest.approx([-6.0, -3.0], abs=0.01)
    assert run([*sides_of(sources[:1], out), louder[3]], out).skipped == 2


def test_a_side_that_failed_gives_its_names_back_when_it_is_withdrawn(
    sources: list[Path], tmp_path: Path
):
    out = tmp_path / "out"
    sides = sides_of(sources[:3], out)
    batch = Batch(sides, out, OwnCrew())
    batch.run()
    batch.retry_failed()
    other = replace(sides[2], request=replace(sides[2].request, output=out / "other.wav"))
    assert batch.change({2: other}) == [2]
    soundfile.write(sources[2], np.full(100, 0.5), RATE, subtype="PCM_16")
    assert batch.run().done == 3
    assert (out / "other.wav").is_file()
