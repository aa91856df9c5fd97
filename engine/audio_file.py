"""AudioFile: a sound file that is read block by block and never written to.

libsndfile decodes; what it tolerates or drops is looked after here: a file that is cut short or
whose header lies is refused when it is opened, a sample that is no number when it is read.

Shapes:
    samples   (channel time)   float32, full scale = 1.0
    native    (channel time)   int32 in units of the least significant bit, or float32, float64
"""

import os
import stat
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import soundfile

from engine.audio import Audio, AudioFormat
from engine.containers import READABLE, Container, Encoding, Native, OpenFile, parse_container
from engine.containers.overlay import Overlay
from engine.errors import AudioFormatError, StorageError
from engine.units import samples_to_seconds

MIN_RATE_HZ, MAX_RATE_HZ = 8_000, 384_000
MAX_CHANNELS = 16
BLOCK_VALUES = 1 << 20
_DECODED = Encoding(32, is_float=True)
# A seek in Ogg lands on the wrong samples or in an unsettled decoder; decoding from so far before
# was exact in all trials, 20 000 samples being the least that was.
_LEAD_IN_SAMPLES = 1 << 17


class AudioFile:
    """An open sound file, read by any thread; made by `open_audio`.

    format: what it holds.
    container: where its chunks are.
    encoding: how its samples are stored; float32 for lossy codecs, which store none.
    notes: sentences on what is odd about it.
    """

    def __init__(self, path: Path, container: Container, sound: Any) -> None:
        self.path = path
        self.container = container
        self.format = _format(container, sound)
        self.encoding = container.encoding or _DECODED
        self.notes = container.notes
        self._sound = sound
        self._position = 0
        self._lock = threading.Lock()

    @property
    def sample_rate(self) -> int:
        """Samples per second."""
        return self.format.sample_rate

    @property
    def n_channels(self) -> int:
        """Number of channels."""
        return self.format.n_channels

    @property
    def n_samples(self) -> int:
        """Number of samples of each channel."""
        return self.format.n_samples

    @property
    def block_samples(self) -> int:
        """Samples per channel that are read at once by those who read all of it."""
        return max(1, BLOCK_VALUES // self.n_channels)

    def read(self, start: int, stop: int) -> Audio:
        """Read samples [start, stop), which must lie inside; the caller may write into them.

        Raises:
            AudioFormatError: the file is damaged there, or has samples that are no numbers.
        """
        samples = self._read(start, stop, "float32")
        return Audio(np.ascontiguousarray(samples.T), self.sample_rate)

    def read_native(self, start: int, stop: int) -> Native:
        """Read samples [start, stop) as they are stored.

        Returns:
            int32 (channel time) in units of the least significant bit, or float32, float64.

        Raises:
            AudioFormatError: the file is damaged there, or has samples that are no numbers.
        """
        stored = self._read(start, stop, str(self.encoding.dtype))
        if not self.encoding.is_float:
            stored >>= 32 - self.encoding.bits  # libsndfile gives all integers as 32 bits
        return stored.T

    def close(self) -> None:
        """Close the file; nothing can be read afterwards."""
        with self._lock:
            self._sound.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _read(self, start: int, stop: int, dtype: str) -> Native:
        """Decode (time channel); a short read means damage, as the length was checked."""
        assert 0 <= start <= stop <= self.n_samples, (start, stop, self.n_samples)
        with self._lock:
            try:
                self._seek(start)
                samples = self._sound.read(stop - start, dtype=dtype, always_2d=True)
            except soundfile.LibsndfileError as error:
                self._position = -1
                raise self._damaged(start) from error
            self._position = start + len(samples)
        if len(samples) < stop - start:
            raise self._damaged(start + len(samples))
        if self.encoding.is_float:
            self._check_numbers(samples, start)
        native: Native = samples
        return native

    def _seek(self, start: int) -> None:
        if start == self._position:
            return
        if not self.format.is_lossy:
            self._sound.seek(start)
            return
        lead_in = max(0, start - _LEAD_IN_SAMPLES)
        self._sound.seek(lead_in)
        self._sound.read(start - lead_in, dtype="float32")

    def _check_numbers(self, samples: Native, start: int) -> None:
        finite = np.isfinite(samples)
        if finite.all():
            return
        index, channel = (int(value) for value in np.argwhere(~finite)[0])
        what = "not a number" if np.isnan(samples[index, channel]) else "infinite"
        sample = start + index
        raise AudioFormatError(
            f"{shown(self.path)} has a sample that is {what}: sample {sample} of channel "
            f"{channel + 1}, at {samples_to_seconds(sample, self.sample_rate):.3f} s; "
            "save it anew in the program that made it"
        )

    def _damaged(self, sample: int) -> AudioFormatError:
        return AudioFormatError(
            f"{shown(self.path)} is damaged near {samples_to_seconds(sample, self.sample_rate):.3f}"
            " s and cannot be decoded there; copy it again from where it came"
        )


def open_audio(path: Path | str) -> AudioFile:
    """Open a sound file for reading: WAV, BWF, RF64, W64, AIFF, FLAC, Ogg or MP3.

    Raises:
        StorageError: it is missing, no plain file, or may not be read.
        AudioFormatError: it is no sound, cut short, damaged, or outside what is supported.
    """
    path = Path(path)
    try:
        _check_plain_file(path)
        with path.open("rb") as handle:
            file = OpenFile(handle, os.fstat(handle.fileno()).st_size, shown(path))
            if file.size == 0:
                raise file.refuse("is empty (0 bytes)", "copy it again from where it came")
            container = parse_container(file)
            if container.kind not in ("OGG", "MP3"):
                _check_limits(file, container.n_channels, container.sample_rate)
            if container.n_samples == 0:
                raise file.refuse("has no audio (0 samples)", "choose another file")
    except OSError as error:
        raise StorageError(f"{shown(path)} cannot be read: {_reason(error)}") from error
    sound = _decoder(file, path, container)
    try:
        _check_decoder(file, container, sound)
        return AudioFile(path, container, sound)
    except BaseException:
        sound.close()
        raise


def shown(path: Path) -> str:
    """The name of a file as a sentence can hold it, on one line whatever it contains."""
    name = path.name or str(path)
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in name)


def _check_plain_file(path: Path) -> None:
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise StorageError(f"{shown(path)} is a folder, not a sound file; choose a file in it")
    if not stat.S_ISREG(mode):
        raise StorageError(
            f"{shown(path)} is a device or a pipe, not a file on a disk; "
            "record it to a file first and open that"
        )


def _reason(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file; check the name and the folder"
    if isinstance(error, PermissionError):
        return "you have no permission to read it; ask its owner, or copy it to a folder of yours"
    return f"{(error.strerror or 'input/output error').lower()}; check the disk or the connection"


def _check_limits(file: OpenFile, n_channels: int, rate: int) -> None:
    if n_channels == 0:
        raise file.lies("it says 0 channels")
    if n_channels > MAX_CHANNELS:
        raise file.refuse(
            f"has {n_channels} channels, more than the {MAX_CHANNELS} supported",
            "split it into files of fewer channels",
        )
    if not MIN_RATE_HZ <= rate <= MAX_RATE_HZ:
        raise file.refuse(
            f"has a sample rate of {rate} Hz, outside {MIN_RATE_HZ} .. {MAX_RATE_HZ} Hz",
            "resample it, or correct its header if the rate is wrong",
        )


def _decoder(file: OpenFile, path: Path, container: Container) -> Any:
    source: Any = str(path) if os.name == "nt" else os.fsencode(path)
    if container.overlay:
        source = Overlay(path, container.overlay)
    try:
        return soundfile.SoundFile(source, "r")
    except soundfile.LibsndfileError as error:
        raise file.refuse(
            f"looks like {container.kind} but cannot be decoded (readable are {READABLE})",
            "convert it to WAV or FLAC first",
        ) from error


def _check_decoder(file: OpenFile, container: Container, sound: Any) -> None:
    """The decoder must see what the header said, and a FLAC file must have its last sample."""
    _check_limits(file, sound.channels, sound.samplerate)
    if sound.frames <= 0 or sound.frames >= 1 << 62:
        raise file.refuse("has no audio (0 samples)", "choose another file")
    told = (container.n_channels, container.sample_rate, container.n_samples)
    if container.n_samples is not None and told != (sound.channels, sound.samplerate, sound.frames):
        raise file.lies(
            f"it says {told[2]} samples of {told[0]} channels at {told[1]} Hz and the decoder "
            f"finds {sound.frames} of {sound.channels} at {sound.samplerate} Hz"
        )
    if container.kind != "FLAC":
        return
    try:
        sound.seek(sound.frames - 1)
        found = len(sound.read(1, dtype="int32"))
        sound.seek(0)
    except soundfile.LibsndfileError:
        found = 0
    if not found:
        raise file.cut_short(
            f"its header promises {sound.frames / sound.samplerate:.3f} s "
            "and the end of that cannot be decoded"
        )


def _format(container: Container, sound: Any) -> AudioFormat:
    encoding = container.encoding or _DECODED
    return AudioFormat(
        container=container.kind,
        subtype=sound.subtype,
        sample_rate=sound.samplerate,
        n_channels=sound.channels,
        n_samples=sound.frames,
        bits=encoding.bits,
        is_float=encoding.is_float,
        is_lossy=container.encoding is None,
    )
