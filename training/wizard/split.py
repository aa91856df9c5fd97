"""Split: which recordings are trained on, and which are kept to judge by, as the trainer does it.

Recordings are kept whole, all files of one together, never pieces of one; otherwise a model would
be judged by what it has learnt by heart.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engine.errors import SettingsError
from engine.progress import Progress, ignore
from training.music_folders import group_recordings
from training.splits import exactly, kept_for_test, split_recordings
from training.wizard.clean_excerpts import music_files
from training.wizard.plan import Music, Split
from training.wizard.scan import look_at

LEAST_HELD_MINUTES = 1.0


@dataclass(frozen=True)
class WholeRecording:
    """A recording; files: of it, seconds: of all of them."""

    name: str
    files: tuple[Path, ...]
    seconds: float


@dataclass(frozen=True)
class Sides:
    """Both sides, each sorted by name.

    Attributes:
        training: recordings to learn from.
        held: those kept to judge by.
        tests: those on neither side, as the makers of a collection keep them for tests.
        problem: why the training cannot begin like that; empty if it can.
    """

    training: tuple[WholeRecording, ...] = ()
    held: tuple[WholeRecording, ...] = ()
    tests: tuple[WholeRecording, ...] = ()
    problem: str = ""

    def warning(self) -> str:
        """What is doubtful about it; empty if nothing is."""
        if self.problem:
            return ""
        if not self.held and len(self.training) == 1:
            return (
                "there is only one recording, so none can be kept: the model is judged by music "
                "that it has learnt from, and its figures look better than they are; a second "
                "recording puts that right"
            )
        if minutes_of(self.held) < LEAST_HELD_MINUTES:
            return (
                f"only {seconds_of(self.held):.0f} s are kept to judge by, so its figures say "
                f"little; move recordings over until there is {LEAST_HELD_MINUTES:g} minute or more"
            )
        if minutes_of(self.training) < minutes_of(self.held):
            return (
                "the music kept to judge by is more than there is to learn from; move recordings "
                "back"
            )
        return ""


@dataclass(frozen=True, eq=False)
class SplitJob:
    """Finds the music, and divides it.

    Attributes:
        music, split: of the plan.
        cache: where scans are kept.
        known: seconds of files, to which those of new ones are added.
    """

    music: Music
    split: Split
    cache: Path
    known: dict[Path, float] = field(default_factory=dict)
    title: str = "Dividing the music"

    def run(self, progress: Progress = ignore) -> Sides:
        """Both sides.

        Raises:
            SettingsError, StorageError: there is no music.
        """
        paths = music_files(self.music)
        for number, path in enumerate(paths):
            progress(number / len(paths), path.name)
            if path not in self.known:
                self.known[path] = look_at(path, self.cache).duration_s
        return divide(paths, self.known, self.split)


def divide(paths: Sequence[Path], seconds: Mapping[Path, float], split: Split) -> Sides:
    """Both sides of some files, exactly as the trainer divides them."""
    tests = set(kept_for_test(paths))
    try:
        seen, kept = split_recordings(paths, split.share, [exactly(each) for each in split.held])
    except SettingsError:
        return Sides(
            held=_whole([each for each in paths if each not in tests], seconds),
            tests=_whole(tests, seconds),
            problem="all recordings are kept to judge by; move at least one of them back, so that "
            "there is something to learn from",
        )
    training, held = _whole(seen, seconds), _whole(kept, seconds)
    problem = ""
    if not held and len(training) > 1:
        problem = "nothing is kept to judge by; move at least one recording over"
    return Sides(training, held, _whole(tests, seconds), problem)


def move(sides: Sides, names: Iterable[str], *, to_held: bool) -> Split:
    """The same with some recordings on the other side; from then on the user's word holds alone."""
    moved = set(names)
    held = [each.name for each in sides.held if to_held or each.name not in moved]
    if to_held:
        held += [each.name for each in sides.training if each.name in moved]
    return Split(share=0.0, held=tuple(sorted(held)))


def seconds_of(recordings: Iterable[WholeRecording]) -> float:
    """Of all of them."""
    return sum(each.seconds for each in recordings)


def minutes_of(recordings: Iterable[WholeRecording]) -> float:
    """Of all of them."""
    return seconds_of(recordings) / 60.0


def _whole(paths: Iterable[Path], seconds: Mapping[Path, float]) -> tuple[WholeRecording, ...]:
    groups = group_recordings(sorted(paths))
    return tuple(
        WholeRecording(name, files, sum(seconds.get(each, 0.0) for each in files))
        for name, files in sorted(groups.items())
    )
