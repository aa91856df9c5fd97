"""Noise page: stretches of noise in the user's own transfers, found, heard and ticked."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from typing_extensions import override

from app import paths
from app import settings as keys
from app.jobs import JobWorker
from app.wizard.noise_asking import ask_folder, ask_projects, ask_transfers
from app.wizard.noise_parts import NoiseParts
from app.wizard.noise_search import NoiseSearchJob, Place, Seen, is_below, marks_of, place_of
from app.wizard.noise_words import held_paths, seconds_of, told_least, told_total
from app.wizard.page import Page
from app.wizard.work import Work
from engine.audio import Audio
from engine.errors import EngineError
from engine.storage.folder import is_project
from training.wizard.cut_noise import LEAST_S, CutNoise, CutNoiseJob
from training.wizard.find_stretches import Searched, with_choices
from training.wizard.hear_stretch import HearStretchJob
from training.wizard.noise_marks import Marked, SideMarks
from training.wizard.plan import PAGES, Noise, Stretch
from training.wizard.template import chosen_template

_KEEP_MS = 600


class NoisePage(Page):
    """The search runs as soon as transfers are added; what is ticked is cut when one goes on."""

    name = "noise"
    _seen = Signal(object)
    """What was found in one transfer, from the thread of the search."""

    def __init__(self, work: Work) -> None:
        super().__init__(work)
        self.parts = NoiseParts(self)
        self.tree = self.parts.tree
        self._sides: dict[str, tuple[Stretch, ...]] = {}
        self._problems: dict[str, str] = {}
        self._worker: JobWorker | None = None
        self._searched_with: SideMarks | None = None
        self._is_searched = False
        self._heard: Place | None = None
        self._dropped: set[str] = set()
        self._cut: tuple[Stretch, ...] = ()
        self._keeping = QTimer(self, singleShot=True, interval=_KEEP_MS)
        self._ticking = QTimer(self, singleShot=True, interval=0)
        self.parts.lay_out(self.column)
        self.setAcceptDrops(True)
        self._connect()
        self._on_theme_changed()

    def heading(self) -> str:
        """What stands above the page."""
        return self.tr("Noise of your discs")

    def purpose(self) -> str:
        """What this page is for."""
        return self.tr(
            "Add transfers of your discs. Noise alone is found in them, before the music, after it "
            "and in pauses, and the model learns to take just that noise away."
        )

    def enter(self) -> None:
        """Show what is known, and search what was added before; what was found is known still."""
        self._show_optional()
        if self._is_searched and marks_of(self.work.session.document) == self._searched_with:
            return
        self._sides.clear()
        for each in self.work.plan.noise.stretches:
            self._sides[each.path] = (*self._sides.get(each.path, ()), each)
        self.tree.retain(self._sides)
        for path, stretches in self._sides.items():
            self.tree.show_side(path, stretches)
        self._refresh()
        self._search()

    def leave(self) -> None:
        """Cut what is ticked, so that the pages after this one have it."""
        super().leave()
        if self._worker is not None:  # it would keep the jobs of other pages waiting
            self._worker.cancel()
            self._is_searched = False
        if self._ticking.isActive():
            self._ticking.stop()
            self._on_ticked()
        self._keep()
        taken = tuple(each for each in self._stretches if each.is_taken)
        if taken != self._cut and seconds_of(taken) >= LEAST_S:
            self._cut = taken
            self.work.submit(CutNoiseJob(self.work.plan, self.work.folder), self._on_cut)

    def problem(self) -> str:
        """One sentence if something is ticked, but too little."""
        seconds = seconds_of(self._stretches)
        return told_least(seconds) if 0.0 < seconds < LEAST_S else ""

    # What is known.

    @property
    def _stretches(self) -> tuple[Stretch, ...]:
        return tuple(each for side in self._sides.values() for each in side)

    def _connect(self) -> None:
        parts, tree = self.parts, self.tree
        parts.files.clicked.connect(self._on_files)
        parts.folder.clicked.connect(self._on_folder)
        parts.projects.clicked.connect(self._on_projects)
        parts.remove.clicked.connect(self._on_remove)
        parts.stop.clicked.connect(self._on_stop)
        parts.play.clicked.connect(self._on_play)
        parts.all.clicked.connect(self._on_all)
        parts.none.clicked.connect(self._on_none)
        tree.play_wanted.connect(self._on_play_wanted)
        tree.ticked.connect(self._ticking.start)
        self._ticking.timeout.connect(self._on_ticked)
        tree.lot_named.connect(self._on_lot_named)
        tree.removal_wanted.connect(self._on_remove)
        tree.currentItemChanged.connect(self._refresh_buttons)
        tree.itemSelectionChanged.connect(self._refresh_buttons)
        self.work.excerpt.changed.connect(self._on_excerpt_changed)
        self.work.theme.changed.connect(self._on_theme_changed)
        self._seen.connect(self._on_seen, Qt.ConnectionType.QueuedConnection)
        self._keeping.timeout.connect(self._on_keep)

    def _show_optional(self) -> None:
        """Say whether the model that is trained has any use for noise."""
        try:
            template = chosen_template(self.work.plan.goal, self.work.catalog(), self.work.recipes)
        except EngineError:  # the page Goal tells
            self.parts.show_optional(on=False)
        else:
            self.parts.show_optional(on=not template.wants_noise)

    def _refresh(self) -> None:
        total, note = told_total(self._stretches)
        self.parts.show_total(total, note)
        self.tree.show_held(held_paths(self._stretches))
        self._refresh_buttons()
        self.changed.emit()

    @Slot()
    def _refresh_buttons(self) -> None:
        place = self.tree.current_place
        is_heard = self.work.excerpt.is_playing and place == self._heard
        self.parts.show_choice(
            any_side=bool(self.tree.chosen_paths), any_stretch=place is not None, heard=is_heard
        )

    def _keep_soon(self) -> None:
        """Write it into the plan and count it, not for each of many that come in a row."""
        if not self._keeping.isActive():
            self._keeping.start()

    @Slot()
    def _on_keep(self) -> None:
        self._keep()
        self._refresh()

    def _keep(self) -> None:
        """Write into the plan what is shown."""
        self._keeping.stop()
        self._change(stretches=self._stretches)

    def _change(
        self,
        transfers: tuple[str, ...] | None = None,
        projects: tuple[str, ...] | None = None,
        stretches: tuple[Stretch, ...] | None = None,
    ) -> None:
        noise = self.work.plan.noise
        noise = Noise(
            noise.transfers if transfers is None else transfers,
            noise.projects if projects is None else projects,
            noise.stretches if stretches is None else stretches,
        )
        self.work.change(noise=noise)

    # Searching.

    def add(self, dropped: Sequence[str]) -> None:
        """Search more files and folders; of projects the marks are taken."""
        if not dropped:
            return
        every = [os.path.abspath(each) for each in dropped]
        projects = [each for each in every if is_project(Path(each))]
        transfers = [each for each in every if each not in projects]
        self._dropped -= set(transfers)
        noise = self.work.plan.noise
        self._change(
            transfers=tuple(dict.fromkeys((*noise.transfers, *transfers))),
            projects=tuple(dict.fromkeys((*noise.projects, *projects))),
        )
        self.work.session.settings.set(keys.last_folder, str(Path(every[0]).parent))
        self._search()

    def _search(self) -> None:
        """Search all that was added, and the marks of what is open."""
        if self._worker is not None:
            self._worker.cancel()
            self._worker = None
        self._keep()
        noise = self.work.plan.noise
        side = self._searched_with = marks_of(self.work.session.document)
        is_over = PAGES.index(self.work.plan.reached) >= PAGES.index("run")
        if side is not None and (is_over or side.path in self._dropped):
            side = None  # a training that has begun is not changed by what happens to be open
        self._is_searched = True
        if not noise.transfers and not noise.projects and side is None:
            return
        kept = tuple(each for each in noise.stretches if each.origin == "mark")
        sides = () if side is None else (side,)
        cache = paths.cache() / "noise-stretches"
        job = NoiseSearchJob(noise.transfers, noise.projects, kept, sides, cache, self._seen.emit)
        worker = self._worker = JobWorker(job)
        worker.succeeded.connect(self._on_searched)
        worker.failed.connect(self.work.show_problem)
        worker.progressed.connect(self._on_progressed)
        worker.ended.connect(self._on_ended)
        self.work.runner.submit(worker)
        self.parts.show_search(on=True)

    @Slot(float, str)
    def _on_progressed(self, fraction: float, message: str) -> None:
        if self._worker is not None:
            self.parts.show_progress(fraction, message)

    @Slot(object)
    def _on_seen(self, seen: Seen) -> None:
        """Take in what was found in one transfer; one that cannot be read keeps what it had."""
        searched = seen.searched
        path = searched.path
        if path in self._dropped:
            return
        self._problems[path] = searched.problem
        if not searched.problem:
            self._sides[path] = with_choices(searched.stretches, self._sides.get(path, ()))
        own = self._sides.setdefault(path, ())
        self.tree.show_side(path, own, searched.problem, seen.pictures)
        self._keep_soon()
        if len(self._sides) == 1:
            self._refresh()

    @Slot(object)
    def _on_searched(self, result: tuple[tuple[Searched, ...], Marked]) -> None:
        """Let go of transfers that nothing names any more, unless their disk is not at hand."""
        found, marked = result
        named = {each.path for each in found} | {each.path for each in marked.stretches}
        lost = [each.path for each in found if each.problem]
        kept = [path for path in self._sides if path in named or is_below(path, lost)]
        self._sides = {path: self._sides[path] for path in kept}
        self.tree.retain(kept)
        self.parts.tell_problems(marked)
        self._keep()
        self._refresh()

    @Slot()
    def _on_ended(self) -> None:
        if self.sender() is self._worker:
            self._worker = None
            self.parts.show_search(on=False)
            self._refresh()

    @Slot()
    def _on_stop(self) -> None:
        if self._worker is not None:
            self._worker.cancel()

    @Slot(object)
    def _on_cut(self, cut: CutNoise) -> None:
        """Nothing to be said: what becomes of the noise stands on the page."""

    # Choosing.

    @Slot()
    def _on_files(self) -> None:
        self.add(ask_transfers(self, self.work.session.settings))

    @Slot()
    def _on_folder(self) -> None:
        self.add(ask_folder(self, self.work.session.settings))

    @Slot()
    def _on_projects(self) -> None:
        chosen = ask_projects(self, self.work.session.settings)
        if chosen:
            noise = self.work.plan.noise
            self._change(projects=tuple(dict.fromkeys((*noise.projects, *chosen))))
            self._search()

    @Slot()
    def _on_remove(self) -> None:
        """Take transfers away; of a folder the others stay."""
        gone = set(self.tree.chosen_paths)
        if not gone:
            return
        self._dropped |= gone
        left = [path for path in self._sides if path not in gone]
        noise = self.work.plan.noise
        if self._worker is not None:
            self._worker.cancel()
        searched = [path for path in left if any(is_below(path, [t]) for t in noise.transfers)]
        self._sides = {path: self._sides[path] for path in left}
        self.tree.retain(left)
        self._change(transfers=tuple(searched), stretches=self._stretches)
        self._refresh()

    @Slot()
    def _on_all(self) -> None:
        self.tree.tick_all(on=True)

    @Slot()
    def _on_none(self) -> None:
        self.tree.tick_all(on=False)

    @Slot()
    def _on_ticked(self) -> None:
        """Take over the ticks; several that change at once are taken over together."""
        self._sides = {path: tuple(map(self._ticked, side)) for path, side in self._sides.items()}
        self._keep_soon()
        self._refresh()

    def _ticked(self, stretch: Stretch) -> Stretch:
        is_taken = self.tree.is_ticked(place_of(stretch))
        return stretch if is_taken == stretch.is_taken else replace(stretch, is_taken=is_taken)

    @Slot(list, str)
    def _on_lot_named(self, named: list[str], lot: str) -> None:
        for path in named:
            self._sides[path] = tuple(replace(each, group=lot) for each in self._sides[path])
        self._keep_soon()

    # Hearing.

    @Slot()
    def _on_play(self) -> None:
        place = self.tree.current_place
        if place is not None:
            self._on_play_wanted(place)

    @Slot(object)
    def _on_play_wanted(self, place: Place) -> None:
        """Play a stretch, or stop it."""
        was_heard = self._heard == place and self.work.excerpt.is_playing
        self.work.excerpt.stop()
        if was_heard:
            return
        wanted = next((each for each in self._stretches if place_of(each) == place), None)
        if wanted is None:
            return
        self._heard = place
        worker = JobWorker(HearStretchJob(wanted))  # not behind the search, which may take long
        worker.succeeded.connect(self._on_read)
        worker.failed.connect(self.work.show_problem)
        self.work.session.project_runner.submit(worker)

    @Slot(object)
    def _on_read(self, audio: Audio) -> None:
        if self.isVisible():
            self.work.excerpt.play(audio)

    @Slot()
    def _on_excerpt_changed(self) -> None:
        is_playing = self.work.excerpt.is_playing
        if not is_playing:
            self._heard = None
        self.tree.show_heard(self._heard if is_playing else None)
        self._refresh_buttons()

    @Slot()
    def _on_theme_changed(self) -> None:
        theme = self.work.theme
        self.tree.show_icons(theme.icon("play"), theme.icon("stop"))

    # Dropping.

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            self.parts.show_drop(hot=True)

    @override
    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.parts.show_drop(hot=False)

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        self.parts.show_drop(hot=False)
        self.add([url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()])
        event.acceptProposedAction()
