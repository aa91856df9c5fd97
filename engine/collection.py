"""A collection: the sound files below a folder, and who of them may write which output."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from engine.audio_file import shown
from engine.errors import StorageError

AUDIO_SUFFIXES = {
    ".wav", ".wave", ".bwf", ".rf64", ".w64", ".aif", ".aiff", ".aifc", ".flac", ".ogg", ".oga",
    ".mp3",
}  # fmt: skip


def find_audio(folder: Path) -> Iterator[Path]:
    """The sound files below a folder, one by one as they are come across, each folder by name.

    What cannot be looked into is passed over, and so are hidden folders and files.
    """
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        for name in sorted(names):
            suffix = os.path.splitext(name)[1]
            if suffix.lower() in AUDIO_SUFFIXES and not name.startswith("."):
                yield Path(parent, name)


def mirrored(folder: Path, outputs: Path | None, name: str = "") -> Iterator[tuple[Path, Path]]:
    """The sound files below a folder, and the path that each gets below the folder of the outputs.

    Its folders are mirrored there as they are, so that a folder that is restored alone looks the
    same whoever restores it. What lies below the folder of the outputs was made by a run before,
    and is no source.

    name: where several folders are restored, the one that this one gets there to itself.
    """
    there = None if outputs is None else Path(os.path.abspath(outputs))
    for path in find_audio(folder):
        if there is None or there not in Path(os.path.abspath(path)).parents:
            yield path, Path(name, path.relative_to(folder))


class Claims:
    """Who writes which file in one run; sources belong to nobody.

    That outputs may be overwritten is said of those of earlier runs, not of this one.
    """

    def __init__(self, sources: Iterable[Path]) -> None:
        self._folders: dict[Path, str] = {}
        self._sources = {self._place(path) for path in sources}
        self._taken: dict[str, Path] = {}

    def claim(self, source: Path, targets: Iterable[Path]) -> None:
        """Take all files that a source is to become.

        Raises:
            StorageError: one of them is a source, or has been taken by another one.
        """
        wanted = {self._place(target): target for target in targets}
        for place, target in wanted.items():
            if place in self._sources:
                raise StorageError(
                    f"{shown(source)} would be written over {shown(target)}, which is a source; "
                    "choose another folder"
                )
            if place in self._taken:
                raise StorageError(
                    f"{shown(source)} and {shown(self._taken[place])} would both be written to "
                    f"{shown(target)}; restore them into different folders"
                )
        self._taken.update(dict.fromkeys(wanted, source))

    def release(self, targets: Iterable[Path]) -> None:
        """Let others take files that somebody took."""
        for target in targets:
            self._taken.pop(self._place(target), None)

    def _place(self, path: Path) -> str:
        """Where a path leads; unlike `resolve`, a link that leads to itself is no error here.

        Folders are looked up once: there may be ten thousand files in one.
        """
        if path.is_symlink() or path.name in ("", ".", ".."):
            return os.path.realpath(path)
        if path.parent not in self._folders:
            self._folders[path.parent] = os.path.realpath(path.parent)
        return os.path.join(self._folders[path.parent], path.name)
