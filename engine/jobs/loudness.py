"""How loud the original and the result are over the same samples, so that they can be matched."""

from dataclasses import dataclass

from engine.audio import Recording
from engine.progress import Progress, ignore, part

BLOCK_SAMPLES = 1 << 16


@dataclass(frozen=True, eq=False)
class Loudness:
    """What a job has measured; None where there is too little sound to tell."""

    job: "LoudnessJob"
    original_lufs: float | None
    result_lufs: float | None

    @property
    def gains_db(self) -> tuple[float, float]:
        """What takes the louder of original and result down to the other; 0 dB for that one."""
        if self.original_lufs is None or self.result_lufs is None:
            return 0.0, 0.0
        louder_db = self.original_lufs - self.result_lufs
        return min(-louder_db, 0.0), min(louder_db, 0.0)


@dataclass(frozen=True, eq=False)
class LoudnessJob:
    """Measures samples [start, stop) of both.

    before: what was measured last; an original that is still the same is not read again.
    """

    title: str
    original: Recording
    result: Recording
    start: int
    stop: int
    before: Loudness | None = None

    def run(self, progress: Progress = ignore) -> Loudness:
        """Read both once, block by block."""
        known, half = self.before, 0.0
        if known is not None and known.job.is_same_original(self):
            original_lufs = known.original_lufs
        else:
            half = 0.5
            original_lufs = self._lufs(self.original, part(progress, 0.0, half))
        result_lufs = self._lufs(self.result, part(progress, half, 1.0))
        return Loudness(self, original_lufs, result_lufs)

    def is_same_original(self, other: "LoudnessJob") -> bool:
        """Whether the other measures the same samples of the same original."""
        span, others = (self.start, self.stop), (other.start, other.stop)
        return self.original is other.original and span == others

    def _lufs(self, recording: Recording, progress: Progress) -> float | None:
        from engine.dsp.loudness import LoudnessMeter  # heavy: loads on first use

        meter = LoudnessMeter(recording.sample_rate, recording.n_channels)
        for start in range(self.start, self.stop, BLOCK_SAMPLES):
            stop = min(start + BLOCK_SAMPLES, self.stop)
            meter.add(recording.read(start, stop).samples)
            progress((stop - self.start) / (self.stop - self.start))
        return meter.lufs
