"""Branch: the same history with an operation left out, or back in again.

What was done after an operation holds no sample of it where the patches do not overlap, so those
operations can stand on another branch as they are: nothing is computed, and the tree keeps the line
as it was. An operation is known on all branches by its origin.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.errors import SettingsError
from engine.project import Operation, Project, new_id


@dataclass(frozen=True, eq=False)
class Branch:
    """A line of history that is to be in force.

    start: the operation of any branch that it goes on from; None is the source.
    copies: what is done there, one after another, with samples that were made already.
    """

    start: Operation | None
    copies: tuple[Operation, ...]


def left_out(project: Project) -> Sequence[tuple[Operation, Operation]]:
    """What the line repeats without, each with the operation of the line it stood before."""
    line = project.operations
    present = {each.origin for each in line}
    found: dict[str, tuple[Operation, Operation]] = {}
    for each in line:
        original = project.find(each.repeats)
        for other in () if original is None else project.path_to(original):
            if other.origin not in present:
                found.setdefault(other.origin, (other, each))
    return tuple(found.values())


def to_spare(project: Project) -> Sequence[Operation]:
    """What is on other branches, and what was left out of the line does not come back from."""
    absent = {each.id for each, _ in left_out(project)}
    kept: set[str] = set()
    for each in project.operations:
        original = project.find(each.repeats)
        path = () if original is None else project.path_to(original)
        ids = {one.id for one in path}
        kept |= ids if ids & absent else set()
    return tuple(each for each in project.others if each.id not in kept)


def without(project: Project, operations: Sequence[Operation]) -> Branch:
    """The branch on which operations in force were not done, nor decisions on what they found.

    Raises:
        SettingsError: what was done later is built upon it.
    """
    line = project.state.operations
    gone = {each.id for each in _with_reviews(operations, line)}
    rest: list[Operation] = []
    before: list[Operation] = []
    for each in line:
        if each.id in gone:
            before.append(each)
            continue
        for one in before:
            _check_apart(one, each, "switch that off first")
        rest.append(each)
    return _laid(project, rest)


def within(project: Project, operations: Sequence[Operation]) -> Branch:
    """The branch on which operations that were left out stand in their place again.

    Raises:
        SettingsError: what it was built upon is left out as well, or other work covers it.
    """
    absent = left_out(project)
    line = list(project.state.operations)
    before = next(at for each, at in absent if each is operations[0])
    place = line.index(before) if before in line else len(line)
    added = _with_reviews(operations, [each for each, _ in absent])
    for each in added:
        _check_base(project, each, line[:place], added)
        for later in line[place:]:
            _check_apart(each, later, "go back to before that first")
    return _laid(project, [*line[:place], *added, *line[place:]])


def _with_reviews(
    operations: Sequence[Operation], among: Sequence[Operation]
) -> Sequence[Operation]:
    """Operations and all decisions on what they have found."""
    ids = {each.id for each in operations}
    found = [each for each in among if any(one.operation in ids for one in each.decided)]
    return [*operations, *(each for each in found if each.id not in ids)]


def _check_apart(earlier: Operation, later: Operation, advice: str) -> None:
    """See that what is done later holds nothing of an earlier operation."""
    is_whole = earlier.stage is not None or later.stage is not None
    if is_whole or overlap(earlier, later):
        raise SettingsError(
            f"{later.title} was done later and is built upon {earlier.title}; {advice}"
        )


def _check_base(
    project: Project,
    operation: Operation,
    line: Sequence[Operation],
    added: Sequence[Operation],
) -> None:
    """See that what an operation was built upon is there, and nothing else in its place."""
    base = project.path_to(operation)[:-1]
    there = {each.origin for each in (*line, *added)}
    for each in base:
        is_under = each.stage is not None or overlap(each, operation)
        if is_under and each.origin not in there:
            raise SettingsError(
                f"{operation.title} is built upon {each.title}, which is off; switch that on first"
            )
    known = {each.origin for each in base}
    for each in line:
        if each.origin not in known:
            _check_apart(each, operation, f"go back to before {each.title} first")


def overlap(one: Operation, other: Operation) -> bool:
    """Whether patches of two operations have samples in common."""
    few, many = sorted((one, other), key=lambda each: len(each.patches))
    return any(True for start, stop in few.spans for _ in many.patches_in(start, stop))


def _laid(project: Project, wanted: Sequence[Operation]) -> Branch:
    """A line of these operations: as far as one is there along that, the rest as copies."""
    at: Operation | None = None
    copies: list[Operation] = []
    names: dict[str, str] = {}
    for each in wanted:
        found = None if copies else _child(project, at, each)
        if found is None:
            decided = tuple(
                replace(one, operation=names.get(one.operation, one.operation))
                for one in each.decided
            )
            found = replace(each, id=new_id(), repeats=each.origin, decided=decided)
            copies.append(found)
        else:
            at = found
        names[each.id] = found.id
    return Branch(at, tuple(copies))


def _child(project: Project, at: Operation | None, wanted: Operation) -> Operation | None:
    """What was done after an operation and is the one wanted, or of the same origin."""
    children = project.children_of(at)
    same = [each for each in children if each.origin == wanted.origin]
    return next((each for each in same if each is wanted), same[0] if same else None)
