import numpy as np

from app.widgets.spectrogram_picture import RowMap

BINS_HZ = np.linspace(0.0, 25600.0, 257)


def test_rows_of_several_bins_show_the_largest():
    values = np.zeros((257, 2), np.uint8)
    values[33, 1] = 200
    rows = RowMap(BINS_HZ, np.linspace(0, 25600, 65)).rows(values)
    assert rows.shape == (64, 2)
    assert rows.max() == 200
    assert np.flatnonzero(rows[:, 1]).tolist() == [63 - 8]
    assert not rows[:, 0].any()


def test_rows_between_two_bins_lie_between_their_values():
    values = np.repeat(np.arange(0, 257, dtype=np.uint16).clip(0, 255)[:, None], 1, 1)
    rows = RowMap(BINS_HZ, np.linspace(1000, 1200, 21)).rows(values.astype(np.uint8))[::-1, 0]
    assert rows[0] == 10
    assert rows[-1] == 11
    assert (np.diff(rows.astype(int)) >= 0).all()


def test_no_bin_is_lost_on_a_log_axis(rng):
    edges = np.geomspace(20, 25600, 301)
    row_map = RowMap(BINS_HZ, edges)
    for n in rng.integers(1, 256, 30):
        values = np.zeros((257, 1), np.uint8)
        values[n] = 255
        rows = row_map.rows(values)[::-1, 0]
        row = int(np.searchsorted(edges, BINS_HZ[n])) - 1
        assert rows[max(0, row - 1) : row + 2].max() >= 200


def test_what_lies_below_the_lowest_bin_is_empty():
    bins_hz = 40.0 * 2.0 ** (np.arange(96) / 24)
    rows = RowMap(bins_hz, np.geomspace(20, 640, 101)).rows(np.full((96, 3), 99, np.uint8))[::-1]
    assert not rows[:15].any()
    assert (rows[25:] == 99).all()
