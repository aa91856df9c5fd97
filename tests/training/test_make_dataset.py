"""Pairs of files from a recipe, and again from their manifest."""

import hashlib
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from engine.errors import SettingsError, StorageError
from engine.progress import Cancelled
from tests.signals import music, noise, snr_db
from training.config import read_recipe
from training.make_dataset import Made, Order, make_dataset, remake_dataset
from training.manifest import read_manifest, write_rows

RATE = 8000
RECIPE = """
name = "test"
[data]
clean = ["music"]
sample_rate = 8000
segment_samples = 1600
target = "{target}"
validation = ["kept"]
validation_share = 0.0
[[damage]]
name = "noise_bank"
path = "noise"
snr_db = [5.0, 9.0]
{more}
"""


@pytest.fixture
def data(tmp_path: Path, rng: np.random.Generator) -> Path:
    """Three pieces of music, one of them kept, and two classes of noise."""
    for name, duration_s in (("a", 2.4), ("b", 1.2), ("kept", 1.2)):
        write(tmp_path / "music" / f"{name}.wav", music(rng, duration_s, RATE).samples[0])
    for name in ("rain", "sea"):
        write(tmp_path / "noise" / name / "1.wav", noise(rng, 1.0, RATE).samples[0])
    return tmp_path


def write(path: Path, samples: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, samples, RATE, subtype="PCM_16")


def order(data: Path, name: str = "set", **changes: Any) -> Order:
    return replace(Order(data / name, data, data / "cache"), **changes)


def make(
    data: Path, target: str = "clean", more: str = "", count: int = 12, **changes: Any
) -> Made:
    path = data / "recipe.toml"
    path.write_text(RECIPE.format(target=target, more=more))
    progress = changes.pop("progress", lambda fraction, message="": None)
    wanted = order(data, **changes)
    return make_dataset(read_recipe(path, data), path, count, wanted, progress)


def contents(folder: Path) -> dict[str, str]:
    """SHA-256 of every file."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def read(path: Path) -> np.ndarray:
    samples: np.ndarray = soundfile.read(path, dtype="float64")[0]
    return samples


def test_pairs_are_clean_and_degraded_as_the_manifest_says(data: Path):
    made = make(data)
    rows = read_manifest(data / "set" / "manifest.jsonl")
    assert made.rows == rows
    assert (made.failures, made.notes) == ((), ())
    assert sorted(path.name for path in (data / "set").iterdir()) == [
        "clean",
        "degraded",
        "manifest.jsonl",
        "recipe.toml",
    ]
    assert not (data / "set.part").exists()
    counts = [sum(row.source == f"music/{name}.wav" for row in rows) for name in ("a", "b", "kept")]
    assert counts == [6, 3, 3]
    for row in rows:
        assert row.split == ("validation" if row.source == "music/kept.wav" else "train")
        clean, degraded = (
            read(data / "set" / side / f"{row.name}.flac") for side in ("clean", "degraded")
        )
        (damage,) = row.damage["degraded"]
        assert damage["path"] == "noise"
        assert snr_db(clean, degraded) == pytest.approx(damage["snr_db"], abs=0.01)
        original = read(data / row.source)[row.start : row.start + row.n_samples]
        np.testing.assert_allclose(clean, row.gain * (original - original.mean()), atol=3e-5)
    assert len({row.start for row in rows}) == 12


@pytest.mark.parametrize("target", ["clean", "noisy"])
def test_pairs_to_judge_by_have_noise_of_their_own(data: Path, target: str):
    write(data / "kept_noise" / "1.wav", read(data / "noise" / "sea" / "1.wav")[::-1])
    more = 'held = { path = "kept_noise" }'
    for row in make(data, target, more).rows:
        paths = {each["path"] for tables in row.damage.values() for each in tables}
        assert paths == {"noise" if row.split == "train" else "kept_noise"}


def test_left_out_music_is_in_no_row(data: Path):
    path = data / "less.toml"
    text = RECIPE.format(target="clean", more="")
    path.write_text(text.replace('["music"]', '["music"]\nleft_out = ["music/b.wav"]'))
    less = make_dataset(read_recipe(path, data), path, 4, order(data, "less"))
    assert {row.source for row in less.rows} == {"music/a.wav", "music/kept.wav"}


def test_a_set_made_twice_and_one_made_from_its_manifest_are_bit_identical(data: Path):
    for form in ("flac", "wav"):
        more = f'[dataset]\nformat = "{form}"'
        make(data, more=more, name=form)
        first = contents(data / form)
        make(data, more=more, name=f"{form} again", cache=data / "other cache")
        assert contents(data / f"{form} again") == first
        remake_dataset(data / form / "manifest.jsonl", order(data, f"{form} remade"))
        assert contents(data / f"{form} remade") == first
        assert len(first) == 26


def test_noisy_pairs_are_for_training_and_clean_ones_for_the_test(data: Path):
    made = make(data, "noisy", '[pairs]\nkind = "classes"\nfolder = "noise"')
    for row in made.rows:
        trains = row.split == "train"
        folders = ("noisy_a", "noisy_b") if trains else ("degraded", "clean")
        assert tuple(row.damage) == folders
        assert all((data / "set" / each / f"{row.name}.flac").is_file() for each in folders)
        if trains:
            assert row.correlation is not None
            assert abs(row.correlation) < 0.05
            classes = [Path(row.damage[each][1]["path"]).parent for each in folders]
            assert set(classes) == {Path("noise/rain"), Path("noise/sea")}
    assert {row.split for row in made.rows} == {"train", "validation"}
    first = contents(data / "set")
    remake_dataset(data / "set" / "manifest.jsonl", order(data, "again"))
    assert contents(data / "again") == first


def test_after_a_kill_it_goes_on_to_the_same_bytes(data: Path):
    make(data, name="whole")
    script = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from training.config import read_recipe\n"
        "from training.make_dataset import Order, make_dataset\n"
        "def report(fraction, message=''):\n"
        "    if message.startswith('pair 6'): os.kill(os.getpid(), signal.SIGKILL)\n"
        "data = Path(sys.argv[1]); path = data / 'recipe.toml'\n"
        "make_dataset(read_recipe(path, data), path, 12,"
        " Order(data / 'set', data, data / 'cache'), report)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(data)], check=False, cwd=os.getcwd())
    assert done.returncode == -signal.SIGKILL
    written = sorted((data / "set.part" / "clean").iterdir())
    assert 0 < len(written) < 12
    before = written[0].stat().st_mtime_ns
    with pytest.raises(StorageError, match=r"set\.part was begun; go on with --resume"):
        make(data)
    with pytest.raises(SettingsError, match="begun by another recipe"):
        make(data, count=13, resume=True)
    (data / "set.part" / "clean" / ".0f.part.flac").write_bytes(b"torn")
    make(data, resume=True)
    assert (data / "set" / "clean" / written[0].name).stat().st_mtime_ns == before
    assert contents(data / "set") == contents(data / "whole")


def test_a_remade_set_goes_on_after_a_stop(data: Path):
    make(data)
    manifest = data / "set" / "manifest.jsonl"

    def stop(fraction: float, message: str = "") -> None:
        if message.startswith("pair 4"):
            raise Cancelled

    with pytest.raises(Cancelled):
        remake_dataset(manifest, order(data, "again"), stop)
    remake_dataset(manifest, order(data, "again", resume=True))
    assert contents(data / "again") == contents(data / "set")


def test_several_processes_make_the_same(data: Path):
    make(data, name="one")
    make(data, name="two", n_jobs=2)
    assert contents(data / "two") == contents(data / "one")


def test_a_broken_file_is_named_and_the_rest_is_done(data: Path):
    (data / "music" / "broken.wav").write_bytes(b"RIFF")
    write(data / "music" / "silent.wav", np.zeros(RATE))
    (data / "music" / "copy.wav").write_bytes((data / "music" / "a.wav").read_bytes())
    made = make(data)
    assert len(made.rows) == 12
    (failure,) = made.failures
    assert failure.startswith("broken.wav")
    assert made.notes == (
        "silent.wav is silent and was left out",
        "copy.wav is a copy of a.wav and was left out",
    )


def test_other_music_or_noise_than_the_manifest_speaks_of_is_refused(
    data: Path, rng: np.random.Generator
):
    make(data)
    manifest = data / "set" / "manifest.jsonl"
    write(data / "music" / "b.wav", music(rng, 1.2, RATE).samples[0])
    (data / "music" / "kept.wav").unlink()
    made = remake_dataset(manifest, order(data, "again"))
    assert {row.source for row in made.rows} == {"music/a.wav"}
    assert made.failures == (
        "music/b.wav is not the recording that the manifest speaks of",
        "music/kept.wav is missing; say with --data where the data folder is",
    )
    for name in ("rain", "sea"):
        write(data / "noise" / name / "1.wav", noise(rng, 1.1, RATE).samples[0])
    rows = [row for row in read_manifest(manifest) if row.source == "music/a.wav"]
    write_rows(rows, manifest)
    with pytest.raises(SettingsError, match="no pair .* the noise it names has changed"):
        remake_dataset(manifest, order(data, "third"))
    assert not (data / "third.part").exists()


def test_loud_pairs_are_taken_down_together_and_floats_are_not(data: Path):
    write(data / "music" / "a.wav", 1.99 * read(data / "music" / "a.wav"))
    flac, wav = make(data), make(data, more='[dataset]\nformat = "wav"', name="wav")
    assert min(row.gain for row in flac.rows) < 1.0
    assert {row.gain for row in wav.rows} == {1.0}
    for row in flac.rows:
        sides = [read(data / "set" / side / f"{row.name}.flac") for side in row.damage]
        assert max(np.abs(side).max() for side in sides) <= 0.9801
        floats = read(data / "wav" / "degraded" / f"{row.name}.wav")
        np.testing.assert_allclose(sides[0], row.gain * floats, atol=2e-7)


def test_what_cannot_begin_leaves_nothing(data: Path):
    with pytest.raises(StorageError, match="the folder of noise .*nowhere is missing"):
        make(data, "noisy", '[pairs]\nkind = "classes"\nfolder = "nowhere"')
    assert not (data / "set.part").exists()
    make(data)
    with pytest.raises(StorageError, match="set is there already"):
        make(data)
