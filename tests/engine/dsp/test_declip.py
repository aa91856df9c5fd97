import numpy as np
import pytest

from engine.dsp.declip import clipped_spans, declip
from engine.progress import Cancelled, ignore
from tests.signals import music, sine, snr_db

RATE = 22050


@pytest.mark.parametrize("share", [0.25, 0.6])
def test_cut_tops_of_music_grow_back(share: float, rng: np.random.Generator):
    clean = music(rng, 2.0, RATE).samples[0]
    level = np.float32(share * np.abs(clean).max())
    cut = np.clip(clean, -level, level)
    restored = declip(cut, np.abs(cut) >= level, RATE, 150, ignore)
    assert snr_db(clean, restored) > snr_db(clean, cut) + 15.0


def test_a_clipped_sample_never_falls_below_its_magnitude(rng: np.random.Generator):
    clean = music(rng, 1.0, RATE).samples[0]
    cut = np.clip(clean, -0.1, 0.07)
    clipped = (cut >= np.float32(0.07)) | (cut <= np.float32(-0.1))
    restored = declip(cut, clipped, RATE, 30, ignore)
    np.testing.assert_array_equal(restored[~clipped], cut[~clipped])
    assert (np.abs(restored) >= np.abs(cut)).all()
    np.testing.assert_array_equal(np.sign(restored), np.sign(cut))


def test_sound_far_from_any_clipping_takes_no_part(rng: np.random.Generator):
    clean = music(rng, 3.0, RATE).samples[0]
    cut, clipped = clean.copy(), np.zeros(3 * RATE, bool)
    cut[30000:31000] = np.clip(clean[30000:31000], -0.05, 0.05)
    clipped[30000:31000] = np.abs(cut[30000:31000]) >= np.float32(0.05)
    other = cut.copy()
    other[:10000] = 0.0
    np.testing.assert_array_equal(
        declip(cut, clipped, RATE, 20, ignore)[30000:31000],
        declip(other, clipped, RATE, 20, ignore)[30000:31000],
    )


def test_a_square_wave_is_left_as_it_is():
    square = np.sign(sine(100.0, 1.0, RATE).samples[0] + np.float32(1e-6)) * np.float32(0.5)
    np.testing.assert_array_equal(declip(square, np.abs(square) > 0.4, RATE, 20, ignore), square)


def test_progress_only_grows_and_stops_the_work(rng: np.random.Generator):
    cut = np.clip(music(rng, 1.0, RATE).samples[0], -0.1, 0.1)
    seen: list[float] = []

    def stop(fraction: float, message: str = "") -> None:
        seen.append(fraction)
        if fraction > 0.5:
            raise Cancelled

    with pytest.raises(Cancelled):
        declip(cut, np.abs(cut) >= np.float32(0.1), RATE, 20, stop)
    assert seen == sorted(seen)
    assert len(seen) > 15


def test_near_spans_are_joined():
    clipped = np.zeros(100, bool)
    clipped[[3, 4, 7, 50]] = True
    np.testing.assert_array_equal(clipped_spans(clipped, 5), [[3, 8], [50, 51]])
    np.testing.assert_array_equal(clipped_spans(clipped, 0), [[3, 5], [7, 8], [50, 51]])
    assert clipped_spans(np.zeros(5, bool), 5).shape == (0, 2)
