"""Run curve: whole lines only; a reader takes what is new."""

from pathlib import Path

import pytest

from engine.errors import StorageError
from training.run_curve import CURVE, CurveReader, append_curve, shorten_curve


def line(step: int) -> dict[str, int | float]:
    return {"step": step, "seconds": step / 2, "loss": -0.1 * step}


def test_a_reader_takes_what_is_new(tmp_path: Path):
    reader = CurveReader(tmp_path)
    assert not reader.read()
    for step in (10, 20):
        append_curve(tmp_path, line(step))
        assert reader.read()
        assert not reader.read()
    assert reader.rows == [line(10), line(20)]


def test_a_line_that_is_not_whole_waits(tmp_path: Path):
    append_curve(tmp_path, line(10))
    with (tmp_path / CURVE).open("a") as file:
        file.write("20,10.0,-")
    reader = CurveReader(tmp_path)
    reader.read()
    assert reader.rows == [line(10)]
    with (tmp_path / CURVE).open("a") as file:
        file.write("2.0\n")
    reader.read()
    assert reader.rows == [line(10), line(20)]


def test_what_was_taken_back_is_read_anew(tmp_path: Path):
    for step in (10, 20, 30):
        append_curve(tmp_path, line(step))
    reader = CurveReader(tmp_path)
    reader.read()
    shorten_curve(tmp_path, 20)
    append_curve(tmp_path, line(25))
    reader.read()
    assert [row["step"] for row in reader.rows] == [10, 20, 25]


def test_a_line_that_was_cut_off_is_taken_back(tmp_path: Path):
    append_curve(tmp_path, line(120))
    with (tmp_path / CURVE).open("a") as file:
        file.write("12")
    shorten_curve(tmp_path, 200)
    append_curve(tmp_path, line(240))
    assert (tmp_path / CURVE).read_text().splitlines() == [
        "step,seconds,loss", "120,60,-12", "240,120,-24",
    ]  # fmt: skip


def test_a_full_disk_leaves_no_half_a_line(tmp_path: Path, monkeypatch):
    append_curve(tmp_path, line(10))
    before = (tmp_path / CURVE).read_bytes()
    opened = Path.open

    def full(path: Path, *words):
        file = opened(path, *words)

        class Full:
            def __enter__(self):
                return self

            def __exit__(self, *_):
                file.close()

            def write(self, content: bytes) -> None:
                file.write(content[:3])
                raise OSError(28, "No space left on device")

        return Full()

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(StorageError, match=r"curve.csv cannot be written: No space left"):
        append_curve(tmp_path, line(20))
    monkeypatch.undo()
    assert (tmp_path / CURVE).read_bytes() == before


@pytest.mark.parametrize(
    "spoilt", [b"\r\r", b'"', b"x" * 200_000, b"\xff\0", b",,,,", b"1;2;3", b"\n\n"]
)
def test_a_line_that_somebody_has_spoilt_is_passed_over(tmp_path: Path, spoilt: bytes):
    append_curve(tmp_path, line(1))
    with (tmp_path / CURVE).open("ab") as file:
        file.write(spoilt + b"\n")
    append_curve(tmp_path, line(2))
    reader = CurveReader(tmp_path)
    assert reader.read()
    assert [row["step"] for row in reader.rows] == [1, 2]
