"""FindNoiseJob: looks for the stretch of a recording that has nothing but groove noise."""

from dataclasses import dataclass

from engine.audio import Recording
from engine.progress import Progress, ignore
from engine.quiet import quietest
from engine.region import Region


@dataclass(frozen=True, eq=False)
class FindNoiseJob:
    """Reads the recording once.

    music: stretches in which there is certainly none.
    """

    recording: Recording
    music: tuple[Region, ...] = ()
    title: str = "Looking for groove noise"

    def run(self, progress: Progress = ignore) -> Region | None:
        """The stretch; None where everything is music, or too short.

        Raises:
            EngineError: the recording cannot be read.
            Cancelled: progress said so.
        """
        return quietest(self.recording, self.music, progress)
