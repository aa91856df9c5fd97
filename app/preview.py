"""Preview: a short stretch through the present settings, looped while these move; nothing is done.

A change of settings cancels what is being rendered and begins anew once it has rested. What comes
back with other settings than the present ones is thrown away. The stretch is put in place of the
result for player and pictures alike, so that it is compared by the same keys; the player fades over
to it. Steps that take too long to follow are rendered only when asked for.
"""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app import settings as keys
from app.chosen_models import chosen_equipment
from app.document import Document, Monitored
from app.jobs import JobWorker
from app.language import translated
from app.panels.numbers import told_seconds
from app.preview_stretch import is_short, stretch_of
from app.session import Session
from engine.errors import EngineError, SettingsError
from engine.jobs.preview import Previewed, PreviewJob
from engine.region import Region
from engine.tasks import LocalTask, Task
from engine.units import samples_to_seconds, seconds_to_samples

ALONE_FROM_S = 2.0
"""A stretch that is shorter is heard with what is around it, as a repair means little alone."""
REST_MS = 150
"""How long settings rest before they are heard."""
SLOW_S = 3.0
"""What takes longer than this twice does not follow the settings by itself."""
LONG_S = 12.0
"""Once is enough where it took longer than this; else the first may have waited for libraries."""

Key = tuple[Any, ...]


class Preview(QObject):
    """What the inspector shows, heard before it is run.

    tasks, kinds, regions: what would be run: with its settings, whatever its settings, and where.
    """

    changed = Signal()

    def __init__(
        self,
        session: Session,
        tasks: Callable[[], Sequence[Task]],
        kinds: Callable[[], Sequence[Task | type[Task]]],
        regions: Callable[[], tuple[Region, ...]],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session, self._state = session, session.view_state
        self._tasks, self._kinds, self._regions = tasks, kinds, regions
        self._document: Document | None = None
        self._span: tuple[int, int] | None = None
        self._played: tuple[int, int] | None = None
        self._rendered: Key | None = None
        """The settings that are heard."""
        self._asked: Key | None = None
        """The settings that are being rendered."""
        self._worker: JobWorker | None = None
        self._token = 0
        self._seconds: dict[Key, tuple[float, ...]] = {}
        """How long the last two took."""
        self._was_playing = False
        self._told = ""
        self._timer = QTimer(self, singleShot=True, interval=REST_MS)
        self._timer.timeout.connect(self._on_rested)
        session.document_changed.connect(self._on_document_changed)
        session.restored.connect(self._on_restored)
        session.runner.started.connect(self._on_job_started)
        session.runner.idle.connect(self.follow)
        session.settings.changed.connect(self.follow)
        self._state.selection_changed.connect(self._on_selection_changed)

    @property
    def is_on(self) -> bool:
        """Whether a preview is heard, or about to be."""
        return self._span is not None

    @property
    def is_heard(self) -> bool:
        """Whether what is heard is what the settings make now."""
        return self.is_on and self._rendered is not None and self._rendered == self._key()

    @property
    def is_rendering(self) -> bool:
        """Whether one is being made."""
        return self._worker is not None

    @property
    def told(self) -> str:
        """How it stands, as a sentence; empty while it is off."""
        return self._told if self.is_on else ""

    @property
    def can_turn(self) -> bool:
        """Whether it is on, or can be."""
        return self.is_on or (self._session.document is not None and not self.why)

    @property
    def can_render(self) -> bool:
        """Whether a preview waits to be asked for."""
        is_free = not self.is_rendering and not self._session.is_busy
        return self.is_on and self.is_slow and is_free and not self.is_heard

    @property
    def why(self) -> str:
        """Why what is shown has no preview, as a sentence; empty if it has one."""
        kinds = [each if isinstance(each, type) else type(each) for each in self._kinds()]
        other = next((each for each in kinds if not issubclass(each, LocalTask)), None)
        if other is not None:
            return self.tr("{title} makes the whole recording anew and has no preview.").format(
                title=translated(other.title)
            )
        if any(each.needs_region for each in kinds) and not self._regions():
            return self.tr("Needs a selection.")
        return ""

    @property
    def is_slow(self) -> bool:
        """Whether it is rendered only when asked for."""
        try:
            tasks = self._tasks()
        except SettingsError:
            return False
        took = self._seconds.get(_cost_key(tasks), ())
        is_known = len(took) > 1 and min(took) > SLOW_S
        is_long = bool(took) and took[-1] > LONG_S
        return is_known or is_long or any(map(_invents, tasks))

    def toggle(self) -> None:
        """Turn it on or off."""
        self.turn(on=not self.is_on)

    def turn(self, *, on: bool) -> None:
        """Loop a stretch through the settings, or go back to what was."""
        if on and not self.is_on and self.can_turn:
            self._begin()
        elif not on and self.is_on:
            self._end()

    def render(self) -> None:
        """Render now, however long it takes."""
        if self.is_on:
            self._timer.stop()
            self._render(is_asked=True)

    @Slot()
    def follow(self) -> None:
        """The settings may be others now."""
        key = self._key()
        if not self.is_on or (key is not None and key == self._asked):
            return
        self._cancel()
        if key is not None and key == self._rendered:
            self._timer.stop()
            return
        if self.is_slow:
            self._forget_rendered()
        self._timer.start()
        self.changed.emit()

    # On and off.

    def _begin(self) -> None:
        player = self._session.player
        self._document = self._session.document
        self._was_playing = player.is_playing
        self._take_stretch(player.position_s if player.is_playing else None)
        self._session.hearing.taken_by = self._play
        player.loop = True
        self._state.monitor(Monitored.RESULT)
        self._play(None)
        self._render(is_asked=False)

    def _end(self, *, stops: bool = True) -> None:
        session, player = self._session, self._session.player
        self._timer.stop()
        self._cancel()
        self._forget_rendered()
        self._span = None
        self._state.set_previewed(None)
        session.hearing.taken_by = None
        player.loop = session.settings.get(keys.loop)
        if player.is_playing and self._was_playing:
            session.hearing.seek(player.position_s)
        elif player.is_playing and stops:
            player.stop()
        self._document = None
        self.changed.emit()

    def _take_stretch(self, from_s: float | None) -> None:
        """Choose the samples to be looped, from a time on if that is given and there is room."""
        document, state = self._document, self._state
        assert document is not None
        is_seen = state.start_s <= state.playhead_s < state.stop_s
        seen_s = state.playhead_s if is_seen else state.start_s
        begins_s = seen_s if from_s is None else from_s
        start_s, stop_s = stretch_of(self._regions(), state.duration_s, begins_s)
        rate, n_samples = document.original.sample_rate, document.original.n_samples
        start = min(seconds_to_samples(start_s, rate), n_samples - 1)
        stop = max(min(seconds_to_samples(stop_s, rate), n_samples), start + 1)
        self._span = (start, stop)
        shown = Region(samples_to_seconds(start, rate), samples_to_seconds(stop, rate))
        self._state.set_previewed(shown)

    def _play(self, from_s: float | None) -> None:
        """Loop the stretch; what is longer than one is heard from where a click was."""
        if from_s is not None and not is_short(self._regions()):
            self._forget_rendered()
            self._take_stretch(from_s)
            self.follow()
        shown, self._played = self._state.previewed, self._span
        if shown is None:
            return
        before_s = after_s = 0.0
        if shown.duration_s < ALONE_FROM_S:
            before_s = self._session.settings.get(keys.around_before_s)
            after_s = self._session.settings.get(keys.around_after_s)
        start_s, stop_s = max(0.0, shown.start_s - before_s), shown.stop_s + after_s
        self._session.player.play(start_s, stop_s, is_seamless=True)

    # Rendering.

    def _key(self) -> Key | None:
        """What makes a preview what it is; None while a setting is outside its range."""
        document = self._document
        if document is None or self._span is None:
            return None
        try:
            tasks = tuple(self._tasks())
        except SettingsError:
            return None
        models = self._session.settings.get(keys.chosen_models)
        return (tasks, self._regions(), self._span, document.state.operations, models)

    @Slot()
    def _on_rested(self) -> None:
        if self._session.player.is_playing and self._played != self._span:
            self._play(None)
        self._render(is_asked=False)

    def _render(self, *, is_asked: bool) -> None:
        document, span, key = self._document, self._span, self._key()
        if document is None or span is None:
            return
        if self._session.is_busy:
            self._tell(self._told_waiting())
            return
        if key is None or self.why:
            self._forget_rendered()
            self._tell(self.why or self.tr("A setting is outside its range."))
            return
        if key in (self._rendered, self._asked):
            return
        if self.is_slow and not is_asked:
            self._forget_rendered()
            self._tell(self._told_slow())
            return
        tasks, regions = key[0], key[1]
        try:
            equipment = chosen_equipment(self._session.settings)
        except EngineError as error:
            self._tell(str(error))
            return
        self._cancel()
        self._token += 1
        title = self.tr("Preview")
        job = PreviewJob(title, document.state, tasks, regions, *span, self._token, equipment)
        self._asked = key
        self._worker = worker = JobWorker(job)
        worker.succeeded.connect(self._on_rendered)
        worker.failed.connect(self._on_failed)
        self._session.preview_runner.submit(worker)
        self._tell(self.tr("Rendering the preview…"))

    def _cancel(self) -> None:
        self._session.preview_runner.cancel_all()
        self._worker = self._asked = None
        self._token += 1

    @Slot(object)
    def _on_rendered(self, made: Previewed) -> None:
        document = self._document
        is_stale = made.token != self._token or self._asked != self._key()
        if document is None or is_stale:
            return
        self._rendered, self._asked, self._worker = self._asked, None, None
        assert self._rendered is not None
        cost = _cost_key(self._rendered[0])
        self._seconds[cost] = (*self._seconds.get(cost, ()), made.seconds)[-2:]
        document.preview(made.state, made.start, made.stop)
        self._tell(
            self.tr("Preview, rendered in {time}. Run does it; Esc goes back.").format(
                time=told_seconds(made.seconds)
            )
        )

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        if self.sender() is not self._worker:
            return
        self._worker = None  # what was asked for stays, so that it is not asked for again
        self._forget_rendered()
        self._tell(sentence)

    def _forget_rendered(self) -> None:
        """Hear and show what is in force again."""
        if self._rendered is None:
            return
        self._rendered = None
        document, span = self._document, self._span
        if document is not None and span is not None and self._session.document is document:
            document.preview(None, *span)

    def _told_slow(self) -> str:
        try:
            took = self._seconds.get(_cost_key(self._tasks()), ())
        except SettingsError:
            took = ()
        if not took:
            return self.tr(
                "This method is too slow to follow the settings. Render one preview to hear it, "
                "and to see how long it takes."
            )
        return self.tr(
            "One preview takes about {time}, too long to follow the settings; render it when "
            "they are right."
        ).format(time=told_seconds(took[-1]))

    def _told_waiting(self) -> str:
        return self.tr("The preview is rendered once what runs has ended.")

    def _tell(self, sentence: str) -> None:
        self._told = translated(sentence)
        self.changed.emit()

    # What others do meanwhile.

    @Slot()
    def _on_document_changed(self) -> None:
        self._rendered = None
        if self.is_on:
            self._end()
        document = self._session.document
        if document is not None:
            document.history_changed.connect(self._on_history_changed)
        self.changed.emit()

    @Slot()
    def _on_history_changed(self) -> None:
        """Another state is in force; what was rendered from the one before is gone."""
        if not self.is_on:
            return
        document = self._session.document
        if self._rendered is not None and document is not None and self._span is not None:
            self._rendered = None
            if self._span[1] <= document.original.n_samples:
                document.changed.emit(*self._span)
        rate = self._state.sample_rate
        if document is None or document.original.sample_rate != rate:
            self._end()
        else:
            self.follow()

    @Slot()
    def _on_restored(self) -> None:
        """What was run is heard from the history now, without a break."""
        if self.is_on:
            self._end(stops=False)

    @Slot()
    def _on_job_started(self) -> None:
        is_wanted = self.is_rendering or self._timer.isActive()
        self._timer.stop()
        self._cancel()
        self._tell(self._told_waiting() if is_wanted else self._told)

    @Slot()
    def _on_selection_changed(self) -> None:
        if not self.is_on or self._document is None:
            return
        self._forget_rendered()
        self._take_stretch(None)
        self.follow()  # it is played once the edges rest, as a drag would chop it up


def _invents(task: Task) -> bool:
    return bool(task.invented_by(str(getattr(task, "method", ""))))


def _cost_key(tasks: Sequence[Task]) -> Key:
    """What a preview costs depends on these more than on any other setting."""
    return tuple((task.name, getattr(task, "method", "")) for task in tasks)
