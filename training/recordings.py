"""Recordings: clean music, decoded once to 16 bits and then read at random from the disk.

Shapes:
    samples   (time)   float32, mono, full scale = 1.0
"""

import hashlib
import json
import os
import secrets
import tokenize
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.audio import Samples
from engine.audio_file import open_audio
from engine.documents import read_json
from engine.errors import StorageError
from training.noise_pairs import dynamics_of

_BLOCK_S = 30.0
_FULL = 32767.0
_LOUDEST = 1e6


@dataclass(frozen=True, eq=False)
class CleanRecording:
    """A decoded recording.

    Attributes:
        path: of the file it came from.
        steps: (time) int16, mapped from the disk.
        scale: full scale 1.0 over a step.
        rms: root mean square of the whole.
        sample_rate: in Hz, what it was decoded to.
        sha256: of the steps; the same for the same sound at any level.
    """

    path: Path
    steps: NDArray[np.int16]
    scale: float
    rms: float
    sample_rate: int
    sha256: str = ""

    @cached_property
    def dynamics(self) -> float:
        """Of its loudest second to its quietest."""
        return dynamics_of(self.steps, self.sample_rate)

    def read(self, start: int, n_samples: int) -> Samples:
        """Samples from `start` on; silence follows where there are too few."""
        found = self.steps[start : start + n_samples].astype(np.float32) * np.float32(self.scale)
        return np.pad(found, (0, n_samples - len(found)))


def decode(path: Path, sample_rate: int, folder: Path) -> CleanRecording:
    """Decode a file to mono at a rate, or find it decoded in a folder.

    Raises:
        AudioFormatError, StorageError: it cannot be read, or the folder cannot be written.
    """
    kept = decoded_file(path, sample_rate, folder)
    facts = kept.with_suffix(".json")
    if (known := _known(kept, facts)) is None:
        samples = _read_mono(path, sample_rate)
        peak = float(np.abs(samples).max(initial=0.0)) or 1.0
        rms = float(np.sqrt(np.mean(np.square(samples, dtype=np.float64)))) if samples.size else 0.0
        steps = np.rint(samples * (_FULL / peak)).astype(np.int16)
        _keep(kept, steps)
        sha256 = hashlib.sha256(steps.tobytes()).hexdigest()
        told_of = {"scale": peak / _FULL, "rms": rms, "name": path.name, "sha256": sha256}
        _tell(facts, told_of)
        known = _known(kept, facts)
        if known is None:
            raise StorageError(f"{folder} does not keep what is written; choose another folder")
    steps, values = known
    return CleanRecording(
        path, steps, values["scale"], values["rms"], sample_rate, values["sha256"]
    )


def _known(kept: Path, facts: Path) -> tuple[NDArray[np.int16], dict[str, Any]] | None:
    """What was decoded before; None where it is not there, or not as it was written."""
    try:
        values = read_json(facts)
        steps = np.load(kept, mmap_mode="r")
        is_whole = steps.dtype == np.int16 and steps.ndim == 1 and isinstance(values, dict)
        told = [float(values[name]) for name in ("scale", "rms")]
        if (
            is_whole
            and min(told) >= 0.0
            and max(told) <= _LOUDEST
            and isinstance(values["sha256"], str)
        ):
            return steps, {**values, "scale": told[0], "rms": told[1]}
    except (OSError, EOFError, ValueError, KeyError, TypeError, OverflowError):
        pass
    except (SyntaxError, tokenize.TokenError):
        pass  # numpy reads its head as Python
    return None


def decoded_file(path: Path, sample_rate: int, folder: Path) -> Path:
    """Where a recording is, or will be, decoded; it follows from what the file is now.

    Raises:
        StorageError: the recording is not there.
    """
    try:
        stat = path.stat()
    except OSError as error:
        raise StorageError(
            f"{path} cannot be read: {error.strerror or error}; put it back, or leave it out"
        ) from error
    told = f"{path.resolve()}|{stat.st_size}|{stat.st_mtime_ns}|{sample_rate}"
    return folder / f"{hashlib.sha256(told.encode()).hexdigest()[:24]}.npy"


def _read_mono(path: Path, sample_rate: int) -> Samples:
    import soxr  # heavy: loads on first use

    with open_audio(path) as file:
        block = round(_BLOCK_S * file.sample_rate)
        stream = soxr.ResampleStream(file.sample_rate, sample_rate, 1, dtype="float32")
        parts = []
        for start in range(0, max(1, file.n_samples), block):
            stop = min(start + block, file.n_samples)
            mono = file.read(start, stop).samples.mean(axis=0, dtype=np.float32)
            parts.append(stream.resample_chunk(mono, last=stop == file.n_samples))
    samples: Samples = np.concatenate(parts)
    return samples


def _keep(path: Path, steps: NDArray[np.int16]) -> None:
    part = path.with_name(f".{secrets.token_hex(6)}.part.npy")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        np.save(part, steps)
        os.replace(part, path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise StorageError(f"{path.parent} cannot be written: {error.strerror or error}") from error


def _tell(path: Path, values: dict[str, object]) -> None:
    part = path.with_name(f".{secrets.token_hex(6)}.part")
    part.write_text(json.dumps(values))
    os.replace(part, path)
