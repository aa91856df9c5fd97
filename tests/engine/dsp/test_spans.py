import numpy as np
import pytest

from engine.dsp.spans import covered, runs


def test_runs_are_told_by_start_and_stop():
    selected = np.array([1, 1, 0, 0, 1, 0, 0, 0, 1], bool)
    np.testing.assert_array_equal(runs(selected), [[0, 2], [4, 5], [8, 9]])


def test_runs_no_further_apart_than_the_bridge_are_joined():
    selected = np.array([1, 1, 0, 0, 1, 0, 0, 0, 1], bool)
    np.testing.assert_array_equal(runs(selected, 2), [[0, 5], [8, 9]])
    np.testing.assert_array_equal(runs(selected, 3), [[0, 9]])


@pytest.mark.parametrize("n_samples", [0, 1, 5])
def test_where_nothing_is_selected_there_is_no_run(n_samples):
    assert runs(np.zeros(n_samples, bool)).shape == (0, 2)


def test_what_spans_cover_may_overlap_and_reach_over_the_ends():
    spans = np.array([[-2, 2], [1, 3], [6, 9]])
    np.testing.assert_array_equal(covered(spans, 8), np.array([1, 1, 1, 0, 0, 0, 1, 1], bool))
