"""Transfers are searched file by file: what fails stops nothing, what is known is not reread."""

import os

import pytest

from engine.progress import Cancelled
from engine.region import Region
from tests.training.wizard.disc_side import write_side
from training.wizard import find_stretches as module
from training.wizard.find_stretches import LIKELY, FindStretchesJob, search, with_choices
from training.wizard.plan import Stretch


def test_stretches_of_a_side_are_found_with_origin_and_level(tmp_path, rng):
    path = write_side(tmp_path / "a.wav", rng)
    (found,) = FindStretchesJob((path,)).run()
    assert [each.origin for each in found.stretches] == ["lead-in", "lead-out"]
    assert found.duration_s == pytest.approx(10.0, abs=0.01)
    assert all(each.level_dbfs == pytest.approx(-34.0, abs=0.5) for each in found.stretches)
    assert all(each.is_taken and each.sure >= LIKELY for each in found.stretches)


def test_folders_are_searched_at_any_depth_and_nothing_twice(tmp_path, rng):
    first = write_side(tmp_path / "sides" / "one" / "a.wav", rng)
    second = write_side(tmp_path / "sides" / "b.flac", rng)
    told: list[object] = []
    job = FindStretchesJob((first, str(tmp_path / "sides")), take=told.append)
    found = job.run()
    assert [each.path for each in found] == [first, second]
    assert told == list(found)


def test_what_cannot_be_read_is_told_in_a_sentence_and_stops_nothing(tmp_path, rng):
    good = write_side(tmp_path / "good.wav", rng)
    bad = tmp_path / "bad.wav"
    bad.write_bytes(b"this is no sound")
    empty = tmp_path / "empty"
    empty.mkdir()
    places = (str(bad), str(tmp_path / "gone.wav"), str(empty), good)
    found = FindStretchesJob(places, tmp_path / "cache").run()
    assert [bool(each.problem) for each in found] == [True, True, True, False]
    assert "bad.wav" in found[0].problem
    assert "gone.wav cannot be read" in found[1].problem
    assert "empty is a folder" in found[2].problem


def test_a_file_is_searched_again_only_when_it_is_another(tmp_path, rng, monkeypatch):
    path, cache = write_side(tmp_path / "a.wav", rng), tmp_path / "cache"
    first = search(path, cache)
    with monkeypatch.context() as patch:
        patch.setattr(module, "open_audio", None)
        assert search(path, cache) == first
    os.utime(path, ns=(1, 1))
    assert search(path, cache) == first  # read again
    assert len(list(cache.iterdir())) == 2
    for each in cache.iterdir():
        each.write_text("{}")
    assert search(path, cache) == first


def test_what_is_marked_as_music_is_left_out(tmp_path, rng):
    path, cache = write_side(tmp_path / "a.wav", rng), tmp_path / "cache"
    assert len(search(path, cache).stretches) == 2
    marked = search(path, cache, (Region(0.0, 2.8),))
    assert [each.origin for each in marked.stretches] == ["lead-out"]


def test_a_search_can_be_stopped_within_a_file(tmp_path, rng):
    def stop(fraction, message=""):
        if fraction > 0.0:
            raise Cancelled

    with pytest.raises(Cancelled):
        FindStretchesJob((write_side(tmp_path / "a.wav", rng),)).run(stop)


def test_ticks_and_lots_stay_when_transfers_are_searched_again():
    before = (Stretch("/a", 0.0, 2.0, "lead-in", False, "lot 3"),)
    found = (
        Stretch("/a", 0.001, 2.0, "lead-in", True),
        Stretch("/a", 9.0, 11.0, "lead-out", True),
        Stretch("/b", 0.0, 2.0, "lead-in", True),
    )
    chosen = with_choices(found, before)
    assert [each.is_taken for each in chosen] == [False, True, True]
    assert [each.group for each in chosen] == ["lot 3", "lot 3", ""]
