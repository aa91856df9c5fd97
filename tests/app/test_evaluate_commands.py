"""Evaluation on the command line."""

import json

import pytest
import soundfile
import torch

from app.cli import main
from engine.card import Card
from engine.models.weights import build_network, save_weights
from tests.signals import clicks, music

RATE = 22050


@pytest.fixture(autouse=True)
def no_pictures(monkeypatch):
    def draw(path, *told):
        path.write_bytes(b"")

    monkeypatch.setattr("training.evaluate.draw_snr", draw)
    monkeypatch.setattr("training.evaluate.draw_spectrograms", draw)


@pytest.fixture
def folders(tmp_path, rng):
    for name in ("choir", "band"):
        clean = music(rng, 1.0, RATE)
        degraded, _ = clicks(rng, clean, per_second=8.0)
        for state, audio in (("clean", clean), ("degraded", degraded)):
            (tmp_path / state).mkdir(exist_ok=True)
            path = tmp_path / state / f"{name}.wav"
            soundfile.write(path, audio.samples[0], RATE, subtype="FLOAT")
    return tmp_path


def words(folders, *others):
    return [
        "evaluate",
        *("--clean", str(folders / "clean"), "--degraded", str(folders / "degraded")),
        *("-o", str(folders / "report"), *others),
    ]


def test_a_preset_is_evaluated_with_baselines_beside_it(folders, capsys):
    baselines = ("--baseline", "declick", "--baseline", "none")
    assert main(words(folders, "--preset", "declick-only", *baselines, "--json")) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["report"] == str(folders / "report")
    assert [each["name"] for each in told["methods"]] == ["declick-only", "declick", "none"]
    preset, _, nothing = told["methods"]
    assert preset["mean"]["d_snr_db"] > 10.0
    assert preset["mean"]["snr_db"] == pytest.approx(
        told["degraded"]["mean"]["snr_db"] + preset["mean"]["d_snr_db"]
    )
    assert nothing["mean"]["d_snr_db"] == 0.0
    assert preset["times_real_time"] > 0.05
    assert (folders / "report" / "metrics.csv").is_file()


def test_the_table_has_one_line_for_each_method(folders, capsys):
    assert main(words(folders, "--restored", str(folders / "clean"))) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["method", "snr_db", "si_sdr_db", "lsd_log10_2048"] + [
        "hf_lsd_log10_2048"
    ]
    assert [line.split()[0] for line in lines[1:3]] == ["degraded", "clean"]
    assert lines[2].split()[5] == "0.00"
    assert lines[-1] == str(folders / "report")


def test_without_degraded_files_the_clean_ones_are_restored(folders, capsys):
    line = ["evaluate", "--preset", "declick-only", "--clean", str(folders / "clean")]
    assert main([*line, "-o", str(folders / "report"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["degraded"] == {"mean": {}, "files": {}}
    assert told["methods"][0]["mean"]["snr_db"] > 40.0
    assert "d_snr_db" not in told["methods"][0]["mean"]


def test_missing_partners_are_named_with_code_three(folders, capsys):
    (folders / "degraded" / "band.wav").unlink()
    assert main(words(folders, "--preset", "none")) == 3
    assert "band has no degraded recording" in capsys.readouterr().err
    assert (folders / "report" / "metrics.json").is_file()


def test_a_file_of_weights_is_evaluated_as_the_method_it_names(folders, capsys):
    torch.manual_seed(78)
    network = build_network("light", {})
    card = Card("light", network.config.to_mapping(), RATE, RATE, 0.1)
    file = folders / "mine.safetensors"
    save_weights(file, network, card)
    purpose = ("--task", "denoise", "--method", "light")
    assert main(words(folders, "--model", str(file), *purpose, "--json")) == 0
    (method,) = json.loads(capsys.readouterr().out)["methods"]
    assert method["name"] == "mine"
    assert method["tasks"][0]["method"] == "light"
    assert method["models"][0]["name"] == "mine"
    # an untrained light changes nothing
    assert abs(method["mean"]["d_snr_db"]) < 0.1
    assert main(words(folders, "--model", str(file), "--overwrite")) == 1
    assert "does not say for which task" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "code", "sentence"),
    [
        ((), 2, "one of --model, --preset and --restored"),
        (("--preset", "none", "--restored", "x"), 2, "one of --model, --preset and --restored"),
        (("--preset", "none", "--set", "steps=3"), 2, "go with --model"),
        (("--model", "nobody"), 1, "there is no model 'nobody'"),
        (("--preset", "nothing"), 1, "there is no preset 'nothing'"),
        (("--preset", "none", "--baseline", "polish"), 1, "'polish' is neither a task"),
        (("--restored", "nowhere"), 1, "the folder nowhere is not there"),
    ],
)
def test_what_cannot_be_evaluated_is_told_in_a_sentence(folders, capsys, options, code, sentence):
    assert main(words(folders, *options)) == code
    told = capsys.readouterr().err
    assert sentence in told
    assert len(told.strip().splitlines()) == 1
    assert not (folders / "report").exists()


def test_a_setting_reaches_the_task_of_a_model(folders, capsys):
    network = build_network("light", {})
    file = folders / "mine.safetensors"
    training = {"tasks": ["denoise"], "method": "light"}
    card = Card("light", network.config.to_mapping(), RATE, RATE, 0.1, training=training)
    save_weights(file, network, card)
    line = words(folders, "--model", str(file), "--set", "reduction-db=6", "--json")
    assert main(line) == 0
    (method,) = json.loads(capsys.readouterr().out)["methods"]
    assert method["tasks"][0]["reduction_db"] == 6.0
    assert main(words(folders, "--model", str(file), "--set", "reduction_db")) == 2
    assert "--set reduction_db is not NAME=VALUE" in capsys.readouterr().err
