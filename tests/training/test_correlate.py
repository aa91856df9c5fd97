"""How much equally named files of two folders have in common."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.errors import SettingsError, StorageError
from training.correlate import Correlation, correlate_folders, write_correlations

RATE = 8000


def write(path: Path, samples: np.ndarray, rate: int = RATE) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, samples, rate, subtype="FLOAT")


def test_the_figures_are_those_of_all_samples_at_once(tmp_path, rng, monkeypatch):
    a = 0.3 + 0.1 * rng.standard_normal((20000, 2)).astype(np.float32)
    b = (0.5 * a + 0.05 * rng.standard_normal(a.shape)).astype(np.float32)
    write(tmp_path / "a/deep/x.wav", a)
    write(tmp_path / "b/deep/x.wav", b)
    monkeypatch.setattr("engine.audio_file.BLOCK_VALUES", 2 * 1777)
    (found,) = correlate_folders(tmp_path / "a", tmp_path / "b").pairs
    first, second = a.astype(np.float64).ravel(), b.astype(np.float64).ravel()
    assert (found.name, found.n_channels, found.n_samples) == ("deep/x.wav", 2, 20000)
    assert found.pearson_r == pytest.approx(np.corrcoef(first, second)[0, 1], abs=1e-12)
    assert found.covariance == pytest.approx(np.cov(first, second, bias=True)[0, 1], rel=1e-9)
    assert found.power_a == pytest.approx(np.mean(first**2), rel=1e-12)
    assert found.power_b == pytest.approx(np.mean(second**2), rel=1e-12)


def test_of_noisy_recordings_the_noises_are_compared_where_the_clean_ones_are_there(tmp_path, rng):
    clean = 0.2 * rng.standard_normal(40000).astype(np.float32)
    write(tmp_path / "clean/x.wav", clean)
    for side in "ab":
        write(tmp_path / side / "x.wav", clean + 0.05 * rng.standard_normal(40000).astype("f4"))
    folders = tmp_path / "a", tmp_path / "b"
    assert correlate_folders(*folders).pairs[0].pearson_r > 0.9
    noises = correlate_folders(*folders, tmp_path / "clean").pairs[0]
    assert abs(noises.pearson_r) < 0.02
    assert noises.power_a == pytest.approx(0.0025, rel=0.05)


def test_what_is_unpaired_or_unlike_is_named_and_the_rest_is_done(tmp_path, rng):
    samples = rng.standard_normal(1000).astype(np.float32)
    for name in ("a/x.wav", "b/x.wav", "a/only.wav", "b/other.wav", "a/short.wav", "a/rate.wav"):
        write(tmp_path / name, samples)
    write(tmp_path / "b/short.wav", samples[:-1])
    write(tmp_path / "b/rate.wav", samples, 16000)
    compared = correlate_folders(tmp_path / "a", tmp_path / "b")
    assert [each.name for each in compared.pairs] == ["x.wav"]
    assert compared.unpaired == ("only.wav", "other.wav")
    assert [each.partition(":")[0] for each in compared.failures] == ["rate.wav", "short.wav"]
    assert "1000 samples of 1 at 8000 Hz, 999 samples" in compared.failures[1]


def test_silence_correlates_with_nothing(tmp_path):
    write(tmp_path / "a/x.wav", np.zeros(100))
    write(tmp_path / "b/x.wav", np.ones(100))
    (found,) = correlate_folders(tmp_path / "a", tmp_path / "b").pairs
    assert (found.pearson_r, found.covariance, found.power_a, found.power_b) == (0, 0, 0, 1)


def test_folders_that_share_nothing_are_refused(tmp_path):
    write(tmp_path / "a/x.wav", np.zeros(100))
    write(tmp_path / "b/y.wav", np.zeros(100))
    with pytest.raises(StorageError, match="no recording of the same name"):
        correlate_folders(tmp_path / "a", tmp_path / "b")
    with pytest.raises(StorageError, match="nowhere is no folder"):
        correlate_folders(tmp_path / "a", tmp_path / "nowhere")


def test_the_table_is_csv_or_json_by_its_suffix(tmp_path):
    pairs = [Correlation("x.wav", RATE, 1, 100, 0.25, 1e-7, 0.5, 0.125)]
    write_correlations(pairs, tmp_path / "t.csv")
    write_correlations(pairs, tmp_path / "t.json")
    (row,) = csv.DictReader((tmp_path / "t.csv").read_text().splitlines())
    (told,) = json.loads((tmp_path / "t.json").read_text())["pairs"]
    assert row == {key: str(value) for key, value in told.items()}
    assert told["covariance"] == 1e-7
    assert sorted(path.name for path in tmp_path.iterdir()) == ["t.csv", "t.json"]
    with pytest.raises(SettingsError, match=r"t\.txt is neither \.csv nor \.json"):
        write_correlations(pairs, tmp_path / "t.txt")
    with pytest.raises(StorageError, match="cannot be written"):
        write_correlations(pairs, tmp_path / "nowhere" / "t.csv")
