"""Replay EQ: the curve a transfer was made with is taken out, that of the record put in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from typing_extensions import override

from engine.audio import Audio, Recording
from engine.catalog import Catalog
from engine.dsp.replay_curves import CURVES, Curve, rolloff_hz
from engine.dsp.replay_filter import Section, equaliser
from engine.dsp.stream_filter import StreamFilter
from engine.params import param
from engine.progress import Progress, ignore
from engine.region import Region
from engine.tasks.base import LocalTask, Restored

CUSTOM = "custom"
CHOICES = (*CURVES, CUSTOM)


@dataclass(frozen=True)
class ReplayEq(LocalTask):
    """Takes out the curve the transfer was made with, then replays with that of the record.

    Minimum phase, as the amplifiers of the time were, so that their phase is undone as well.
    1 kHz keeps its level.
    """

    name: ClassVar[str] = "replay-eq"
    title: ClassVar[str] = "Replay EQ"
    context_s: ClassVar[float] = 2.0
    """The slowest pole is that of 2 Hz, which has fallen by 218 dB then."""
    feather_s: ClassVar[float] = 0.02
    transfer: str = param(
        "flat",
        choices=CHOICES,
        label="Transfer has",
        description="The curve of the amplifier the transfer was made with; it is taken out.",
    )
    replay: str = param(
        "flat",
        choices=CHOICES,
        label="Replay as",
        description="The curve the record asks for; acoustic recordings ask for none.",
    )
    turnover_hz: float = param(
        250.0,
        0.0,
        2000.0,
        unit="Hz",
        label="Turnover",
        description="Below it the bass is boosted; 0 for no boost.",
        when={"transfer": (CUSTOM,), "replay": (CUSTOM,)},
    )
    rolloff_db: float = param(
        0.0,
        0.0,
        30.0,
        unit="dB",
        label="Roll-off",
        description="How far the treble is cut at 10 kHz; 0 for no cut.",
        when={"transfer": (CUSTOM,), "replay": (CUSTOM,)},
    )
    bass_shelf_hz: float = param(
        0.0,
        0.0,
        500.0,
        unit="Hz",
        label="Shelf",
        description="Below it the bass boost grows no more; 0 for no shelf.",
        when={"transfer": (CUSTOM,), "replay": (CUSTOM,)},
    )

    @override
    def objection(self, regions: Sequence[Region], recording: Recording, catalog: Catalog) -> str:
        if self.transfer_curve.corners_hz != self.replay_curve.corners_hz:
            return ""
        return "the two curves are the same, so nothing would change; choose another one"

    @property
    def transfer_curve(self) -> Curve:
        """The curve that is taken out."""
        return self._curve(self.transfer)

    @property
    def replay_curve(self) -> Curve:
        """The curve that is put in."""
        return self._curve(self.replay)

    def sections(self, sample_rate: int) -> tuple[Section, ...]:
        """The filters it is made of."""
        return equaliser(self.transfer_curve, self.replay_curve, sample_rate)

    def stream(self, sample_rate: int, n_channels: int) -> StreamFilter:
        """What renders it, block by block; for listening without rendering as well."""
        return StreamFilter(self.sections(sample_rate), n_channels)

    def apply(self, degraded: Audio, inner: slice, progress: Progress = ignore) -> Restored:
        """Filter second by second, from the start of the context on."""
        progress(0.0)
        stream = self.stream(degraded.sample_rate, degraded.n_channels)
        restored = np.empty_like(degraded.samples)
        for start in range(0, degraded.n_samples, degraded.sample_rate):
            progress(start / degraded.n_samples)
            part = slice(start, start + degraded.sample_rate)
            restored[:, part] = stream.process(degraded.samples[:, part])
        return Restored(Audio(restored, degraded.sample_rate))

    def _curve(self, name: str) -> Curve:
        if name != CUSTOM:
            return CURVES[name]
        return Curve(
            "Custom", CUSTOM, self.turnover_hz, self.bass_shelf_hz, rolloff_hz(self.rolloff_db)
        )
