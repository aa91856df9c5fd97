"""SpectraJob: the average spectra of spans of some recordings, by their names."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.audio import Recording
from engine.average_spectrum import Spectrum, average_spectrum
from engine.progress import Progress, ignore, part


@dataclass(frozen=True, eq=False)
class SpectraJob:
    """spans: recording, first sample and one past the last of each."""

    spans: Mapping[str, tuple[Recording, int, int]]
    title: str = "Averaging the spectrum"

    def run(self, progress: Progress = ignore) -> dict[str, Spectrum]:
        """Average them one after the other."""
        found = {}
        for i, (name, (recording, start, stop)) in enumerate(self.spans.items()):
            within = part(progress, i / len(self.spans), (i + 1) / len(self.spans))
            found[name] = average_spectrum(recording, start, stop, within)
        return found
