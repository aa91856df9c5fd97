import errno
import shutil

import numpy as np
import pytest
import soundfile

from engine.audio_file import open_audio
from engine.picture_cache import PictureCache
from engine.spectrogram import TILE_FRAMES, StftPicture, TileKey, analyse_tiles
from engine.tile_archive import HEAD_BYTES, SLOTS, TileArchive
from engine.tile_store import TileStore

STFT = StftPicture(44100, 512)
BINS = 257


@pytest.fixture
def cache(tmp_path):
    return PictureCache(tmp_path / "pictures")


@pytest.fixture
def file(tmp_path, rng):
    path = tmp_path / "side.wav"
    soundfile.write(path, 0.1 * rng.standard_normal((10 * 44100, 1)), 44100)
    with open_audio(path) as file:
        yield file


def opened(cache, file):
    archive = TileArchive(cache, file, STFT)
    archive.open()
    return archive


def random_tile(rng):
    return rng.integers(0, 256, (BINS, TILE_FRAMES), dtype=np.uint8)


def completed(store, key):
    """The tile, and how many had to be loaded and how many analysed for it."""
    n_loaded = n_analysed = 0
    while keys := store.missing(key, 3):
        for each in keys:
            values = store.archive.load(each) if store.has_archived(each) else None
            n_loaded += values is not None
            if values is None and each.level <= 0:
                values = analyse_tiles(STFT, store.recording, [each])[0]
                n_analysed += 1
            if values is not None:
                store.put(each, values, is_exact=True)
    store.archive.flush()
    tile = store.get(key)
    assert tile is not None
    return tile.values, n_loaded, n_analysed


def test_tiles_come_back_as_they_were_written(cache, file, rng):
    keys = [TileKey(0, 0), TileKey(0, 1), TileKey(0, SLOTS), TileKey(0, 5 * SLOTS - 1)]
    keys += [TileKey(3, 0), TileKey(11, 2)]
    tiles = {key: random_tile(rng) for key in keys}
    archive = opened(cache, file)
    for key, values in tiles.items():
        archive.queue(key, values)
        assert not archive.has(key)
    archive.flush()
    for other in (archive, opened(cache, file)):
        for key, values in tiles.items():
            assert other.has(key)
            np.testing.assert_array_equal(other.load(key), values)
        assert not other.has(TileKey(0, 2))
        assert other.load(TileKey(0, 2)) is None
        assert other.load(TileKey(7, 0)) is None


def test_only_levels_that_are_dear_are_kept(cache, file, rng):
    archive = opened(cache, file)
    archive.queue(TileKey(-1, 0), random_tile(rng))
    assert not archive.has_queued


def test_a_second_opening_analyses_nothing(cache, file):
    key = TileKey(3, 0)
    first = TileStore(STFT, file, archive=opened(cache, file))
    values, _, n_analysed = completed(first, key)
    assert n_analysed == 8
    second = TileStore(STFT, file, archive=opened(cache, file))
    again, n_loaded, n_analysed = completed(second, key)
    assert (n_loaded, n_analysed) == (1, 0)
    np.testing.assert_array_equal(again, values)


def test_a_result_loads_the_tiles_it_shares_with_the_original_and_makes_the_others(cache, file):
    original = TileStore(STFT, file, archive=opened(cache, file))
    completed(original, TileKey(3, 0))
    fresh = TileStore(STFT, file, archive=opened(cache, file))
    result = TileStore(STFT, file, base=fresh)
    spans = [(100_000, 100_050)]
    result.update(file, spans, spans)
    missing = result.missing(TileKey(3, 0), 100)
    assert [key for key in missing if not result.has_archived(key)] == [TileKey(0, 3)]
    assert TileKey(2, 1) in missing


@pytest.mark.parametrize(
    "damage",
    [
        lambda stored: stored[: HEAD_BYTES + 100],
        lambda stored: stored[:100],
        lambda stored: b"",
        lambda stored: bytes(len(stored)),
        lambda stored: stored[:HEAD_BYTES] + bytes(len(stored) - HEAD_BYTES),
        lambda stored: stored[:50_000] + bytes([stored[50_000] ^ 4]) + stored[50_001:],
        lambda stored: stored[:17] + bytes([stored[17] ^ 4]) + stored[18:],
    ],
    ids=["cut", "head cut", "empty", "zeros", "tiles lost", "a bit flipped", "a bit of the table"],
)
def test_a_damaged_tile_is_made_again_and_kept(cache, file, rng, damage):
    archive, values = opened(cache, file), random_tile(rng)
    archive.queue(TileKey(2, 0), values)
    archive.flush()
    (path,) = cache.place_of(file).rglob("*.tiles")
    path.write_bytes(damage(path.read_bytes()))
    for other in (archive, opened(cache, file)):
        assert other.load(TileKey(2, 0)) is None
        assert not other.has(TileKey(2, 0))
    archive.queue(TileKey(2, 0), values)
    archive.flush()
    np.testing.assert_array_equal(opened(cache, file).load(TileKey(2, 0)), values)


def test_tiles_of_another_place_or_analysis_are_not_taken(cache, file, rng):
    archive = opened(cache, file)
    archive.queue(TileKey(2, 0), random_tile(rng))
    archive.flush()
    folder = cache.place_of(file)
    shutil.copy(folder / "stft-512" / "2-0.tiles", folder / "stft-512" / "3-0.tiles")
    (folder / "stft-512" / "notes.tiles").write_bytes(b"not ours")
    shutil.copytree(folder / "stft-512", folder / "stft-1024")
    other = opened(cache, file)
    assert other.load(TileKey(3, 0)) is None
    wider = TileArchive(cache, file, StftPicture(44100, 1024))
    wider.open()
    assert not wider.has(TileKey(2, 0))


def test_the_folder_may_vanish_at_any_moment(cache, file):
    archive = opened(cache, file)
    store = TileStore(STFT, file, archive=archive)
    values, *_ = completed(store, TileKey(3, 0))
    shutil.rmtree(cache.place_of(file).parent)
    again = TileStore(STFT, file, archive=archive)
    remade, n_loaded, n_analysed = completed(again, TileKey(3, 0))
    assert (n_loaded, n_analysed) == (0, 8)
    np.testing.assert_array_equal(remade, values)
    assert completed(TileStore(STFT, file, archive=opened(cache, file)), TileKey(3, 0))[1] == 1


def test_a_full_disk_costs_a_line_in_the_log(cache, file, monkeypatch, caplog):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(TileArchive, "_write", full)
    archive = opened(cache, file)
    values, _, n_analysed = completed(TileStore(STFT, file, archive=archive), TileKey(3, 0))
    assert n_analysed == 8
    assert values.any()
    assert not archive.has_queued
    assert len(caplog.records) == 1


def test_a_recording_that_is_no_longer_the_same_file_has_no_archive(cache, file, rng):
    file.path.unlink()
    archive = opened(cache, file)
    archive.queue(TileKey(0, 0), random_tile(rng))
    archive.flush()
    assert not archive.has(TileKey(0, 0))
