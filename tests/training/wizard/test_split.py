from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.errors import StorageError
from training.config import recipe_from_mapping
from training.splits import exactly
from training.wizard.plan import Music, Split
from training.wizard.split import Sides, SplitJob, WholeRecording, divide, minutes_of, move

PATHS = [Path(f"/music/piece {number:02d}.wav") for number in range(40)]
SECONDS = dict.fromkeys(PATHS, 60.0)


def _names(recordings: Iterable[WholeRecording]) -> set[str]:
    return {each.name for each in recordings}


def test_the_sides_are_whole_recordings_and_their_minutes_add_up() -> None:
    parts = [Path(f"/music/symphony part {number}.wav") for number in range(4)]
    sides = divide([*PATHS, *parts], {**SECONDS, **dict.fromkeys(parts, 30.0)}, Split(0.2))
    assert _names(sides.training).isdisjoint(_names(sides.held))
    (symphony,) = (each for each in (*sides.training, *sides.held) if each.name == "symphony")
    assert (len(symphony.files), symphony.seconds) == (4, 120.0)
    assert minutes_of(sides.training) + minutes_of(sides.held) == pytest.approx(42.0)
    assert 3 <= len(sides.held) <= 13
    assert (sides.problem, sides.warning()) == ("", "")


def test_what_the_user_moves_stays_where_it_was_put() -> None:
    sides = divide(PATHS, SECONDS, Split(0.2))
    first, last = sides.held[0].name, sides.training[-1].name
    split = move(sides, [last], to_held=True)
    assert (split.share, last in split.held, first in split.held) == (0.0, True, True)
    again = divide(PATHS, SECONDS, split)
    assert _names(again.held) == _names(sides.held) | {last}
    back = divide(PATHS, SECONDS, move(again, [first], to_held=False))
    assert _names(back.held) == (_names(sides.held) | {last}) - {first}
    assert _names(back.training) == _names(sides.training) - {last} | {first}


def test_a_name_within_another_is_not_moved_along() -> None:
    paths = [Path("/m/air.wav"), Path("/m/fairytale.wav"), Path("/m/sea.wav")]
    seconds = dict.fromkeys(paths, 100.0)
    sides = divide(paths, seconds, Split(0.0, ("air",)))
    assert _names(sides.held) == {"air"}


def test_too_little_or_nothing_on_one_side_is_told() -> None:
    none = divide(PATHS, SECONDS, Split(0.0))
    assert "nothing is kept to judge by; move at least one recording over" in none.problem
    all_held = divide(PATHS, SECONDS, Split(0.0, tuple(each.stem for each in PATHS)))
    assert "all recordings are kept to judge by; move at least one of them back" in all_held.problem
    assert len(all_held.held) == 40
    short = divide(PATHS[:5], dict.fromkeys(PATHS, 20.0), Split(0.0, ("piece 01",)))
    assert "only 20 s are kept to judge by" in short.warning()
    most = divide(PATHS[:5], SECONDS, Split(0.0, ("piece 01", "piece 02", "piece 03")))
    assert "the music kept to judge by is more" in most.warning()


def test_one_recording_alone_is_told_plainly() -> None:
    sides = divide(PATHS[:1], SECONDS, Split())
    assert (len(sides.training), sides.held, sides.problem) == (1, (), "")
    assert "there is only one recording, so none can be kept" in sides.warning()
    assert "a second recording puts that right" in sides.warning()
    assert Sides().warning() != ""


def test_two_recordings_always_keep_one() -> None:
    sides = divide(PATHS[:2], SECONDS, Split(0.01))
    assert (len(sides.training), len(sides.held)) == (1, 1)


def test_the_trainer_divides_the_same_files_in_the_same_way(
    rng: np.random.Generator, tmp_path: Path
) -> None:
    from training.dataset import open_sides

    music = tmp_path / "music"
    music.mkdir()
    for number in range(7):
        samples = 0.1 * rng.standard_normal(4000)
        soundfile.write(music / f"piece {number}.wav", samples, 8000, subtype="PCM_16")
    left_out = (str(music / "piece 3.wav"),)
    wanted = Music((str(music),), left_out)
    sides = SplitJob(wanted, Split(0.0, ("piece 1", "piece 5")), tmp_path / "cache").run()
    data = {
        "clean": [str(music)], "left_out": list(left_out), "sample_rate": 8000,
        "segment_samples": 1000, "validation_share": 0.0,
        "validation": [exactly("piece 1"), exactly("piece 5")],
    }  # fmt: skip
    recipe = recipe_from_mapping({"name": "x", "data": data}, tmp_path)
    theirs = open_sides(recipe, tmp_path, tmp_path / "decoded")
    for side, own in zip(theirs, (sides.training, sides.held), strict=True):
        paths = {path for each in own for path in each.files}
        assert {each.path for each in side.recordings} == paths
    assert sides.held[0].seconds == 0.5


def test_missing_music_is_told(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="is missing"):
        SplitJob(Music((str(tmp_path / "gone"),)), Split(), tmp_path).run()
