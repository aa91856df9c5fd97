"""DamageExcerptJob: some seconds of a recording before and after damage, to be heard and seen."""

from dataclasses import dataclass

from engine.audio import Audio, MemoryRecording, Recording
from engine.progress import Progress, ignore
from engine.thumbnail import thumbnail
from training.degradations.base import Degradation


@dataclass(frozen=True)
class DamageExcerpt:
    """What is heard, and pictures of it as PNG files, whose colours stand for the same levels."""

    clean: Audio
    damaged: Audio
    clean_picture: bytes
    damaged_picture: bytes


@dataclass(frozen=True, eq=False)
class DamageExcerptJob:
    """Damages samples start .. stop as if they were the whole recording, so that it is quick.

    What is random falls on other moments than in the whole.
    """

    source: Recording
    start: int
    stop: int
    damage: tuple[Degradation, ...]
    title: str = "Damaging an excerpt"

    def run(self, progress: Progress = ignore) -> DamageExcerpt:
        """Damage it.

        Raises:
            EngineError: the recording or a noise cannot be read, or settings do not fit it.
            Cancelled: progress said so.
        """
        clean = damaged = self.source.read(self.start, self.stop)
        for number, each in enumerate(self.damage):
            progress(number / len(self.damage), each.name)
            damaged = each.apply(damaged)
        progress(1.0)
        pictures = [thumbnail(MemoryRecording(each)) for each in (clean, damaged)]
        return DamageExcerpt(clean, damaged, *pictures)
