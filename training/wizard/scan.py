"""Scan: what is in the files that a user offers as clean music, and what speaks against them.

Each file is measured once and remembered by its size and time, so that the next look at a thousand
of them is done in a moment. A file that cannot be read is a sentence and stops nothing.
"""

import contextlib
import hashlib
import json
import typing
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from engine.audio_file import open_audio, shown
from engine.documents import read_json
from engine.errors import EngineError
from engine.kinds import check_kinds
from engine.progress import Progress, ignore, part
from engine.sync import write_whole
from training.duplicates import find_duplicates
from training.music_folders import AUDIO_SUFFIXES, STEM_SUFFIX, is_recording
from training.wizard.sound_facts import SoundFacts, measure

LEAST_MINUTES, GOOD_MINUTES = 2.0, 10.0
"""Less of clean music is refused; less than the second is warned of."""
_COMPARED = 0.7
"""Share of the work after which recordings are compared with one another."""
_FACTS = "sound-1"
"""Changes with what is measured, so that older measurements are not taken for it."""


@dataclass(frozen=True)
class Scanned:
    """A file that was offered.

    Attributes:
        path: of it.
        facts: what was measured; None where it cannot be read.
        problem: why it cannot be read, one sentence.
        copy_of: another file that holds the same recording, as good or better.
        is_exact_copy: whether that is so sample by sample.
        is_gone: whether it was named and is not there, so that nothing can begin.
    """

    path: Path
    facts: SoundFacts | None = None
    problem: str = ""
    copy_of: Path | None = None
    is_exact_copy: bool = False
    is_gone: bool = False

    @property
    def is_good(self) -> bool:
        """Whether nothing speaks against it."""
        facts = self.facts
        return (
            facts is not None
            and not (facts.is_lossy or facts.is_clipped or facts.is_silent or facts.is_narrow)
            and self.copy_of is None
        )

    @property
    def can_be_used(self) -> bool:
        """Whether there is something to learn from it at all."""
        return self.facts is not None and not self.facts.is_silent

    @property
    def duration_s(self) -> float:
        """In seconds; 0 where it cannot be read."""
        return 0.0 if self.facts is None else self.facts.duration_s


@dataclass(frozen=True)
class Scan:
    """All files that were offered, in the order of their names."""

    files: tuple[Scanned, ...] = ()

    def minutes(self, left_out: Iterable[Path] = ()) -> float:
        """Of what is used, in minutes."""
        gone = set(left_out)
        return sum(each.duration_s for each in self.files if each.path not in gone) / 60.0


def _drop(_: list[Scanned]) -> None:
    """Take no notice of what comes in between."""


@dataclass(frozen=True, eq=False)
class ScanJob:
    """Looks into files and folders.

    Attributes:
        places: what the user named.
        cache: a folder where measurements are kept.
        take: is given files as they are measured, on the thread of the job; those that repeat
            another one are only told at the end.
    """

    places: Sequence[str]
    cache: Path
    take: Callable[[list[Scanned]], object] = field(default=_drop)
    title: str = "Looking at clean music"

    def run(self, progress: Progress = ignore) -> Scan:
        """Measure all files, then compare them.

        Raises:
            Cancelled: progress said so; what was measured is remembered.
        """
        paths, problems = offered_files(self.places, progress)
        found = [*problems]
        if problems:
            self.take(problems)
        for number, path in enumerate(paths):
            share = _named(progress, path.name, number / len(paths), (number + 1) / len(paths))
            share(0.0)
            found.append(look_at(path, self.cache, share))
            self.take(found[-1:])
        compared = _compared(found, self.cache, part(progress, _COMPARED, 1.0))
        progress(1.0)
        return Scan(tuple(sorted(compared, key=lambda each: each.path)))


def offered_files(
    places: Iterable[str], progress: Progress = ignore
) -> tuple[list[Path], list[Scanned]]:
    """The recordings in files and folders, sorted, and what is none, with the reason."""
    paths: set[Path] = set()
    problems: dict[Path, Scanned] = {}
    for place in map(Path, places):
        progress(0.0, place.name)
        try:
            is_folder = place.is_dir()
            inside = [each for each in place.rglob("*") if each.is_file()] if is_folder else [place]
        except OSError as error:
            problems[place] = Scanned(
                place, problem=f"{place} cannot be read: {error.strerror or error}; check the disk"
            )
            continue
        for path in inside:
            if is_recording(path) and path.exists():
                paths.add(path)
            elif not is_folder or path.name.lower().endswith(STEM_SUFFIX):
                problems[path] = Scanned(path, problem=_no_music(path), is_gone=not path.exists())
        if is_folder and not any(map(is_recording, inside)):
            problems.setdefault(place, Scanned(place, problem=_empty(place)))
    return sorted(paths), list(problems.values())


def look_at(path: Path, cache: Path, progress: Progress = ignore) -> Scanned:
    """Measure a file, or find it measured."""
    try:
        stat = path.stat()
    except OSError:
        return Scanned(path, problem=_no_music(path))
    told = f"{_FACTS}|{path.resolve()}|{stat.st_size}|{stat.st_mtime_ns}"
    kept = (
        cache / f"{hashlib.sha256(told.encode('utf-8', 'surrogateescape')).hexdigest()[:24]}.json"
    )
    if (known := _kept(kept)) is not None:
        return Scanned(path, known)
    try:
        with open_audio(path) as file:
            facts = measure(file, progress)
    except EngineError as error:
        return Scanned(path, problem=str(error))
    with contextlib.suppress(EngineError, OSError):  # a full disk only makes the next look longer
        cache.mkdir(parents=True, exist_ok=True)
        write_whole(kept, json.dumps(asdict(facts)).encode())
    return Scanned(path, facts)


def _named(progress: Progress, name: str, start: float, stop: float) -> Progress:
    """A share of the measuring that always tells which file it is at."""
    share = part(progress, _COMPARED * start, _COMPARED * stop)

    def report(fraction: float, message: str = "") -> None:
        share(fraction, name)

    return report


def _kept(path: Path) -> SoundFacts | None:
    """What was measured before; nothing where that cannot be read."""
    try:
        values = read_json(path)
        hints = typing.get_type_hints(SoundFacts)
        if set(values) != set(hints):
            return None
        facts = SoundFacts(**{name: hints[name](value) for name, value in values.items()})
        check_kinds(facts)
        return facts if facts.sample_rate > 0 and facts.duration_s >= 0.0 else None
    except (OSError, ValueError, TypeError, OverflowError):
        return None


def _compared(found: Sequence[Scanned], cache: Path, progress: Progress) -> list[Scanned]:
    """The same with copies told; a file that breaks while it is compared is only not compared."""
    by_path = {each.path: each for each in found}
    usable = [each for each in found if each.can_be_used]
    usable.sort(key=lambda each: (not each.is_good, each.path))  # of copies the best one stays
    try:
        copies = find_duplicates([each.path for each in usable], cache, progress)
    except EngineError:
        return list(found)
    for each in copies:
        by_path[each.path] = replace(
            by_path[each.path], copy_of=each.original, is_exact_copy=each.is_exact
        )
    return list(by_path.values())


def _no_music(path: Path) -> str:
    name = shown(path)
    if not path.exists():
        return f"{name} is no longer there; connect its disk again, or take it off the list"
    if path.name.lower().endswith(STEM_SUFFIX):
        return f"{name} holds stems in an MP4 file, which cannot be read; convert its mix to WAV"
    if path.suffix.lower() in AUDIO_SUFFIXES:
        return f"{name} is a stem of a mix that lies beside it; the mix is taken instead"
    return f"{name} is no sound file that can be read here; convert it to WAV or FLAC"


def _empty(place: Path) -> str:
    kinds = ", ".join(sorted(each.lstrip(".").upper() for each in AUDIO_SUFFIXES))
    return f"there is no sound file in {place}; readable are {kinds}"
