"""Normalise: one gain for the whole recording, by explicit wish only."""

from dataclasses import dataclass, field, replace
from typing import ClassVar, Self

import numpy as np

from engine.audio import Audio, MemoryRecording, Recording
from engine.errors import SettingsError
from engine.params import param
from engine.progress import Progress, ignore
from engine.tasks.base import LocalTask, Restored
from engine.units import amplitude_to_db, db_to_amplitude

BLOCK_SAMPLES = 1 << 18


@dataclass(frozen=True)
class Normalise(LocalTask):
    """Brings the whole recording to a peak or a loudness; one gain, so that dynamics stay.

    The gain is always that of the whole recording: a region is given the same as its surroundings
    would get. A loudness that would lift the peak beyond its limit is refused, never clipped.
    """

    name: ClassVar[str] = "normalise"
    title: ClassVar[str] = "Normalise"
    feather_s: ClassVar[float] = 0.005
    to: str = param(
        "peak",
        choices=("peak", "loudness"),
        label="Bring to",
        description="Whether the highest sample or the loudness of the programme is set.",
    )
    peak_dbfs: float = param(
        -1.0,
        -40.0,
        -0.1,
        unit="dBFS",
        label="Peak",
        description="Level of the highest sample; for loudness, the highest it may get.",
    )
    loudness_lufs: float = param(
        -23.0,
        -50.0,
        -5.0,
        unit="LUFS",
        label="Loudness",
        description="For loudness: gated programme loudness after ITU-R BS.1770.",
    )
    gain: float | None = field(default=None, repr=False, compare=False)
    """What `fit` has learnt: the ratio of amplitudes that brings the recording there."""

    def fit(self, recording: Recording, progress: Progress = ignore) -> Self:
        """Measure the whole recording, block by block.

        Raises:
            SettingsError: it has no loudness that can be measured, or its peak would pass the
                limit.
        """
        progress(0.0, "measuring")
        from engine.dsp.loudness import LoudnessMeter

        meter = LoudnessMeter(recording.sample_rate, recording.n_channels)
        peak = 0.0
        for start in range(0, recording.n_samples, BLOCK_SAMPLES):
            progress(start / recording.n_samples)
            block = recording.read(start, min(start + BLOCK_SAMPLES, recording.n_samples)).samples
            peak = max(peak, float(np.abs(block).max()))
            if self.to == "loudness":
                meter.add(block)
        if peak == 0.0:
            return replace(self, gain=1.0)
        if self.to == "peak":
            return replace(self, gain=db_to_amplitude(self.peak_dbfs) / peak)
        return replace(self, gain=self._loudness_gain(meter.lufs, amplitude_to_db(peak)))

    def apply(self, degraded: Audio, inner: slice, progress: Progress = ignore) -> Restored:
        """Multiply by the gain."""
        progress(0.0)
        fitted = self if self.gain is not None else self.fit(MemoryRecording(degraded))
        louder = degraded.samples * np.float64(fitted.gain)
        return Restored(Audio(louder.astype(np.float32), degraded.sample_rate))

    def _loudness_gain(self, lufs: float | None, peak_dbfs: float) -> float:
        if lufs is None:
            raise SettingsError(
                "the recording has no 400 ms louder than -70 LUFS, so its loudness cannot be "
                "measured; set to = peak"
            )
        gain_db = self.loudness_lufs - lufs
        if peak_dbfs + gain_db > self.peak_dbfs:
            reachable = np.floor(10.0 * (lufs + self.peak_dbfs - peak_dbfs)) / 10.0
            raise SettingsError(
                f"loudness_lufs = {self.loudness_lufs:g} would lift the peak to "
                f"{peak_dbfs + gain_db:.1f} dBFS, beyond peak_dbfs = {self.peak_dbfs:g}; "
                f"{reachable:.1f} LUFS can be reached"
            )
        return db_to_amplitude(gain_db)
