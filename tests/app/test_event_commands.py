"""`runout events` and `runout revert`, called as `main(words)`."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from app.cli import main
from app.console import UsageError
from app.event_commands import choose_operation, parse_numbers
from tests.signals import clicks, music


@pytest.fixture
def restored(tmp_path: Path, rng: np.random.Generator) -> Path:
    """A declicked side with its removed part and its report beside."""
    audio, _ = clicks(rng, music(rng, 2.0, 22050), per_second=5.0)
    side = tmp_path / "side.wav"
    soundfile.write(side, audio.samples.T * 0.8, 22050, subtype="PCM_24")
    output = tmp_path / "out.wav"
    words = ["declick", str(side), "-o", str(output), "--removed", "--events"]
    assert main([*words, str(tmp_path / "found.json")]) == 0
    return output


def integers(path: Path) -> np.ndarray:
    stored: np.ndarray = soundfile.read(path, dtype="int32")[0]
    return stored >> 8


def listed(
    capsys: pytest.CaptureFixture[str], path: Path, *words: str
) -> list[dict[str, int | str]]:
    capsys.readouterr()
    assert main(["events", str(path), "--json", *words]) == 0
    found: list[dict[str, int | str]] = json.loads(capsys.readouterr().out)["events"]
    return found


def test_events_are_listed_from_a_report_and_from_a_file_of_events(
    restored: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    events = listed(capsys, tmp_path / "out.runout.json")
    assert len(events) >= 5
    assert [each["number"] for each in events] == list(range(1, len(events) + 1))
    assert listed(capsys, tmp_path / "found.json") == events
    assert main(["events", str(tmp_path / "out.runout.json")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(events) + 1
    assert lines[0].split()[:3] == ["operation", "number", "time"]
    assert lines[1].split()[:3] == ["1", "declick", "1"]
    assert lines[1].split()[-1] == "pending"


def test_events_are_chosen_by_task_operation_and_decision(
    restored: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    report = tmp_path / "out.runout.json"
    assert listed(capsys, report, "--task", "denoise") == []
    assert listed(capsys, report, "--operation", "2") == []
    assert len(listed(capsys, report, "--task", "declick", "--decision", "pending")) >= 5
    assert listed(capsys, report, "--decision", "reverted") == []
    assert main(["events", str(report), "--decision", "maybe"]) == 2


def test_single_repairs_are_put_back_with_what_lies_beside(
    restored: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    events = listed(capsys, tmp_path / "out.runout.json")
    back = tmp_path / "back.wav"
    (tmp_path / "side.wav").rename(tmp_path / "elsewhere.wav")  # the source is not needed
    assert main(["revert", str(restored), "-o", str(back), "--events", "2,4-5"]) == 0
    written = capsys.readouterr().out.splitlines()
    assert written == [str(back), str(tmp_path / "back.runout.json")]
    expected, source = integers(restored), integers(tmp_path / "elsewhere.wav")
    for number in (2, 4, 5):
        span = slice(int(events[number - 1]["start"]), int(events[number - 1]["stop"]))
        expected[span] = source[span]
    np.testing.assert_array_equal(integers(back), expected)
    found = listed(capsys, tmp_path / "back.runout.json", "--decision", "reverted")
    assert [each["number"] for each in found] == [2, 4, 5]


def test_the_parts_of_a_set_can_be_named(
    restored: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "out.removed.wav").rename(tmp_path / "clicks.wav")
    (tmp_path / "out.runout.json").rename(tmp_path / "told.json")
    words = ["revert", str(restored), "-o", str(tmp_path / "back.wav"), "--events", "1"]
    assert main(words) == 1
    assert capsys.readouterr().err.startswith("out.runout.json cannot be read: there is no such")
    words += ["--report", str(tmp_path / "told.json")]
    assert main(words) == 1
    assert capsys.readouterr().err.startswith("out.removed.wav cannot be read: there is no such")
    words += ["--removed", str(tmp_path / "clicks.wav"), "--removed-out", "--json"]
    assert main(words) == 0
    told = json.loads(capsys.readouterr().out)
    assert [each["role"] for each in told["outputs"]] == ["result", "removed"]
    assert len(told["written"]) == 3


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["--events", "0"], 2, "'0' names no events"),
        (["--events", "5-2"], 2, "'5-2' names no events"),
        (["--events", "all"], 2, "names no events"),
        (["--events", "9999"], 1, "has no event 9999"),
        (["--events", "1", "--task", "denoise"], 2, "no denoise has found any event"),
        (["--events", "1", "--operation", "7"], 2, "there is no operation 7"),
        ([], 2, "--events"),
    ],
)
def test_what_cannot_be_put_back_is_said(
    restored: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    code: int,
    sentence: str,
):
    before = sorted(tmp_path.iterdir())
    capsys.readouterr()
    assert main(["revert", str(restored), "-o", str(tmp_path / "back.wav"), *words]) == code
    printed = capsys.readouterr()
    assert sentence in printed.err
    assert printed.out == ""
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("content", [b"", b"[]", b"words", b'{"schema": 1}', b"\xff\xfe\x00"])
def test_what_is_no_report_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
):
    path = tmp_path / "x.runout.json"
    path.write_bytes(content)
    assert main(["events", str(path)]) == 1
    assert capsys.readouterr().err.startswith("x.runout.json is not a report of Runout")
    assert main(["events", str(tmp_path)]) == 1


def test_numbers_are_read_singly_and_as_spans():
    assert parse_numbers("3") == (3,)
    assert parse_numbers("7-9, 2,8") == (2, 7, 8, 9)


def test_the_only_operation_with_events_is_meant_unless_another_is_said():
    offered = [("declick", 5), ("denoise", 0), ("declick", 2), ("decrackle", 1)]
    assert choose_operation(offered, "decrackle", None) == 4
    assert choose_operation(offered, None, 2) == 2
    assert choose_operation(offered[:2], None, None) == 1
    with pytest.raises(UsageError, match=r"say --operation 1 \(declick\), 3 \(declick\)"):
        choose_operation(offered, "declick", None)
