"""PutBackJob: the original samples of some regions again, whatever was done there."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from engine.errors import SettingsError
from engine.jobs.blend import feather, keep_band, keep_shape
from engine.progress import Progress, ignore
from engine.project import Operation, Patch, State
from engine.region import Region
from engine.review import PutBack

BAND_FEATHER_S = 0.02


@dataclass(frozen=True, eq=False)
class PutBackJob:
    """Takes regions back to what they were before all operations over the stage.

    In time it is exact, bit for bit and without fades, so that `result + removed` has nothing
    removed there. Of a band only what lies inside of it is put back.
    """

    title: str
    state: State
    regions: tuple[Region, ...]

    def run(self, progress: Progress = ignore) -> tuple[Operation, ...]:
        """One operation.

        Raises:
            SettingsError: a region lies outside the recording, or nothing was done in any.
            Cancelled: progress said so.
        """
        started, clock = datetime.now(UTC), time.perf_counter()
        patches: list[Patch] = []
        changed = 0
        parts = [part for region in self.regions for part in region.parts()]
        for number, region in enumerate(parts):
            progress(number / len(parts))
            patch = self._patch(region)
            if patch is not None:
                now = self.state.read(patch.start, patch.stop).samples
                changed += int(np.count_nonzero(patch.samples != now))
                patches.append(patch)
        if not patches:
            raise SettingsError("nothing was changed in the selection, so it is the original still")
        progress(1.0)
        operation = Operation(
            task=PutBack(),
            title=self.title,
            regions=self.regions,
            patches=tuple(patches),
            events=(),
            changed=changed,
            outside_changed=0,
            started=started,
            seconds=time.perf_counter() - clock,
        )
        return (operation,)

    def _patch(self, region: Region) -> Patch | None:
        """The samples from the first to the last that differ; None if none does."""
        state = self.state
        span = region.to_samples(state.sample_rate, state.n_samples)
        present = state.read(span.start, span.stop).samples
        wanted = state.stage.read(span.start, span.stop).samples
        rate = state.sample_rate
        if region.shape:
            wanted = keep_shape(present, wanted, region, span.start, rate)
        elif region.has_band:
            wanted = keep_band(present, wanted, region, rate)
        fade = round(max(region.feather_s, BAND_FEATHER_S if region.has_band else 0.0) * rate)
        fade_in, fade_out = fade * (span.start > 0), fade * (span.stop < state.n_samples)
        wanted = feather(present, wanted, fade_in, fade_out)
        differing = np.flatnonzero((present != wanted).any(axis=0))
        if not len(differing):
            return None
        first, last = int(differing[0]), int(differing[-1]) + 1
        return Patch(span.start + first, np.ascontiguousarray(wanted[:, first:last]))
