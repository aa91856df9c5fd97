"""The command line and the window go on with one another's batches."""

import pytest

from app.cli import main
from tests.app.batch.test_window import states
from tests.app.conftest import RATE, write_side
from tests.signals import music


@pytest.fixture
def shelf(tmp_path, rng):
    folder = tmp_path / "shelf"
    for name in ("a.wav", "Victor/b.wav"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        write_side(folder / name, music(rng, 0.4, RATE, 1))
    return folder


def command(shelf, out, *more):
    assert main(["restore", str(shelf), "-d", str(out), "--preset", "none", "--resume", *more]) == 0


def written(out):
    return {path: path.stat().st_mtime_ns for path in out.rglob("*.wav")}


def test_the_window_skips_what_the_command_line_has_done(make_batch, fill, shelf, come_to_end,
                                                         tmp_path):  # fmt: skip
    out = tmp_path / "out"
    command(shelf, out)
    before = written(out)
    assert set(before) == {out / "a.wav", out / "Victor/b.wav"}
    window = make_batch(is_real=True)
    fill(window, shelf)
    window.options.preset_chosen.emit("none")
    window.start()
    come_to_end(window)
    assert states(window) == ["skipped", "skipped"]
    assert written(out) == before


def test_the_command_line_skips_what_the_window_has_done(make_batch, fill, shelf, come_to_end,
                                                         tmp_path, capsys):  # fmt: skip
    out = tmp_path / "out"
    window = make_batch(is_real=True)
    fill(window, shelf)
    window.options.preset_chosen.emit("none")
    window.start()
    come_to_end(window)
    assert states(window) == ["done", "done"]
    before = written(out)
    command(shelf, out)
    assert "2 sides: 0 restored, 2 finished before, 0 failed." in capsys.readouterr().err
    assert written(out) == before


def test_a_survey_that_one_has_begun_the_other_goes_on_with(
    make_batch, fill, shelf, come_to_end, tmp_path, capsys
):
    window = make_batch(is_real=True)
    window.options.analyse.setChecked(True)
    fill(window, shelf / "a.wav")
    window.start()
    come_to_end(window)
    command(shelf, tmp_path / "out", "--analyse")
    assert "1 finished before" in capsys.readouterr().err
    window.queue.remove(window.queue.model.rows)
    fill(window, shelf)
    window.start()
    come_to_end(window)
    assert states(window) == ["skipped", "skipped"]
    assert "clicks/s" in window.queue.model.rows[1].told
