"""EventList: the events of all operations in force, in the order of the review.

`rows` are places in the columns, filtered and ordered: what the table, the event strip and the
next-event keys go by.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from app import settings as keys
from app.document import Document
from app.event_columns import (
    DECISIONS,
    PENDING,
    Columns,
    Filter,
    Integers,
    columns_of,
    is_listed,
    joined,
    ordered,
)
from app.session import Session
from engine.event import Decision
from engine.project import Operation


class EventList(QObject):
    """Kept up with the document; what is chosen in it is what the user looks at and decides on."""

    changed = Signal()
    """Other events are listed, or in another order."""
    decided = Signal()
    """The same events are listed; decisions on them have changed."""
    current_changed = Signal()
    chosen_changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._document: Document | None = None
        self._known: dict[str, Columns] = {}
        self._filter = Filter()
        self._rank: Integers = np.zeros(0, np.int64)
        self._current: int | None = None
        self.columns = joined((), 1)
        """All events, those of earlier operations first."""
        self.rows: Integers = np.zeros(0, np.int64)
        """Places in the columns: what is listed, in the order of the review."""
        self.chosen: tuple[int, ...] = ()
        """Places in the columns of what is decided on together."""
        session.document_changed.connect(self._on_document_changed)
        session.settings.changed.connect(self._on_setting_changed)
        self._on_document_changed()

    @property
    def filter(self) -> Filter:
        """Which events are listed."""
        return self._filter

    @filter.setter
    def filter(self, wanted: Filter) -> None:
        if wanted != self._filter:
            self._filter = wanted
            self._list()

    @property
    def current(self) -> int | None:
        """Place in the columns of the event that is looked at."""
        return self._current

    def set_current(self, index: int | None) -> None:
        """Look at an event; it alone is chosen then."""
        self.choose(() if index is None else (index,))
        if index != self._current:
            self._current = index
            self.current_changed.emit()

    def choose(self, indices: Sequence[int]) -> None:
        """Have several events decided on together; the current one stays."""
        self.chosen = tuple(indices)
        self.chosen_changed.emit()

    def beside(self, step: int, time_s: float) -> int | None:
        """The event listed after (1) or before (-1) the current one; without one, beside a time."""
        if not len(self.rows):
            return None
        if self._current is not None:
            place = self._rank[self._current]
            ranks = self._rank[self.rows]
        elif self._order() == "time":
            place, ranks = round(time_s * self.columns.sample_rate), self.columns.start[self.rows]
        else:
            return int(self.rows[0 if step > 0 else -1])
        after = int(np.searchsorted(ranks, place, side="right" if step > 0 else "left"))
        at = after if step > 0 else after - 1
        return int(self.rows[at]) if 0 <= at < len(self.rows) else None

    def pending_after(self, index: int) -> int | None:
        """The next event listed that nothing is decided on, from the start again after the end."""
        pending = self.rows[self.columns.decision[self.rows] == PENDING]
        if not len(pending):
            return None
        after = int(np.searchsorted(self._rank[pending], self._rank[index], side="right"))
        return int(pending[after % len(pending)])

    def grouped(self, indices: Sequence[int]) -> Mapping[Operation, Sequence[int]]:
        """Places in the columns as places in the events of each operation."""
        groups: dict[Operation, list[int]] = defaultdict(list)
        for index in indices:
            operation = self.columns.operations[self.columns.operation[index]]
            groups[operation].append(int(self.columns.event[index]))
        return groups

    def counts(self) -> dict[Decision, int]:
        """How many of all events are decided on in which way."""
        found = np.bincount(self.columns.decision, minlength=len(DECISIONS))
        return {each: int(count) for each, count in zip(DECISIONS, found, strict=True)}

    def _order(self) -> str:
        return self._session.settings.get(keys.review_order)

    @Slot()
    def _on_document_changed(self) -> None:
        self._document = self._session.document
        self._known.clear()
        self._filter = Filter()
        if self._document is not None:
            self._document.history_changed.connect(self._on_history_changed)
        self._on_history_changed()

    @Slot(str)
    def _on_setting_changed(self, key: str) -> None:
        if key == keys.review_order.key:
            self._list()

    @Slot()
    def _on_history_changed(self) -> None:
        before = self.columns
        self.columns = self._read()
        same = [each.id for each in before.operations] == [o.id for o in self.columns.operations]
        if not same:
            self._keep_current(before)
            if self._filter.operation not in {each.id for each in self.columns.operations}:
                self._filter = replace(self._filter, operation=None)
        self._list(is_same=same)

    def _read(self) -> Columns:
        """The events of the operations over the stage, with what is decided on them now."""
        document = self._document
        if document is None:
            return joined((), 1)
        state = document.state
        finding = [each for each in state.staged_operations if each.events]
        for operation in finding:
            if operation.id not in self._known:  # kept while undone: redo is to be quick
                self._known[operation.id] = columns_of(operation)
        parts = [self._known[each.id] for each in finding]
        columns = joined(parts, state.sample_rate)
        ends = np.cumsum([0, *(len(part) for part in parts)])
        first = {each.id: int(at) for each, at in zip(finding, ends[:-1], strict=True)}
        for operation in state.staged_operations:
            for each in operation.decided:
                if each.operation in first:
                    at = first[each.operation] + each.event
                    columns.decision[at] = DECISIONS.index(each.decision)
        return replace(columns, operations=tuple(finding))

    def _keep_current(self, before: Columns) -> None:
        """The event that was looked at is still, if it is there."""
        current, self._current, self.chosen = self._current, None, ()
        if current is not None:
            wanted = before.operations[before.operation[current]].id
            for place, operation in enumerate(self.columns.operations):
                if operation.id == wanted:
                    is_it = self.columns.operation == place
                    is_it &= self.columns.event == before.event[current]
                    self._current = int(np.flatnonzero(is_it)[0])
                    self.chosen = (self._current,)
        if self._current != current:
            self.current_changed.emit()

    def _list(self, *, is_same: bool = False) -> None:
        order = ordered(self.columns, self._order())
        self._rank = np.empty(len(order), np.int64)
        self._rank[order] = np.arange(len(order))
        rows = order[is_listed(self.columns, self._filter)[order]]
        if is_same and np.array_equal(rows, self.rows):
            self.decided.emit()
            return
        self.rows = rows
        self.changed.emit()
