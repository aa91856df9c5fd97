import numpy as np
import soundfile

from hour.side import GAP_S, N_CLICKS, PATCH_S, RATE, make_side


def test_a_side_is_what_it_was_but_for_the_damages_that_are_told(tmp_path):
    side = make_side(tmp_path)
    samples, rate = soundfile.read(side.path)
    damaged = np.zeros(len(samples), bool)
    spans = [(round(a * rate), round(b * rate)) for a, b in (PATCH_S, GAP_S)]
    for start, stop in (*side.clicks, *spans):
        damaged[start:stop] = True
    differing = np.abs(samples - side.clean) > 2**-23
    assert rate == RATE
    assert len(side.clicks) == N_CLICKS
    assert not differing[~damaged].any()
    assert differing[damaged].mean() > 0.99


def test_a_side_is_the_same_each_time(tmp_path):
    (tmp_path / "other").mkdir()
    first, second = make_side(tmp_path), make_side(tmp_path / "other")
    assert first.path.read_bytes() == second.path.read_bytes()
