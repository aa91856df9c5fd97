"""Region: a half-open span in seconds, with a band in hertz where it has one, or a drawn shape."""

import re
from dataclasses import dataclass, replace

import numpy as np

from engine.errors import SettingsError
from engine.shape import ALL_HZ, Bands, Shape
from engine.units import format_time, parse_time, seconds_to_samples

_BOUND_STEPS = 512
"""How finely the bounds of a shape are looked for."""
_REGION = re.compile(r"\s*([\d:.]+)\s*-\s*([\d:.]+)\s*(?:@\s*([\d.]+)\s*-\s*([\d.]+)\s*)?")


@dataclass(frozen=True, order=True)
class Region:
    """[start_s, stop_s) and, with a band, [low_hz, high_hz).

    shape: what of that is meant, where it was drawn; the span and the band are then its bounds.
    feather_s: how long the change fades in and out, inside the span; a task may take longer.
    """

    start_s: float
    stop_s: float
    low_hz: float | None = None
    high_hz: float | None = None
    shape: Shape = Shape()
    feather_s: float = 0.0

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
        if not 0.0 <= self.feather_s < float("inf"):
            raise SettingsError(f"feather_s = {self.feather_s:g} is below 0 or without end")

    @staticmethod
    def drawn(shape: Shape, duration_s: float, nyquist_hz: float) -> "Region | None":
        """The region of a shape, as tight around it as a fine grid tells; None if it holds nothing.

        A shape of boxes that is a plain span or a plain box becomes that.
        """
        bounds = _bounds(shape, duration_s, nyquist_hz)
        if bounds is None:
            return None
        region = Region(*bounds, shape)
        parts = region.parts()
        return parts[0] if len(parts) == 1 and not parts[0].shape else region

    def parts(self) -> tuple["Region", ...]:
        """The stretches of time in which something is selected, each as plain as it can be.

        Where all frequencies, or one band, are selected from start to stop, that is a region
        without a shape, whose edges are exact.
        """
        if not self.shape:
            return (self,)
        found: list[Region] = []
        run: list[tuple[float, float, Bands | None]] = []
        for piece in (*self.shape.pieces(), None):
            if run and (piece is None or piece[0] > run[-1][1]):
                found += self._part(run)
                run = []
            if piece is not None:
                run.append(piece)
        return tuple(found)

    def _part(self, run: list[tuple[float, float, Bands | None]]) -> list["Region"]:
        start, stop = max(run[0][0], self.start_s), min(run[-1][1], self.stop_s)
        if start >= stop:
            return []
        bands = run[0][2]
        if len(run) > 1 or bands is None or len(bands) > 1:
            return [replace(self, start_s=start, stop_s=stop)]
        low, high = bands[0]
        plain = Region(start, stop, feather_s=self.feather_s)
        is_all = low <= 0.0 and high >= ALL_HZ
        return [plain if is_all else replace(plain, low_hz=low, high_hz=high)]

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
        start_s, stop_s = factor * self.start_s, factor * self.stop_s
        return replace(self, start_s=start_s, stop_s=stop_s, shape=self.shape.scaled(factor))

    def moved(self, seconds: float) -> "Region":
        """The same region so much later, or earlier; what comes to lie before 0 is cut off.

        Raises:
            SettingsError: all of it would lie before 0.
        """
        start_s, stop_s = max(0.0, self.start_s + seconds), self.stop_s + seconds
        return replace(self, start_s=start_s, stop_s=stop_s, shape=self.shape.moved(seconds))

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
        drawn = f" drawn in {len(self.shape.strokes)} strokes" if self.shape else ""
        return f"{format_time(self.start_s, 4)}-{format_time(self.stop_s, 4)}{band}{drawn}"


def _bounds(
    shape: Shape, duration_s: float, nyquist_hz: float
) -> tuple[float, float, float, float] | None:
    """Span and band of what is selected in a recording."""
    adding = [stroke for stroke in shape.strokes if stroke.adds]
    if not adding:
        return None
    spans, bands = [each.span_s for each in adding], [each.band_hz for each in adding]
    start, stop = max(0.0, min(a for a, _ in spans)), min(duration_s, max(b for _, b in spans))
    low, high = max(0.0, min(a for a, _ in bands)), min(nyquist_hz, max(b for _, b in bands))
    if start >= stop or low >= high:
        return None
    time_edges = np.linspace(start, stop, _BOUND_STEPS + 1)
    hz_edges = np.geomspace(max(low, 1.0), high, _BOUND_STEPS + 1)
    hz_edges[0] = low
    middles = [0.5 * (edges[1:] + edges[:-1]) for edges in (time_edges, hz_edges)]
    selected = shape.selected(middles[0], middles[1])
    columns, rows = np.flatnonzero(selected.any(axis=0)), np.flatnonzero(selected.any(axis=1))
    if not len(columns):
        return None
    return (
        float(time_edges[columns[0]]),
        float(time_edges[columns[-1] + 1]),
        float(hz_edges[rows[0]]),
        float(hz_edges[rows[-1] + 1]),
    )
