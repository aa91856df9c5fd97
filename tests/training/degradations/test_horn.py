"""Horn: its band, its resonances and the diaphragm."""

import numpy as np

from engine.audio import Audio
from training.degradations.horn import Horn

RATE = 22050


def response_db(horn):
    impulse = np.zeros((1, RATE), np.float32)
    impulse[0, 0] = 1.0
    return 20 * np.log10(np.abs(np.fft.rfft(horn.apply(Audio(impulse, RATE)).samples[0])) + 1e-9)


def test_nothing_much_is_left_outside_its_band():
    level = response_db(Horn(low_hz=200.0, high_hz=3500.0))
    middle = level[600:2500].mean()
    assert level[50] < middle - 30.0
    assert level[9000] < middle - 20.0


def test_it_has_so_many_peaks_above_what_it_would_be_without():
    plain = response_db(Horn(resonances=0, bell_hz=300.0))
    for count in (1, 3):
        peaked = response_db(Horn(resonances=count, bell_hz=300.0, peaks_db=10.0)) - plain
        inside = peaked[150:2000]
        tops = (inside[1:-1] > inside[:-2]) & (inside[1:-1] >= inside[2:]) & (inside[1:-1] > 1.5)
        assert np.sum(tops) == count
        assert 4.0 <= inside.max() <= 14.0


def test_the_diaphragm_stands_out_at_its_pitch():
    level = response_db(Horn(resonances=0, diaphragm_hz=2400.0, high_hz=6000.0))
    assert 2200 < np.argmax(level) < 2600
    assert level[2400] - level[800] > 4.0


def test_each_seed_is_another_horn():
    one, other = (response_db(Horn(seed=seed)) for seed in (1, 2))
    assert np.abs(one - other)[200:3000].max() > 3.0
