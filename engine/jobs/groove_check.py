"""Jobs of comparing groove modes: measuring them, and making a few seconds of one to hear."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.audio import Audio, Recording
from engine.progress import Progress, ignore
from engine.region import Region

if TYPE_CHECKING:
    from engine.dsp.groove_mixes import GrooveMixes


@dataclass(frozen=True, eq=False)
class GrooveCheckJob:
    """Measures how noisy every mode is, on the noise that was marked or in quiet moments."""

    recording: Recording
    noise: Region | None
    title: str = "Comparing the walls"

    def run(self, progress: Progress = ignore) -> "GrooveMixes":
        """Read the recording once.

        Raises:
            SettingsError: the noise lies outside the recording.
            Cancelled: progress said so.
        """
        from engine.dsp.groove_mixes import measure_mixes

        return measure_mixes(self.recording, self.noise, progress)


@dataclass(frozen=True, eq=False)
class ExcerptJob:
    """Makes a stretch of one mode.

    weight: of the left wall, for weighted.
    """

    mixes: "GrooveMixes"
    mode: str
    weight: float
    start: int
    stop: int
    title: str = "Excerpt"

    def run(self, progress: Progress = ignore) -> Audio:
        """One channel."""
        progress(0.0)
        samples = self.mixes.read(self.mode, self.start, self.stop, self.weight)
        return Audio(samples, self.mixes.recording.sample_rate)
