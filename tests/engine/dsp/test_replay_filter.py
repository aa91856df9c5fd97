import numpy as np
import pytest

from engine.dsp.replay_curves import CURVES, Curve
from engine.dsp.replay_filter import HELD_HZ, RESIDUAL_HZ, Section, equaliser

FLAT = CURVES["flat"]
RATE = 44100


def magnitude_db(parts: tuple[Section, ...], *frequency_hz: float, rate: int = RATE) -> np.ndarray:
    at = np.array(frequency_hz)
    gains = [part.magnitude(at, rate) for part in parts]
    told: np.ndarray = 20 * np.log10(np.prod([np.ones(len(at)), *gains], axis=0))
    return told


def test_all_poles_and_zeros_lie_inside_the_unit_circle():
    for name, curve in CURVES.items():
        for part in equaliser(FLAT, curve, 192_000):
            for polynomial in (part.numerator, part.denominator):
                assert np.abs(np.roots(polynomial)).max() < 1.0, name


def test_one_curve_taken_out_and_put_in_leaves_nothing_to_do():
    for curve in CURVES.values():
        assert equaliser(curve, curve, RATE) == ()


def test_parts_that_two_curves_share_cancel():
    assert len(equaliser(CURVES["CCIR_350N-10.5"], CURVES["IEC_350A-10.5"], RATE)) == 2
    assert len(equaliser(CURVES["American_250N-6"], CURVES["European_250N-0"], RATE)) == 1


def test_taking_a_curve_out_is_the_mirror_of_putting_it_in():
    there = magnitude_db(
        equaliser(FLAT, CURVES["RIAA_500R-13.7"], RATE), 1.0, 60.0, 9000.0, 22000.0
    )
    back = magnitude_db(equaliser(CURVES["RIAA_500R-13.7"], FLAT, RATE), 1.0, 60.0, 9000.0, 22000.0)
    np.testing.assert_allclose(there, -back, atol=1e-9)


def test_bass_without_shelf_is_held_below_what_can_be_heard():
    curve = CURVES["European_250N-0"]
    at_0, at_5, at_10, at_30 = magnitude_db(equaliser(FLAT, curve, RATE), 1e-3, 5.0, 10.0, 30.0)
    expected_db = 20 * np.log10(curve.turnover_hz * RESIDUAL_HZ / HELD_HZ**2)
    assert at_0 == pytest.approx(expected_db - 0.26, abs=0.05)  # 0.26: the curve's own, at 1 kHz
    assert at_30 == pytest.approx(float(curve.gain_db(np.array([30.0]))[0]), abs=0.06)
    assert max(at_5, at_10) < 26.0  # the formula: 33.7 and 27.7 dB


def test_a_bass_cut_is_the_mirror_of_the_boost():
    boost = magnitude_db(equaliser(FLAT, Curve("", "", 300.0), RATE), 50.0, 100.0)
    cut = magnitude_db(equaliser(FLAT, Curve("", "", 0.0, 300.0), RATE), 50.0, 100.0)
    np.testing.assert_allclose(boost, -cut, atol=1e-9)


@pytest.mark.parametrize("rate", [44_100, 96_000])
def test_the_phase_is_that_of_resistors_and_capacitors_but_for_a_constant_lead(rate: int):
    """Against the analogue network, up to 15 kHz: within 2.5 degrees, 0.4 samples of lead aside."""
    curve = CURVES["RIAA_500R-13.7"]
    at = np.geomspace(30.0, 15_000.0, 300)
    delay = np.exp(-2j * np.pi * at / rate)
    digital = np.prod(
        [
            np.polyval(part.numerator[::-1], delay) / np.polyval(part.denominator[::-1], delay)
            for part in equaliser(FLAT, curve, rate)
        ],
        axis=0,
    )
    analogue = (curve.turnover_hz + 1j * at) / (curve.shelf_hz + 1j * at)
    analogue /= 1 + 1j * at / curve.rolloff_hz
    difference = np.unwrap(np.angle(digital / analogue))
    lead_samples = (difference @ at) / (at @ at) * rate / (2 * np.pi)
    left = np.degrees(difference - 2 * np.pi * at * lead_samples / rate)
    assert 0.3 < lead_samples < 0.45
    assert np.abs(left).max() < 2.5


@pytest.mark.parametrize("rate", [8000, 11_025, 384_000])
def test_odd_sample_rates_get_finite_filters(rate: int):
    for curve in (CURVES["RIAA_500R-13.7"], Curve("", "", 2000.0, 0.0, 300.0)):
        told = magnitude_db(equaliser(FLAT, curve, rate), 10.0, 1000.0, 0.45 * rate, rate=rate)
        assert np.isfinite(told).all()
        assert told[1] == pytest.approx(0.0, abs=1e-9)
