"""The audio clock: which sample of the recording is heard now."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from app.mixer import Mark, Mixer
from app.playback_buffer import Cue
from engine.audio import Samples


@dataclass(frozen=True)
class Heard:
    """What is heard now."""

    position: int | None
    """Sample of the recording; None before the first one of the cue."""
    ended: bool
    blocks: Sequence[Samples]
    """Those that have begun since the last time, in order."""


class PlayClock:
    """Follows a mixer's marks at the time its blocks are heard, not at which they are mixed."""

    def __init__(self, mixer: Mixer) -> None:
        self._mixer = mixer
        self._mark: Mark | None = None

    def heard(self, cue: Cue, now_s: float | None = None) -> Heard:
        """What is heard of a cue at now_s on `time.perf_counter`, by default this moment."""
        now_s = time.perf_counter() if now_s is None else now_s
        marks = self._mixer.marks
        blocks: list[Samples] = []
        while marks and marks[0].time_s <= now_s:
            self._mark = marks.popleft()
            blocks.append(self._mark.block)
        mark = self._mark
        if mark is None or mark.cue is not cue:
            return Heard(None, False, blocks)
        elapsed = round((now_s - mark.time_s) * self._mixer.buffer.sample_rate)
        position = mark.position + min(elapsed, mark.n_samples)
        if self._mixer.buffer.loop and mark.position < cue.stop and position >= cue.stop:
            position = cue.start + (position - cue.stop) % (cue.stop - cue.start)
        ended = mark.ended and elapsed >= mark.n_samples
        return Heard(min(max(position, cue.start), cue.stop), ended, blocks)
