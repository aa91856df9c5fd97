"""Noise profiles on the command line."""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from app.cli import main
from app.profile_commands import noise_of
from app.version import VERSION
from engine.region import Region
from tests.signals import music, noise

RATE = 22050


@pytest.fixture
def side(tmp_path: Path, rng: np.random.Generator) -> Path:
    """Half a second of noise and one of music in it."""
    clean = np.pad(music(rng, 1.0, RATE).samples, ((0, 0), (RATE // 2, 0)))
    noisy = clean + noise(rng, 1.5, RATE, 0.01).samples
    path = tmp_path / "side.wav"
    soundfile.write(path, 0.5 * noisy.T, RATE, subtype="PCM_16")
    return path


@pytest.fixture
def kept(side: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    path = side.with_name("run-in.noise")
    assert main(["profile", "learn", str(side), "--region", "0-0.5", "-o", str(path)]) == 0
    assert capsys.readouterr().out == f"{path}\n"
    return path


def samples(path: Path) -> np.ndarray:
    stored: np.ndarray = soundfile.read(path, dtype="int32")[0]
    return stored


def report(path: Path) -> dict[str, dict[str, Any]]:
    operations = json.loads(path.with_suffix(".runout.json").read_text())["operations"]
    return {each["task"]: each for each in operations}


def test_a_profile_is_shown_as_text_and_as_json(kept: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["profile", "show", str(kept)]) == 0
    text = capsys.readouterr().out
    assert "learnt from      side.wav, 0:00.0000-0:00.5000" in text
    assert f"Runout {VERSION}" in text
    assert main(["profile", "show", str(kept), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["sample_rate"], facts["n_channels"]) == (RATE, 1)
    assert facts["level_dbfs"] == pytest.approx(-46.0, abs=0.3)
    assert facts["octaves"][5] == {
        "middle_hz": 1000.0,
        "level_dbfs": pytest.approx(-46.0 + 10 * np.log10(707.1 / (RATE / 2)), abs=0.6),
    }
    assert facts["sha256"] == hashlib.sha256(kept.read_bytes()).hexdigest()


def test_a_task_takes_a_profile_and_the_report_names_it(side: Path, kept: Path):
    marked, used = side.with_name("marked.wav"), side.with_name("used.wav")
    assert main(["denoise", str(side), "-o", str(marked), "--noise", "0-0.5"]) == 0
    assert main(["denoise", str(side), "-o", str(used), "--profile", str(kept)]) == 0
    np.testing.assert_array_equal(samples(used), samples(marked))
    told = report(used)["denoise"]
    assert told["settings"]["profile"] == "run-in.noise"
    digest = hashlib.sha256(kept.read_bytes()).hexdigest()
    assert told["notes"] == [f"noise profile run-in.noise, SHA-256 {digest}"]
    assert str(kept.parent) not in json.dumps(told)


def test_a_preset_takes_a_stretch_or_a_profile(side: Path, kept: Path):
    output = side.with_name("out.wav")
    assert main(["restore", str(side), "-o", str(output), "--noise", str(kept)]) == 0
    assert report(output)["denoise"]["settings"]["profile"] == "run-in.noise"
    assert noise_of("0-0.5") == Region(0.0, 0.5)
    assert noise_of(str(kept)) == kept
    assert noise_of(None) is None


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["profile", "learn", "SIDE", "--region", "0-0.5", "-o", "KEPT"], 1, "exists already"),
        (["profile", "learn", "SIDE", "--region", "0-0.01", "-o", "x"], 1, "at least 50 ms"),
        (["profile", "learn", "SIDE", "--region", "later", "-o", "x"], 2, "is not a region"),
        (["profile", "learn", "SIDE", "--region", "0-1"], 2, "Missing option"),
        (["profile", "show", "SIDE"], 1, "side.wav is no noise profile"),
        (["profile", "show", "gone.noise"], 1, "gone.noise is not in"),
        (["denoise", "SIDE", "-o", "x.wav", "--profile", "SIDE"], 1, "is no noise profile"),
        (["denoise", "SIDE", "-o", "x.wav", "--profile", "KEPT", "--noise", "0-1"], 2, "one of"),
        (["restore", "SIDE", "-o", "x.wav", "--noise", "gone.noise"], 1, "gone.noise is not in"),
        (["restore", "SIDE", "-o", "x.wav", "--noise", "SIDE"], 1, "is no noise profile"),
        (["restore", "SIDE", "-o", "x.wav", "--noise", "later"], 2, "is not a region"),
    ],
)
def test_what_is_wrong_is_told_in_a_sentence(
    side: Path,
    kept: Path,
    words: list[str],
    code: int,
    said: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.chdir(side.parent)
    before = kept.read_bytes()
    places = {"SIDE": str(side), "KEPT": str(kept)}
    assert main([places.get(word, word) for word in words]) == code
    assert said in capsys.readouterr().err
    assert sorted(each.name for each in side.parent.iterdir()) == ["run-in.noise", "side.wav"]
    assert kept.read_bytes() == before


def test_a_profile_is_replaced_when_that_is_allowed(side: Path, kept: Path):
    words = ["profile", "learn", str(side), "--region", "0-0.4", "-o", str(kept), "--overwrite"]
    before = kept.read_bytes()
    assert main(words) == 0
    assert kept.read_bytes() != before
