"""Region: a half-open span in seconds, with a band in hertz where it has one."""

import re
from dataclasses import dataclass, replace

from engine.errors import SettingsError
from engine.units import format_time, parse_time, seconds_to_samples

_REGION = re.compile(r"\s*([\d:.]+)\s*-\s*([\d:.]+)\s*(?:@\s*([\d.]+)\s*-\s*([\d.]+)\s*)?")


@dataclass(frozen=True, order=True)
class Region:
    """[start_s, stop_s) and, with a band, [low_hz, high_hz)."""

    start_s: float
    stop_s: float
    low_hz: float | None = None
    high_hz: float | None = None

    def __post_init__(self) -> None:
        if not 0.0 <= self.start_s < self.stop_s:
            raise SettingsError(
                f"region {self.start_s:g}-{self.stop_s:g} s is empty or starts before 0; "
                "the end must lie after the start"
            )
        if (self.low_hz is None) != (self.high_hz is None):
            raise SettingsError("a band needs both a low and a high frequency")
        band = (self.low_hz, self.high_hz)
        if band[0] is not None and band[1] is not None and not 0.0 <= band[0] < band[1]:
            raise SettingsError(f"band {band[0]:g}-{band[1]:g} Hz is empty")

    @staticmethod
    def parse(text: str) -> "Region":
        """Read `A-B` or `A-B@LOW-HIGH`: seconds or m:ss.mmm, hertz.

        Raises:
            SettingsError: the text is neither, or the region is empty.
        """
        match = _REGION.fullmatch(text)
        if match is None:
            raise SettingsError(
                f"'{text}' is not a region; write START-STOP or START-STOP@LOW-HIGH, "
                "such as 12.30-12.42 or 3-9.5@800-6000"
            )
        start, stop, low, high = match.groups()
        try:
            band = (float(low), float(high)) if low else (None, None)
        except ValueError as error:
            raise SettingsError(f"'{text}' has a band that is not two numbers") from error
        return Region(parse_time(start), parse_time(stop), *band)

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.stop_s - self.start_s

    @property
    def has_band(self) -> bool:
        """Whether it is bounded in frequency."""
        return self.low_hz is not None

    def scaled(self, factor: float) -> "Region":
        """The same music where it lies after the recording was made `factor` times as long."""
        return replace(self, start_s=factor * self.start_s, stop_s=factor * self.stop_s)

    def to_samples(self, sample_rate: int, n_samples: int) -> slice:
        """The samples it covers, clipped to the recording.

        Raises:
            SettingsError: no sample of the recording lies inside.
        """
        start = max(0, seconds_to_samples(self.start_s, sample_rate))
        stop = min(n_samples, seconds_to_samples(self.stop_s, sample_rate))
        if start >= stop:
            length_s = n_samples / sample_rate
            raise SettingsError(
                f"region {self} covers no sample of the recording, which is {length_s:.3f} s long"
            )
        return slice(start, stop)

    def __str__(self) -> str:
        band = f"@{self.low_hz:g}-{self.high_hz:g}" if self.has_band else ""
        return f"{format_time(self.start_s, 4)}-{format_time(self.stop_s, 4)}{band}"
