"""`runout degrade`: what is written, what is kept, what is refused."""

import json
import os
import warnings
from pathlib import Path

import numpy as np
import pytest
import soundfile

from app.cli import main
from engine.audio_file import open_audio
from tests.app.test_hostile_files import NO_FILE, contents, hostile
from tests.engine.test_hostile_files import HOSTILE
from tests.signals import music, snr_db
from training import degrade_file
from training.chain import apply_damage, damage_from_mappings

RATE = 22050


@pytest.fixture
def clean(tmp_path: Path, rng: np.random.Generator) -> Path:
    path = tmp_path / "side.wav"
    samples = 0.5 * music(rng, 1.0, RATE, 2).samples
    soundfile.write(path, samples.T, RATE, subtype="PCM_24")
    return path


def run(source: Path, output: Path, chain: str, *words: str) -> int:
    return main(["degrade", str(source), "-o", str(output), "--chain", chain, *words])


def read(path: Path) -> np.ndarray:
    with open_audio(path) as file:
        return file.read(0, file.n_samples).samples


def test_a_chain_is_done_and_told(clean: Path, capsys: pytest.CaptureFixture[str]):
    output, before = clean.with_name("out.wav"), clean.read_bytes()
    assert run(clean, output, "clip 6", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["written"] == [str(output), str(output.with_name("out.degraded.json"))]
    assert snr_db(read(clean), read(output)) == pytest.approx(6.0, abs=0.01)
    report = json.loads(output.with_name("out.degraded.json").read_text())
    assert report["damage"] == [{"name": "clipping", "kind": "hard", "sdr_db": 6.0}]
    assert (report["chain"], report["seed"], report["source"]) == ("clip 6", 0, "side.wav")
    assert clean.read_bytes() == before
    assert contents(clean.parent) == ["out.degraded.json", "out.wav", "side.wav"]


def test_the_report_is_enough_to_do_it_again(clean: Path, rng: np.random.Generator):
    noise = clean.with_name("noise.wav")
    soundfile.write(noise, 0.1 * rng.standard_normal(RATE), RATE)
    output = clean.with_name("out.wav")
    chain = f"78rpm 15, gap 0.2 0.1, wow 1 0.3, noise {noise} 20, clicks 5, hum 50 -50"
    assert run(clean, output, chain, "--seed", "7") == 0
    report = json.loads(output.with_name("out.degraded.json").read_text())
    with open_audio(clean) as file:
        again = apply_damage(damage_from_mappings(report["damage"]), file.read(0, file.n_samples))
    assert np.abs(read(output) - again.samples).max() < 1.0 / 2**23


def test_the_same_seed_gives_the_same_bytes(clean: Path):
    names = ("a", "b", "c")
    for name, seed in zip(names, ("3", "3", "4"), strict=True):
        (clean.parent / name).mkdir()
        output = clean.parent / name / "out.wav"
        assert run(clean, output, "78rpm 10, crackle 200", "--seed", seed) == 0
    first, same, other = (
        [(clean.parent / name / each).read_bytes() for each in ("out.wav", "out.degraded.json")]
        for name in names
    )
    assert first == same
    assert first[0] != other[0]


@pytest.mark.parametrize(
    ("suffix", "subtype"),
    [(".wav", "PCM_16"), (".wav", "FLOAT"), (".flac", "PCM_16"), (".aiff", "PCM_24")],
)
def test_format_is_kept(suffix: str, subtype: str, tmp_path: Path, rng: np.random.Generator):
    source, output = tmp_path / f"side{suffix}", tmp_path / f"out{suffix}"
    soundfile.write(source, 0.4 * music(rng, 0.3, 48000, 2).samples.T, 48000, subtype=subtype)
    assert run(source, output, "sample 5000 10000, lowpass 4000") == 0
    kept, made = (soundfile.info(path) for path in (source, output))
    for what in ("samplerate", "channels", "frames", "format", "subtype"):
        assert getattr(made, what) == getattr(kept, what), what


def test_samples_beyond_full_scale_are_told(clean: Path, capsys: pytest.CaptureFixture[str]):
    assert run(clean, clean.with_name("out.wav"), "whitenoise 0 1") == 0
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 1
    assert "beyond full scale" in told[0]


def test_what_exists_is_replaced_only_on_request(clean: Path, capsys: pytest.CaptureFixture[str]):
    for name in ("out.wav", "out.degraded.json"):
        path = clean.with_name(name)
        path.write_bytes(b"mine")
        assert run(clean, clean.with_name("out.wav"), "clip 6") == 1
        assert "exists already" in capsys.readouterr().err
        assert path.read_bytes() == b"mine"
        assert contents(clean.parent) == sorted(["side.wav", name])
        path.unlink()
    clean.with_name("out.degraded.json").write_bytes(b"mine")
    assert run(clean, clean.with_name("out.wav"), "clip 6", "--overwrite") == 0
    assert clean.with_name("out.degraded.json").read_bytes() != b"mine"


def test_no_source_is_ever_written_to(clean: Path, capsys: pytest.CaptureFixture[str]):
    before = clean.read_bytes()
    link = clean.with_name("link.wav")
    link.symlink_to(clean)
    folder = clean.parent / "noises"
    folder.mkdir()
    noise = folder / "noise.wav"
    soundfile.write(noise, np.sin(np.arange(9000.0)), RATE)
    kept = noise.read_bytes()
    assert run(clean, clean, "clip 6", "--overwrite") == 1
    assert run(clean, link, "clip 6", "--overwrite") == 1
    assert run(clean, noise, f"noise {noise} 10", "--overwrite") == 1
    assert run(clean, noise, f"noise {folder} 10", "--overwrite") == 1
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 4
    assert all("never written" in each for each in told)
    assert (clean.read_bytes(), noise.read_bytes()) == (before, kept)


@pytest.mark.parametrize("chain", ["", "clop 3", "clip", "clip 99", "gap now 1", 'noise "x 4'])
def test_a_chain_that_makes_no_sense_is_wrong_usage(
    chain: str, clean: Path, capsys: pytest.CaptureFixture[str]
):
    assert run(clean, clean.with_name("out.wav"), chain) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert len(told.err.splitlines()) == 1
    assert contents(clean.parent) == ["side.wav"]


@pytest.mark.parametrize(
    ("chain", "cause"),
    [
        ("noise gone.wav 10", "there is no file or folder"),
        ("gap 5 1", "lies behind the end"),
        ("class_noise", "folder is not set"),
        ("noise {folder}/empty 10", "holds no sound file"),
        ("clip 6, noise {folder}/broken.wav 10", "broken.wav"),
    ],
)
def test_what_cannot_be_done_is_told_and_nothing_is_left(
    chain: str, cause: str, clean: Path, capsys: pytest.CaptureFixture[str]
):
    (clean.parent / "empty").mkdir()
    clean.with_name("broken.wav").write_bytes(b"RIFF\0\0\0\0WAVE")
    before = contents(clean.parent)
    assert run(clean, clean.with_name("out.wav"), chain.format(folder=clean.parent)) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert len(told.err.splitlines()) == 1
    assert cause in told.err
    assert contents(clean.parent) == before


def test_what_does_not_fit_into_memory_is_refused(
    clean: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(degrade_file, "free_bytes", lambda device: 1000)
    assert run(clean, clean.with_name("out.wav"), "clip 6") == 1
    assert "side.wav cannot be damaged in memory" in capsys.readouterr().err
    assert contents(clean.parent) == ["side.wav"]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a folder without rights")
def test_a_folder_without_rights_is_told(clean: Path, capsys: pytest.CaptureFixture[str]):
    clean.parent.chmod(0o500)
    try:
        assert run(clean, clean.with_name("out.wav"), "clip 6") == 1
    finally:
        clean.parent.chmod(0o700)
    assert "no right to write there" in capsys.readouterr().err


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("name", [*list(HOSTILE)[::4], *NO_FILE])
def test_files_that_are_no_sound_are_refused_in_one_sentence(
    name: str, rng: np.random.Generator, tmp_path: Path, capfd: pytest.CaptureFixture[str]
):
    path = hostile(name, rng, tmp_path)
    before = contents(tmp_path)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert run(path, tmp_path / "out.wav", "clip 6, 78rpm 10") == 1
    told = capfd.readouterr()
    assert told.out == ""
    assert len(told.err.splitlines()) == 1
    assert told.err.startswith("side A.wav ")
    assert contents(tmp_path) == before


def test_a_single_sample_is_a_recording_like_any_other(tmp_path: Path):
    path = tmp_path / "side.wav"
    soundfile.write(path, np.full((1, 2), 0.25), RATE)
    chain = "clip 6, lowpass 4000, 78rpm 10, wow 1 0.2, sample 5000 10000, reverb 0 5 5 5 5 5"
    assert run(path, tmp_path / "out.wav", chain) == 0
    assert read(tmp_path / "out.wav").shape == (2, 1)
