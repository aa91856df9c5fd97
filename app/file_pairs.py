"""Which file becomes which."""

from collections.abc import Sequence
from pathlib import Path

from app.console import UsageError
from engine.audio_file import shown
from engine.collection import mirrored
from engine.errors import SettingsError
from engine.export_plan import writable_name


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
        found = list(mirrored(each, directory))
        if not found:
            raise SettingsError(f"{each} holds no audio file; name a file or another folder")
        pairs += [(path, directory / writable_name(below)) for path, below in found]
    return pairs
