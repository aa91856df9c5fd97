"""Facts: what the application tells of itself: version, recording, devices, models, presets."""

import json
import tomllib
from pathlib import Path
from typing import Any

from smoke.sandbox import REPOSITORY, Sandbox, SmokeError

DEMO = REPOSITORY / "resources" / "demo" / "air_1920.flac"
SIDE = "side.flac"
"""The demo side in the working folder."""
PRESETS = {"78rpm", "acoustic", "electrical", "gentle", "declick-only", "none"}
_LEAST_TASKS = 12


def read_json(sandbox: Sandbox, *arguments: str) -> Any:
    """What a command answers with --json."""
    return json.loads(sandbox.run(*arguments, "--json").out)


def check(holds: bool, sentence: str) -> None:
    """Go on if something holds.

    Raises:
        SmokeError: it does not.
    """
    if not holds:
        raise SmokeError(sentence)


def see_no_python(sandbox: Sandbox) -> str:
    """Neither Python nor the repository is there."""
    found = [name for name in ("python", "python3") if sandbox.finds(name)]
    check(not found, f"the program can find {', '.join(found)}, so it proves nothing")
    if not sandbox.is_confined:
        return "no root of its own: the repository can be seen, there may be a network"
    check(sandbox.finds("sh"), "the bare computer has no system")
    check(not sandbox.sees(REPOSITORY / "app"), f"the program can see {REPOSITORY}")
    return "root of its own, application read-only, no network"


def tell_version(sandbox: Sandbox, wanted: str) -> str:
    """The version is the one it was built from."""
    told = sandbox.run("--version").out.strip()
    is_wanted = told == f"runout {wanted}"
    check(is_wanted, f"it says '{told}', not 'runout {wanted}'; build it anew: make bundle")
    return told


def tell_side(sandbox: Sandbox) -> str:
    """It knows the demo side."""
    facts = read_json(sandbox, "info", SIDE)
    told = (facts["container"], facts["sample_rate"], facts["n_channels"], facts["md5_status"])
    check(told == ("FLAC", 44100, 1, "matches"), f"info says {told} of the demo side")
    return f"{facts['duration_s']:g} s, MD5 {facts['md5_status']}"


def tell_devices(sandbox: Sandbox) -> str:
    """The processor can be used, and PortAudio loads, be there a sound device or not."""
    facts = read_json(sandbox, "devices")
    check(facts["compute"][0]["name"] == "cpu", f"devices says {facts['compute']}")
    check("PortAudio" not in facts["sound_note"], facts["sound_note"])
    return f"{facts['compute_used']}; sound: {facts['sound_used'] or 'none here'}"


def verify_models(sandbox: Sandbox) -> str:
    """All models that ship are whole."""
    shipped = _shipped()
    models = read_json(sandbox, "models", "verify")["models"]
    whole = {each["name"] for each in models if each["is_whole"]}
    check(whole == shipped, f"whole are {sorted(whole)}, and there should be {sorted(shipped)}")
    return f"{len(whole)} whole"


def list_tables(sandbox: Sandbox) -> str:
    """Presets and tasks are there."""
    presets = {each["name"] for each in read_json(sandbox, "presets", "list")}
    check(presets == PRESETS, f"the presets are {sorted(presets)}")
    tasks = {each["name"] for each in read_json(sandbox, "tasks", "list")}
    check(len(tasks) >= _LEAST_TASKS and "denoise" in tasks, f"the tasks are {sorted(tasks)}")
    return f"{len(presets)} presets, {len(tasks)} tasks"


def _shipped() -> set[str]:
    catalog = Path(REPOSITORY, "resources", "models", "catalog.toml").read_text(encoding="utf-8")
    return {each["name"] for each in tomllib.loads(catalog)["model"]}


def shipped_hash(name: str) -> str:
    """The SHA-256 of a model that ships, by the catalogue of the repository."""
    catalog = Path(REPOSITORY, "resources", "models", "catalog.toml").read_text(encoding="utf-8")
    models = tomllib.loads(catalog)["model"]
    return next(str(each["sha256"]) for each in models if each["name"] == name)
