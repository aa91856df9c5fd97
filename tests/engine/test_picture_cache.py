import os

import numpy as np
import pytest
import soundfile

from engine.audio_file import open_audio
from engine.picture_cache import PictureCache


@pytest.fixture
def side(tmp_path, rng):
    path = tmp_path / "side.wav"
    soundfile.write(path, 0.1 * rng.standard_normal((50_000, 2)), 44100)
    return path


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "pictures"


def place(folder, path):
    with open_audio(path) as file:
        return PictureCache(folder).place_of(file)


def test_the_place_of_a_file_stays_as_long_as_its_content(folder, side):
    assert place(folder, side) == place(folder, side)
    moved = side.rename(side.with_name("b.wav"))
    first = place(folder, moved)
    assert first is not None
    stored = bytearray(moved.read_bytes())
    stored[len(stored) // 2] ^= 1
    moved.write_bytes(stored)
    assert place(folder, moved) != first


def test_an_edit_that_keeps_size_and_time_is_seen_at_the_head_and_the_tail(folder, side):
    before, first = side.stat(), place(folder, side)
    for position in (1000, side.stat().st_size - 1):
        with side.open("r+b") as file:
            file.seek(position)
            file.write(b"\x7f")
        os.utime(side, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert place(folder, side) != first
        first = place(folder, side)


def test_a_file_replaced_while_it_is_open_has_no_place(folder, side, rng):
    other = side.with_name("other.wav")
    soundfile.write(other, 0.1 * rng.standard_normal((50_000, 2)), 44100)
    cache = PictureCache(folder)
    with open_audio(side) as file:
        assert cache.place_of(file) is not None
        os.replace(other, side)
        assert cache.place_of(file) is None
        side.unlink()
        assert cache.place_of(file) is None


def test_a_file_is_written_whole_and_nothing_lies_beside_it(folder):
    PictureCache(folder).replace(folder / "a" / "peaks", [b"one", memoryview(b"two")])
    assert [each.name for each in (folder / "a").iterdir()] == ["peaks"]
    assert (folder / "a" / "peaks").read_bytes() == b"onetwo"


def test_what_was_not_used_for_the_longest_time_is_deleted_first(folder):
    cache = PictureCache(folder, limit_bytes=100_000)
    for age in range(10):
        path = folder / str(age) / "peaks"
        cache.replace(path, [bytes(12_288)])
        os.utime(path, (1e9 - age, 1e9 - age))
    cache.trim()
    assert sorted(int(each.name) for each in folder.iterdir()) == list(range(7))
    cache.trim()
    assert len(list(folder.iterdir())) == 7


def test_writing_trims_by_itself(folder):
    old = folder / "old" / "peaks"
    PictureCache(folder).replace(old, [bytes(1 << 20)])
    os.utime(old, (1e9, 1e9))
    cache = PictureCache(folder, limit_bytes=1 << 19)
    cache.replace(folder / "new" / "peaks", [bytes(1000)])
    assert not old.exists()
    assert (folder / "new" / "peaks").exists()


@pytest.mark.parametrize("kind", ["a file lies in the way", "may not be written to"])
def test_a_folder_that_takes_nothing_costs_a_line_in_the_log(folder, caplog, kind, monkeypatch):
    if kind == "a file lies in the way":
        folder.write_bytes(b"")
    else:
        # root may write anywhere, so that permissions prove nothing
        def refuse(*_: object) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(os, "replace", refuse)
    cache = PictureCache(folder)
    for _ in range(3):
        cache.replace(folder / "a" / "peaks", [b"data"])
    assert len(caplog.records) == 1
    assert "are not kept" in caplog.text
    assert not [each for each in folder.rglob("*") if each.is_file()]


def test_a_cache_without_room_writes_nothing(folder, caplog):
    PictureCache(folder, limit_bytes=0).replace(folder / "a" / "peaks", [np.zeros(3).data])
    assert not folder.exists()
    assert not caplog.records
