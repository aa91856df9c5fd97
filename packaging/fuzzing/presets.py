"""Presets and noise profiles, as a user is sent them."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import numpy as np

from app import paths
from app.application import read_presets
from engine.noise_file import Grid, NoiseProfile, load_profile
from engine.presets import find_preset, load_preset, load_presets, with_noise, with_seed
from engine.region import Region
from engine.storage.profiles import Profiles
from engine.tasks import TASKS
from fuzzing.damage import damaged_json
from fuzzing.documents import Document


class Presets(Document):
    """TOML that names tasks and their settings."""

    name = "preset"
    share = 12

    def sound(self, scratch: Path) -> Mapping[str, bytes]:
        """Those that ship, and one with every setting of every task."""
        found = {each.name: each.read_bytes() for each in paths.presets().glob("*.toml")}
        lines = ['title = "All"']
        for name, task in TASKS.items():
            lines += ["", "[[task]]", f'name = "{name}"']
            for key, value in task().to_mapping().items():
                if isinstance(value, bool | int | float | str):
                    lines.append(f"{key} = {json.dumps(value)}")
        return {**found, "all.toml": "\n".join(lines).encode()}

    def taken(self, path: Path) -> bool:
        """As the window, the command line and a batch do."""
        read_presets((path.parent,))
        preset = load_preset(path)
        load_presets((path.parent,))
        find_preset(str(path), ())
        with_seed(with_noise(preset.tasks, Region(0.0, 1.0)), 3)
        return True


def damaged_safetensors(rng: Random, content: bytes) -> bytes:
    """The header damaged, and its length or what follows with it now and then."""
    length = int.from_bytes(content[:8], "little")
    header, body = content[8 : 8 + length], content[8 + length :]
    told = json.loads(header)
    metadata = told.get("__metadata__", {})
    if metadata and rng.random() < 0.5:  # what is JSON in a text of JSON
        key = rng.choice(sorted(metadata))
        metadata[key] = damaged_json(rng, metadata[key].encode()).decode("utf-8", "replace")
        if "content_sha256" in metadata and rng.random() < 0.8:
            digest = hashlib.sha256(metadata["profile"].encode() + body).hexdigest()
            metadata["content_sha256"] = digest
        header = json.dumps(told, sort_keys=True, separators=(",", ":")).encode()
    elif rng.random() < 0.8:
        header = damaged_json(rng, header)
    else:
        body = bytes(rng.choice((0, 0xFF, 0x7F)) for _ in body[:100]) + body[100:]
    header += b" " * (-len(header) % 8)
    said = len(header)
    if rng.random() < 0.1:
        said = rng.choice((0, 1, len(header) - 1, len(header) + 1, 2**31, 2**63, 2**64 - 1))
    return said.to_bytes(8, "little") + header + body


class NoiseProfiles(Document):
    """Noise learnt from a side."""

    name = "profile"
    share = 8
    meaning = damaged_safetensors

    def sound(self, scratch: Path) -> Mapping[str, bytes]:
        """One of two grids."""
        grids = (Grid(240, 8), Grid(80, 6))
        profile = NoiseProfile(
            powers=tuple(np.linspace(0.0, 1.0, each.n_bins, dtype=np.float32) for each in grids),
            grids=grids,
            sample_rate=8000,
            n_channels=2,
            source="side.flac",
            region=Region(0.1, 0.3),
            operations=("Declick: sensitivity = 0.5",),
            learnt=datetime(2026, 1, 1, tzinfo=UTC),
            software="1",
        )
        return {"side.noise": profile.to_bytes()}

    def taken(self, path: Path) -> bool:
        """As a task and the panel of noise do."""
        kept = Profiles(path.parent)
        kept.paths()
        profile = load_profile(path)
        kept.load("side")
        _ = profile.sha256, profile.level_dbfs, profile.band_dbfs(100.0, 1000.0)
        return True
