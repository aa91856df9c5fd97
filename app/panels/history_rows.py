"""What the history tells: a row for each step of the line, below them the other attempts.

Decisions that follow one another on the events of the same operation are one row.
"""

from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from itertools import groupby

from PySide6.QtCore import QCoreApplication

from app.document import Document
from app.language import translated
from app.panels.numbers import counted, told_seconds
from app.widgets.parameter_form import shown_choice
from app.widgets.region_text import region_text
from engine.branch import left_out
from engine.event import Decision
from engine.project import Operation
from engine.units import format_time

_VERBS = {
    Decision.ACCEPTED: "accepted",
    Decision.REJECTED: "rejected",
    Decision.REVERTED: "reverted",
    Decision.PENDING: "reopened",
}


@dataclass(frozen=True, eq=False)
class Row:
    """A line of the list.

    operations: what it stands for; a click goes to after the last of them, to the source if there
        are none. A heading goes nowhere.
    told: what it says below its title, a line each; notes: what only its tip says.
    remark: what the user has noted; invents: what of it was made up, as a sentence.
    is_off: it was left out of the line, in which it stands where it was.
    """

    title: str
    told: str
    operations: tuple[Operation, ...] = ()
    notes: tuple[str, ...] = ()
    is_undone: bool = False
    is_other: bool = False
    is_heading: bool = False
    is_off: bool = False
    remark: str = ""
    invents: str = ""

    @property
    def can_switch(self) -> bool:
        """Whether it can be switched off, or on again."""
        return bool(self.operations) and not (self.is_other or self.is_heading)

    @property
    def target(self) -> Operation | None:
        """What a click goes to after; None is the source."""
        return self.operations[-1] if self.operations else None


def rows_of(document: Document) -> list[Row]:
    """All rows of a document: the source, its line, the other attempts."""
    rows = [Row(_tr("Source"), _tr("the transfer, never changed"))]
    line, head = document.operations, document.head
    by_id = {each.id: each for each in (*line, *document.others)}
    absent = left_out(document.project)
    done = 0
    for group in _grouped(line):
        rows += _off([each for each, at in absent if at in group], by_id)
        n_done = min(max(head - done, 0), len(group))
        rows.append(_row(group, by_id, n_done))
        done += len(group)
    shown = {each.origin for each in (*line, *(each for each, _ in absent))}
    others = list(_attempts(document, shown))
    if others:
        rows.append(Row(_tr("Other attempts"), "", is_heading=True))
    for parent, chain in others:
        after = _tr("after {title}").format(
            title=translated(parent.title) if parent else _tr("the source")
        )
        for number, group in enumerate(_grouped(chain)):
            rows.append(_row(group, by_id, len(group), "" if number else after, is_other=True))
    return rows


def current_row(rows: Sequence[Row], document: Document) -> int:
    """The row the recording is at."""
    here = document.state.operations[-1] if document.head else None
    return next((i for i, row in enumerate(rows) if here in row.operations), 0)


def details(operation: Operation) -> str:
    """By which method an operation did how much, and on a second line where."""
    method, took = getattr(operation.task, "method", ""), told_seconds(operation.seconds)
    parts = [translated(shown_choice(method))] if method else []
    if operation.events:
        parts.append(_events(len(operation.events)))
    where = "; ".join(region_text(region) for region in operation.regions) or _tr("whole side")
    stage = operation.stage
    if stage is None:
        parts += (_samples(operation.changed), took)
    else:
        parts.append(format_time(stage.n_samples / stage.sample_rate))
        parts.append(_channels(stage.n_channels))
        parts.append(f"{stage.sample_rate / 1000:g} kHz")
        where = f"{where} · {took}"  # one line would not fit the panel
    return "\n".join((" · ".join(parts), where, *map(translated, operation.notes[:1])))


def _row(
    group: Sequence[Operation],
    by_id: dict[str, Operation],
    n_done: int,
    after: str = "",
    *,
    is_other: bool = False,
) -> Row:
    first = group[0]
    if first.decided:
        judged = by_id.get(first.decided[0].operation)
        title = _tr("Review of {title}").format(title=translated((judged or first).title))
        told = told_decisions(group[:n_done] or group)
        if 0 < n_done < len(group):
            told += "\n" + _tr("{count} undone").format(count=len(group) - n_done)
        notes: tuple[str, ...] = ()
    else:
        title, told = translated(first.title), details(first)
        notes = tuple(map(translated, first.notes))
    told = f"{told}\n{after}" if after else told
    return Row(
        title,
        told,
        tuple(group),
        notes,
        is_undone=n_done == 0,
        is_other=is_other,
        remark=first.remark,
        invents=translated(first.task.invents),
    )


def _off(operations: Sequence[Operation], by_id: dict[str, Operation]) -> Iterator[Row]:
    """Rows of what was left out; decisions come and go with what they are on."""
    ids = {each.id for each in operations}
    for group in _grouped(operations):
        if not any(each.operation in ids for each in group[0].decided):
            row = _row(group, by_id, len(group))
            yield replace(row, told=_tr("left out; tick it to have it again"), is_off=True)


def told_decisions(group: Sequence[Operation]) -> str:
    """How many events were decided on in which way; of several decisions the last counts."""
    last = {each.event: each.decision for operation in group for each in operation.decided}
    counts = Counter(last.values())
    return ", ".join(
        f"{counted(counts[each])} {translated(_VERBS[each])}" for each in _VERBS if counts[each]
    )


def _grouped(operations: Sequence[Operation]) -> Iterator[tuple[Operation, ...]]:
    """Operations one by one, decisions on the same operation together."""

    def key(place: tuple[int, Operation]) -> str:
        index, operation = place
        return operation.decided[0].operation if operation.decided else str(index)

    for _, group in groupby(enumerate(operations), key):
        yield tuple(operation for _, operation in group)


def _attempts(
    document: Document, shown: Set[str]
) -> Iterator[tuple[Operation | None, list[Operation]]]:
    """Chains of operations off the line, each with what it was done after.

    shown: origins of what the line shows already, on whatever branch it is.
    """
    chains: dict[str, list[Operation]] = {}
    parents: list[tuple[Operation | None, list[Operation]]] = []
    for operation in document.others:
        parent = document.project.parent_of(operation)
        chain = chains.pop(parent.id, None) if parent is not None else None
        if chain is None:
            chain = []
            parents.append((parent, chain))
        chain.append(operation)
        chains[operation.id] = chain
    for parent, chain in parents:
        left = [each for each in chain if each.origin not in shown]
        if left:
            yield parent, left


def _events(count: int) -> str:
    return _tr("1 event") if count == 1 else _tr("{count} events").format(count=counted(count))


def _samples(count: int) -> str:
    return _tr("1 sample") if count == 1 else _tr("{count} samples").format(count=counted(count))


def _channels(count: int) -> str:
    names = {1: _tr("mono"), 2: _tr("stereo")}
    return names.get(count, _tr("{count} channels").format(count=count))


def _tr(text: str) -> str:
    return QCoreApplication.translate("history", text)
