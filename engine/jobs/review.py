"""ReviewJob: one decision on many events, of one or several operations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.event import Decision
from engine.progress import Progress, ignore, part
from engine.project import Operation, State
from engine.review import decide


@dataclass(frozen=True, eq=False)
class ReviewJob:
    """Decides on events of operations in force; each operation gets a decision of its own.

    events: places in the events of each operation.
    """

    title: str
    state: State
    events: Mapping[Operation, Sequence[int]]
    decision: Decision

    def run(self, progress: Progress = ignore) -> tuple[Operation, ...]:
        """Decide; each decision sees what those before it have put back.

        Raises:
            SettingsError: there is no such event, or an operation is out of reach.
            Cancelled: progress said so.
        """
        state, decided = self.state, []
        for number, (operation, events) in enumerate(self.events.items()):
            share = part(progress, number / len(self.events), (number + 1) / len(self.events))
            made = decide(state, operation, events, self.decision, share)
            decided.append(made)
            state = state.with_operation(made)
        progress(1.0)
        return tuple(decided)
