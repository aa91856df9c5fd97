"""Evaluation: pairs, figures that agree with the scorer, reports that are whole or not there."""

import csv
import json
import subprocess
import sys

import numpy as np
import pytest
import soundfile

from engine.audio import Audio
from engine.errors import SettingsError, StorageError
from engine.progress import Cancelled
from engine.tasks import TASKS
from tests.signals import music, noise
from training.baselines import ByTasks, FromFolder, find_method
from training.evaluate import Request, evaluate, read_gaps
from training.matching import recordings_in

RATE = 22050
PICTURES = {"snr.png", "best.png", "median.png", "worst.png"}


def write(path, audio, subtype="FLOAT"):
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, audio.samples.T, audio.sample_rate, subtype=subtype)


@pytest.fixture
def folders(tmp_path, rng):
    """Three clean recordings, noisier ones, and those at half the level as restored ones."""
    for index, name in enumerate(("choir", "band", "solo")):
        clean = music(rng, 1.0, RATE)
        hiss = noise(rng, 1.0, RATE, level=0.01 * (index + 1))
        write(tmp_path / "clean" / f"{name}.wav", clean)
        degraded = Audio(clean.samples + hiss.samples, RATE)
        write(tmp_path / "degraded" / f"{name}.wav", degraded)
        write(tmp_path / "restored" / f"{name}.flac", Audio(0.5 * degraded.samples, RATE), "PCM_24")
    return tmp_path


@pytest.fixture(autouse=True)
def drawn(monkeypatch):
    """What was to be drawn, in place of pictures, which take long; test_plates draws."""
    drawn = {}

    def draw(path, *told):
        path.write_bytes(b"")
        drawn[path.name] = told

    monkeypatch.setattr("training.evaluate.draw_snr", draw)
    monkeypatch.setattr("training.evaluate.draw_spectrograms", draw)
    return drawn


def restored_in(folder):
    return FromFolder("restored", recordings_in(folder / "restored"))


def test_figures_and_their_improvements_are_those_of_the_scorer(folders, shared_data):
    request = Request(folders / "clean", (restored_in(folders),), folders / "degraded")
    done = evaluate(request, folders / "report")
    scorer = shared_data.parent / "tools" / "score.py"
    words = [sys.executable, scorer, folders / "clean", folders / "restored"]
    words += ["--degraded", folders / "degraded", "--json", folders / "score.json"]
    subprocess.run(words, check=True, capture_output=True)
    told = json.loads((folders / "score.json").read_text(encoding="utf-8"))
    ours = {"snr": "snr_db", "si_sdr": "si_sdr_db", "lsd": "lsd_log10_2048"}
    ours["hf_lsd"] = "hf_lsd_log10_2048"
    (outcome,) = done.outcomes
    assert set(told["files"]) == set(outcome.figures)
    for name, row in [*told["files"].items(), ("MEAN", told["mean"])]:
        mine = outcome.figures.get(name, outcome.mean)
        for theirs, own in ours.items():
            assert mine[own] == pytest.approx(row[theirs], abs=1e-4)
            assert mine[f"d_{own}"] == pytest.approx(row[f"d_{theirs}"], abs=1e-4)


def test_a_report_holds_tables_and_pictures_and_nothing_is_left_beside_it(folders, drawn):
    gain = ByTasks("louder", (TASKS["gain"].from_mapping({"gain_db": 6.0}),))
    request = Request(folders / "clean", (gain, restored_in(folders)), folders / "degraded")
    done = evaluate(request, folders / "report")
    report = folders / "report"
    found = {path.name for path in report.iterdir()}
    assert found == {"metrics.json", "metrics.csv", *PICTURES}
    assert not list(folders.glob(".runout-*"))
    told = json.loads((report / "metrics.json").read_text(encoding="utf-8"))
    assert told == json.loads(json.dumps(done.to_mapping()))
    assert [each["name"] for each in told["methods"]] == ["louder", "restored"]
    assert told["methods"][0]["tasks"][0]["gain_db"] == 6.0
    assert "log10 of power, n_fft 2048" in told["figures"]["lsd_log10_2048"]
    louder, restored = told["methods"]
    # 6 dB more is 0.6 in log10 of power in each of 80 bands, and 6 dB less as much the other way
    shift = 80 * 0.6**2
    assert restored["frechet_log_mel"] != louder["frechet_log_mel"]
    assert abs(restored["frechet_log_mel"] - louder["frechet_log_mel"]) > 2 * shift
    with (report / "metrics.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 3 * 3 + 3
    mean = next(row for row in rows if (row["method"], row["file"]) == ("louder", "MEAN"))
    assert float(mean["snr_db"]) == pytest.approx(told["methods"][0]["mean"]["snr_db"])
    title, before, after = drawn["snr.png"]
    names = list(done.before)
    assert before == [done.before[name]["snr_db"] for name in names]
    assert after["louder"] == [done.outcomes[0].figures[name]["snr_db"] for name in names]
    ranked = sorted(names, key=lambda name: done.outcomes[0].figures[name]["d_snr_db"])
    for word, name in zip(("worst", "median", "best"), ranked, strict=True):
        title, states, rate = drawn[f"{word}.png"]
        assert title == f"{name}: {word} of 3 files by louder"
        assert rate == RATE
        assert list(states) == ["clean", "degraded", "restored", "removed"]
        removed = states["degraded"] - states["restored"]
        assert np.array_equal(states["removed"], removed)


def test_recordings_are_mixed_and_brought_to_the_rate_of_the_clean_one(folders, rng):
    wide = music(rng, 1.0, 44100)
    write(folders / "other" / "a.wav", Audio(wide.samples[:, ::2].copy(), RATE))
    stereo = Audio(np.concatenate([1.5 * wide.samples, 0.5 * wide.samples]), 44100)
    write(folders / "stereo" / "a.wav", stereo)
    method = FromFolder("restored", recordings_in(folders / "stereo"))
    done = evaluate(Request(folders / "other", (method,)), folders / "report")
    assert done.outcomes[0].figures["a"]["snr_db"] > 30.0
    assert done.before == {}


def test_gaps_are_filled_and_measured_inside_alone(folders):
    for path in (folders / "clean").iterdir():
        samples, rate = soundfile.read(path, dtype="float32")
        samples[11025 : 11025 + 220] = 0.0
        soundfile.write(folders / "degraded" / path.name, samples, rate, subtype="FLOAT")
    gaps = folders / "gaps.json"
    spans = {path.stem: [[0.5, 0.5 + 220 / RATE]] for path in (folders / "clean").iterdir()}
    gaps.write_text(json.dumps(spans), encoding="utf-8")
    method = find_method("inpaint:ar", [], ByTasks("", ()).equipment)
    request = Request(folders / "clean", (method,), folders / "degraded", read_gaps(gaps))
    done = evaluate(request, folders / "report")
    assert done.before["solo"]["snr_inside_db"] == pytest.approx(0.0, abs=1e-6)
    assert done.outcomes[0].mean["d_snr_inside_db"] > 6.0
    untold = Request(folders / "clean", (method,), folders / "degraded")
    with pytest.raises(SettingsError, match="inpaint must be told where .* --inside gaps.json"):
        evaluate(untold, folders / "other")
    assert not (folders / "other").exists()


def test_what_has_no_partner_or_fails_is_named_and_the_rest_is_measured(folders):
    (folders / "restored" / "band.flac").unlink()
    (folders / "clean" / "solo.wav").unlink()
    request = Request(folders / "clean", (restored_in(folders),), folders / "degraded")
    done = evaluate(request, folders / "report")
    assert done.missing == ["band has no restored recording"]
    assert done.notes == ["solo has no clean recording and was left out"]
    assert set(done.outcomes[0].figures) == {"choir"}
    (folders / "degraded" / "choir.wav").write_bytes(b"nothing")
    with pytest.raises(SettingsError, match="nothing could be measured: "):
        evaluate(request, folders / "other")


def test_a_report_is_replaced_only_when_asked_and_other_folders_never(folders):
    request = Request(folders / "clean", (restored_in(folders),))
    evaluate(request, folders / "report")
    before = (folders / "report" / "metrics.csv").read_bytes()
    with pytest.raises(StorageError, match="the report report is there already"):
        evaluate(request, folders / "report")
    gain = ByTasks("louder", (TASKS["gain"].from_mapping({"gain_db": 6.0}),))
    evaluate(Request(folders / "clean", (gain,)), folders / "report", overwrite=True)
    assert (folders / "report" / "metrics.csv").read_bytes() != before
    with pytest.raises(StorageError, match="is no report, so it is not replaced"):
        evaluate(request, folders / "clean", overwrite=True)
    assert len(list((folders / "clean").iterdir())) == 3


def test_stopping_leaves_nothing_behind(folders):
    def stop(fraction, message=""):
        if fraction > 0.3:
            raise Cancelled

    before = sorted(folders.iterdir())
    gain = ByTasks("louder", (TASKS["gain"].from_mapping({"gain_db": 6.0}),))
    with pytest.raises(Cancelled):
        evaluate(Request(folders / "clean", (gain,)), folders / "report", progress=stop)
    assert sorted(folders.iterdir()) == before


@pytest.mark.parametrize("text", ["[1, 2]", '{"a": [[1]]}', "{", '{"a": 3}'])
def test_what_holds_no_gaps_is_refused(tmp_path, text):
    (tmp_path / "gaps.json").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match="gaps.json does not hold gaps"):
        read_gaps(tmp_path / "gaps.json")


def test_a_method_that_stands_twice_is_refused(folders):
    method = restored_in(folders)
    with pytest.raises(SettingsError, match="restored stands twice"):
        Request(folders / "clean", (method, method))
