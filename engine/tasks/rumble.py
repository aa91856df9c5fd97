"""Rumble: what turntable and cutting lathe add below the music."""

from dataclasses import dataclass
from typing import ClassVar

from engine.audio import Audio
from engine.errors import SettingsError
from engine.params import param
from engine.progress import Progress, ignore
from engine.tasks.base import LocalTask, Restored

ORDERS = {"12": 1, "24": 2, "48": 4}
"""Order of the filter, which runs twice, for each slope in dB per octave."""


@dataclass(frozen=True)
class Rumble(LocalTask):
    """Takes out what lies below the music, with no phase, so that attacks stay where they are."""

    name: ClassVar[str] = "rumble"
    title: ClassVar[str] = "Rumble"
    context_s: ClassVar[float] = 0.5
    feather_s: ClassVar[float] = 0.02
    segment_s: ClassVar[float | None] = 30.0
    cutoff_hz: float = param(
        40.0,
        20.0,
        200.0,
        unit="Hz",
        label="Cutoff",
        description="3 dB are lost here: 25 to 40 Hz for electrical recordings, 80 to 120 Hz for "
        "acoustic ones, which hold no music below.",
    )
    slope: str = param(
        "24",
        choices=tuple(ORDERS),
        label="Slope, dB per octave",
        description="How fast it falls below the cutoff.",
    )
    vertical_hz: float = param(
        0.0,
        0.0,
        500.0,
        unit="Hz",
        label="Mono below",
        description="Below it a stereo transfer keeps only the sum of its walls, as rumble moves "
        "the stylus up and down; 0 for off, and for vertically cut records.",
    )

    def apply(self, degraded: Audio, inner: slice, progress: Progress = ignore) -> Restored:
        """High-pass every channel; of two, their difference again at its own frequency.

        Raises:
            SettingsError: a frequency lies beyond what the recording holds.
        """
        progress(0.0)
        from engine.dsp.high_pass import high_pass

        rate, order = degraded.sample_rate, ORDERS[self.slope]
        for name, value_hz in (("cutoff_hz", self.cutoff_hz), ("vertical_hz", self.vertical_hz)):
            if value_hz >= rate / 2:
                raise SettingsError(
                    f"{name} = {value_hz:g} Hz is not below {rate / 2:g} Hz, "
                    "the highest frequency of the recording"
                )
        restored = high_pass(degraded.samples, rate, self.cutoff_hz, order)
        progress(0.5)
        if self.vertical_hz and degraded.n_channels == 2:
            difference = 0.5 * (restored[:1] - restored[1:])
            low = difference - high_pass(difference, rate, self.vertical_hz, order)
            restored[:1] -= low
            restored[1:] += low
        return Restored(Audio(restored, rate))
