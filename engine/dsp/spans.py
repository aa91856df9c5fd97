"""Spans: stretches of samples, as rows of start and stop.

Shapes:
    spans      (span 2)   int64, [start, stop), not overlapping, in order
    selected   (time)     bool
"""

import numpy as np
from numpy.typing import NDArray

Spans = NDArray[np.int64]


def runs(selected: NDArray[np.bool_], bridge: int = 0) -> Spans:
    """Start and stop of the runs of True, those at most `bridge` samples apart joined."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], selected, [False]))))
    found = edges.reshape(-1, 2).astype(np.int64)
    if len(found) < 2:
        return found
    apart = found[1:, 0] - found[:-1, 1] > bridge
    starts = found[np.concatenate(([True], apart)), 0]
    stops = found[np.concatenate((apart, [True])), 1]
    return np.stack([starts, stops], axis=1)


def covered(spans: Spans, n_samples: int) -> NDArray[np.bool_]:
    """The samples (time,) that lie in a span; spans may overlap and reach over the ends."""
    steps = np.zeros(n_samples + 1, np.int64)
    np.add.at(steps, np.clip(spans[:, 0], 0, n_samples), 1)
    np.add.at(steps, np.clip(spans[:, 1], 0, n_samples), -1)
    return np.asarray(np.cumsum(steps)[:-1] > 0)
