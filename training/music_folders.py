"""Music folders: which recordings lie in a folder, and which files are of one recording.

Read are plain folders at any depth; MUSDB18 as WAV files (train/SONG/mixture.wav beside its stems,
of which only the mixture is taken); MAESTRO (folders of years); and what the synthesis kit rendered
(clips, with an index.csv that says from which score each comes).
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

from engine.documents import read_text
from engine.errors import StorageError

AUDIO_SUFFIXES = (".wav", ".flac", ".ogg", ".aiff", ".aif", ".mp3", ".w64", ".rf64")
STEM_SUFFIX = ".stem.mp4"
MIXTURE = "mixture"
_STEMS = frozenset(("drums", "bass", "other", "vocals", "accompaniment", "linear_mixture"))
_INDEX = "index.csv"
_PART = re.compile(r"[ _.-]+(?:part|pt|seg|segment|chunk|excerpt|piece)[ _.-]*\d+$", re.IGNORECASE)


def find_music(places: Iterable[Path], left_out: Iterable[Path] = ()) -> tuple[Path, ...]:
    """The recordings in folders, at any depth, and files that are named; sorted.

    Of a song with its stems only the mixture is taken.

    Args:
        places: folders and files.
        left_out: files that are passed over.

    Raises:
        StorageError: a place is missing, there is no recording in any, all are left out, or it
            holds songs in a form that must be unpacked first.
    """
    asked = tuple(places)
    found: set[Path] = set()
    packed: list[Path] = []
    for place in asked:
        if not place.exists():
            raise StorageError(f"{place} is missing; say with --data where the data folder is")
        inside = list(place.rglob("*")) if place.is_dir() else [place]
        found |= {path for path in inside if is_recording(path)}
        packed += [path for path in inside if path.name.lower().endswith(STEM_SUFFIX)]
    if not found and packed:
        raise StorageError(
            f"{packed[0].name} holds stems in an MP4 file, which cannot be read; "
            "take the WAV version of the collection, or install ffmpeg"
        )
    if not found:
        raise StorageError(f"there is no recording in {', '.join(map(str, asked))}")
    used = found - set(left_out)
    if not used:
        raise StorageError(
            f"all {len(found)} recordings in {', '.join(map(str, asked))} are left out; take at "
            "least one of them back, or name other music"
        )
    return tuple(sorted(used))


def is_recording(path: Path) -> bool:
    """Whether a file is music by its name, and no stem beside its mixture."""
    if path.suffix.lower() not in AUDIO_SUFFIXES or path.name.startswith("."):
        return False
    return path.stem.lower() not in _STEMS or not has_mixture(path.parent)


def has_mixture(folder: Path) -> bool:
    """Whether a folder holds one song and its stems."""
    return any((folder / f"{MIXTURE}{suffix}").is_file() for suffix in AUDIO_SUFFIXES)


def recording_of(path: Path) -> str:
    """The name of the recording that a file is of; files of one recording have the same.

    - A mixture, or a file named as a stem is (drums, bass, other, vocals): its folder.
    - A clip rendered from a score: the score, as index.csv beside it says.
    - Any other: its name without suffix and without "part 2", "seg3", "_chunk_04" at its end.
      Files of one name in different folders or formats are of one recording.
    """
    stem = path.stem
    if stem.lower() == MIXTURE or stem.lower() in _STEMS:
        return path.parent.name
    score = _scores(path.parent).get(path.name)
    return score if score is not None else _PART.sub("", stem) or stem


def group_recordings(paths: Sequence[Path]) -> dict[str, tuple[Path, ...]]:
    """The files of each recording, in the order in which they are given."""
    groups: dict[str, list[Path]] = {}
    for path in paths:
        groups.setdefault(recording_of(path), []).append(path)
    return {name: tuple(files) for name, files in groups.items()}


@lru_cache(maxsize=256)
def _scores(folder: Path) -> dict[str, str]:
    """From which score each clip in a folder was rendered; nothing where no index says so."""
    try:
        rows = list(csv.DictReader(io.StringIO(read_text(folder / _INDEX), newline="")))
    except (OSError, ValueError, csv.Error):
        return {}
    return {
        row["file"]: row["midi"]
        for row in rows
        if isinstance(row.get("file"), str) and isinstance(row.get("midi"), str)
    }
