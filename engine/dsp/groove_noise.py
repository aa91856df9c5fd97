"""How much noise is in a mix of both walls of a mono groove, by what their difference tells."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Noise:
    """Noise energies over a recording, from which that of any mix of the walls follows.

    difference: of the left wall less the right.
    product: of the difference with what the best mix takes from the middle.
    taken: of what it takes.
    best: of the best mix.
    """

    difference: float = 0.0
    product: float = 0.0
    taken: float = 0.0
    best: float = 0.0

    def plus(self, other: "Noise") -> "Noise":
        """Both together."""
        return Noise(
            self.difference + other.difference,
            self.product + other.product,
            self.taken + other.taken,
            self.best + other.best,
        )

    @property
    def weight(self) -> float:
        """Of the left wall, 0 .. 1, in the one mix that serves the whole recording best."""
        share = self.product / self.difference if self.difference > 0.0 else 0.0
        return 0.5 - float(np.clip(share, -0.5, 0.5))

    def of_mix(self, weight: float) -> float:
        """Energy of the noise in a mix with that weight of the left wall."""
        share = 0.5 - weight
        wasted = self.taken - 2.0 * share * self.product + share**2 * self.difference
        return self.best + max(0.0, wasted)
