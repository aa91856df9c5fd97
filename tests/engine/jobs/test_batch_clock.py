from pathlib import Path

import pytest

from engine.export import ExportRequest
from engine.jobs.batch_clock import BatchClock
from engine.jobs.side import Side


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, to be moved."""
    time_s = [100.0]
    monkeypatch.setattr("engine.jobs.batch_clock.time.monotonic", lambda: time_s[0])
    return time_s


@pytest.fixture
def clock(now: list[float], tmp_path: Path) -> BatchClock:
    """A clock of sides of 1000, 3000 and 4000 bytes."""
    sides = []
    for size in (1000, 3000, 4000):
        path = tmp_path / f"{size}.wav"
        path.write_bytes(bytes(size))
        sides.append(Side(path, ExportRequest(tmp_path / "out.wav", "1"), ()))
    return BatchClock(sides)


def test_the_rest_takes_as_long_as_its_bytes(clock: BatchClock, now: list[float]):
    clock.start()
    assert clock.left_s({0: 0.0}) is None
    now[0] += 10.0
    clock.end(0, counts=True)
    assert clock.fraction({}) == pytest.approx(1 / 8)
    assert clock.left_s({}) == pytest.approx(70.0)
    now[0] += 10.0
    assert clock.left_s({1: 1 / 3}) == pytest.approx(60.0)


def test_skipped_sides_and_pauses_do_not_count_as_speed(clock: BatchClock, now: list[float]):
    clock.start()
    clock.end(2, counts=False)
    assert clock.left_s({}) is None
    now[0] += 30.0
    clock.pass_over(20.0)
    clock.end(0, counts=True)
    clock.end(0, counts=False)
    assert clock.left_s({}) == pytest.approx(30.0)
    assert clock.fraction({}) == pytest.approx(5 / 8)
