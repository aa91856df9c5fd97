"""DevicesJob: where networks can compute here; looked for off the GUI thread, as it loads torch."""

from dataclasses import dataclass

from app.language import to_translate
from engine.device import Device, devices
from engine.jobs.preload import PreloadJob
from engine.progress import Progress, ignore


@dataclass(frozen=True)
class DevicesJob:
    """Looks for devices, fastest first; the CPU is always there, and last."""

    title: str = to_translate("Looking for devices")

    def run(self, progress: Progress = ignore) -> tuple[Device, ...]:
        """Look."""
        PreloadJob().run(progress)
        return devices()
