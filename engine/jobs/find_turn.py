"""FindTurnJob: how fast the disc turned, from clicks that come back once a turn."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.audio import Recording
from engine.progress import Progress, ignore
from engine.region import Region

if TYPE_CHECKING:
    from engine.dsp.turn_period import Turn


@dataclass(frozen=True, eq=False)
class FindTurnJob:
    """Looks in a region, or in all of a recording."""

    recording: Recording
    region: Region | None
    title: str = "Looking for clicks that return"

    def run(self, progress: Progress = ignore) -> "Turn | None":
        """The turn; None where no click returns regularly.

        Raises:
            SettingsError: the region lies outside the recording.
            Cancelled: progress said so.
        """
        from engine.dsp.turn_period import find_turn

        recording = self.recording
        span = slice(0, recording.n_samples)
        if self.region is not None:
            span = self.region.to_samples(recording.sample_rate, recording.n_samples)
        return find_turn(recording, span.start, span.stop, progress)
