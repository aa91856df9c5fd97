"""Restored samples on the grid of a file."""

import numpy as np
import pytest

from engine.containers import Encoding
from engine.grid import Limits, fit, removed, sum_errors, to_grid


@pytest.mark.parametrize("bits", [8, 16, 24, 32])
def test_any_result_and_its_removed_part_fit_and_add_up(rng, bits):
    encoding = Encoding(bits)
    edges = np.array([encoding.low, encoding.low + 1, -1, 0, 1, encoding.high - 1, encoding.high])
    source = np.repeat(edges, 9)[None].astype(np.int32)
    wanted = np.tile(np.array([-9, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 9], np.float32), 7)[None]
    limits = Limits()
    as_float = encoding.to_float(source)
    result = fit(wanted, source, as_float, encoding, limits)
    rest = removed(source, result, encoding)
    for values in (result, rest):
        assert encoding.low <= values.min() <= values.max() <= encoding.high
    assert sum_errors(source, result, rest, encoding) == 0
    changed = wanted != as_float
    assert limits.over_range == np.count_nonzero(changed & ((wanted >= 1) | (wanted < -1)))
    assert limits.over_peak_dbfs == pytest.approx(20 * np.log10(9), abs=0.02)
    assert limits.bent > 0


def test_samples_that_no_task_changed_keep_bits_that_float32_cannot_hold():
    encoding = Encoding(32)
    source = np.array([[123_456_789, -2_000_000_001, 7]], np.int32)
    as_float = encoding.to_float(source)
    wanted = as_float.copy()
    wanted[0, 2] = 0.5
    result = fit(wanted, source, as_float, encoding, Limits())
    assert result.tolist() == [[123_456_789, -2_000_000_001, 1 << 30]]
    assert fit(as_float, source, as_float, encoding, Limits()) is source


def test_rounding_is_to_the_nearest_step_and_ties_to_even():
    encoding = Encoding(16)
    samples = np.array([[0.4, 0.5, 1.5, -0.5, -1.6]], np.float32) / np.float32(32768)
    assert to_grid(samples, encoding, Limits()).tolist() == [[0, 0, 2, 0, -2]]


def test_a_stage_beyond_full_scale_is_limited_and_counted():
    limits = Limits()
    stage = to_grid(np.array([[1.0, 2.0, -1.0, -3.0]], np.float32), Encoding(16), limits)
    assert stage.tolist() == [[32767, 32767, -32768, -32768]]
    assert limits.over_range == 3
    assert limits.over_peak_dbfs == pytest.approx(20 * np.log10(3))
