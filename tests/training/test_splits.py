"""Whole recordings on either side."""

from pathlib import Path

import pytest

from engine.errors import SettingsError
from training.splits import exactly, kept_for_test, split_recordings

PATHS = [Path(f"music/piece {number}.wav") for number in range(400)]


def test_about_the_share_is_kept_and_none_is_on_both_sides():
    seen, kept = split_recordings(PATHS, 0.1)
    assert 25 <= len(kept) <= 60
    assert sorted((*seen, *kept)) == sorted(PATHS)


def test_a_recording_stays_on_its_side_when_others_come():
    kept = split_recordings(PATHS[:200], 0.2)[1]
    assert set(kept) == set(split_recordings(PATHS, 0.2)[1]) & set(PATHS[:200])


def test_files_of_one_recording_stay_together():
    parts = [path.with_stem(f"{path.stem} part {n}") for path in PATHS for n in (1, 2)]
    seen, kept = split_recordings(parts, 0.3)
    names = [{path.stem.partition(" part")[0] for path in side} for side in (seen, kept)]
    assert len(kept) > 60
    assert names[0].isdisjoint(names[1])


def test_a_word_keeps_all_of_its_recording():
    parts = [Path("a_part1.wav"), Path("a_part2.wav"), Path("b.wav")]
    assert split_recordings(parts, 0.0, ["part2"]) == ((parts[2],), (parts[0], parts[1]))


def test_one_is_kept_where_the_hash_keeps_none_and_none_where_none_is_asked():
    assert len(split_recordings(PATHS[:3], 1e-9)[1]) == 1
    assert split_recordings(PATHS[:3], 0.0)[1] == ()
    assert split_recordings(PATHS[:1], 1e-9) == ((PATHS[0],), ())
    with pytest.raises(SettingsError, match="none is left to train on"):
        split_recordings(PATHS[:3], 0.0, ["piece"])


def test_official_sides_go_before_the_hash(tmp_path: Path):
    sides = {f"2004/{n}.wav": ("train", "validation", "test")[n % 3] for n in range(60)}
    lines = [f"{name},{side}" for name, side in sides.items()]
    (tmp_path / "maestro.csv").write_text("\n".join(("audio_filename,split", *lines)))
    paths = [tmp_path / name for name in sides]
    seen, kept = split_recordings(paths, 0.5)
    assert seen == tuple(paths[0::3])
    assert kept == tuple(paths[1::3])
    assert kept_for_test(paths) == tuple(paths[2::3])


def test_without_an_official_validation_side_it_is_taken_from_the_training_side():
    songs = [Path(f"{'test' if n % 2 else 'train'}/Song {n}/mixture.wav") for n in range(200)]
    seen, kept = split_recordings(songs, 0.2)
    assert {path.parts[0] for path in (*seen, *kept)} == {"train"}
    assert 10 <= len(kept) <= 32


def test_a_whole_name_keeps_that_recording_alone() -> None:
    paths = [Path(f"{name}.wav") for name in ("air", "fairytale", "air_part1", "air_part2", "sea")]
    seen, kept = split_recordings(paths, 0.0, [exactly("air")])
    assert {each.stem for each in kept} == {"air", "air_part1", "air_part2"}
    assert {each.stem for each in seen} == {"fairytale", "sea"}
    assert len(split_recordings(paths, 0.0, ["air"])[1]) == 4
    assert split_recordings(paths, 0.0, [exactly("gone")])[1] == ()


def test_of_a_few_recordings_one_is_always_trained_on() -> None:
    assert split_recordings(PATHS[:1], 0.999) == ((PATHS[0],), ())
    assert [len(side) for side in split_recordings(PATHS[:3], 0.999)] == [1, 2]
    seen, kept = split_recordings(PATHS[:2], 0.999, [exactly(PATHS[0].stem)])
    assert (seen, kept) == ((PATHS[1],), (PATHS[0],))
