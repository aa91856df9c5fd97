"""Equipment: what a job hands to its tasks besides the recording: models, device, who looks on."""

from collections.abc import Callable
from dataclasses import dataclass

from engine.audio import Audio
from engine.catalog import Catalog


@dataclass(frozen=True, eq=False)
class Estimate:
    """What a running job takes the samples from `start` on to be, before it is done."""

    start: int
    audio: Audio


Preview = Callable[[Estimate], None]


def unseen(estimate: Estimate) -> None:
    """Take estimates and show them to nobody."""


@dataclass(frozen=True, eq=False)
class Equipment:
    """What tasks work with.

    Attributes:
        catalog: the models that are installed.
        device: auto, cpu, cuda or mps; where networks run.
        preview: told what is estimated so far, at most a few times a second; called on the
            thread of the job.
    """

    catalog: Catalog = Catalog()
    device: str = "auto"
    preview: Preview = unseen
