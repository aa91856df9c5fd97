import numpy as np
import pytest

from app.widgets.stepping import next_edge, span_with


@pytest.mark.parametrize(("at_s", "before", "after"), [
    (0.0, None, 1.0), (1.0, 0.0, 4.0), (2.0, 1.0, 4.0), (4.0, 1.0, None), (9.0, 4.0, None),
])  # fmt: skip
def test_the_next_edge_is_never_where_one_is(at_s, before, after):
    edges = np.array([4.0, 0.0, 1.0])
    assert (next_edge(at_s, edges, -1), next_edge(at_s, edges, 1)) == (before, after)


def test_a_span_moves_only_if_it_must():
    assert span_with(2.0, 4.0, 3.9) == (2.0, 4.0)
    assert span_with(2.0, 4.0, 9.0) == (8.0, 10.0)
