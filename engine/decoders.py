"""Decoders: samples [start, stop) of a file as they are stored, wherever they lie.

Plain samples are read by our own code: libsndfile loses its way in RF64 files with chunks of odd
length and in Wave64 files with chunks behind the audio. FLAC and lossy codecs are its work.

Shapes:
    native    (channel time)   int32 in units of the least significant bit, or float32, float64
"""

import os
import threading
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import soundfile

from engine.containers import Container, Encoding, Native

DECODED = Encoding(32, is_float=True)
# A seek in Ogg lands on the wrong samples or in an unsettled decoder; decoding from so far before
# was exact in all trials, 20 000 samples being the least that was.
_LEAD_IN_SAMPLES = 1 << 17
_LONGEST_MISSING_S = 0.5


class Decoder(Protocol):
    """Reads samples of one open file; may be asked by any thread."""

    subtype: str
    sample_rate: int
    n_channels: int
    n_samples: int
    n_missing: int
    """Samples at the end that were promised and cannot be decoded; not counted in n_samples."""

    def read(self, start: int, stop: int) -> Native:
        """Samples [start, stop), fewer where the file is damaged."""

    def close(self) -> None:
        """Close the file."""


class StoredDecoder:
    """Plain samples at a known place of a file."""

    def __init__(self, path: Path, container: Container) -> None:
        assert container.encoding is not None
        assert container.n_samples is not None
        self.subtype = _subtype(container.encoding)
        self.sample_rate = container.sample_rate
        self.n_channels = container.n_channels
        self.n_samples = container.n_samples
        self.n_missing = 0
        self._encoding = container.encoding
        self._payload = container.data.payload
        self._lock = threading.Lock()
        self._file = path.open("rb")

    def read(self, start: int, stop: int) -> Native:
        """Samples [start, stop), fewer where the file has lost its end since it was opened."""
        align = self.n_channels * self._encoding.width
        with self._lock:
            self._file.seek(self._payload + start * align)
            stored = self._file.read((stop - start) * align)
        return self._encoding.decode(stored[: len(stored) // align * align], self.n_channels)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._file.close()


class CodecDecoder:
    """FLAC and lossy files, decoded by libsndfile; lossy ones to float32.

    Raises:
        soundfile.LibsndfileError: libsndfile cannot open the file.
    """

    def __init__(self, path: Path, container: Container) -> None:
        self._path = str(path) if os.name == "nt" else os.fsencode(path)
        self._sound: Any = soundfile.SoundFile(self._path, "r")
        self.subtype: str = self._sound.subtype
        self.sample_rate: int = self._sound.samplerate
        self.n_channels: int = self._sound.channels
        self.n_samples: int = self._sound.frames
        self._encoding = container.encoding or DECODED
        self._lead_in = 0 if container.encoding else _LEAD_IN_SAMPLES
        self._position = 0
        self._lock = threading.Lock()
        self.n_missing = 0 if container.encoding else self._count_missing()
        self.n_samples -= self.n_missing

    def read(self, start: int, stop: int) -> Native:
        """Samples [start, stop), fewer where the file is damaged."""
        with self._lock:
            try:
                if start != self._position:
                    self._seek(start)
                samples = self._sound.read(
                    stop - start, dtype=str(self._encoding.dtype), always_2d=True
                )
            except (soundfile.LibsndfileError, ValueError):
                # of a damaged file a seek can end behind the end: then fewer samples than none
                # are asked for, which is the ValueError
                self._position = -1
                return np.zeros((self.n_channels, 0), self._encoding.dtype)
            self._position = start + len(samples)
        if not self._encoding.is_float:
            samples >>= 32 - self._encoding.bits  # libsndfile gives all integers as 32 bits
        native: Native = samples.T
        return native

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._sound.close()

    def _count_missing(self) -> int:
        """A little at the end may be promised only: an excerpt of an Ogg file ends so."""
        length = min(self.n_samples, round(_LONGEST_MISSING_S * self.sample_rate))
        if length <= 0 or self.n_samples >= 1 << 62:
            return 0
        found = self.read(self.n_samples - length, self.n_samples).shape[1]
        return length - found if found else 0

    def _seek(self, start: int) -> None:
        if start == 0 and self._lead_in:
            # damaged lossy files decode differently after a seek; each pass is to be the same
            self._sound.close()
            self._sound = soundfile.SoundFile(self._path, "r")
            return
        lead_in = min(start, self._lead_in)
        self._sound.seek(start - lead_in)
        self._sound.read(lead_in, dtype="float32")


def _subtype(encoding: Encoding) -> str:
    """The name that soundfile has for an encoding."""
    if encoding.is_float:
        return "FLOAT" if encoding.bits == 32 else "DOUBLE"
    if encoding.bits == 8:
        return "PCM_U8" if encoding.unsigned else "PCM_S8"
    return f"PCM_{encoding.bits}"
