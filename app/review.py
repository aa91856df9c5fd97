"""Review: going from event to event, hearing each, deciding on it."""

from PySide6.QtCore import QObject, Signal, Slot

from app import settings as keys
from app.document import Document
from app.event_columns import DECISIONS
from app.event_list import EventList
from app.panels.numbers import counted
from app.session import Session
from engine.errors import EngineError
from engine.event import Decision
from engine.jobs.keep import Kept
from engine.jobs.review import ReviewJob
from engine.region import Region

MARGIN_S = 0.005
"""What is selected before and after an event."""
WIDEST_S = 10.0
SHOWN_S = 1.0
"""What is seen around an event when more than WIDEST_S was seen before."""
MOST_AT_ONCE = 32
"""More events than these are decided on in the background."""


class Review(QObject):
    """What the keys of the review do; the view state, the player and the document follow."""

    told = Signal(str)
    """One sentence in passing."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._state = session.view_state
        self._is_going = False
        self.events = EventList(session, self)
        self._state.selection_changed.connect(self._on_selection_changed)

    @property
    def can_go(self) -> bool:
        """Whether there are events to go to."""
        return len(self.events.rows) > 0

    @property
    def can_decide(self) -> bool:
        """Whether events are chosen and no job is built upon what they would change."""
        return bool(self.events.chosen) and not self._session.is_busy

    def go(self, step: int) -> None:
        """Go to the event after (1) or before (-1) the current one, or beside the playhead."""
        index = self.events.beside(step, self._state.playhead_s)
        if index is not None:
            self.go_to(index)
        elif self.can_go:
            self.told.emit(
                self.tr("That is the last event.") if step > 0 else self.tr("That is the first.")
            )

    def go_to(self, index: int) -> None:
        """Show an event and select it; what is playing goes on around it."""
        region = self.events.columns.region(index)
        self._is_going = True
        middle_s = 0.5 * (region.start_s + region.stop_s)
        span_s = self._state.stop_s - self._state.start_s
        half_s = 0.5 * (span_s if span_s <= WIDEST_S else SHOWN_S)
        self._state.set_span(middle_s - half_s, middle_s + half_s)
        self.events.set_current(index)
        self._state.select(Region(max(0.0, region.start_s - MARGIN_S), region.stop_s + MARGIN_S))
        if self._session.player.is_playing:
            self.play_around()
        else:
            self._state.set_playhead(region.start_s)
        self._is_going = False

    def play_around(self) -> None:
        """Hear the event, or the selection, and what is around it."""
        current, region = self.events.current, self._state.selection
        if current is not None:
            region = self.events.columns.region(current)
        if region is not None:
            self._session.hearing.play_around(region)

    def decide(self, decision: Decision) -> None:
        """Decide on the chosen events; many of them in a job."""
        document, columns = self._session.document, self.events.columns
        if document is None or not self.can_decide:
            return
        code = DECISIONS.index(decision)
        differing = [each for each in self.events.chosen if columns.decision[each] != code]
        if not differing:
            self._go_on()
            return
        title = self.tr("Review of {count} events").format(count=counted(len(differing)))
        job = ReviewJob(title, document.state, self.events.grouped(differing), decision)
        if len(differing) <= MOST_AT_ONCE:
            self._decide_now(document, job)
        else:
            worker = self._session.keep(job)
            worker.succeeded.connect(self._on_decided)
            self._session.runner.submit(worker)

    def _decide_now(self, document: Document, job: ReviewJob) -> None:
        before = document.revision
        try:
            document.commit(job.run(), before)
        except EngineError as error:
            self._session.failed.emit(str(error))
        if document.revision != before:
            self._go_on()

    @Slot(object)
    def _on_decided(self, kept: Kept) -> None:
        if self._session.commit(kept):
            self._go_on()

    def _go_on(self) -> None:
        """To the next event nothing is decided on, if that is wished; tells how many are left."""
        chosen, left = self.events.chosen, self.events.counts()[Decision.PENDING]
        if not left:
            self.told.emit(self.tr("All events are decided on."))
            return
        self.told.emit(self.tr("Still to be decided on: {count}").format(count=counted(left)))
        if chosen and self._session.settings.get(keys.review_advance):
            following = self.events.pending_after(chosen[-1])
            if following is not None:
                self.go_to(following)

    @Slot()
    def _on_selection_changed(self) -> None:
        if not self._is_going:  # what was selected by hand is no event
            self.events.set_current(None)
