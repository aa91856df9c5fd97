"""Marks: named places of the open recording, and stretches that are noise or music, with undo.

They are no operations and change no sample, so they have no place in the history; they go into the
same folder. What is groove noise is not music and the other way round: marking a stretch as the one
takes it away from the other, so that noise is never learnt from what is wanted.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from engine.region import Region
from engine.storage.contents import Mark
from engine.storage.folder import ProjectFolder

MARKER, NOISE, MUSIC = "marker", "noise", "music"
KINDS = (MARKER, NOISE, MUSIC)
_OPPOSITE = {NOISE: MUSIC, MUSIC: NOISE}
_MOST_STEPS = 200
_SAME_S = 1e-7

Record = Callable[[Callable[[ProjectFolder], object]], bool]


@dataclass(frozen=True)
class _Step:
    """What a change of marks has replaced, and the operation that was at the head then."""

    head: str | None
    items: tuple[Mark, ...]
    noise: Region | None


class Marks(QObject):
    """The marks of a document, in order of time."""

    changed = Signal()
    """There are others now, or one is another."""
    noise_changed = Signal()
    """Noise is learnt from another stretch, or from none."""
    current_changed = Signal()
    rename_wanted = Signal()
    """The current one is to be given a name where it is shown."""

    def __init__(
        self, record: Record, head: Callable[[], str | None], parent: QObject | None = None
    ) -> None:
        """Args: record: makes a change in the folder if there is one; head: id of the operation."""
        super().__init__(parent)
        self._record, self._head = record, head
        self._items: tuple[Mark, ...] = ()
        self._noise: Region | None = None
        self._current: Mark | None = None
        self._held: tuple[Mark, ...] = ()
        self._undone: list[_Step] = []
        self._done: list[_Step] = []

    @property
    def items(self) -> tuple[Mark, ...]:
        """All of them."""
        return self._items

    @property
    def noise(self) -> Region | None:
        """The stretch that noise is learnt from; one of those marked as noise."""
        return self._noise

    @property
    def current(self) -> Mark | None:
        """The one that actions are on."""
        return self._current

    @property
    def are_held(self) -> bool:
        """Whether they are as they were when a project or a file held them last."""
        return self._items == self._held

    def hold(self) -> None:
        """A project or a file holds them as they are."""
        self._held = self._items

    def take(self, items: Iterable[Mark], noise: Region | None) -> None:
        """Go on with those that a folder holds, or that were there before."""
        self._noise = noise
        self._items = _sorted(_with(tuple(items), noise))
        self._held = ()
        self._current = None
        self._done.clear()
        self._undone.clear()
        self._tell(is_other_noise=True)

    def write_to(self, folder: ProjectFolder) -> None:
        """Record all in a folder that has none yet.

        Raises:
            StorageError: they cannot be recorded.
        """
        if folder.marks != self._items:
            folder.set_marks(self._items)
        if folder.noise != self._noise:
            folder.set_noise(self._noise)

    def choose(self, mark: Mark | None) -> None:
        """Make one the current one, or none."""
        if mark is not self._current:
            self._current = mark
            self.current_changed.emit()

    def add(self, mark: Mark) -> bool:
        """Set a mark and make it the current one; one that is there already is not set twice."""
        same = next((each for each in self._items if _is_same(each, mark)), None)
        if same is not None:
            self.choose(same)
            return False
        noise = _region(mark) if mark.kind == NOISE else self._noise
        return self._change((*self._cut(mark), mark), noise, mark)

    def add_all(self, marks: Iterable[Mark]) -> int:
        """Set several at once, as from a file; returns how many were not there yet."""
        fresh = [each for each in marks if not any(_is_same(each, old) for old in self._items)]
        if fresh:
            self._change((*self._items, *fresh), self._noise, fresh[0])
        return len(fresh)

    def replace(self, old: Mark, new: Mark) -> None:
        """Move or rename one."""
        if old == new or not any(each is old for each in self._items):
            return
        noise = _region(new) if self._noise == _region(old) else self._noise
        items = tuple(each for each in self._cut(new) if each is not old)
        self._change((*items, new), noise, new)

    def remove(self, marks: Iterable[Mark]) -> None:
        """Take some away."""
        gone = [id(each) for each in marks]
        items = tuple(each for each in self._items if id(each) not in gone)
        if items != self._items:
            self._change(items, self._noise, None)

    def set_noise(self, region: Region | None) -> None:
        """Learn noise from a stretch, which is marked; None takes all marks of noise away."""
        if region is None:
            items = tuple(each for each in self._items if each.kind != NOISE)
            if items != self._items:
                self._change(items, None, None)
            return
        region = Region(region.start_s, region.stop_s)
        mark = next((each for each in self._items if _is_noise_at(each, region)), None)
        if mark is None:
            self.add(Mark(region.start_s, region.stop_s, "", NOISE))
        elif region != self._noise:
            self._change(self._items, region, mark)

    def scale(self, factor: float) -> None:
        """Go along with a recording that is played at another speed now."""
        if factor == 1.0:
            return
        scaled = [
            replace(each, start_s=factor * each.start_s, stop_s=factor * each.stop_s)
            for each in self._items
        ]
        noise = None if self._noise is None else self._noise.scaled(factor)
        self._current = None
        self._put(tuple(scaled), noise)

    # Undo: a change of marks is taken back before the operation it was made after.

    @property
    def can_undo(self) -> bool:
        """Whether the last thing that was done here was a change of marks."""
        return bool(self._done) and self._done[-1].head == self._head()

    @property
    def can_redo(self) -> bool:
        """Whether the next thing to be done again is a change of marks."""
        return bool(self._undone) and self._undone[-1].head == self._head()

    def undo(self) -> None:
        """Take the last change back."""
        self._go_back(self._done, self._undone)

    def redo(self) -> None:
        """Make it again."""
        self._go_back(self._undone, self._done)

    def _go_back(self, steps: list[_Step], others: list[_Step]) -> None:
        here = _Step(self._head(), self._items, self._noise)
        step = steps.pop()
        if not self._put(step.items, step.noise):
            steps.append(step)
            return
        others.append(here)
        if not any(each is self._current for each in self._items):
            self.choose(None)

    def _change(self, items: tuple[Mark, ...], noise: Region | None, current: Mark | None) -> bool:
        step = _Step(self._head(), self._items, self._noise)
        items = _sorted(items)
        if not self._put(items, _noise_in(items, noise)):
            return False
        self._done = [*self._done, step][-_MOST_STEPS:]
        self._undone.clear()
        self.choose(current)
        return True

    def _put(self, items: tuple[Mark, ...], noise: Region | None) -> bool:
        is_other_noise = noise != self._noise
        if items != self._items and not self._record(lambda folder: folder.set_marks(items)):
            return False
        if is_other_noise and not self._record(lambda folder: folder.set_noise(noise)):
            return False
        self._items, self._noise = items, noise
        self._tell(is_other_noise=is_other_noise)
        return True

    def _tell(self, *, is_other_noise: bool) -> None:
        self.changed.emit()
        if is_other_noise:
            self.noise_changed.emit()

    def _cut(self, mark: Mark) -> tuple[Mark, ...]:
        """Those that are left where one of noise or music is set."""
        kind = _OPPOSITE.get(mark.kind)
        return tuple(
            part
            for each in self._items
            for part in (_outside(each, mark) if each.kind == kind else (each,))
        )


def shift(mark: Mark, start_s: float, stop_s: float) -> Mark:
    """The mark at another place."""
    return replace(mark, start_s=start_s, stop_s=max(start_s, stop_s))


def region_of_mark(mark: Mark) -> Region | None:
    """The stretch of a mark; None if it is a place."""
    return _region(mark)


def neighbours(items: Iterable[Mark], at_s: float) -> tuple[float | None, float | None]:
    """The last edge of markers not after a time, and the first one after it."""
    edges = sorted({edge for each in items if each.kind == MARKER for edge in _edges(each)})
    before = [edge for edge in edges if edge <= at_s + _SAME_S]
    after = [edge for edge in edges if edge > at_s + _SAME_S]
    return (before[-1] if before else None, after[0] if after else None)


def _edges(mark: Mark) -> tuple[float, float]:
    return mark.start_s, mark.stop_s


def _region(mark: Mark) -> Region | None:
    return Region(mark.start_s, mark.stop_s) if mark.stop_s > mark.start_s else None


def _outside(mark: Mark, other: Mark) -> tuple[Mark, ...]:
    """What is left of a stretch once another one is taken from it."""
    if other.stop_s <= mark.start_s or other.start_s >= mark.stop_s:
        return (mark,)
    pieces = ((mark.start_s, other.start_s), (other.stop_s, mark.stop_s))
    return tuple(shift(mark, *piece) for piece in pieces if piece[0] < piece[1])


def _noise_in(items: Iterable[Mark], noise: Region | None) -> Region | None:
    """The stretch to learn from, or the longest piece that is left of it."""
    if noise is None:
        return None
    marked = [_region(each) for each in items if each.kind == NOISE]
    regions = [each for each in marked if each is not None]
    if noise in regions:
        return noise
    inside = [r for r in regions if r.start_s >= noise.start_s and r.stop_s <= noise.stop_s]
    return max(inside, key=lambda each: each.duration_s, default=None)


def _with(items: tuple[Mark, ...], noise: Region | None) -> tuple[Mark, ...]:
    """The marks, with one where noise is learnt from."""
    if noise is None or any(_is_noise_at(each, noise) for each in items):
        return items
    return (*items, Mark(noise.start_s, noise.stop_s, "", NOISE))


def _is_noise_at(mark: Mark, region: Region) -> bool:
    return mark.kind == NOISE and (mark.start_s, mark.stop_s) == (region.start_s, region.stop_s)


def _is_same(mark: Mark, other: Mark) -> bool:
    return (mark.kind, *_edges(mark)) == (other.kind, *_edges(other))


def _sorted(items: Iterable[Mark]) -> tuple[Mark, ...]:
    return tuple(sorted(items, key=_edges))
