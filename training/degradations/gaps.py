"""Gaps: stretches of silence where there was sound."""

from dataclasses import dataclass
from typing import ClassVar

from typing_extensions import override

from engine.audio import Audio
from engine.errors import SettingsError
from engine.params import param
from engine.units import seconds_to_samples
from training.degradations.base import RandomDegradation

ANYWHERE = -1.0


@dataclass(frozen=True)
class Gaps(RandomDegradation):
    """Gaps at random places, one in each equal part of the recording, or one at a given time.

    A gap takes at most half of its part, so that sound is left between any two.
    """

    name: ClassVar[str] = "gaps"
    count: int = param(2, 1, 8, label="Gaps")
    length_ms: float = param(50.0, 1.0, 2000.0, unit="ms", label="Length")
    start_s: float = param(
        ANYWHERE,
        ANYWHERE,
        unit="s",
        label="Start",
        description="Where the only gap begins; below 0 they are anywhere.",
    )

    @override
    def apply(self, clean: Audio) -> Audio:
        degraded = clean.samples.copy()
        for start, stop in self.spans(clean.n_samples, clean.sample_rate):
            degraded[:, start:stop] = 0.0
        return Audio(degraded, clean.sample_rate)

    def spans(self, n_samples: int, sample_rate: int) -> tuple[tuple[int, int], ...]:
        """The samples [start, stop) that are lost.

        Raises:
            SettingsError: the gap would begin behind the end.
        """
        length = max(1, seconds_to_samples(self.length_ms / 1000.0, sample_rate))
        if self.start_s >= 0.0:
            start = seconds_to_samples(self.start_s, sample_rate)
            if start >= n_samples:
                raise SettingsError(
                    f"start_s = {self.start_s:g} lies behind the end of the recording, which "
                    f"lasts {n_samples / sample_rate:.3f} s"
                )
            return ((start, min(start + length, n_samples)),)
        rng = self.rng()
        part = n_samples // self.count
        length = min(length, part // 2)
        places = rng.integers(0, part - length + 1, self.count)
        starts = [number * part + int(place) for number, place in enumerate(places)]
        return tuple((start, start + length) for start in starts)
