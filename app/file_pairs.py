"""Which file becomes which, and that no output of a run is a source or another output of it."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from app.console import UsageError
from engine.audio_file import shown
from engine.errors import SettingsError, StorageError
from engine.export_plan import writable_name

AUDIO_SUFFIXES = {
    ".wav", ".wave", ".bwf", ".rf64", ".w64", ".aif", ".aiff", ".aifc", ".flac", ".ogg", ".oga",
    ".mp3",
}  # fmt: skip


def pair_files(
    inputs: Sequence[Path], output: Path | None, directory: Path | None
) -> list[tuple[Path, Path]]:
    """Sources and the files they become; folders are searched and mirrored below the directory.

    File names are kept; a source in a format that cannot be written becomes a .wav.

    Raises:
        UsageError: it was not said, or said twice, where to write.
        SettingsError: a folder holds no audio, or is to become one file.
    """
    if (output is None) == (directory is None):
        raise UsageError("say where to write: either -o FILE or -d FOLDER")
    if output is not None:
        if len(inputs) != 1:
            raise UsageError("-o takes one input file; use -d FOLDER for several or for a folder")
        if inputs[0].is_dir():
            raise SettingsError(
                f"{shown(inputs[0])} is a folder and -o takes one file; "
                "use -d FOLDER to restore all that is in it"
            )
        return [(inputs[0], output)]
    assert directory is not None
    pairs = []
    for each in inputs:
        if not each.is_dir():
            pairs.append((each, directory / writable_name(Path(each.name))))
            continue
        found = sorted(p for p in each.rglob("*") if p.suffix.lower() in AUDIO_SUFFIXES)
        if not found:
            raise SettingsError(f"{each} holds no audio file; name a file or another folder")
        pairs += [(path, directory / writable_name(path.relative_to(each))) for path in found]
    return pairs


class Claims:
    """Who writes which file in one run; sources belong to nobody.

    That outputs may be overwritten is said of those of earlier runs, not of this one.
    """

    def __init__(self, sources: Iterable[Path]) -> None:
        self._sources = {_place(path) for path in sources}
        self._taken: dict[Path, Path] = {}

    def claim(self, source: Path, targets: Iterable[Path]) -> None:
        """Take all files that a source is to become.

        Raises:
            StorageError: one of them is a source, or has been taken by another one.
        """
        wanted = {_place(target): target for target in targets}
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


def _place(path: Path) -> Path:
    """Where a path leads; unlike `resolve`, a link that leads to itself is no error here."""
    return Path(os.path.realpath(path))
