"""Compute and sound devices as `runout devices` tells them."""

from typing import Any

from app.sound_output import default_device
from app.sound_output import devices as sound_devices
from engine.errors import DeviceError


def device_facts() -> dict[str, Any]:
    """What there is, and what would be used."""
    import torch  # heavy: only this command asks for it

    compute = [{"name": "cpu", "description": f"{torch.get_num_threads()} threads"}]
    if torch.cuda.is_available():
        compute += [
            {"name": f"cuda:{index}", "description": torch.cuda.get_device_name(index)}
            for index in range(torch.cuda.device_count())
        ]
    if torch.backends.mps.is_available():
        compute.append({"name": "mps", "description": "Apple GPU"})
    try:
        sound, used, why = sound_devices(), default_device(), ""
    except DeviceError as error:
        sound, used, why = [], None, str(error)
    return {
        "compute": compute,
        "compute_used": "cpu",
        "sound": sound,
        "sound_used": used,
        "sound_note": why,
    }


def device_lines(facts: dict[str, Any]) -> list[str]:
    """The same for people."""
    lines = [f"compute  {each['name']:8} {each['description']}" for each in facts["compute"]]
    lines.append("         every method of this version runs on the cpu")
    for name in facts["sound"]:
        lines.append(f"sound    {name}{' (used)' if name == facts['sound_used'] else ''}")
    if not facts["sound"]:
        lines.append(f"sound    none: {facts['sound_note']}")
    return lines
