import math

import numpy as np
import pytest

from engine.audio import Audio, MemoryRecording
from engine.spectrogram import (
    TILE_FRAMES,
    StftPicture,
    TileKey,
    hop_of,
    level_for,
    value_to_db,
)
from engine.tile_store import (
    _FEWEST_TILES,
    SilentStore,
    TileStore,
    merge_spans,
    pool,
    silence,
)
from tests.signals import noise, sine

STFT = StftPicture(44100, 512)


def completed(store, key):
    """The tile, analysing whatever it needs."""
    while keys := store.missing(key, 8):
        for leaf in keys:
            store.put(leaf, STFT.analyse(store.recording, leaf), is_exact=True)
    tile = store.get(key)
    assert tile is not None
    assert tile.is_exact
    return tile.values


def test_a_tile_above_is_the_maximum_of_the_frames_below(rng):
    store = TileStore(STFT, MemoryRecording(noise(rng, 4.0)))
    tile = completed(store, TileKey(2, 0))
    leaves = [STFT.analyse(store.recording, TileKey(0, i)) for i in range(4)]
    frames = np.concatenate(leaves, axis=1)
    expected = frames.reshape(257, TILE_FRAMES, 4).max(axis=2)
    np.testing.assert_array_equal(tile, expected)


def test_a_click_stays_visible_when_five_minutes_are_one_tile():
    samples = np.zeros((1, 300 * 8000), np.float32)
    samples[0, 1_000_000] = 1.0
    store = TileStore(STFT, MemoryRecording(Audio(samples, 8000)))
    top = completed(store, TileKey(store.top_level, 0))
    frame = 1_000_000 // hop_of(STFT, store.top_level)
    click_db = 20 * np.log10(1.0 / 128)  # one sample over half the sum of the window
    assert value_to_db(float(np.median(top[:, frame]))) == pytest.approx(click_db, abs=3.0)
    assert not np.delete(top, [frame - 1, frame, frame + 1], axis=1).any()


def test_a_sketch_of_a_steady_sound_is_the_pooled_tile_within_a_decibel():
    recording = MemoryRecording(sine(20 * 44100 / 512, 60.0, amplitude=0.1))
    key = TileKey(5, 0)
    exact = completed(TileStore(STFT, recording), key)
    sketch = STFT.sketch(recording, key, limit_s=10.0)
    assert sketch is not None
    np.testing.assert_allclose(sketch[20].astype(int), exact[20].astype(int), atol=2)


def test_a_store_over_another_shares_the_tiles_that_do_not_differ(rng):
    original = MemoryRecording(noise(rng, 6.0))
    source = TileStore(STFT, original)
    completed(source, TileKey(source.top_level, 0))
    repaired = MemoryRecording(Audio(original.audio.samples.copy(), 44100))
    repaired.audio.samples[:, 100_000:100_050] = 0.9
    result = TileStore(STFT, repaired, base=source)
    spans = [(100_000, 100_050)]
    result.update(repaired, spans, spans)
    missing = result.missing(TileKey(result.top_level, 0), 100)
    assert missing == [TileKey(0, 100_000 // (TILE_FRAMES * 128))]
    top = completed(result, TileKey(result.top_level, 0))
    np.testing.assert_array_equal(
        top, completed(TileStore(STFT, repaired), TileKey(result.top_level, 0))
    )
    assert result.n_bytes < 0.5 * source.n_bytes


def test_after_an_undo_the_tiles_of_the_original_are_shown_at_once(rng):
    original = MemoryRecording(noise(rng, 2.0))
    source = TileStore(STFT, original)
    completed(source, TileKey(1, 0))
    silent = MemoryRecording(Audio(np.zeros_like(original.audio.samples), 44100))
    result = TileStore(STFT, silent, base=source)
    result.update(silent, [(0, 88200)], [(0, 88200)])
    assert not completed(result, TileKey(1, 0)).any()
    result.update(original, [], [(0, 88200)])
    assert result.missing(TileKey(1, 0), 8) == []
    np.testing.assert_array_equal(
        completed(result, TileKey(1, 0)), completed(source, TileKey(1, 0))
    )


def test_the_difference_is_silent_where_nothing_was_done():
    recording = MemoryRecording(Audio(np.zeros((1, 88200), np.float32), 44100))
    store = TileStore(STFT, recording, base=SilentStore(STFT))
    assert store.missing(TileKey(2, 0), 8) == []
    store.update(recording, [(50_000, 50_100)], [(50_000, 50_100)])
    assert store.missing(TileKey(2, 0), 8) == [TileKey(0, 1)]


def test_an_edited_tile_is_shown_until_the_new_one_comes(rng):
    store = TileStore(STFT, MemoryRecording(noise(rng, 1.0)))
    values = completed(store, TileKey(0, 0))
    store.update(store.recording, [], [(10, 20)])
    tile = store.get(TileKey(0, 0))
    assert tile is not None
    assert tile.values is values
    assert not tile.is_exact


def test_a_sketch_never_replaces_a_final_tile(rng):
    store = TileStore(STFT, MemoryRecording(noise(rng, 1.0)))
    values = completed(store, TileKey(0, 0))
    store.put(TileKey(0, 0), np.zeros_like(values), is_exact=False)
    tile = store.get(TileKey(0, 0))
    assert tile is not None
    assert tile.values is values


def test_the_oldest_fine_tiles_are_dropped_and_coarse_ones_stay(rng):
    recording = MemoryRecording(noise(rng, 60.0))
    store = TileStore(STFT, recording, budget_bytes=0)
    completed(store, TileKey(store.top_level, 0))
    tile_bytes = 257 * TILE_FRAMES
    assert store.n_bytes <= 64 * tile_bytes
    assert store.get(TileKey(0, 0)) is None
    assert store.missing(TileKey(store.top_level, 0), 8) == []


def test_what_a_screen_shows_of_the_whole_is_kept(rng):
    """However far one has panned since, zooming out finds the whole at once."""
    recording = MemoryRecording(noise(rng, 300.0, 8000))
    store = TileStore(STFT, recording, budget_bytes=0)
    level = level_for(STFT, recording.n_samples / 1524)
    n_tiles = math.ceil(recording.n_samples / (TILE_FRAMES * hop_of(STFT, level)))
    assert n_tiles > 4
    for place in range(n_tiles):
        store.put(TileKey(level, place), silence(STFT), is_exact=True)
    for place in range(200):
        store.put(TileKey(-3, place), silence(STFT), is_exact=True)
    assert len(store._tiles) == _FEWEST_TILES
    assert all(store.nearest(TileKey(level, place)) for place in range(n_tiles))


def test_the_nearest_tile_at_hand_is_an_ancestor_until_the_tile_itself_comes(rng):
    store = TileStore(STFT, MemoryRecording(noise(rng, 6.0)))
    assert store.nearest(TileKey(-2, 5)) is None
    top = TileKey(store.top_level, 0)
    store.put(top, completed(store, top), is_exact=True)
    found = TileStore.nearest(store, TileKey(-2, 5))
    assert found is not None
    assert found[0] == TileKey(0, 1)


def test_pooling_takes_the_larger_of_two_frames():
    first = np.array([[1, 5, 2, 2]], np.uint8)
    assert pool(first, first[:, ::-1]).tolist() == [[5, 2, 2, 5]]


def test_spans_that_touch_or_lie_close_are_merged():
    assert merge_spans([(10, 20), (0, 5), (18, 30)]) == [(0, 5), (10, 30)]
    assert merge_spans([(0, 5), (9, 12), (20, 21)], gap=4) == [(0, 12), (20, 21)]
