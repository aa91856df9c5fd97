"""Panels of listening tests: tables in two languages, and what they tell a denoiser."""

from typing import Any

import numpy as np
import pytest
import soundfile

from engine.errors import SettingsError, StorageError
from engine.tasks.declick import Declick
from engine.tasks.denoise import Denoise
from training.panel import Sample, noise_level, output_folder, read_panel, told_tasks

RATE = 22050


@pytest.fixture
def parent(tmp_path, rng):
    """Two noisy recordings of which the noise is a tenth of full scale."""
    folder = tmp_path / "panel-2" / "noisy"
    folder.mkdir(parents=True)
    for name in ("a.wav", "b.wav"):
        samples = 0.1 * rng.standard_normal(RATE // 2)
        soundfile.write(folder / name, samples, RATE, subtype="FLOAT")
    return tmp_path


def table(parent, text, encoding="utf-8"):
    (parent / "sample-info.csv").write_bytes(text.encode(encoding))
    return read_panel(parent, 2)


@pytest.mark.parametrize(
    "text",
    [
        "file,snr-panel-2,noise-gain-panel-2\na.wav,12.5,0.01\nb.wav,,0.02\n",
        "arquivo;snr-painel-2;noise-gain-painel-2\r\na.wav;12,5;0,01\r\nb.wav;;0,02\r\n",
        "\ufeffFile;Noise-Gain-Panel-2;SNR-Panel-2\na;1e-2;12,5\nb;0,02;\n\n",
        'arquivo,snr-painel-2,noise-gain-painel-2\na.wav,"12,5","0,01"\nb.wav,,"0,02"\n',
        "file,snr-panel-1,snr-panel-2,noise-gain-panel-2\na.wav,3,12.5,.01\nb.wav,4,,.02\n",
    ],
)
def test_tables_are_read_in_either_language_and_with_either_separator(parent, text):
    panel = table(parent, text)
    folder = parent / "panel-2" / "noisy"
    first, second = Sample(folder / "a.wav", 12.5, 0.01), Sample(folder / "b.wav", None, 0.02)
    assert panel.samples == (first, second)
    assert panel.unlisted == ()


def test_recordings_of_other_panels_are_passed_over_and_unlisted_ones_named(parent):
    text = "file,snr-panel-1,snr-panel-2\na.wav,3,12\nc.wav,4,\nd.wav,,5\n"
    panel = table(parent, text)
    assert [each.path.name for each in panel.samples] == ["a.wav", "d.wav"]
    assert panel.unlisted == ("b.wav",)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("name,snr-panel-2\na.wav,3\n", "has no column file or arquivo"),
        ("file,snr-panel-3\na.wav,3\n", "neither a column snr-panel-2 nor noise-gain-panel-2"),
        ("", "has no column file"),
        ("file,snr-panel-2\na.wav,loud\n", "row 2 of sample-info.csv has 'loud' for snr-panel-2"),
        ("file,snr-panel-2\na.wav,nan\n", "row 2 of sample-info.csv has 'nan'"),
        ("file,snr-panel-2\na.wav,12,5\n", "row 2 .* has 3 entries and its head 2"),
        ("file,snr-panel-2\n../b.wav,3\n", "row 2 of sample-info.csv names no file in noisy"),
        ("file,noise-gain-panel-2\na.wav,-1\n", "row 2 .* a gain of -1"),
        ("file,snr-panel-2\n" + "x" * 300 + ",3\n", "row 2 of sample-info.csv names no file"),
        ("file,snr-panel-2\n" + "x" * 200_000 + ",3\n", "sample-info.csv is no table"),
        ("file,snr-panel-2\n", "names no recording of panel 2"),
    ],
)
def test_a_table_that_cannot_be_used_says_where_it_is_wrong(parent, text, sentence):
    with pytest.raises(SettingsError, match=sentence):
        table(parent, text)


def test_a_missing_table_or_folder_is_named(parent):
    with pytest.raises(StorageError, match=r"sample-info\.csv of .* cannot be read"):
        read_panel(parent, 2)
    with pytest.raises(StorageError, match="has no folder panel-7/noisy"):
        read_panel(parent, 7)


def test_the_noise_is_as_loud_as_the_gain_says_or_half_where_the_snr_says_so():
    nowhere: Any = None  # no file is read
    path = Sample(path=nowhere)
    assert noise_level(path, 0.5) is None
    assert noise_level(Sample(path.path, None, 0.02), 0.5) == 0.02
    level = np.hypot(0.1, 0.01)
    assert noise_level(Sample(path.path, 20.0), level) == pytest.approx(0.01)
    assert noise_level(Sample(path.path, 20.0, 0.0105), level) == 0.0105
    assert noise_level(Sample(path.path, 20.0, 0.0205), level) == 0.01025


def test_a_sampler_with_a_bank_is_told_gain_snr_and_how_hard_to_guide(parent):
    sampler, bank = Denoise(method="diffusion-78", steps=4), parent / "noise.wav"
    path = parent / "panel-2" / "noisy" / "a.wav"
    (both,) = told_tasks((sampler,), Sample(path, 20.0, 0.01), bank)
    settings = both.to_mapping()
    assert (settings["mode"], settings["steps"]) == ("gain", 4)
    assert settings["noise_dbfs"] == pytest.approx(-40.0)
    assert settings["guidance"] == pytest.approx(0.105 * 20.0 - 0.7)
    assert settings["snr_low_db"] == Denoise().snr_low_db
    (ratio,) = told_tasks((sampler,), Sample(path, 10.0), bank)
    settings = ratio.to_mapping()
    assert (settings["mode"], settings["snr_low_db"], settings["snr_high_db"]) == ("snr", 10, 10)
    assert settings["guidance"] == pytest.approx(0.35)
    (unknown,) = told_tasks((sampler,), Sample(path), bank)
    assert unknown.to_mapping()["mode"] == "estimated-snr"
    (gain,) = told_tasks((sampler,), Sample(path, None, 1e-9), bank)
    assert gain.to_mapping()["noise_dbfs"] == -90.0


def test_other_methods_and_tasks_stay_as_they_are(parent):
    tasks = (Declick(), Denoise(), Denoise(method="diffusion-78"))
    path = parent / "panel-2" / "noisy" / "a.wav"
    assert told_tasks(tasks, Sample(path, 20.0, 0.01), None) == tasks


@pytest.mark.parametrize("name", ["noisy", "Noisy", "..", "", "a/b"])
def test_sources_are_no_place_to_write(parent, name):
    with pytest.raises(SettingsError, match="choose"):
        output_folder(parent, 2, name)
