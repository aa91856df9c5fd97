"""Pair file: one side of a pair as FLAC of 24 bits or WAV of floats, the same bytes each time.

Floats are written by hand, as the library stamps them with the time of writing.

Shapes:
    samples   (time)   float32, full scale = 1.0
"""

import hashlib
import os
import secrets
import struct
from pathlib import Path

import numpy as np
import soundfile

from engine.audio import Samples

_FULL = 2.0**23
_LOUDEST = 0.98
_FLOAT_TAG = 3


def gain_to_fit(peak: float, form: str) -> float:
    """What keeps samples of some peak from clipping; 1 for floats, which never do."""
    return min(1.0, _LOUDEST / peak) if form == "flac" and peak > 0.0 else 1.0


def write_pair_file(samples: Samples, sample_rate: int, path: Path) -> str:
    """Write samples by the suffix of a name, beside that first; raises OSError.

    Returns:
        SHA-256 of the samples as they are stored: whole numbers of 32 bits, or floats.
    """
    partial = path.with_name(f".{secrets.token_hex(6)}.part{path.suffix}")
    try:
        if path.suffix == ".flac":
            limit = int(_FULL) - 1
            steps = np.clip(np.rint(samples * _FULL), -limit - 1, limit).astype("<i4")
            _write_flac(steps, sample_rate, partial)
            stored = steps.tobytes()
        else:
            stored = samples.astype("<f4").tobytes()
            partial.write_bytes(_wav_head(len(samples), sample_rate) + stored)
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
    return hashlib.sha256(stored).hexdigest()


def _write_flac(steps: np.ndarray[tuple[int], np.dtype[np.int32]], rate: int, path: Path) -> None:
    try:
        soundfile.write(path, steps << 8, rate, format="FLAC", subtype="PCM_24")
    except soundfile.LibsndfileError as error:
        raise OSError(str(error)) from error


def _wav_head(n_samples: int, sample_rate: int) -> bytes:
    n_bytes = 4 * n_samples
    form = struct.pack("<HHIIHHH", _FLOAT_TAG, 1, sample_rate, 4 * sample_rate, 4, 32, 0)
    chunks = b"fmt " + struct.pack("<I", len(form)) + form
    chunks += b"fact" + struct.pack("<II", 4, n_samples)
    chunks += b"data" + struct.pack("<I", n_bytes)
    return b"RIFF" + struct.pack("<I", 4 + len(chunks) + n_bytes) + b"WAVE" + chunks
