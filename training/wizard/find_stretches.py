"""Find stretches: searches the user's transfers for noise alone, in lead-in, lead-out and pauses.

What was found in a file is kept beside others of its kind and looked up while the file is the same,
so that a folder to which one transfer was added is searched in no time.
"""

import contextlib
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from engine.audio_file import open_audio, shown
from engine.collection import find_audio
from engine.documents import parse_json, read_content
from engine.errors import EngineError, StorageError
from engine.progress import Progress, ignore, part
from engine.region import Region
from engine.sync import write_whole
from training.wizard.plan import Stretch, read_part

LIKELY, SURE = 0.45, 0.75
"""From where on a stretch is taken without being asked for, and from where on nobody need listen.
"""
_VERSION = 1
"""Of what is kept; another search finds other stretches."""
_SAME_S = 0.02


@dataclass(frozen=True)
class Searched:
    """One transfer.

    Attributes:
        path: of it.
        stretches: what was found, in the order of time.
        duration_s: of the transfer.
        problem: why it could not be searched, one sentence; empty if it could.
    """

    path: str
    stretches: tuple[Stretch, ...] = ()
    duration_s: float = 0.0
    problem: str = ""


def _ignore(searched: Searched) -> None:
    """Nobody waits for it."""


@dataclass(frozen=True, eq=False)
class FindStretchesJob:
    """Searches files and folders; what cannot be read stops nothing.

    Attributes:
        places: files, and folders that are searched at any depth.
        cache: a folder for what was found; None to keep nothing.
        music: stretches that are certainly music, by the path of their transfer.
        take: is given each transfer as soon as it is searched, on the thread of the job.
    """

    places: tuple[str, ...]
    cache: Path | None = None
    music: Mapping[str, tuple[Region, ...]] = field(default_factory=dict)
    take: Callable[[Searched], object] = _ignore
    title: str = "Looking for noise in your transfers"

    def run(self, progress: Progress = ignore) -> tuple[Searched, ...]:
        """Search them; those of places that name nothing are told too.

        Raises:
            Cancelled: progress said so.
        """
        paths = list(dict.fromkeys(_transfers(self.places, progress)))
        found = []
        for number, path in enumerate(paths):
            share = part(progress, number / len(paths), (number + 1) / len(paths))
            share(0.0, os.path.basename(path))
            try:
                searched = search(path, self.cache, self.music.get(path, ()), share)
            except EngineError as error:
                searched = Searched(path, problem=str(error))
            self.take(searched)
            found.append(searched)
        return tuple(found)


def search(
    path: str,
    cache: Path | None = None,
    music: Sequence[Region] = (),
    progress: Progress = ignore,
) -> Searched:
    """Search one transfer; those stretches are taken that are likely to be noise.

    Raises:
        EngineError: it cannot be read.
        Cancelled: progress said so.
    """
    from engine.dsp.noise_stretches import find_noise_stretches

    kept = None if cache is None else _kept_file(path, cache, music)
    known = None if kept is None else _read(path, kept)
    if known is not None:
        return known
    name = os.path.basename(path)
    with open_audio(path) as file:
        found = find_noise_stretches(file, music, lambda share, _="": progress(share, name))
        duration_s = file.n_samples / file.sample_rate
    stretches = tuple(
        Stretch(
            path=path,
            start_s=round(each.start_s, 4),
            stop_s=round(each.stop_s, 4),
            origin=each.origin,
            is_taken=each.sure >= LIKELY,
            level_dbfs=round(each.level_dbfs, 2),
            sure=round(each.sure, 3),
        )
        for each in found
    )
    searched = Searched(path, stretches, round(duration_s, 4))
    if kept is not None:
        with contextlib.suppress(StorageError, OSError):  # it is searched again next time
            kept.parent.mkdir(parents=True, exist_ok=True)
            write_whole(kept, json.dumps(asdict(searched)).encode("utf-8", "surrogatepass"))
    return searched


def with_choices(found: Sequence[Stretch], before: Sequence[Stretch]) -> tuple[Stretch, ...]:
    """Stretches with what the user has said of the same ones before, and the lot of their transfer.

    One that is new has the lot that the others of its transfer have.
    """
    lots = {each.path: each.group for each in before}
    chosen = []
    for each in found:
        same = next((old for old in before if _is_same(each, old)), None)
        is_taken = each.is_taken if same is None else same.is_taken
        chosen.append(replace(each, is_taken=is_taken, group=lots.get(each.path, "")))
    return tuple(chosen)


def _is_same(first: Stretch, second: Stretch) -> bool:
    return (
        first.path == second.path
        and abs(first.start_s - second.start_s) < _SAME_S
        and abs(first.stop_s - second.stop_s) < _SAME_S
    )


def _transfers(places: Sequence[str], progress: Progress) -> Iterator[str]:
    """The sound files of all places; a file that is named is taken whatever its suffix says."""
    for place in places:
        path = os.path.abspath(place)
        progress(0.0, os.path.basename(path))
        if not os.path.isdir(path):
            yield path
            continue
        is_any = False
        for each in find_audio(Path(path)):
            progress(0.0, each.name)
            is_any = True
            yield str(each)
        if not is_any:
            yield path  # which will be said to be a folder


def _kept_file(path: str, cache: Path, music: Sequence[Region]) -> Path:
    """Where it is kept what was found in a file as it is now.

    Raises:
        StorageError: there is no such file.
    """
    try:
        status = os.stat(path)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it has no name that a file can have"
        raise StorageError(f"{shown(Path(path))} cannot be read: {reason}") from error
    spans = [(each.start_s, each.stop_s) for each in music]
    told = json.dumps([_VERSION, path, status.st_size, status.st_mtime_ns, spans])
    return cache / f"{hashlib.sha256(told.encode('utf-8', 'surrogatepass')).hexdigest()[:24]}.json"


def _read(path: str, kept: Path) -> Searched | None:
    """What is kept; None where nothing is, or nothing that can be read."""
    try:
        values = parse_json(read_content(kept).decode("utf-8", "surrogatepass"))
        stretches = tuple(read_part(Stretch, each) for each in values["stretches"])
        return Searched(path, stretches, float(values["duration_s"]))
    except (OSError, ValueError, TypeError, KeyError, OverflowError):
        return None
