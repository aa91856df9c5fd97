"""Examples: the same by their number alone, whoever asks; whole recordings on either side."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from engine.audio import Audio
from engine.errors import SettingsError, StorageError
from training.chain import apply_damage, read_chain
from training.config import Recipe, recipe_from_mapping
from training.dataset import batches, join_examples, open_sides

RATE = 8000
N = 4096


@pytest.fixture
def folder(tmp_path: Path, rng: np.random.Generator) -> Path:
    """Five recordings of two seconds, one of them mostly silent, one in stereo at another rate."""
    music = tmp_path / "music"
    music.mkdir()
    for number in range(4):
        samples = 0.2 * rng.standard_normal(16000)
        if number == 3:
            samples[:12000] = 0.0
        soundfile.write(music / f"piece{number}.wav", samples, RATE)
    soundfile.write(music / "wide.flac", 0.2 * rng.standard_normal((32000, 2)), 2 * RATE)
    return tmp_path


def recipe(**data: object) -> Recipe:
    tables = {
        "name": "test",
        "data": {"clean": ["music"], "sample_rate": RATE, "segment_samples": N, **data},
        "damage": [{"name": "white_noise", "snr_db": [0.0, 20.0]}],
        "network": {"name": "light"},
    }
    return recipe_from_mapping(tables, Path("/nowhere"))


def test_an_example_follows_from_its_number_alone(folder):
    first, second = (open_sides(recipe(), folder, folder / "cache").training for _ in range(2))
    a, _, b = first[7], first[3], second[7]
    assert a.source == b.source
    assert a.damage == b.damage
    for mine, theirs in ((a.degraded, b.degraded), (a.target, b.target)):
        np.testing.assert_array_equal(mine, theirs)
    assert not np.array_equal(first[8].degraded, a.degraded)


def test_processes_that_prepare_examples_make_the_same_ones(folder):
    examples = open_sides(recipe(), folder, folder / "cache").training
    here = batches(examples, 2, 4, rank=0, size=1, n_workers=0)
    there = batches(examples, 2, 4, rank=0, size=1, n_workers=1)
    for _ in range(2):
        mine, theirs = next(here), next(there)
        assert torch.equal(mine.degraded, theirs.degraded)
        assert mine.degraded.shape == (4, 1, N)
    del there


def test_processes_that_train_together_share_the_examples_of_a_step(folder):
    examples = open_sides(recipe(), folder, folder / "cache").training
    whole = next(batches(examples, 5, 4, rank=0, size=1, n_workers=0)).degraded
    halves = [next(batches(examples, 5, 4, rank, 2, 0)).degraded for rank in (0, 1)]
    assert torch.equal(whole, torch.cat(halves))


def test_the_damage_that_is_told_made_the_example(folder):
    examples = open_sides(recipe(level=0.0), folder, folder / "cache").training
    for number in range(5):
        example = examples[number]
        again = apply_damage(example.damage, Audio(example.clean[None], RATE)).samples[0]
        np.testing.assert_allclose(again, example.degraded, atol=1e-7)


def test_degraded_excerpts_lie_around_the_level_and_their_targets_with_them(folder):
    examples = open_sides(recipe(level=0.05, level_spread_db=6.0), folder, folder / "c").training
    levels = [np.sqrt(np.mean(np.square(examples[n].degraded))) for n in range(40)]
    told_db = 20 * np.log10(np.array(levels) / 0.05)
    assert np.abs(told_db).max() <= 6.01
    assert told_db.max() > 3.0
    assert told_db.min() < -3.0
    batch = join_examples([examples[0]])
    noise = batch.degraded - batch.clean
    assert abs(float((noise * batch.clean).mean())) < 0.1 * float(batch.clean.square().mean())


def test_a_recording_is_on_one_side_only(folder):
    sides = open_sides(recipe(validation_share=0.4), folder, folder / "cache")
    seen, kept = ({each.path for each in side.recordings} for side in sides)
    assert seen
    assert kept
    assert not seen & kept
    assert {sides.training[n].source for n in range(30)} <= seen


def test_a_copy_under_another_name_and_level_is_not_used_to_judge_by(folder):
    for number in range(4):
        samples, _ = soundfile.read(folder / "music" / f"piece{number}.wav")
        copy = folder / "music" / f"copy{number}.wav"
        soundfile.write(copy, 0.5 * samples, RATE, subtype="FLOAT")
        soundfile.write(folder / "music" / f"piece{number}.wav", samples, RATE, subtype="FLOAT")
    sides = open_sides(recipe(validation_share=0.5), folder, folder / "cache")
    heard = [each.sha256 for side in sides for each in side.recordings]
    assert len(heard) == len(set(heard)) == 5


def test_what_is_judged_by_is_never_under_noise_that_was_trained_on(folder, rng):
    for name in ("noise", "kept"):
        (folder / name).mkdir()
        soundfile.write(folder / name / "1.wav", 0.1 * rng.standard_normal(16000), RATE)
    step = {"name": "noise_bank", "path": "noise", "held": {"path": "kept"}}
    for target in ("clean", "noisy"):
        read = replace(recipe(target=target), damage=read_chain([step], folder))
        sides = open_sides(read, folder, folder / "cache")
        for side, name in zip(sides, ("noise", "kept"), strict=True):
            drawn = [side[n] for n in range(12)]
            damage = [each for one in drawn for each in (*one.damage, *one.damage_of_target)]
            assert {each.to_mapping()["path"] for each in damage} == {str(folder / name)}


def test_recordings_that_are_left_out_are_on_no_side(folder):
    sides = open_sides(recipe(left_out=["music/piece1.wav"]), folder, folder / "cache")
    names = {each.path.name for side in sides for each in side.recordings}
    assert names == {"piece0.wav", "piece2.wav", "piece3.wav", "wide.flac"}


def test_silence_is_passed_over(folder):
    examples = open_sides(recipe(level=0.0), folder, folder / "cache").training
    assert all(np.abs(examples[number].clean).max() > 0.01 for number in range(60))


def test_noisy_targets_have_noise_of_their_own(folder):
    examples = open_sides(recipe(target="noisy", level=0.0), folder, folder / "c").training
    example = examples[4]
    a, b = example.degraded - example.clean, example.target - example.clean
    assert abs(np.corrcoef(a, b)[0, 1]) < 0.05
    assert example.damage != example.damage_of_target


def test_a_place_without_music_is_named(folder):
    with pytest.raises(StorageError, match="nothing"):
        open_sides(recipe(clean=["nothing"]), folder, folder / "cache")
    (folder / "empty").mkdir()
    with pytest.raises(StorageError, match="no recording"):
        open_sides(recipe(clean=["empty"]), folder, folder / "cache")


def test_silence_alone_cannot_be_trained_on(tmp_path):
    (tmp_path / "music").mkdir()
    soundfile.write(tmp_path / "music" / "still.wav", np.zeros(16000), RATE)
    with pytest.raises(SettingsError, match="silent"):
        open_sides(recipe(), tmp_path, tmp_path / "cache")
