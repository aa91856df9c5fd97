import shutil
from types import SimpleNamespace

import numpy as np
import pytest

from app import settings as keys
from app.document import Monitored
from app.views import tile_cache
from app.views.tile_cache import TileCache
from engine.channels import channel_of
from engine.cqt_picture import CqtPicture
from engine.jobs.preload import PreloadJob
from engine.spectrogram import StftPicture, TileKey
from engine.tile_store import TileStore
from tests.app.fakes import silenced
from tests.signals import noise

STFT = StftPicture(44100, 1024)


@pytest.fixture
def cache(session):
    return TileCache(session, STFT)


def completed(recording, key):
    store = TileStore(STFT, recording)
    while missing := store.missing(key, 1):
        store.put(missing[0], STFT.analyse(recording, missing[0]), is_exact=True)
    tile = store.get(key)
    assert tile is not None
    return tile.values


def test_a_wanted_tile_is_sketched_and_then_made_exact(
    cache, session, settled, qtbot, rng, monkeypatch
):
    # where others keep the processor busy, a sketch may take longer than it is given
    monkeypatch.setattr(tile_cache, "_SKETCH_LIMIT_S", 60.0)
    document = session.open_audio(noise(rng, 120.0))
    seen: list[bool] = []
    key = TileKey(6, 0)
    cache.changed.connect(lambda: seen.append(_is_exact(cache, key)))
    cache.want(Monitored.RESULT, [key])
    settled()
    qtbot.waitUntil(lambda: seen[-1] is True)
    assert seen[0] is False
    values = cache.store(Monitored.RESULT).get(key).values
    np.testing.assert_array_equal(values, completed(document.source, key))


def test_a_sketch_that_is_too_slow_is_left_out(cache, session, settled, rng, monkeypatch):
    monkeypatch.setattr(tile_cache, "_SKETCH_LIMIT_S", 0.0)
    session.open_audio(noise(rng, 120.0))
    seen: list[bool] = []
    key = TileKey(6, 0)
    cache.changed.connect(lambda: seen.append(_is_exact(cache, key)))
    cache.want(Monitored.RESULT, [key])
    settled()
    assert _is_exact(cache, key) is True
    assert False not in seen


def _is_exact(cache, key):
    tile = cache.store(Monitored.RESULT).get(key)
    return None if tile is None else tile.is_exact


def test_tiles_of_all_three_are_those_of_their_recordings(cache, session, settled, rng):
    document = session.open_audio(noise(rng, 10.0))
    assert document.commit([silenced(document.source, 100_000, 150_000)], 0)
    key = TileKey(2, 0)
    for monitored in Monitored:
        cache.want(monitored, [key])
        settled()
        tile = cache.store(monitored).get(key)
        assert tile.is_exact
        np.testing.assert_array_equal(tile.values, completed(document.recording(monitored), key))


def test_what_is_no_longer_wanted_is_not_made(cache, session, settled, rng):
    session.open_audio(noise(rng, 60.0))
    cache.want(Monitored.RESULT, [TileKey(0, place) for place in range(40)])
    cache.want(Monitored.RESULT, [TileKey(-2, 77)])
    settled()
    store = cache.store(Monitored.RESULT)
    assert store.get(TileKey(-2, 77)) is not None
    assert store.get(TileKey(0, 39)) is None


def test_another_analysis_forgets_the_tiles(cache, session, settled, rng):
    session.open_audio(noise(rng, 2.0))
    cache.want(Monitored.RESULT, [TileKey(0, 0)])
    settled()
    cache.set_analysis(StftPicture(44100, 2048))
    assert cache.store(Monitored.RESULT).get(TileKey(0, 0)) is None


def test_torch_is_loaded_beforehand_for_constant_q_tiles_only(
    cache, session, settled, rng, monkeypatch
):
    runs: list[bool] = []
    monkeypatch.setattr(tile_cache, "sys", SimpleNamespace(modules={}))
    monkeypatch.setattr(PreloadJob, "run", lambda _: runs.append(True))
    session.open_audio(noise(rng, 1.0))
    cache.want(Monitored.RESULT, [TileKey(0, 0)])
    settled()
    assert not runs
    cache.set_analysis(CqtPicture(44100))
    cache.want(Monitored.RESULT, [TileKey(0, 0)])
    settled()
    assert runs
    assert cache.store(Monitored.RESULT).get(TileKey(0, 0)).is_exact


def open_and_want(session, cache, settled, side, key):
    session.open(side)
    cache.want(Monitored.RESULT, [key])
    settled()
    tile = cache.store(Monitored.RESULT).get(key)
    assert tile.is_exact
    return tile.values


def test_a_second_opening_analyses_nothing(cache, session, settled, side, pictures, monkeypatch):
    key = TileKey(3, 0)
    values = open_and_want(session, cache, settled, side, key)
    np.testing.assert_array_equal(values, completed(side, key))
    session.close()
    monkeypatch.setattr(StftPicture, "analyse", None)
    np.testing.assert_array_equal(open_and_want(session, cache, settled, side, key), values)


def test_tiles_that_vanish_or_are_damaged_meanwhile_are_made_again(
    cache, session, settled, side, pictures
):
    key = TileKey(3, 0)
    values = open_and_want(session, cache, settled, side, key)
    folder = pictures.place_of(side)
    for each in folder.rglob("*.tiles"):
        stored = bytearray(each.read_bytes())
        stored[len(stored) // 2] ^= 1
        each.write_bytes(stored)
    np.testing.assert_array_equal(open_and_want(session, cache, settled, side, key), values)
    session.open(side)
    shutil.rmtree(folder)
    cache.want(Monitored.RESULT, [key])
    settled()
    np.testing.assert_array_equal(cache.store(Monitored.RESULT).get(key).values, values)


def test_tiles_of_an_edit_are_not_kept(cache, session, settled, side, pictures):
    key = TileKey(3, 0)
    original = open_and_want(session, cache, settled, side, key)
    document = session.document
    assert document.commit([silenced(document.source, 50_000, 150_000)], 0)
    settled()
    cache.want(Monitored.RESULT, [key])
    settled()
    edited = cache.store(Monitored.RESULT).get(key)
    assert edited.is_exact
    np.testing.assert_array_equal(edited.values, completed(document.state, key))
    np.testing.assert_array_equal(open_and_want(session, cache, settled, side, key), original)


def test_without_a_writable_folder_tiles_are_made_all_the_same(
    cache, session, settled, side, pictures, tmp_path, caplog
):
    (tmp_path / "pictures").write_bytes(b"")
    key = TileKey(3, 0)
    values = open_and_want(session, cache, settled, side, key)
    np.testing.assert_array_equal(values, completed(side, key))
    assert len(caplog.records) == 1


def test_there_are_no_tiles_without_a_document(cache):
    assert cache.store(Monitored.RESULT) is None
    cache.want(Monitored.RESULT, [TileKey(0, 0)])


def test_each_choice_of_channels_has_tiles_of_its_own_on_disk_too(
    cache, session, side, pictures, settled
):
    document = session.open(side)
    key = TileKey(2, 0)
    for kind in ("all", "side", "left"):
        session.settings.set(keys.channels, kind)
        cache.want(Monitored.ORIGINAL, [key])
        settled()
        values = cache.store(Monitored.ORIGINAL).get(key).values
        np.testing.assert_array_equal(values, completed(channel_of(document.source, kind), key))
    folders = {each.name for each in pictures.place_of(side).iterdir() if each.is_dir()}
    assert folders == {"stft-1024", "stft-1024-side", "stft-1024-left"}
