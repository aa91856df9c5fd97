"""The source of a project: referenced where it lies, and known again by its audio."""

import os
from dataclasses import dataclass, replace
from pathlib import Path

from engine.audio_file import AudioFile, open_audio, shown
from engine.errors import StorageError
from engine.metadata import AudioDigest
from engine.progress import Progress, ignore
from engine.storage.disk import one_line
from engine.storage.fields import Fields


class SourceMissing(StorageError):
    """The source of a project lies where it did no more."""


class SourceDiffers(StorageError):
    """A file has other audio than the source of a project."""


@dataclass(frozen=True)
class SourceReference:
    """What is known of a source.

    path, relative: absolute, and as seen from the project folder; relative is empty on another
        drive.
    audio_sha256: of its samples as stored; None until it was read once.
    """

    path: str
    relative: str
    size: int
    mtime_ns: int
    audio_sha256: str | None
    sample_rate: int
    n_channels: int
    n_samples: int

    @property
    def name(self) -> str:
        """The name of the file."""
        return Path(self.path).name

    @staticmethod
    def of(source: AudioFile, folder: Path, audio_sha256: str | None = None) -> "SourceReference":
        """What is known of a file, as seen from a project folder.

        Raises:
            OSError: the file has gone.
        """
        found = source.path.stat()
        return SourceReference(
            path=str(source.path.absolute()),
            relative=relative_path(source.path, folder),
            size=found.st_size,
            mtime_ns=found.st_mtime_ns,
            audio_sha256=audio_sha256,
            sample_rate=source.sample_rate,
            n_channels=source.n_channels,
            n_samples=source.n_samples,
        )

    def to_mapping(self) -> dict[str, object]:
        """Names and plain values."""
        return {
            "path": self.path,
            "relative": self.relative or None,
            "size": self.size,
            "mtime_ns": self.mtime_ns,
            "audio_sha256": self.audio_sha256,
            "sample_rate": self.sample_rate,
            "channels": self.n_channels,
            "samples": self.n_samples,
        }

    @staticmethod
    def read(fields: Fields) -> "SourceReference":
        """The reference of a mapping.

        Raises:
            Damaged: it is not as `to_mapping` makes it.
        """
        return SourceReference(
            path=fields.path("path"),
            relative=fields.path("relative") if "relative" in fields else "",
            size=fields.whole("size"),
            mtime_ns=fields.whole("mtime_ns", -(1 << 63), 1 << 63),
            audio_sha256=fields.text("audio_sha256") if "audio_sha256" in fields else None,
            sample_rate=fields.whole("sample_rate", 1),
            n_channels=fields.whole("channels", 1),
            n_samples=fields.whole("samples", 1),
        )

    def is_like(self, source: AudioFile) -> bool:
        """Whether a file has the same rate, channels and length."""
        return (self.sample_rate, self.n_channels, self.n_samples) == (
            source.sample_rate,
            source.n_channels,
            source.n_samples,
        )

    def is_untouched(self) -> bool:
        """Whether the file has the size and the time it had."""
        try:
            found = Path(self.path).stat()
        except (OSError, ValueError):
            return False
        return (found.st_size, found.st_mtime_ns) == (self.size, self.mtime_ns)

    def at(self, path: Path, folder: Path) -> "SourceReference":
        """The reference with the file at another place."""
        return replace(self, path=str(path.absolute()), relative=relative_path(path, folder))


def relative_path(path: Path, folder: Path) -> str:
    """A path as seen from a folder; empty where it lies on another drive."""
    try:
        return Path(os.path.relpath(path.absolute(), folder.absolute())).as_posix()
    except ValueError:
        return ""


def locate(reference: SourceReference, folder: Path) -> Path:
    """Where the source lies: where it did, or in the same place as seen from the folder.

    Raises:
        SourceMissing: it does not.
    """
    places = [Path(reference.path)]
    if reference.relative:
        places.append(folder / reference.relative)
    places.append(folder.parent / reference.name)
    for place in places:
        try:
            if place.is_file():
                return place
        except (OSError, ValueError):
            continue
    raise SourceMissing(
        f"the source of {shown(folder)} is missing: there is no {shown(Path(reference.path))} in "
        f"{one_line(str(Path(reference.path).parent))}; say where it lies now"
    )


def open_source(path: Path, reference: SourceReference) -> AudioFile:
    """Open the source of a project.

    Raises:
        SourceDiffers: the file has another rate, length or number of channels.
        EngineError: it cannot be read as audio.
    """
    try:
        source = open_audio(path)
    except ValueError as error:
        raise SourceMissing(f"{path.name!r} is no name of a file") from error
    if reference.is_like(source):
        return source
    found = f"{source.n_samples} samples of {source.n_channels} channels at {source.sample_rate} Hz"
    source.close()
    raise SourceDiffers(
        f"{shown(path)} is not the source of this project: it has {found} instead of "
        f"{reference.n_samples} of {reference.n_channels} at {reference.sample_rate} Hz; "
        "choose the file it was made from, or open this one by itself"
    )


def audio_sha256(source: AudioFile, progress: Progress = ignore) -> str:
    """SHA-256 of all samples as they are stored; reads the whole file.

    Raises:
        EngineError: the file is damaged.
        Cancelled: progress said so.
    """
    digest = AudioDigest(source.encoding)
    for start in range(0, source.n_samples, source.block_samples):
        progress(start / source.n_samples, "checking the source")
        stop = min(source.n_samples, start + source.block_samples)
        digest.update(source.read_native(start, stop))
    return digest.sha256


def differs_sentence(path: Path, expected: str, found: str) -> str:
    """That a source has changed, with both hashes."""
    return (
        f"{shown(path)} has changed since this project was made (audio SHA-256 {expected} then, "
        f"{found} now), so the project is read-only; find the file as it was, or open this one "
        "by itself"
    )


def check_relinked(
    source: AudioFile, reference: SourceReference, progress: Progress = ignore
) -> None:
    """See that a file has the very audio of the source.

    Raises:
        SourceDiffers: it has not, or nobody knows.
        EngineError: it is damaged.
    """
    if reference.audio_sha256 is None:
        raise SourceDiffers(
            f"nobody can tell whether {shown(source.path)} is the source of this project, as that "
            "was never read to its end; open it with other audio allowed if you are sure"
        )
    found = audio_sha256(source, progress)
    if found != reference.audio_sha256:
        raise SourceDiffers(
            f"{shown(source.path)} has other audio than the source of this project (SHA-256 "
            f"{found} instead of {reference.audio_sha256}); choose the file it was made from"
        )
