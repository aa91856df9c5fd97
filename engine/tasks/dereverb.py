"""Dereverb: the room taken out by a network that has heard music with and without one."""

from dataclasses import dataclass
from typing import ClassVar

from engine.audio import Audio
from engine.params import param
from engine.progress import Progress, ignore
from engine.tasks.base import Restored
from engine.tasks.model_task import ModelTask

METHODS = ("waveform",)


@dataclass(frozen=True)
class Dereverb(ModelTask):
    """Takes down the reverberation of a room or an echo chamber."""

    name: ClassVar[str] = "dereverb"
    title: ClassVar[str] = "Dereverb"
    feather_s: ClassVar[float] = 0.02
    restorer_methods: ClassVar[tuple[str, ...]] = METHODS
    model_methods: ClassVar[tuple[str, ...]] = METHODS
    method: str = param(
        "waveform",
        choices=METHODS,
        label="Method",
        description="Which network: one that works on the waveform.",
    )
    reduction_db: float = param(
        30.0,
        0.0,
        60.0,
        unit="dB",
        label="Reduction",
        description="How far the room may be taken down; 0 leaves the recording as it is.",
    )

    def apply(self, degraded: Audio, inner: slice, progress: Progress = ignore) -> Restored:
        """Run the network.

        Raises:
            ModelError: its model was not handed over.
        """
        return self.restored_by_network(degraded, inner, self.reduction_db, progress)
