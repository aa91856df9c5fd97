"""Speed: the turntable's speed, or the pitch it gave, put right by resampling."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import ClassVar, Self

from engine.audio import Recording, Samples
from engine.params import param
from engine.progress import Progress, ignore
from engine.tasks.base import Shape, StageTask
from engine.units import format_time, samples_to_seconds

BLOCK_SAMPLES = 1 << 18
_FINEST = 10**9
"""Largest denominator of a ratio: settings of up to four decimals are exact."""


@dataclass(frozen=True)
class Speed(StageTask):
    """Plays faster or slower, pitch and length together; the sample rate of the file stays.

    Discs were cut at 78.26 rpm with 60 Hz mains and at 77.92 with 50 Hz; before that at 70 to 80
    and more. Everything up to 95 % of the Nyquist frequency is kept, of the result or of the
    source, whichever is lower.
    """

    name: ClassVar[str] = "speed"
    title: ClassVar[str] = "Speed"
    by: str = param(
        "rpm",
        choices=("rpm", "pitch"),
        label="Known from",
        description="Whether the two speeds are known, or the pitch of a note before and after.",
    )
    from_rpm: float = param(
        78.26,
        10.0,
        200.0,
        unit="rpm",
        label="Transferred at",
        description="How fast the disc turned when it was transferred.",
        when={"by": ("rpm",)},
    )
    to_rpm: float = param(
        78.26,
        10.0,
        200.0,
        unit="rpm",
        label="Should turn at",
        description="78.26 (60 Hz mains), 77.92 (50 Hz), 76.59, 71.29, 80, 70 or what was found.",
        when={"by": ("rpm",)},
    )
    from_a_hz: float = param(
        440.0,
        100.0,
        1000.0,
        unit="Hz",
        label="Measured A",
        description="Pitch of a note in the transfer.",
        when={"by": ("pitch",)},
    )
    to_a_hz: float = param(
        440.0,
        100.0,
        1000.0,
        unit="Hz",
        label="Wanted A",
        description="Pitch that note should have.",
        when={"by": ("pitch",)},
    )
    told: str = field(default="", repr=False, compare=False)
    """What `fit` has found: the old length and the new."""

    @property
    def ratio(self) -> Fraction:
        """Length of the result to that of the source."""
        is_rpm = self.by == "rpm"
        old, new = (self.from_rpm, self.to_rpm) if is_rpm else (self.from_a_hz, self.to_a_hz)
        return (Fraction(str(old)) / Fraction(str(new))).limit_denominator(_FINEST)

    def fit(self, recording: Recording, progress: Progress = ignore) -> Self:
        """Take down both lengths."""
        progress(0.0)
        shape = self.shape(recording)
        lengths = [
            format_time(samples_to_seconds(n_samples, shape.sample_rate))
            for n_samples in (recording.n_samples, shape.n_samples)
        ]
        return replace(self, told=f"{lengths[0]} became {lengths[1]} ({shape.n_samples} samples)")

    def shape(self, recording: Recording) -> Shape:
        """As many channels, of another length: to the nearest sample, and at least one of any."""
        n_samples = round(recording.n_samples * self.ratio)
        if recording.n_samples:
            n_samples = max(1, n_samples)
        return Shape(recording.sample_rate, recording.n_channels, n_samples)

    def notes(self) -> tuple[str, ...]:
        """The ratio and the new length."""
        words = f"{self.from_rpm:g} to {self.to_rpm:g} rpm"
        if self.by == "pitch":
            words = f"A from {self.from_a_hz:g} to {self.to_a_hz:g} Hz"
        return (f"Speed times {float(1 / self.ratio):.6f} ({words}); {self.told}.",)

    def blocks(self, recording: Recording, progress: Progress = ignore) -> Iterator[Samples]:
        """Resample; at the same speed the samples are handed on as they are."""
        ratio = self.ratio
        if ratio != 1:
            from engine.dsp.resample import resample

            yield from resample(recording, ratio, self.shape(recording).n_samples, progress)
            return
        for start in range(0, recording.n_samples, BLOCK_SAMPLES):
            progress(start / recording.n_samples)
            stop = min(start + BLOCK_SAMPLES, recording.n_samples)
            yield recording.read(start, stop).samples
