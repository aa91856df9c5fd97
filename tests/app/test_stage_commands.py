"""Groove and speed on the command line: files, refusals, presets that mix them with repairs."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from app.cli import main
from tests.engine.groove_sides import RATE, side
from tests.signals import music

PRESET = """
title = "Worn disc"
description = "One channel, clicks, noise."
[[task]]
name = "groove"
mode = "quieter-wall"
[[task]]
name = "declick"
[[task]]
name = "denoise"
reduction_db = 12.0
"""


@pytest.fixture
def worn(tmp_path: Path, rng: np.random.Generator) -> Path:
    made = side(rng, (0.004, 0.012), seconds=2.0, worn_clicks=4.0)
    path = tmp_path / "side.wav"
    soundfile.write(path, 0.9 * made.walls.samples.T, RATE, subtype="PCM_24")
    return path


def report_of(output: Path) -> dict[str, object]:
    told: dict[str, object] = json.loads(output.with_suffix(".runout.json").read_text())
    return told


def test_groove_makes_a_mono_file(worn: Path):
    output = worn.with_name("mono.wav")
    assert main(["groove", str(worn), "-o", str(output), "--mode", "lateral"]) == 0
    mono, _ = soundfile.read(output, always_2d=True)
    stereo, _ = soundfile.read(worn)
    assert mono.shape == (2 * RATE, 1)
    assert np.abs(mono[:, 0] - stereo.mean(axis=1)).max() <= 2.0**-23


def test_the_measured_weight_is_in_the_report(worn: Path):
    output = worn.with_name("mono.wav")
    assert main(["groove", str(worn), "-o", str(output), "--mode", "weighted"]) == 0
    operations = report_of(output)["operations"]
    assert isinstance(operations, list)
    assert operations[0]["notes"][0].startswith("Weight of the left wall 0.9")


def test_speed_makes_a_longer_file(worn: Path):
    output = worn.with_name("slow.wav")
    words = ["speed", str(worn), "-o", str(output), "--from-rpm", "80", "--to-rpm", "78.26"]
    assert main([*words, "--removed"]) == 0
    info = soundfile.info(output)
    assert (info.frames, info.samplerate, info.channels) == (90161, RATE, 2)
    assert (report_of(output)["removed_against"], report_of(output)["sum_exact"]) == ("Speed", True)


def test_a_preset_mixes_groove_and_repairs(worn: Path, tmp_path: Path):
    preset = tmp_path / "worn.toml"
    preset.write_text(PRESET)
    output = worn.with_name("out.wav")
    words = ["restore", str(worn), "-o", str(output), "--preset", str(preset), "--removed"]
    assert main(words) == 0
    parts = [soundfile.read(worn.with_name(name), dtype="int32")[0] for name in
             ("out.wav", "out.removed.wav")]  # fmt: skip
    assert all(part.shape == (2 * RATE,) for part in parts)
    assert report_of(output)["removed_against"] == "Groove"
    assert (report_of(output)["sum_exact"], report_of(output)["outside_changed"]) == (True, 0)


@pytest.mark.parametrize("task", ["groove", "speed"])
def test_a_region_is_refused(worn: Path, task: str, capsys: pytest.CaptureFixture[str]):
    output = worn.with_name("out.wav")
    assert main([task, str(worn), "-o", str(output), "--region", "0.5-1"]) == 1
    assert f"{task} changes the whole recording and takes no region" in capsys.readouterr().err
    assert not output.exists()


def test_a_mono_source_is_refused(tmp_path, rng, capsys):
    path = tmp_path / "mono.wav"
    soundfile.write(path, music(rng, 0.2).samples.T, RATE)
    assert main(["groove", str(path), "-o", str(tmp_path / "out.wav")]) == 1
    assert "mono already" in capsys.readouterr().err


@pytest.mark.parametrize("words", [("--mode", "sideways"), ("--weight", "2")])
def test_settings_outside_their_range_are_wrong_usage(worn: Path, words: tuple[str, str]):
    assert main(["groove", str(worn), "-o", str(worn.with_name("out.wav")), *words]) == 2
