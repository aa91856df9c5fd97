"""Folders of music that must be made readable first."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.errors import StorageError
from tests.signals import sine
from training.clean_places import clean_places
from training.config import DataConfig
from training.music_folders import find_music
from training.official_splits import official_split

RATE = 44100


def test_folders_are_left_as_they_are(tmp_path: Path):
    config = DataConfig(clean=("a", "b/c.wav"))
    assert clean_places(config, tmp_path, tmp_path / "cache") == (
        tmp_path / "a",
        tmp_path / "b/c.wav",
    )


def test_a_kit_is_rendered_at_the_rate_of_the_recipe(tmp_path: Path):
    kit = tmp_path / "kit" / "render.py"
    kit.parent.mkdir()
    kit.write_text(
        "import sys, pathlib\n"
        "told = dict(zip(sys.argv[1::2], sys.argv[2::2]))\n"
        "pathlib.Path(told['--out'], told['--sr'] + '_' + told['--hours'] + '.wav').touch()\n"
    )
    config = DataConfig(clean=("synth:kit",), sample_rate=16000, synth_hours=0.25)
    (place,) = clean_places(config, tmp_path, tmp_path / "cache", Path(sys.executable))
    assert [path.name for path in find_music([place])] == ["16000_0.25.wav"]


def test_without_ffmpeg_stems_in_mp4_are_refused_in_one_sentence(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: None)
    (tmp_path / "musdb" / "test").mkdir(parents=True)
    (tmp_path / "musdb" / "test" / "A - B.stem.mp4").touch()
    places = clean_places(DataConfig(clean=("musdb",)), tmp_path, tmp_path / "cache")
    with pytest.raises(StorageError, match="install ffmpeg"):
        find_music(places)


def test_a_stem_file_that_is_none_is_named(tmp_path: Path, monkeypatch):
    (tmp_path / "program").write_text("#!/bin/sh\necho 'moov atom not found' >&2\nexit 1\n")
    (tmp_path / "program").chmod(0o755)
    monkeypatch.setattr("shutil.which", lambda name: str(tmp_path / "program"))
    (tmp_path / "musdb").mkdir()
    (tmp_path / "musdb" / "A.stem.mp4").touch()
    with pytest.raises(StorageError, match=r"A\.stem\.mp4 cannot be unpacked .* moov atom"):
        clean_places(DataConfig(clean=("musdb",)), tmp_path, tmp_path / "cache")


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed")
def test_the_mixture_of_a_stem_file_is_unpacked_once_and_keeps_its_side(tmp_path: Path):
    for name, frequency_hz in (("mixture", 440.0), ("drums", 1000.0)):
        soundfile.write(tmp_path / f"{name}.wav", sine(frequency_hz, 1.0, RATE).samples[0], RATE)
    stems = tmp_path / "musdb" / "test" / "A - B.stem.mp4"
    stems.parent.mkdir(parents=True)
    inputs = ["-i", str(tmp_path / "mixture.wav"), "-i", str(tmp_path / "drums.wav")]
    maps = ["-map", "0:a", "-map", "1:a", "-c:a", "aac", str(stems)]
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", *inputs, *maps], check=True)
    config = DataConfig(clean=("musdb",))
    (path,) = find_music(clean_places(config, tmp_path, tmp_path / "cache"))
    assert path.parts[-3:] == ("test", "A - B", "mixture.flac")
    assert official_split(path) == "test"
    samples = soundfile.read(path)[0][:RATE]
    assert np.argmax(np.abs(np.fft.rfft(samples))) * RATE / len(samples) == pytest.approx(440, 1e-3)
    before = path.stat().st_mtime_ns
    assert find_music(clean_places(config, tmp_path, tmp_path / "cache")) == (path,)
    assert path.stat().st_mtime_ns == before
