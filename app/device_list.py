"""Compute and sound devices, as `runout devices` tells them and the window offers them."""

import sys
from dataclasses import dataclass
from typing import Any

from app.sound_output import default_device
from app.sound_output import devices as sound_devices
from engine.device import devices as compute_devices
from engine.device import free_bytes, pick_device
from engine.errors import DeviceError
from engine.jobs.preload import PreloadJob
from engine.progress import Progress, ignore

_GB = 1e9


def output_devices(*, rescan: bool = False) -> list[str]:
    """Names of the sound devices that can play.

    rescan: find those connected since the last look as well; nothing may be playing.

    Raises:
        DeviceError: PortAudio is missing.
    """
    return sound_devices(rescan=rescan)


def device_facts() -> dict[str, Any]:
    """What there is, and what would be used."""
    try:
        sound, used, why = sound_devices(), default_device(), ""
    except DeviceError as error:
        sound, used, why = [], None, str(error)
    return {
        **compute_facts(),
        "sound": sound,
        "sound_used": used,
        "sound_note": why,
    }


def compute_facts() -> dict[str, Any]:
    """Where networks can run, and where they would."""
    return {
        "compute": [
            {
                "name": each.name,
                "description": each.title,
                "memory_bytes": each.memory_bytes,
                "free_bytes": free_bytes(each.name),
            }
            for each in compute_devices()
        ],
        "compute_used": pick_device(),
    }


def device_lines(facts: dict[str, Any]) -> list[str]:
    """The same for people."""
    lines = []
    for each in facts["compute"]:
        memory = f"{each['free_bytes'] / _GB:.1f} of {each['memory_bytes'] / _GB:.1f} GB free"
        used = " (used)" if each["name"] == facts["compute_used"] else ""
        lines.append(f"compute  {each['name']:5} {each['description']}, {memory}{used}")
    for name in facts["sound"]:
        lines.append(f"sound    {name}{' (used)' if name == facts['sound_used'] else ''}")
    if not facts["sound"]:
        lines.append(f"sound    none: {facts['sound_note']}")
    return lines


@dataclass(frozen=True)
class ComputeDevicesJob:
    """Looks for compute devices; long, as it loads what is slow to load."""

    title: str = "Looking for devices"

    def run(self, progress: Progress = ignore) -> dict[str, Any]:
        """What `compute_facts` tells."""
        if "torch" not in sys.modules:
            PreloadJob().run(progress)  # the import after it halts the window for less
        return compute_facts()
