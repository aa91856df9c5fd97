import re

import numpy as np
import pytest

from engine.dsp.replay_curves import CURVES, Curve, rolloff_hz


def test_the_riaa_curve_has_the_gains_of_the_standard():
    """IEC 60098: +19.27 dB at 20 Hz, +13.09 at 100 Hz, -13.73 at 10 kHz."""
    gain_db = CURVES["RIAA_500R-13.7"].gain_db(np.array([20.0, 100.0, 1000.0, 10_000.0]))
    np.testing.assert_allclose(gain_db, [19.27, 13.09, 0.0, -13.73], atol=0.02)


def test_every_code_tells_turnover_and_treble_cut():
    for name, curve in CURVES.items():
        if name == "flat":
            continue
        turnover, cut = re.split("[NACR]-", curve.code)
        assert float(turnover) == pytest.approx(curve.turnover_hz, abs=5.0)
        told_db = float(cut)
        cut_db = 10 * np.log10(1 + (1e4 / curve.rolloff_hz) ** 2) if curve.rolloff_hz else 0.0
        assert cut_db == pytest.approx(told_db, abs=0.3), name


def test_a_treble_cut_in_db_becomes_its_corner():
    assert rolloff_hz(0.0) == 0.0
    assert rolloff_hz(13.656) == pytest.approx(2122.0, rel=1e-3)
    assert rolloff_hz(10 * np.log10(2.0)) == pytest.approx(10_000.0)


def test_a_curve_without_corners_is_flat():
    assert not Curve("None", "none").gain_db(np.geomspace(10.0, 20_000.0, 20)).any()


def test_names_and_sources_are_told():
    for name, curve in CURVES.items():
        assert curve.title
        assert curve.source
        assert name == "flat" or name.endswith(curve.code)
