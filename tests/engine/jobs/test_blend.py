import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.jobs.blend import band_gain, feather, keep_band, keep_shape
from engine.region import Region
from engine.shape import LASSO, Shape, Stroke
from tests.signals import sine


def test_without_fades_the_result_is_what_was_restored():
    before, after = np.zeros((1, 50), np.float32), np.ones((1, 50), np.float32)
    assert feather(before, after, 0, 0) is after


@given(st.integers(1, 60), st.integers(0, 60), st.integers(0, 60))
def test_fades_stay_between_before_and_after(n_samples: int, fade_in: int, fade_out: int):
    before = np.zeros((1, n_samples), np.float32)
    blended = feather(before, before + 1, fade_in, fade_out)[0]
    assert ((blended >= 0) & (blended <= 1)).all()
    rising = blended[: min(fade_in, n_samples // 2)]
    assert (np.diff(rising) > 0).all()


def test_a_change_outside_the_band_is_dropped_below_90_db_and_inside_kept():
    before = sine(1000.0, 1.0, amplitude=0.0).samples
    inside = sine(2000.0, 1.0).samples
    outside = sine(300.0, 1.0).samples + sine(9000.0, 1.0).samples
    region = Region(0.0, 1.0, 800.0, 6000.0)
    middle = slice(4410, -4410)
    kept = keep_band(before, before + inside + outside, region, 44100)[:, middle]
    np.testing.assert_allclose(kept, inside[:, middle], atol=10 ** (-90 / 20))


def test_a_band_to_the_ends_of_the_spectrum_has_no_edge_there():
    frequency_hz = np.linspace(0.0, 22050.0, 1000)
    assert (band_gain(frequency_hz, 0.0, 22050.0, 22050.0) == 1.0).all()
    gain = band_gain(frequency_hz, 800.0, 22050.0, 22050.0)
    assert (gain[frequency_hz < 800.0] == 0.0).all()
    assert (gain[frequency_hz > 900.0] == 1.0).all()


def _drawn(*points: tuple[float, float]) -> Region:
    region = Region.drawn(Shape((Stroke(LASSO, points),)), 2.0, 22050.0)
    assert region is not None
    return region


def test_a_change_outside_a_drawn_shape_is_dropped_and_inside_kept():
    region = _drawn((0.4, 800.0), (1.6, 800.0), (1.6, 6000.0), (0.4, 6000.0))
    inside = sine(2000.0, 2.0).samples
    outside = sine(300.0, 2.0).samples + sine(12000.0, 2.0).samples
    before = np.zeros_like(inside)
    kept = keep_shape(before, before + inside + outside, region, 0, 44100)
    middle = slice(round(0.5 * 44100), round(1.5 * 44100))
    np.testing.assert_allclose(kept[:, middle], inside[:, middle], atol=10 ** (-80 / 20))
    far = np.r_[0 : round(0.37 * 44100), round(1.63 * 44100) : 88200]
    assert not kept[:, far].any()


def test_a_piece_of_a_shape_is_what_the_whole_makes_there(rng: np.random.Generator):
    region = _drawn((0.2, 300.0), (1.5, 500.0), (1.2, 9000.0), (0.5, 4000.0))
    before = np.zeros((1, 88200), np.float32)
    after = rng.standard_normal((1, 88200)).astype(np.float32)
    whole = keep_shape(before, after, region, 0, 44100)
    start = 2048 * 10
    piece = keep_shape(before[:, start:], after[:, start:], region, start, 44100)
    np.testing.assert_allclose(piece[:, 4096:], whole[:, start + 4096 :], atol=1e-5)


def test_without_a_change_nothing_is_rounded(rng: np.random.Generator):
    region = _drawn((0.2, 300.0), (1.5, 500.0), (1.2, 9000.0))
    before = rng.standard_normal((2, 88200)).astype(np.float32)
    assert np.array_equal(keep_shape(before, before, region, 0, 44100), before)
