"""What is known of a recording's hum, and when steady tones are taken for it."""

from collections.abc import Sequence
from dataclasses import dataclass

_MAINS_HZ, _TOLERANCE_HZ = (50.0, 60.0), 1.5


@dataclass(frozen=True)
class Hum:
    """Its frequency in Hz, and the usual amplitude of its harmonics.

    usual: (channel harmonic), harmonics from 1; 0 for those that are no hum.
    """

    mains_hz: float
    usual: tuple[tuple[float, ...], ...] = ()

    @property
    def present(self) -> tuple[int, ...]:
        """The harmonics there are, from 1; none in a recording without hum."""
        rows = zip(*self.usual, strict=True)
        return tuple(index for index, row in enumerate(rows, 1) if any(size > 0.0 for size in row))


def is_hum(steady: Sequence[int], mains_hz: float, is_given: bool) -> bool:
    """Whether steady tones at these harmonics are hum and not held notes.

    A note of 440 Hz is the 8th harmonic of 55 Hz, and one of 110 Hz the 2nd. Only near 50 and
    60 Hz, or where the user knows the mains, is a tone alone or a series of even ones believed.
    """
    near = min(abs(mains_hz - each) for each in _MAINS_HZ) < _TOLERANCE_HZ
    low = [k for k in steady if k <= 3]
    if is_given or near:
        return bool(low) or len(steady) >= 3
    return len(steady) >= 3 and any(k % 2 for k in low)
