"""AudioFile: a sound file that is read block by block and never written to.

A file that is cut short or whose header lies is refused when it is opened, a sample that is no
number when it is read.

Shapes:
    samples   (channel time)   float32, full scale = 1.0
    native    (channel time)   int32 in units of the least significant bit, or float32, float64
"""

import math
import os
import stat
from pathlib import Path
from typing import NamedTuple

import numpy as np
import soundfile

from engine.audio import Audio, AudioFormat, Samples
from engine.closing import Closing
from engine.containers import READABLE, Container, Native, OpenFile, parse_container
from engine.decoders import DECODED, CodecDecoder, Decoder, StoredDecoder
from engine.errors import AudioFormatError, StorageError
from engine.extremes import extremes
from engine.units import samples_to_seconds

MIN_RATE_HZ, MAX_RATE_HZ = 8_000, 384_000
MAX_CHANNELS = 16
BLOCK_VALUES = 1 << 20
_MOST_PER_BYTE = {"MP3": 64, "OGG": 8192}
"""Samples that a byte of a lossy file stands for at most: 48 at 8 kbit/s and 12 kHz; a block."""


class Stamp(NamedTuple):
    """What tells a file from the one that lies in its place later: number, size and time."""

    device: int
    number: int
    size: int
    modified_ns: int


def stamp_of(status: os.stat_result) -> Stamp:
    """The stamp of a file."""
    return Stamp(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)


class AudioFile(Closing):
    """An open sound file, read by any thread; made by `open_audio`.

    format: what it holds.
    container: where its chunks are.
    encoding: how its samples are stored; float32 for lossy codecs, which store none.
    notes: sentences on what is odd about it.
    stamp: which file it was when it was opened, and of what size and time.
    """

    def __init__(self, path: Path, container: Container, decoder: Decoder, stamp: Stamp) -> None:
        self.path = path
        self.stamp = stamp
        self.container = container
        self.format = _format(container, decoder)
        self.encoding = container.encoding or DECODED
        self.notes = (*container.notes, *_missing_note(decoder))
        self._decoder = decoder

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

    @property
    def has_changed(self) -> bool:
        """Whether the file was written to since it was opened.

        One that was moved away, or another one in its place, leaves what is read as it is.
        """
        try:
            now = stamp_of(self.path.stat())
        except OSError:
            return False
        is_same_file = (now.device, now.number) == (self.stamp.device, self.stamp.number)
        return is_same_file and now != self.stamp

    def read(self, start: int, stop: int) -> Audio:
        """Read samples [start, stop), which must lie inside; the caller may write into them.

        Raises:
            AudioFormatError: the file is damaged there, or has samples that are no numbers.
        """
        samples = self.encoding.to_float(self.read_native(start, stop))
        return Audio(np.ascontiguousarray(samples), self.sample_rate)

    def read_native(self, start: int, stop: int) -> Native:
        """Read samples [start, stop) as they are stored.

        Returns:
            int32 (channel time) in units of the least significant bit, or float32, float64.

        Raises:
            AudioFormatError: the file is damaged there, or has samples that are no numbers.
        """
        assert 0 <= start <= stop <= self.n_samples, (start, stop, self.n_samples)
        native = self._decoder.read(start, stop)
        found = native.shape[1]
        if found < stop - start:
            time_s = samples_to_seconds(start + found, self.sample_rate)
            raise AudioFormatError(
                f"{shown(self.path)} is damaged near {time_s:.3f} s and cannot be decoded there; "
                "copy it again from where it came"
            )
        if self.encoding.is_float:
            self._check_numbers(native, start)
        return native

    def read_extremes(self, start: int, stop: int, size: int) -> tuple[Samples, Samples]:
        """Smallest and largest of each `size` samples in [start, stop), full scale = 1.0.

        They are found among samples as they are stored, and only those few made floats.

        Returns:
            Two arrays (channel entry); a rest at the end makes an entry too.

        Raises:
            AudioFormatError: the file is damaged there, or has samples that are no numbers.
        """
        low, high = extremes(self.read_native(start, stop), size)
        return self.encoding.to_float(low), self.encoding.to_float(high)

    def close(self) -> None:
        """Close the file; nothing can be read afterwards."""
        self._decoder.close()

    def _check_numbers(self, native: Native, start: int) -> None:
        """Floats must be numbers, in float32 too: doubles beyond its range are as good as none."""
        finite = np.abs(native) <= np.finfo(np.float32).max
        if finite.all():
            return
        index = int(np.argmin(finite.all(axis=0)))
        channel = int(np.argmin(finite[:, index]))
        what = "not a number" if np.isnan(native[channel, index]) else "infinite"
        sample = start + index
        raise AudioFormatError(
            f"{shown(self.path)} has a sample that is {what}: sample {sample} of channel "
            f"{channel + 1}, at {samples_to_seconds(sample, self.sample_rate):.3f} s; "
            "save it anew in the program that made it"
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
            stamp = stamp_of(os.fstat(handle.fileno()))
            file = OpenFile(handle, stamp.size, shown(path))
            if file.size == 0:
                raise file.refuse("is empty (0 bytes)", "copy it again from where it came")
            container = parse_container(file)
            if container.kind not in ("OGG", "MP3"):
                _check_limits(file, container.n_channels, container.sample_rate)
            if container.n_samples == 0:
                raise file.refuse("has no audio (0 samples)", "choose another file")
    except OSError as error:
        raise StorageError(f"{shown(path)} cannot be read: {_reason(error)}") from error
    decoder = _decoder(file, path, container)
    try:
        _check_decoder(file, container, decoder)
    except BaseException:
        decoder.close()
        raise
    return AudioFile(path, container, decoder, stamp)


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


def _decoder(file: OpenFile, path: Path, container: Container) -> Decoder:
    if container.encoding is not None and container.kind != "FLAC":
        return StoredDecoder(path, container)
    try:
        return CodecDecoder(path, container)
    except soundfile.LibsndfileError as error:
        raise file.refuse(
            f"looks like {container.kind} but cannot be decoded (readable are {READABLE})",
            "convert it to WAV or FLAC first",
        ) from error


def _check_decoder(file: OpenFile, container: Container, decoder: Decoder) -> None:
    """The decoder must see what the header said, and a FLAC file must have its last sample."""
    _check_limits(file, decoder.n_channels, decoder.sample_rate)
    if not 0 < decoder.n_samples < 1 << 62:
        raise file.refuse("has no audio (0 samples)", "choose another file")
    if decoder.n_samples > _MOST_PER_BYTE.get(container.kind, math.inf) * file.size:
        raise file.lies(
            f"it says {decoder.n_samples} samples, and no {file.size} bytes hold so many"
        )
    told = (container.n_channels, container.sample_rate, container.n_samples)
    found = (decoder.n_channels, decoder.sample_rate, decoder.n_samples)
    if container.n_samples is not None and told != found:
        raise file.lies(
            f"it says {told[2]} samples of {told[0]} channels at {told[1]} Hz and the decoder "
            f"finds {found[2]} of {found[0]} at {found[1]} Hz"
        )
    if container.kind == "FLAC" and decoder.read(found[2] - 1, found[2]).shape[1] == 0:
        raise file.cut_short(
            f"its header promises {found[2] / found[1]:.3f} s and the end of that cannot be decoded"
        )


def _missing_note(decoder: Decoder) -> tuple[str, ...]:
    if not decoder.n_missing:
        return ()
    missing_s = decoder.n_missing / decoder.sample_rate
    return (f"The last {missing_s:.3f} s that the file promises cannot be decoded; left out.",)


def _format(container: Container, decoder: Decoder) -> AudioFormat:
    encoding = container.encoding or DECODED
    return AudioFormat(
        container=container.kind,
        subtype=decoder.subtype,
        sample_rate=decoder.sample_rate,
        n_channels=decoder.n_channels,
        n_samples=decoder.n_samples,
        bits=encoding.bits,
        is_float=encoding.is_float,
        is_lossy=container.encoding is None,
    )
