"""FileInfo: everything `runout info` tells of a file, read in one pass."""

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine.audio_file import AudioFile, open_audio
from engine.bext import Bext, parse_bext
from engine.containers import Encoding, Native
from engine.metadata import MATCHES, AudioDigest, embedded_md5, md5_status, read_chunk
from engine.progress import Progress, ignore
from engine.units import amplitude_to_db

LOSSY_NOTE = (
    "A lossy codec has smeared clicks over its blocks; "
    "restore from an uncompressed transfer if there is one."
)


@dataclass(frozen=True)
class ChunkInfo:
    """Name and content size of one chunk or metadata block."""

    id: str
    size: int


@dataclass(frozen=True)
class FileInfo:
    """What a sound file is and holds.

    clipped_samples counts samples at either end of the scale, over all channels.
    md5_status: whether an MD5 the file carries is that of its audio: matches, differs, absent.
    """

    name: str
    container: str
    subtype: str
    sample_rate: int
    n_channels: int
    bits: int
    is_float: bool
    is_lossy: bool
    n_samples: int
    duration_s: float
    peak_dbfs: float
    clipped_samples: int
    chunks: tuple[ChunkInfo, ...]
    bext: Bext | None
    audio_md5: str
    audio_sha256: str
    embedded_md5: str | None
    md5_status: str
    notes: tuple[str, ...]

    def to_mapping(self) -> dict[str, Any]:
        """Names and plain values, fit for JSON."""
        return dataclasses.asdict(self)


class Levels:
    """The peak of samples that come block by block, and how many lie at the ends of the scale."""

    def __init__(self, encoding: Encoding) -> None:
        self._encoding = encoding
        self._peak = 0.0
        self.clipped = 0

    def update(self, native: Native) -> None:
        """Measure samples (channel time)."""
        if native.size == 0:
            return
        low, high = float(native.min()), float(native.max())
        self._peak = max(self._peak, -low, high)
        lowest, highest = (-1.0, 1.0) if self._encoding.is_float else self._rails
        if low <= lowest or high >= highest:
            self.clipped += int(np.count_nonzero((native <= lowest) | (native >= highest)))

    @property
    def peak_dbfs(self) -> float:
        """The highest magnitude, dB relative to full scale."""
        return amplitude_to_db(self._peak / self._encoding.steps)

    @property
    def _rails(self) -> tuple[float, float]:
        return float(self._encoding.low), float(self._encoding.high)


def read_info(path: Path | str, progress: Progress = ignore) -> FileInfo:
    """Read all of a file and tell what it is.

    Raises:
        StorageError: it is missing, no plain file, or may not be read.
        AudioFormatError: it is no sound, cut short or damaged.
    """
    with open_audio(path) as file:
        digest, levels = AudioDigest(file.encoding), Levels(file.encoding)
        for start in range(0, file.n_samples, file.block_samples):
            progress(start / file.n_samples)
            native = file.read_native(start, min(start + file.block_samples, file.n_samples))
            digest.update(native)
            levels.update(native)
        progress(1.0)
        return _info(file, digest, levels)


def _info(file: AudioFile, digest: AudioDigest, levels: Levels) -> FileInfo:
    described, embedded = file.format, embedded_md5(file)
    status = md5_status(file, digest.md5)
    carried_md5 = embedded.md5 if embedded else None
    return FileInfo(
        name=file.path.name,
        container=described.container,
        subtype=described.subtype,
        sample_rate=described.sample_rate,
        n_channels=described.n_channels,
        bits=described.bits,
        is_float=described.is_float,
        is_lossy=described.is_lossy,
        n_samples=described.n_samples,
        duration_s=described.duration_s,
        peak_dbfs=levels.peak_dbfs,
        clipped_samples=levels.clipped,
        chunks=tuple(ChunkInfo(chunk.id, chunk.size) for chunk in file.container.chunks),
        bext=parse_bext(read_chunk(file, "bext") or b""),
        audio_md5=digest.md5,
        audio_sha256=digest.sha256,
        embedded_md5=digest.md5 if status == MATCHES else carried_md5,
        md5_status=status,
        notes=file.notes + ((LOSSY_NOTE,) if described.is_lossy else ()),
    )
