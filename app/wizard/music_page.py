"""Music page: clean recordings to learn from, what speaks against each, the right to use them."""

import os
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QStackedWidget
from typing_extensions import override

from app import paths
from app import settings as keys
from app.batch.feed import Feed
from app.jobs import JobWorker
from app.language import translated
from app.sentence import as_sentence
from app.wizard.music_controls import DropZone, Listing, Permission
from app.wizard.music_model import MusicModel
from app.wizard.music_places import choose_music, choose_music_folder, without
from app.wizard.music_table import MusicTable
from app.wizard.page import Page
from app.wizard.work import Work
from engine.errors import EngineError
from training.wizard.music_check import MusicProblem, problems
from training.wizard.scan import Scan, ScanJob, Scanned
from training.wizard.template import Template, chosen_template

_KEEP_MS = 300


class MusicPage(Page):
    """A table that fills while files are measured, and ticks."""

    name = "music"

    def __init__(self, work: Work) -> None:
        super().__init__(work)
        self.model = MusicModel(self)
        self.table = MusicTable(self.model)
        self.drop = DropZone()
        self.listing = Listing()
        self.permission = Permission()
        self._pages = QStackedWidget()
        self._template: Template | None = None
        self._worker: JobWorker | None = None
        self._scanned: tuple[str, ...] | None = None
        self._problems: tuple[MusicProblem, ...] = ()
        self._feed = Feed(self)
        self._keeping, self._checking = QTimer(self), QTimer(self)
        for timer in (self._keeping, self._checking):
            timer.setSingleShot(True)
            timer.setInterval(_KEEP_MS)
        self.setAcceptDrops(True)
        self._lay_out()
        self._connect()

    def heading(self) -> str:
        """What stands above the page."""
        return self.tr("Clean music")

    def purpose(self) -> str:
        """What this page is for."""
        return self.tr(
            "Give recordings that are as they should be: good digital ones of the kind of music on "
            "your discs. They are damaged on purpose, and the model learns to undo that. Files are "
            "only read."
        )

    def enter(self) -> None:
        """Look at what was given, unless nothing has changed since."""
        music = self.work.plan.music
        self.permission.show_said(is_permitted=music.is_permitted, licence=music.licence)
        try:
            self._template = chosen_template(
                self.work.plan.goal, self.work.catalog(), self.work.recipes
            )
        except EngineError:  # the first page tells of it
            self._template = None
        if self._scanned is None:
            self.model.remember(music.left_out, music.kept_in)
        if self._scanned != music.places:
            self._scan()
        self._check()

    def leave(self) -> None:
        """What was ticked is kept."""
        super().leave()
        if self._keeping.isActive():
            self._keep()

    def problem(self) -> str:
        """Why one cannot go on."""
        if self._worker is not None:
            return self.tr("The files are being looked at.")
        if self._scanned != self.work.plan.music.places:
            return self.tr("Not all files have been looked at; go on with that.")
        for each in self._problems:
            if each.is_blocking:
                return as_sentence(translated(each.sentence))
        if not self.permission.tick.isChecked():
            return self.tr("Say below that you may train on these recordings.")
        return ""

    def add(self, dropped: Sequence[str]) -> None:
        """Take in files and folders."""
        music = self.work.plan.music
        fresh = [os.path.abspath(each) for each in dropped if each]
        places = tuple(dict.fromkeys((*music.places, *fresh)))
        if places != music.places:
            self.work.change(music=replace(music, places=places))
            self._scan()

    # Assembly.

    def _lay_out(self) -> None:
        self._pages.addWidget(self.drop)
        self._pages.addWidget(self.table)
        self.column.addWidget(self.listing.above)
        self.column.addWidget(self._pages, 1)
        self.column.addWidget(self.listing)
        self.column.addWidget(self.permission)

    def _connect(self) -> None:
        these = self.listing
        for button, slot in (
            (these.files, self._on_files), (these.folder, self._on_folder),
            (these.use, self._on_use), (these.leave_out, self._on_leave_out),
            (these.remove, self._on_remove), (these.stop, self._on_stop),
            (these.again, self._scan),
        ):  # fmt: skip
            button.clicked.connect(slot)
        self.table.removal_wanted.connect(self._on_remove)
        self.table.selectionModel().selectionChanged.connect(self._refresh)
        self.model.modelReset.connect(self._refresh)
        self.model.ticked.connect(self._on_ticked)
        self.permission.changed.connect(self._on_permission)
        self._feed.arrived.connect(self._on_arrived)
        self._keeping.timeout.connect(self._keep)
        self._checking.timeout.connect(self._check)

    # What goes on.

    @Slot()
    def _scan(self) -> None:
        """Measure what is new; all that was measured before is known at once."""
        if self._worker is not None:
            self._worker.cancel()
        places = self.work.plan.music.places
        job = ScanJob(places, paths.cache() / "scans", self._feed.take)
        self._scanned = places
        if not places:
            self._worker = None
            self._take(Scan())
            return
        self._worker = self.work.submit(job, self._on_scanned, progressed=self._on_progressed)
        self._worker.ended.connect(self._on_ended)
        self._refresh()

    @Slot()
    def _check(self) -> None:
        unused = set(self.model.unused())
        scan = Scan(tuple(self.model.files))
        self._problems = problems(scan, self._template, unused)
        is_known = self._worker is None and bool(scan.files)
        self.listing.tell(scan, unused, self._problems if is_known else ())
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        is_busy, is_chosen = self._worker is not None, self.table.selectionModel().hasSelection()
        self._pages.setCurrentWidget(self.table if self.model.files else self.drop)
        self.listing.show_state(
            is_busy=is_busy,
            is_whole=self._scanned == self.work.plan.music.places,
            has_files=bool(self.model.files),
        )
        for button in (self.listing.use, self.listing.leave_out, self.listing.remove):
            button.setEnabled(is_chosen and not is_busy)
        self.changed.emit()

    @Slot()
    def _keep(self) -> None:
        self._keeping.stop()
        music = self.work.plan.music
        if self._worker is None and self._scanned == music.places:
            left_out = tuple(map(str, self.model.unused()))
            kept_in = tuple(map(str, self.model.kept_in()))
            self.work.change(music=replace(music, left_out=left_out, kept_in=kept_in))

    # Slots.

    @Slot(list)
    def _on_arrived(self, found: list[Scanned]) -> None:
        if self._worker is not None:  # else all is there already
            self.model.take(found)
            if not self._checking.isActive():
                self._checking.start()

    @Slot(float, str)
    def _on_progressed(self, fraction: float, name: str) -> None:
        self.listing.show_progress(fraction, name)

    def _take(self, scan: Scan) -> None:
        self.model.show_scan(scan)
        self._check()
        self._keep()

    @Slot(object)
    def _on_scanned(self, scan: Scan) -> None:
        if self.sender() is self._worker:  # else of places that are others by now
            self._worker = None
            self._take(scan)

    @Slot()
    def _on_ended(self) -> None:
        """After a stop nothing comes; what was measured by then is shown, and known next time."""
        if self.sender() is self._worker:
            self._worker, self._scanned = None, ()
            self._check()

    @Slot()
    def _on_ticked(self) -> None:
        self._check()
        self._keeping.start()

    @Slot()
    def _on_permission(self) -> None:
        said = self.permission
        self.work.change(
            music=replace(
                self.work.plan.music,
                is_permitted=said.tick.isChecked(),
                licence=said.licence.text().strip(),
            )
        )
        self.changed.emit()

    @Slot()
    def _on_files(self) -> None:
        self.add(choose_music(self, self._last_folder()))

    @Slot()
    def _on_folder(self) -> None:
        self.add(choose_music_folder(self, self._last_folder()))

    def _last_folder(self) -> str:
        return self.work.session.settings.get(keys.last_folder)

    @Slot()
    def _on_use(self) -> None:
        self.model.use(self.table.chosen, on=True)

    @Slot()
    def _on_leave_out(self) -> None:
        self.model.use(self.table.chosen, on=False)

    @Slot()
    def _on_stop(self) -> None:
        if self._worker is not None:
            self._worker.cancel()

    @Slot()
    def _on_remove(self) -> None:
        gone = {self.model.files[row].path for row in self.table.chosen}
        if not gone or self._worker is not None:
            return
        music = self.work.plan.music
        places = without(music.places, [each.path for each in self.model.files], gone)
        self.work.change(music=replace(music, places=places))
        self._scan()

    # Qt.

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()
            self.drop.set_hot(on=True)

    @override
    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.drop.set_hot(on=False)

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        self.drop.set_hot(on=False)
        event.acceptProposedAction()
        self.add([each.toLocalFile() for each in event.mimeData().urls() if each.isLocalFile()])
