"""StreamFilter: recursive filters over audio that comes block by block, with numpy alone.

What is heard in the audio callback and what is rendered come from the same numbers: blocks of any
length give the same samples. A plain recursion is too slow in Python, and libraries that have a
fast one take too long to load while a window waits for them.

The filters become one system x' = A x + B u, y = C x + D u, which CHUNK samples at a time is three
matrix products; only the state is handed on one chunk after the other.

Shapes:
    block   (channel time)    float32
    state   (channel order)   float64
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.audio import Samples
from engine.dsp.replay_filter import Section

Matrix = NDArray[np.float64]

CHUNK = 64
INAUDIBLE = 1e-30
"""A state below it is set to nothing: numbers that go on fading towards 0 are slow to compute."""


class StreamFilter:
    """Filters in a row, and what they remember of the samples before."""

    def __init__(self, sections: Sequence[Section], n_channels: int) -> None:
        self._order = sum(_order(each) for each in sections)
        a, b, c, d = _joined(sections)
        self._powers = [np.eye(self._order)]
        for _ in range(CHUNK):
            self._powers.append(self._powers[-1] @ a)
        self._from_state = np.array([c @ power for power in self._powers[:CHUNK]])
        self._to_state = np.array([power @ b for power in self._powers[CHUNK - 1 :: -1]])
        pulse = np.concatenate(([d], self._from_state[: CHUNK - 1] @ b))
        delay = np.subtract.outer(np.arange(CHUNK), np.arange(CHUNK))
        self._direct = np.where(delay >= 0, pulse[np.maximum(delay, 0)], 0.0)
        self._state = np.zeros((n_channels, self._order))
        self._is_identity = not sections

    def reset(self) -> None:
        """Forget all that came before."""
        self._state[:] = 0.0

    def process(self, block: Samples) -> Samples:
        """Filter the samples that follow those of the block before."""
        if self._is_identity:
            return block
        n_channels, n_samples = block.shape
        n_chunks, rest = divmod(n_samples, CHUNK)
        exact = block.astype(np.float64)
        filtered = np.empty_like(exact)
        whole = n_chunks * CHUNK
        if n_chunks:
            chunks = exact[:, :whole].reshape(n_channels, n_chunks, CHUNK)
            filtered[:, :whole] = self._filter(chunks).reshape(n_channels, whole)
        if rest:
            tail = exact[:, whole:]
            filtered[:, whole:] = tail @ self._direct[:rest, :rest].T
            filtered[:, whole:] += self._state @ self._from_state[:rest].T
            self._state = self._state @ self._powers[rest].T + tail @ self._to_state[CHUNK - rest :]
        if np.abs(self._state).max() < INAUDIBLE:
            self._state[:] = 0.0
        return filtered.astype(np.float32)

    def _filter(self, chunks: Matrix) -> Matrix:
        added = chunks @ self._to_state
        states = np.empty_like(added)
        step = self._powers[CHUNK].T
        for index in range(chunks.shape[1]):
            states[:, index] = self._state
            self._state = self._state @ step + added[:, index]
        filtered: Matrix = chunks @ self._direct.T + states @ self._from_state.T
        return filtered


def _order(section: Section) -> int:
    return max(len(section.numerator), len(section.denominator)) - 1


def _joined(sections: Sequence[Section]) -> tuple[Matrix, Matrix, Matrix, float]:
    """The system of all filters, the output of each being the input of the next."""
    a, b, c, d = np.zeros((0, 0)), np.zeros(0), np.zeros(0), 1.0
    for section in sections:
        a_own, b_own, c_own, d_own = _system(section)
        upper = np.hstack((a, np.zeros((len(a), len(a_own)))))
        lower = np.hstack((np.outer(b_own, c), a_own))
        a, b = np.vstack((upper, lower)), np.concatenate((b, b_own * d))
        c, d = np.concatenate((d_own * c, c_own)), d_own * d
    return a, b, c, d


def _system(section: Section) -> tuple[Matrix, Matrix, Matrix, float]:
    """A section in its observable form: the transposed direct form II."""
    order = _order(section)
    above, below = np.zeros(order + 1), np.zeros(order + 1)
    above[: len(section.numerator)] = section.gain * section.numerator
    below[: len(section.denominator)] = section.denominator
    a = np.eye(order, k=1)
    a[:, 0] = -below[1:]
    c = np.zeros(order)
    c[0] = 1.0
    return a, above[1:] - below[1:] * above[0], c, float(above[0])
