"""Window of the batch: drop files and folders, choose, start, come back to restored sides."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeySequence,
    QShortcut,
)
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from app import settings as keys
from app.batch.asking import ask_closing
from app.batch.choices import Choices
from app.batch.controls import ListButtons, RunButtons
from app.batch.drop import DropPage
from app.batch.ending import Ending
from app.batch.kept import Kept
from app.batch.options import Options
from app.batch.places import choose_files, choose_folder, report_of, show_outside
from app.batch.plan import crew_for
from app.batch.queue import BatchQueue
from app.batch.rows import Row
from app.batch.run import BatchRun, MakeCrew
from app.batch.view import BatchTable
from app.batch.words import told_counts, told_scan, told_summary
from app.language import translated
from app.panels.numbers import counted
from app.settings import Settings
from app.theme import Theme
from app.widgets.banner import Banner
from app.widgets.question import GO_ON, STAY
from engine.errors import EngineError
from engine.jobs.batch_news import SideState, Summary
from engine.presets import Preset

SIZE, SMALLEST = QSize(1240, 720), QSize(820, 460)
RESTORED = "Runout restored"
"""The folder that is suggested for the outputs, beside what was dropped first."""
FINISHED = (SideState.DONE, SideState.SKIPPED)


class BatchWindow(QWidget):
    """The list as a table, and what can be done with it; the work goes on while it is hidden."""

    told = Signal(str)
    """A passing word for whoever does not look at this window."""
    help_wanted = Signal(str)
    """A place of the guide."""

    def __init__(
        self,
        settings: Settings,
        theme: Theme,
        presets: Mapping[str, Preset],
        make_crew: MakeCrew = crew_for,
    ) -> None:
        super().__init__()
        self._settings, self._theme, self._presets = settings, theme, presets
        titles = {name: translated(preset.title) for name, preset in presets.items()}
        self.queue = BatchQueue(titles, self)
        self.run = BatchRun(self, make_crew)
        self.options = Options(settings, titles)
        self.table = BatchTable(self.queue.model, titles)
        self.list_buttons, self.buttons = ListButtons(), RunButtons()
        self.banner = Banner()
        self.drop = DropPage()
        self._ending = Ending(self)
        self._pages = QStackedWidget()
        self._reports: tuple[Path, ...] = ()
        self._is_closing = False
        self._lay_out()
        self._connect()
        self.queue.choices = self.options.choices()
        self._on_theme_changed()
        self._refresh()
        if not self.queue.load():
            self.banner.tell(
                self.tr(
                    "Another window of Runout holds the list; what is dropped here is not kept."
                )
            )

    @property
    def n_missing(self) -> int:
        """How many sides are not over."""
        return sum(not row.is_over for row in self.queue.model.rows)

    # What the user wants.

    def add(self, dropped: Sequence[str]) -> None:
        """Take in files, and what is in folders."""
        if not dropped:
            return
        self.options.suggest(Path(dropped[0]).parent / RESTORED)
        self.queue.add(dropped, str(self.options.preset.currentData()))
        self._refresh()

    @Slot()
    def start(self) -> None:
        """Begin, or go on; what is finished is skipped."""
        if self.run.is_running or not self.queue.model.rows:
            return
        choices = self.options.choices()
        if choices is None:
            self.banner.tell(self.tr("Name a folder for the restored sides."), "warning")
            self.options.folder.setFocus()
            return
        self.banner.clear()
        queue = self.queue
        device = self._settings.get(keys.compute_device)
        rows, is_begun = queue.model.rows, queue.is_begun
        queue.is_begun = True
        self.table.setFocus()  # what had the keys may be greyed while it runs
        self.run.start(rows, choices, self._presets, device, is_begun=is_begun)
        queue.keep()

    @Slot()
    def retry(self) -> None:
        """Do again what has failed."""
        if self.run.is_running:
            self.run.retry_failed()
            return
        failed = [row for row in self.queue.model.rows if row.state is SideState.FAILED]
        for row in failed:
            row.reset()
        self.queue.model.tell(failed)
        self.start()

    def stop(self) -> None:
        """End everything, before the application quits; what is missing is done another time."""
        self.run.close()
        self.queue.close()
        self._settings.set(keys.batch_geometry, self.saveGeometry())
        self._ending.clear()
        self._is_closing = True
        self.close()

    # Assembly.

    def _lay_out(self) -> None:
        self.setWindowTitle(self.tr("Batch - Runout"))
        self.setMinimumSize(SMALLEST)
        self.setAcceptDrops(True)
        self.resize(SIZE.boundedTo(self.screen().availableSize() - QSize(8, 40)))
        self.restoreGeometry(self._settings.get(keys.batch_geometry))
        self._pages.addWidget(self.drop)
        self._pages.addWidget(self.table)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(10)
        column.addWidget(self.options)
        column.addWidget(self.banner)
        column.addWidget(self.list_buttons)
        column.addWidget(self._pages, 1)
        column.addWidget(self.buttons)

    def _connect(self) -> None:
        these, those = self.list_buttons, self.buttons
        for button, slot in (
            (these.files, self._on_files), (these.folder, self._on_folder),
            (these.remove, self._on_remove), (these.clear, self._on_clear),
            (those.start, self.start), (those.after, self.run.stop_after_current),
            (those.stop, self.run.stop), (those.retry, self.retry),
            (those.open, self._on_open), (those.report, self._on_report),
        ):  # fmt: skip
            button.clicked.connect(slot)
        those.pause.toggled.connect(self._on_pause)
        self.table.preset_chosen.connect(self._on_preset_of_chosen)
        self.table.removal_wanted.connect(self._on_remove)
        self.table.folder_wanted.connect(self._on_open)
        self.table.selectionModel().selectionChanged.connect(self._refresh)
        self.options.preset_chosen.connect(self._on_preset_of_all)
        self.options.changed.connect(self._on_options_changed)
        self.queue.counted.connect(self._refresh)
        self.queue.scanned.connect(self._on_scanned)
        self.queue.choices_kept.connect(self._on_choices_kept)
        self.queue.loaded.connect(self._on_loaded)
        self.queue.failed.connect(self._on_failed)
        self.run.news.connect(self._on_news)
        self.run.progressed.connect(self._on_progressed)
        self.run.changed.connect(self._refresh)
        self.run.ended.connect(self._on_ended)
        self._theme.changed.connect(self._on_theme_changed)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Close), self, self.close)
        QShortcut(QKeySequence(QKeySequence.StandardKey.HelpContents), self, self._on_help)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Open), self, self._on_files)

    @Slot()
    def _refresh(self) -> None:
        """Enable and tell everything as things stand now."""
        rows, run, those = self.queue.model.rows, self.run, self.buttons
        self._pages.setCurrentWidget(self.table if rows else self.drop)
        has_failed = any(row.state is SideState.FAILED for row in rows)
        is_idle = not run.is_running
        is_rest = is_idle and self.queue.is_begun
        self.options.lock(on=run.is_running)
        self.queue.model.is_at_work = run.is_running
        self.list_buttons.remove.setEnabled(self._may_remove())
        self.list_buttons.clear.setEnabled(is_idle and any(row.state in FINISHED for row in rows))
        those.start.setEnabled(is_idle and any(not row.is_over for row in rows))
        those.start.setText(self.tr("&Go On") if is_rest else self.tr("&Start Batch"))
        those.pause.setEnabled(run.is_running and not run.is_stopping)
        those.pause.setChecked(run.is_paused)
        those.after.setEnabled(run.is_running and not run.is_stopping)
        those.stop.setEnabled(run.is_running)
        those.retry.setEnabled(has_failed and not run.is_stopping)
        those.open.setEnabled(self.queue.choices is not None)
        those.report.setEnabled(report_of(self.queue.choices) is not None)
        self._tell_counts()

    def _may_remove(self) -> bool:
        return any(map(self.queue.model.may_change, self.table.chosen))

    def _tell_counts(self) -> None:
        rows = self.queue.model.rows
        told = told_counts(rows, None if self.run.is_paused else self.run.left_s)
        if self.run.is_stopping:
            told = self.tr("{counts} · stopping").format(counts=told)
        elif self.run.is_paused:
            told = self.tr("{counts} · paused").format(counts=told)
        elif self.queue.is_looking:
            told = self.tr("Looking for sound files: {n}").format(n=counted(len(rows)))
        self.buttons.told.setText(told)
        if not self.run.is_running:
            share = sum(row.is_over for row in rows) / max(1, len(rows))
            self.buttons.bar.setValue(round(1000 * share))

    # What is heard from the others.

    @Slot(list)
    def _on_news(self, rows: list[Row]) -> None:
        self.queue.model.tell(rows)
        self._tell_counts()
        self.list_buttons.remove.setEnabled(self._may_remove())
        self.queue.keep()
        if any(row.state is SideState.FAILED for row in rows):
            self.buttons.retry.setEnabled(not self.run.is_stopping)

    @Slot(float)
    def _on_progressed(self, fraction: float) -> None:
        self.buttons.bar.setValue(round(1000 * fraction))

    @Slot(object, str)
    def _on_ended(self, summary: Summary | None, problem: str) -> None:
        waiting = [row for row in self.queue.model.rows if not row.is_over]
        for row in waiting:
            row.reset()
        self.queue.model.tell(waiting)
        if summary is None or summary.stopped:
            if problem:
                self._tell(problem, "error")
            else:
                self._tell(self.tr("Stopped; what is missing is done when it goes on."), "note")
        elif waiting:  # they were dropped while it ran
            self.start()
            return
        else:
            self.queue.is_begun = False
            self._tell(told_summary(summary), "warning" if summary.failed else "note")
        self.queue.keep()

    def _tell(self, sentence: str, kind: str) -> None:
        self.banner.tell(sentence, kind)
        self.told.emit(sentence)
        is_heard = self._settings.get(keys.batch_sound)
        self._ending.tell(self.banner.text, is_heard=is_heard, is_warning=kind != "note")

    @Slot(int, int)
    def _on_scanned(self, count: int, known: int) -> None:
        told = told_scan(count, known, len(self.queue.model.rows))
        if told:
            self.banner.tell(told, "note" if count else "warning")
        self._refresh()

    @Slot(object)
    def _on_loaded(self, kept: Kept) -> None:
        if kept.is_begun and kept.n_missing:
            self.banner.tell(
                self.tr("This batch was cut off; sides that are missing: {n}.").format(
                    n=counted(kept.n_missing)
                )
            )
        self._refresh()

    @Slot(object)
    def _on_choices_kept(self, choices: Choices) -> None:
        self.options.take(choices)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self.banner.tell(sentence, "error")

    @Slot(str)
    def _on_preset_of_all(self, name: str) -> None:
        self._choose_preset(self.queue.model.rows, name)

    @Slot(str)
    def _on_preset_of_chosen(self, name: str) -> None:
        self._choose_preset(self.table.chosen, name)

    def _choose_preset(self, rows: Sequence[Row], name: str) -> None:
        try:
            changed = self.run.change(list(filter(self.queue.model.may_change, rows)), name)
        except EngineError as error:
            self.banner.tell(str(error), "error")
            return
        if self.queue.model.choose_preset(changed, name):
            self.queue.keep()
            self._refresh()

    @Slot()
    def _on_options_changed(self) -> None:
        self.queue.choices = self.options.choices()
        self.queue.reset()
        self._refresh()

    @Slot(bool)
    def _on_pause(self, is_on: bool) -> None:
        if is_on != self.run.is_paused:
            self.run.pause(on=is_on)

    @Slot()
    def _on_files(self) -> None:
        self.add(choose_files(self, self._settings))

    @Slot()
    def _on_folder(self) -> None:
        self.add(choose_folder(self, self._settings))

    @Slot()
    def _on_remove(self) -> None:
        rows = filter(self.queue.model.may_change, self.table.chosen)
        self.queue.remove(self.run.withdraw(rows))

    @Slot()
    def _on_clear(self) -> None:
        self.queue.remove([row for row in self.queue.model.rows if row.state in FINISHED])

    @Slot()
    def _on_open(self) -> None:
        chosen = [row.output for row in self.table.chosen if row.output is not None]
        choices = self.queue.choices
        folder = chosen[0].parent if chosen else choices.folder if choices is not None else None
        if folder is not None and folder.is_dir():
            show_outside(folder)
        else:
            self.banner.tell(self.tr("The folder appears with the first side that is restored."))

    @Slot()
    def _on_report(self) -> None:
        page = report_of(self.queue.choices)
        if page is not None:
            show_outside(page)

    @Slot()
    def _on_help(self) -> None:
        self.help_wanted.emit("batch.md")

    @Slot()
    def _on_theme_changed(self) -> None:
        self.banner.set_icon(self._theme.icon("close"))

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

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        if self.run.is_running and not self._is_closing:
            answer = ask_closing(self)
            if answer == STAY:
                event.ignore()
                return
            if answer != GO_ON:
                self.run.stop()
        super().closeEvent(event)
