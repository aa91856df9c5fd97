"""Judging: figures of held recordings, clips for the ears; found again, and made anew."""

import dataclasses
import json
import shutil

import numpy as np
import pytest
import soundfile

from engine.errors import ModelError, StorageError
from engine.models.weights import load_weights
from engine.progress import Cancelled
from engine.weights_header import file_sha256
from tests.training.wizard.judging import RATE, trained, write_weights
from training.wizard.contest import BASE, UNTOUCHED, YOURS
from training.wizard.exam import CLEAN, GENERAL, OWN, Size, draw_exam
from training.wizard.heard import HELD, TRANSFER, ReadClipJob
from training.wizard.judge import JudgeJob
from training.wizard.result import judged_problem, load_result, main_gains

SIZE = Size(clips=3, clip_s=1.0, heard=4)


@pytest.fixture(scope="module")
def training(tmp_path_factory):
    """Plan, base and folder, and the cache of its recordings."""
    folder = tmp_path_factory.mktemp("judge")
    plan, template, own = trained(folder, np.random.default_rng(20260178))
    return plan, template, own, folder / "cache"


@pytest.fixture(scope="module")
def result(training):
    plan, template, folder, cache = training
    return JudgeJob(plan, template, folder, cache, size=SIZE).run()


def test_clips_are_of_held_recordings_at_the_ratios_they_say(training):
    plan, template, folder, cache = training
    exam = draw_exam(plan, template, folder, cache, SIZE)
    assert {each.source.stem for each in exam.clips} == {"piece1", "piece3"}
    assert [each.kind for each in exam.clips] == [OWN] * 3 + [GENERAL] * 3 + [CLEAN] * 3
    for clip in exam.clips[:6]:
        noise = clip.degraded.astype(float) - clip.clean
        found = 10 * np.log10(np.mean(clip.clean.astype(float) ** 2) / np.mean(noise**2))
        assert found == pytest.approx(clip.snr_db, abs=0.01)
    assert [each.snr_db for each in exam.clips[:3]] == [5.0, 10.0, 20.0]
    again = draw_exam(plan, template, folder, cache, SIZE)
    assert np.array_equal(exam.clips[4].degraded, again.clips[4].degraded)
    assert exam.notes == ()


def test_the_noise_of_the_discs_is_judged_as_it_was_recorded(training):
    plan, template, folder, cache = training
    exam = draw_exam(plan, template, folder, cache, SIZE)
    (kept,) = (folder / "noise_held").iterdir()
    recorded, rate = soundfile.read(kept, dtype="float64")
    assert rate == RATE
    for clip in exam.clips[:3]:
        noise = clip.degraded.astype(float) - clip.clean
        length = len(noise) + len(recorded)
        spectra = np.fft.rfft(recorded, length), np.fft.rfft(noise, length)
        likeness = np.fft.irfft(spectra[0] * spectra[1].conj(), length).max()
        energy = np.sqrt(np.sum(noise**2) * np.sum(recorded**2))
        assert likeness > 0.95 * energy * np.sqrt(min(1.0, len(noise) / len(recorded)))


def test_noise_that_was_trained_on_is_told(training, tmp_path):
    plan, template, folder, cache = training
    shutil.copytree(folder, tmp_path / "other", ignore=shutil.ignore_patterns("noise_held"))
    exam = draw_exam(plan, template, tmp_path / "other", cache, SIZE)
    assert exam.clips[0].kind == OWN
    assert "flatter it" in exam.notes[0]


def test_figures_are_of_all_versions_and_gains_are_over_what_is_untouched(result):
    versions = {(row.version, row.kind) for row in result.rows}
    assert len(versions) == 4 * 3
    assert len(result.rows) == 4 * 9
    rows = {(r.version, r.number): r for r in result.rows if r.kind == OWN}
    gains = main_gains(result.rows, "denoise", YOURS, OWN)
    expected = rows[YOURS, 1].si_sdr_db - rows[UNTOUCHED, 1].si_sdr_db
    assert gains[1] == pytest.approx(expected)
    assert rows[UNTOUCHED, 0].si_sdr_db == pytest.approx(5.0, abs=0.3)
    assert {each.share for each in result.trials} == {1.0, 0.75, 0.5, 0.25}


def test_clips_for_the_ears_are_as_loud_in_all_versions(result, training):
    folder = training[2] / "judge" / "clips"
    assert [each.origin for each in result.heard] == [TRANSFER, HELD, TRANSFER, HELD]
    assert result.versions == (YOURS, BASE, "classical", UNTOUCHED)
    from engine.dsp.loudness import LoudnessMeter

    for clip in result.heard:
        loudness = []
        for name in clip.files.values():
            samples, rate = soundfile.read(folder / name, dtype="float32")
            assert (len(samples), rate) == (RATE, RATE)
            meter = LoudnessMeter(rate, 1)
            meter.add(samples[None])
            assert meter.lufs is not None
            loudness.append(meter.lufs)
        assert np.ptp(loudness) < 0.05


def test_what_was_judged_is_found_again_and_judged_anew_for_other_weights(
    result, training, tmp_path
):
    plan, template, folder, cache = training
    assert JudgeJob(plan, template, folder, cache, size=SIZE).run() == result
    assert load_result(folder) == result
    assert judged_problem(result, folder) == ""
    own = tmp_path / "own"
    shutil.copytree(folder, own)
    write_weights(own / "run" / "best.safetensors", 3)
    assert "trained further since it was judged" in judged_problem(result, own)
    again = JudgeJob(plan, template, own, cache, size=SIZE).run()
    assert again.weights != result.weights
    mine, theirs = ([r for r in each.rows if r.version == BASE] for each in (again, result))
    assert mine == theirs
    assert judged_problem(again, own) == ""
    (own / "judge" / "kept.safetensors").write_bytes(b"other")
    assert "has changed since it was judged" in judged_problem(again, own)


def test_a_judging_that_is_stopped_goes_on_where_it_was(training, result, tmp_path):
    plan, template, folder, cache = training
    own = tmp_path / "own"
    shutil.copytree(folder, own, ignore=shutil.ignore_patterns("judge"))
    seen = []

    def stop(fraction, message=""):
        seen.append(fraction)
        if fraction > 0.3:
            raise Cancelled

    with pytest.raises(Cancelled):
        JudgeJob(plan, template, own, cache, size=SIZE).run(stop)
    assert load_result(own) is None
    kept = json.loads((own / "judge" / "rows.json").read_text())["rows"]
    assert 9 < len(kept) < 40
    whole = JudgeJob(plan, template, own, cache, size=SIZE).run()
    assert whole.rows == result.rows


def test_without_weights_one_sentence_says_what_to_do(training, tmp_path):
    plan, template, folder, cache = training
    shutil.copytree(folder, tmp_path / "own", ignore=shutil.ignore_patterns("run"))
    with pytest.raises(ModelError, match="no weights to judge yet; let the training run"):
        JudgeJob(plan, template, tmp_path / "own", cache).run()


def test_what_a_trainer_writes_meanwhile_is_not_taken_for_what_was_judged(training, tmp_path):
    plan, template, folder, cache = training
    own = tmp_path / "own"
    shutil.copytree(folder, own, ignore=shutil.ignore_patterns("judge"))
    best = own / "run" / "best.safetensors"
    before = file_sha256(best)

    def train_on(fraction, message=""):
        if fraction > 0.3 and file_sha256(best) == before:
            write_weights(best, 5)

    made = JudgeJob(plan, template, own, cache, size=Size(1, 0.5, 1)).run(train_on)
    assert made.weights == before
    assert load_weights(own / "judge" / "kept.safetensors").card.training["steps"] == 2
    assert "trained further" in judged_problem(made, own)
    files = [each.name for each in (own / "judge").glob("*.safetensors")]
    assert files == ["kept.safetensors"]


def test_music_or_a_recipe_that_is_gone_is_named(training, tmp_path):
    plan, template, folder, cache = training
    own = tmp_path / "own"
    shutil.copytree(folder, own, ignore=shutil.ignore_patterns("judge"))
    recipe = own / "recipe.toml"
    text = recipe.read_text()
    recipe.write_text(text.replace("music", "lost"))
    with pytest.raises(StorageError, match="lost is no longer there; connect the disk"):
        JudgeJob(plan, template, own, cache, size=SIZE).run()
    recipe.unlink()
    with pytest.raises(StorageError, match="recipe.toml cannot be read"):
        JudgeJob(plan, template, own, cache, size=SIZE).run()


def test_a_fresh_network_is_not_blended(training, tmp_path):
    plan, template, folder, cache = training
    shutil.copytree(folder, tmp_path / "own", ignore=shutil.ignore_patterns("judge"))
    fresh = plan.changed(goal=dataclasses.replace(plan.goal, is_fresh=True))
    made = JudgeJob(fresh, template, tmp_path / "own", cache, size=Size(1, 0.5, 1)).run()
    assert [each.share for each in made.trials] == [1.0]


def test_a_clip_is_read_with_levels_of_all_its_versions(result, training):
    clip = ReadClipJob(result.heard[0], training[2] / "judge" / "clips").run()
    assert tuple(clip.sounds) == tuple(clip.pictures) == result.versions
    shapes = {levels.shape for levels in clip.pictures.values()}
    assert len(shapes) == 1
    assert max(levels.max() for levels in clip.pictures.values()) == 255
