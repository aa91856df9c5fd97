"""The command line, called as `main(words)`: exit codes, what is printed where, files written."""

import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from app.cli import main
from app.version import VERSION
from tests.signals import clicks, music, noise


@pytest.fixture
def side(tmp_path: Path, rng: np.random.Generator) -> Path:
    audio, _ = clicks(rng, music(rng, 2.0, 22050), per_second=5.0)
    path = tmp_path / "in" / "side.wav"
    path.parent.mkdir()
    soundfile.write(path, audio.samples.T * 0.8, 22050, subtype="PCM_16")
    return path


def integers(path: Path) -> np.ndarray:
    stored: np.ndarray = soundfile.read(path, dtype="int32", always_2d=True)[0]
    return stored >> 16


def test_the_version_is_the_one_of_the_project(capsys: pytest.CaptureFixture[str]):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"runout {VERSION}\n"
    project = (Path(__file__).parents[2] / "pyproject.toml").read_text()
    assert f'version = "{VERSION}"' in project


def test_info_tells_the_facts_as_text_and_as_json(side: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["info", str(side)]) == 0
    text = capsys.readouterr().out
    assert "22050 Hz" in text
    assert "16 bit integer" in text
    assert main(["info", str(side), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["sample_rate"], facts["n_samples"], facts["bits"]) == (22050, 44100, 16)


def test_no_operation_exports_the_same_samples(side: Path, capsys: pytest.CaptureFixture[str]):
    output = side.parent.parent / "out.wav"
    assert main(["restore", str(side), "-o", str(output), "--preset", "none", "--removed"]) == 0
    np.testing.assert_array_equal(integers(output), integers(side))
    assert not integers(output.with_name("out.removed.wav")).any()
    written = capsys.readouterr().out.splitlines()
    expected = ["out.wav", "out.removed.wav", "out.runout.json"]
    assert sorted(written) == sorted(str(output.with_name(name)) for name in expected)


def test_a_task_touches_only_its_region_and_removed_adds_up(side: Path):
    output = side.with_name("out.wav")
    words = ["declick", str(side), "-o", str(output), "--region", "0.5-1.5", "--removed"]
    assert main(words) == 0
    source, restored = integers(side), integers(output)
    removed = integers(side.with_name("out.removed.wav"))
    np.testing.assert_array_equal(restored + removed, source)
    changed = np.flatnonzero((restored != source).any(axis=1))
    assert changed[0] >= 11025
    assert changed[-1] < 33075
    report = json.loads(side.with_name("out.runout.json").read_text())
    assert report["operations"][0]["task"] == "declick"
    assert (report["outside_changed"], report["sum_exact"]) == (0, True)


def test_a_preset_learns_from_the_noise_that_is_named(side: Path):
    output = side.with_name("out.wav")
    assert main(["restore", str(side), "-o", str(output), "--noise", "0.0-0.3"]) == 0
    report = json.loads(side.with_name("out.runout.json").read_text())
    settings = {each["task"]: each["settings"] for each in report["operations"]}
    assert settings["denoise"]["noise"] == "0:00.0000-0:00.3000"


def test_found_events_are_written_as_data(side: Path, tmp_path: Path):
    events = tmp_path / "events.json"
    words = ["declick", str(side), "-o", str(tmp_path / "o.wav"), "--events", str(events)]
    assert main(words) == 0
    found = json.loads(events.read_text())["events"]
    assert len(found) >= 5
    assert {"time_s", "width_ms", "channel", "confidence", "removed_db"} <= set(found[0])


def test_found_events_never_replace_a_file_unasked(side: Path, tmp_path: Path):
    before = side.read_bytes()
    words = ["declick", str(side), "-o", str(tmp_path / "o.wav"), "--events"]
    assert main([*words, str(side), "--overwrite"]) == 1
    assert side.read_bytes() == before
    kept = tmp_path / "events.json"
    kept.write_text("mine")
    assert main([*words, str(kept)]) == 1
    assert kept.read_text() == "mine"
    assert not (tmp_path / "o.wav").exists()


def test_a_run_never_writes_over_its_sources_or_its_own_outputs(
    side: Path, capsys: pytest.CaptureFixture[str]
):
    twin = side.parent.parent / "other" / "side.wav"
    twin.parent.mkdir()
    twin.write_bytes(side.read_bytes())
    out = side.parent.parent / "out"
    words = ["restore", str(side), str(twin), "-d", str(out), "--preset", "none", "--overwrite"]
    assert main(words) == 3
    assert "would both be written to side.wav" in capsys.readouterr().err
    assert main([*words[:4], str(twin.parent), *words[5:]]) == 3
    assert "which is a source" in capsys.readouterr().err
    assert twin.read_bytes() == side.read_bytes()


def test_the_same_words_make_the_same_bytes(side: Path):
    outputs = [side.with_name(f"out{index}.wav") for index in (1, 2)]
    for output in outputs:
        assert main(["restore", str(side), "-o", str(output)]) == 0
    assert outputs[0].read_bytes() == outputs[1].read_bytes()


def test_an_existing_output_is_refused_without_overwrite(
    side: Path, capsys: pytest.CaptureFixture[str]
):
    output = side.with_name("out.wav")
    output.write_bytes(b"precious")
    words = ["gain", str(side), "-o", str(output), "--gain-db", "-3"]
    assert main(words) == 1
    assert output.read_bytes() == b"precious"
    assert "out.wav" in capsys.readouterr().err
    assert main([*words, "--overwrite"]) == 0
    assert len(integers(output)) == 44100


def test_the_source_cannot_be_the_output(side: Path):
    before = side.read_bytes()
    words = ["gain", str(side), "-o", str(side), "--gain-db", "-3", "--overwrite"]
    assert main(words) == 1
    assert side.read_bytes() == before


def test_folders_are_mirrored_and_one_bad_file_stops_nothing(
    side: Path, rng: np.random.Generator, capsys: pytest.CaptureFixture[str]
):
    folder = side.parent
    (folder / "disc").mkdir()
    quiet = noise(rng, 0.5, 22050, 0.01).samples.T
    soundfile.write(folder / "disc" / "b.flac", quiet, 22050, subtype="PCM_24")
    (folder / "bad.wav").write_text("no sound")
    out = folder.parent / "out"
    assert main(["restore", str(folder), "-d", str(out), "--preset", "none", "--json"]) == 3
    printed = capsys.readouterr()
    assert (out / "side.wav").is_file()
    assert (out / "disc" / "b.flac").is_file()
    assert not (out / "bad.wav").exists()
    assert re.fullmatch(r"bad\.wav .*\n3 sides: 2 restored, 1 failed\.\n", printed.err)
    document = json.loads(printed.out)
    assert (document["failed"], len(document["files"])) == (1, 3)
    assert main(["restore", str(folder), "-d", str(out), "--preset", "none", "--resume"]) == 3
    assert capsys.readouterr().err.endswith("0 restored, 2 finished before, 1 failed.\n")


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["restore", "x.wav"], 2, "say where to write"),
        (["restore", "a.wav", "b.wav", "-o", "c.wav"], 2, "one input file"),
        (["restore", "x.wav", "-o", "y.wav", "--region", "5-2"], 2, "region"),
        (["gain", "x.wav", "-o", "y.wav", "--gain-db", "99"], 2, "outside -60 .. 60 dB"),
        (["gain", "x.wav", "-o", "y.wav", "--gain-db", "loud"], 2, "not a number"),
        (["restore", "x.wav", "-o", "y.wav"], 1, "x.wav cannot be read"),
        (["restore", "x.wav", "-o", "y.wav", "--preset", "magic"], 1, "no preset 'magic'"),
        (["tasks", "show", "magic"], 1, "no task 'magic'"),
        (["info", "."], 1, "folder"),
        (["frobnicate"], 2, "frobnicate"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    words: list[str],
    code: int,
    sentence: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    monkeypatch.chdir(tmp_path)
    assert main(words) == code
    printed = capsys.readouterr()
    assert sentence in printed.err
    assert "Traceback" not in printed.err
    assert printed.out == ""
    assert list(tmp_path.iterdir()) == []


def test_a_missing_system_library_is_told_when_the_window_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setitem(sys.modules, "app.application", None)
    assert main(["gui"]) == 1
    assert "a system library is missing" in capsys.readouterr().err


def test_debug_adds_the_traceback(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["--debug", "info", str(tmp_path / "x.wav")]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_tasks_and_presets_describe_themselves_as_json(capsys: pytest.CaptureFixture[str]):
    assert main(["tasks", "list", "--json"]) == 0
    tasks = {task["name"]: task for task in json.loads(capsys.readouterr().out)}
    assert set(tasks) >= {"declick", "denoise", "inpaint", "gain"}
    gain = tasks["gain"]["params"][0]
    assert (gain["name"], gain["low"], gain["high"], gain["unit"]) == ("gain_db", -60, 60, "dB")
    assert main(["presets", "show", "78rpm", "--json"]) == 0
    preset = json.loads(capsys.readouterr().out)
    assert [step["task"] for step in preset["tasks"]] == ["declick", "decrackle", "denoise"]


def test_a_preset_is_shown_in_lines_without_what_is_not_set(capsys: pytest.CaptureFixture[str]):
    assert main(["presets", "show", "78rpm"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == "  declick: sensitivity = 0.7, max_width_ms = 5.0, method = ar"
    assert "None" not in lines[3]


def test_devices_and_citations_are_listed(capsys: pytest.CaptureFixture[str]):
    assert main(["devices", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    names = [each["name"] for each in facts["compute"]]
    assert (names[-1], facts["compute_used"]) == ("cpu", names[0])
    assert facts["compute"][-1]["free_bytes"] > 1e8
    assert main(["cite"]) == 0
    assert "Godsill" in capsys.readouterr().out


def test_a_device_that_is_none_is_wrong_usage(side, tmp_path, capsys):
    assert main(["gain", str(side), "-o", str(tmp_path / "out.wav"), "--device", "abacus"]) == 2
    told = capsys.readouterr().err
    assert told.strip() == "--device abacus is none of: auto, cpu, cuda, mps"
    assert not (tmp_path / "out.wav").exists()


def test_a_method_without_a_model_is_one_sentence(no_model_ships, side, tmp_path, capsys):
    assert main(["extend", str(side), "-o", str(tmp_path / "out.wav")]) == 1
    told = capsys.readouterr().err.strip()
    assert "extend by method envelope needs a model, and none is installed" in told
    assert "\n" not in told
    assert not (tmp_path / "out.wav").exists()
