"""Writing sound files block by block: chunks around the audio, FLAC metadata around frames."""

from pathlib import Path
from typing import Any, BinaryIO, Protocol

import numpy as np
import soundfile

from engine.audio_file import AudioFile
from engine.carry import lay_out
from engine.containers import Native
from engine.containers.flac_layout import assemble_flac
from engine.containers.piece import Carried, Layout, Shape, write_all
from engine.metadata import AudioDigest, read_chunk, rewritten_md5

_FLAC_SUBTYPES = {8: "PCM_S8", 16: "PCM_16", 24: "PCM_24"}


class AudioWriter(Protocol):
    """A file being written; it must be finished or closed."""

    digest: AudioDigest

    def write(self, native: Native) -> None:
        """Append samples (channel time)."""

    def finish(self, source_md5: str) -> None:
        """Write what comes after the audio; source_md5 is that of the source's audio."""

    def close(self) -> None:
        """Let go of the file, finished or not."""


def open_writer(source: AudioFile, shape: Shape, carried: Carried, path: Path) -> AudioWriter:
    """Begin a new file of some shape with what is carried over from the source."""
    if shape.kind == "FLAC":
        return FlacWriter(source, shape, carried, path)
    return ChunkWriter(source, lay_out(source, shape, carried), path)


class ChunkWriter:
    """A RIFF, RF64, Wave64 or AIFF file being written."""

    def __init__(self, source: AudioFile, layout: Layout, path: Path) -> None:
        self.digest = AudioDigest(layout.shape.encoding)
        self._source = source
        self._layout = layout
        self._original: BinaryIO = source.path.open("rb")
        self._file: BinaryIO = path.open("xb")
        write_all(layout.head, self._file, self._original)

    def write(self, native: Native) -> None:
        """Append samples (channel time)."""
        self._file.write(self.digest.update(native))

    def finish(self, source_md5: str) -> None:
        """Write what comes after the audio, and the MD5 of the audio where the source has one."""
        write_all(self._layout.tail, self._file, self._original)
        position = self._layout.payload_position("MD5 ")
        stored = read_chunk(self._source, "MD5 ")
        if position is not None and (stored is None or len(stored) == 16):
            self._file.seek(position)
            self._file.write(rewritten_md5(stored or b"", source_md5, self.digest.md5))

    def close(self) -> None:
        """Let go of the file, finished or not."""
        self._original.close()
        self._file.close()


class FlacWriter:
    """A FLAC file being written: frames first into a file of their own."""

    def __init__(self, source: AudioFile, shape: Shape, carried: Carried, path: Path) -> None:
        self.digest = AudioDigest(shape.encoding)
        self._source = source
        self._carried = carried
        self._shift = 32 - shape.encoding.bits
        self._path = path
        self._frames = frames_path(path)
        self._frames.touch(exist_ok=False)
        self._encoder: Any = soundfile.SoundFile(
            str(self._frames),
            "w",
            samplerate=shape.sample_rate,
            channels=shape.n_channels,
            format="FLAC",
            subtype=_FLAC_SUBTYPES[shape.encoding.bits],
        )

    def write(self, native: Native) -> None:
        """Append samples (channel time)."""
        self.digest.update(native)
        try:
            self._encoder.write(np.ascontiguousarray(native.T << self._shift))
        except (soundfile.LibsndfileError, AssertionError) as error:
            raise OSError(f"the FLAC encoder could not write: {error}") from error

    def finish(self, source_md5: str) -> None:
        """Put the source's metadata around the frames."""
        self._encoder.close()
        with self._path.open("xb") as target, self._source.path.open("rb") as original:
            assemble_flac(self._frames, self._carried, target, original)
        self._frames.unlink()

    def close(self) -> None:
        """Let go of the files, finished or not."""
        self._encoder.close()
        self._frames.unlink(missing_ok=True)


def frames_path(path: Path) -> Path:
    """Where the frames of a FLAC file lie until it is finished."""
    return path.with_name(path.name + ".frames")
