"""Window of the model manager: a table of all models, and the card of the one that is chosen."""

from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeySequence,
    QShortcut,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from app import paths
from app import settings as keys
from app.chosen_models import choose_model, chosen_names
from app.jobs import JobRunner, JobWorker
from app.models.card import ModelCard
from app.models.changes import Changes
from app.models.controls import ModelButtons, pop_up
from app.models.importing import ImportDialog
from app.models.rows import Row
from app.models.table import ModelTable
from app.models.verifying import Verifying
from app.models.view import ModelView
from app.models.words import told_verified
from app.panels import layout
from app.session import Session
from app.theme import Theme
from app.widgets.banner import Banner
from engine.catalog import Entry
from engine.jobs.models import (
    SHIPS,
    Listing,
    ListModelsJob,
    Soundness,
    Verified,
)

SIZE, SMALLEST = QSize(1220, 700), QSize(760, 440)


class ModelWindow(QWidget):
    """Follows the folders of models; nothing here touches the open recording."""

    told = Signal(str)
    """A passing word for whoever does not look at this window."""
    help_wanted = Signal(str)
    """A place of the guide."""
    compare_wanted = Signal(object)
    """The names of models that are to be compared, as a tuple."""

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self._session, self._theme = session, theme
        self._runner = JobRunner("models", self)
        self.verifying = Verifying(self._runner, self)
        self.changes = Changes(self._runner, session.settings, self)
        self._wanted: tuple[str, str] | None = None
        self._is_to_verify = False
        self.table = ModelTable(self)
        self.view = ModelView(self.table)
        self.card = ModelCard()
        self._beside = layout.ScrollingColumn(self.card)
        self.buttons = ModelButtons()
        self.banner = Banner()
        self.bar = QProgressBar()
        self.cancel = QPushButton(self.tr("Ca&ncel"))
        self.importing = ImportDialog(session.settings, self._runner, self)
        self._told = layout.muted()
        self._lay_out()
        self._connect()
        self._on_theme_changed()
        self.view.setFocus()
        self.look()

    @property
    def is_busy(self) -> bool:
        """Whether something is verified, copied or moved."""
        return self._runner.current is not None

    @property
    def state(self) -> str:
        """What stands at the foot of the window."""
        return self._told.text()

    # What the user wants.

    @Slot()
    def look(self) -> None:
        """Read the catalogues anew."""
        preferred = chosen_names(self._session.settings)
        worker = JobWorker(ListModelsJob(paths.user_models(), paths.models(), preferred))
        worker.succeeded.connect(self._on_listed)
        worker.failed.connect(self._on_failed)
        self._session.project_runner.submit(worker)

    @Slot()
    def verify_all(self) -> None:
        """Hash the files of all models."""
        if self.table.rows:
            self._verify(self.table.rows)
        else:  # they are still looked for
            self._is_to_verify = True

    def import_file(self, file: Path | None = None) -> None:
        """Show the dialog that imports; file: what is to be imported."""
        self.importing.begin()
        self.importing.open()
        if file is not None:
            self.importing.take(file)

    def stop(self) -> None:
        """End everything, before the application quits."""
        self._session.settings.set(keys.models_geometry, self.saveGeometry())
        self._runner.stop()
        self.importing.close()
        self.close()

    # Assembly.

    def _lay_out(self) -> None:
        self.setWindowTitle(self.tr("Models - Runout"))
        self.setMinimumSize(SMALLEST)
        self.setAcceptDrops(True)
        self.resize(SIZE.boundedTo(self.screen().availableSize() - QSize(8, 40)))
        self.restoreGeometry(self._session.settings.get(keys.models_geometry))
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress"))
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(self.view)
        split.addWidget(self._beside)
        split.setStretchFactor(0, 1)
        split.setSizes([850, 350])
        foot = QHBoxLayout()
        foot.addWidget(self._told, 1)
        foot.addWidget(self.bar)
        foot.addWidget(self.cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(10)
        column.addWidget(self.buttons)
        column.addWidget(self.banner)
        column.addWidget(split, 1)
        column.addLayout(foot)

    def _connect(self) -> None:
        these, card = self.buttons, self.card
        for button, slot in (
            (these.take_in, self._on_import), (these.verify, self._on_verify),
            (these.verify_all, self.verify_all), (these.compare, self._on_compare),
            (these.remove, self._on_remove), (self.cancel, self._on_cancel),
        ):  # fmt: skip
            button.clicked.connect(slot)
        card.locate_wanted.connect(self._on_locate)
        card.use_wanted.connect(self._on_use)
        self.view.selectionModel().selectionChanged.connect(self._on_chosen)
        self.view.removal_wanted.connect(self._on_remove)
        self.view.menu_wanted.connect(self._on_menu_wanted)
        self.view.doubleClicked.connect(card.show_papers)
        self.importing.imported.connect(self._on_imported)
        self._session.models.changed.connect(self.look)
        self._session.settings.changed.connect(self._on_setting_changed)
        self._runner.started.connect(self._on_started)
        self.verifying.progressed.connect(self._on_verifying)
        self.verifying.found.connect(self._on_verified)
        self.verifying.ended.connect(self._on_idle)
        changes = self.changes
        changes.removed.connect(self._on_removed)
        changes.done.connect(self._on_done)
        changes.progressed.connect(self._on_progressed)
        for each in (self.verifying.failed, changes.failed):
            each.connect(self._on_failed)
        self._theme.changed.connect(self._on_theme_changed)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Close), self, self.close)
        QShortcut(QKeySequence(QKeySequence.StandardKey.HelpContents), self, self._on_help)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Open), self, self._on_import)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Refresh), self, self.look)

    # Jobs.

    def _verify(self, rows: Iterable[Row]) -> None:
        self.view.setFocus()  # what had the keys may be greyed while it runs
        self.verifying.verify([row.entry for row in rows if row.entry is not None])
        self._refresh()

    @Slot(object)
    def _on_started(self, worker: JobWorker) -> None:
        self.bar.setValue(0)
        self._refresh()

    @Slot(float, str)
    def _on_progressed(self, fraction: float, message: str) -> None:
        self.bar.setValue(round(1000 * fraction))

    @Slot(object, float)
    def _on_verifying(self, entry: Entry, fraction: float) -> None:
        self.bar.setValue(round(1000 * fraction))
        for row in self._rows_of(entry):
            row.fraction = fraction
            self.table.tell([row])

    @Slot(object)
    def _on_verified(self, verified: Verified) -> None:
        for row in self._rows_of(verified.entry):
            row.soundness, row.problem, row.fraction = verified.soundness, verified.problem, None
            self.table.tell([row])
        self._on_chosen()

    @Slot(list)
    def _on_idle(self, found: list[Verified]) -> None:
        for row in self.table.rows:
            row.fraction = None
        self.table.tell(self.table.rows)
        if found:
            is_whole = all(each.soundness is Soundness.WHOLE for each in found)
            self._tell(told_verified(found), "note" if is_whole else "warning")
        self._refresh()

    def _rows_of(self, entry: Entry) -> list[Row]:
        return [row for row in self.table.rows if row.entry == entry]

    def _tell(self, sentence: str, kind: str = "note") -> None:
        self.banner.tell(sentence, kind)
        if kind == "note":
            self.told.emit(sentence)

    # What is heard from the others.

    @Slot(object)
    def _on_listed(self, listing: Listing) -> None:
        chosen = self.view.chosen
        wanted = self._wanted or (chosen[0].key if chosen else None)
        self._wanted = None
        rows = self.verifying.known.rows(listing)
        self.table.replace(rows)
        own = {row.name if row.entry else row.file.stem for row in rows if row.whose != SHIPS}
        shipped = {row.name for row in rows if row.whose == SHIPS}
        entries = [row.entry for row in reversed(rows) if row.entry is not None]
        self.importing.know(own, shipped, {each.network: each.method for each in entries})
        self.view.choose(wanted)
        self._on_chosen()
        if self._is_to_verify:
            self._is_to_verify = False
            self._verify(rows)

    @Slot(str)
    def _on_setting_changed(self, key: str) -> None:
        if key == keys.chosen_models.key:
            self.look()

    @Slot()
    def _on_chosen(self) -> None:
        chosen = self.view.chosen
        if self.card.show_row(chosen[0] if chosen else None):
            self._beside.verticalScrollBar().setValue(0)
        self._refresh()

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self._tell(sentence, "error")
        self.look()

    @Slot()
    def _on_import(self) -> None:
        self.import_file()

    @Slot(object)
    def _on_imported(self, entry: Entry) -> None:
        told = self.tr("{title} was imported; its method is there to be chosen at once.")
        self._on_done(told.format(title=entry.title), entry)

    @Slot(str, object)
    def _on_done(self, sentence: str, entry: Entry | None) -> None:
        if entry is not None:
            self._wanted = (entry.name, str(paths.user_models() / f"{entry.name}.toml"))
        self._tell(sentence)
        self._changed()

    def _changed(self) -> None:
        """Have all windows know of another catalogue."""
        self._session.models.look()
        self.look()

    @Slot()
    def _on_verify(self) -> None:
        self._verify(self.view.chosen)

    @Slot()
    def _on_cancel(self) -> None:
        self._runner.cancel_all()

    @Slot()
    def _on_compare(self) -> None:
        names = (row.entry.name for row in self.view.chosen if row.entry is not None)
        self.compare_wanted.emit(tuple(names))

    @Slot()
    def _on_remove(self) -> None:
        self._change(self.changes.remove)

    @Slot()
    def _on_locate(self) -> None:
        self._change(self.changes.locate)

    @Slot()
    def _on_use(self) -> None:
        self._change(self._use)

    def _use(self, row: Row) -> None:
        if row.entry is not None:
            self._wanted = row.key
            choose_model(self._session.settings, row.entry)
            told = self.tr("{title} is taken from now on wherever it serves the method.")
            self._tell(told.format(title=row.title))

    def _change(self, change: Callable[[Row], None]) -> None:
        chosen = self.view.chosen
        if len(chosen) == 1 and not self.is_busy:
            self.view.setFocus()  # the button is greyed meanwhile, and the keys would wander
            change(chosen[0])

    @Slot(str)
    def _on_removed(self, name: str) -> None:
        undo = QAction(self.tr("Undo"))
        undo.triggered.connect(self.changes.undo)
        self.banner.offer(self.tr("{name} is in the trash.").format(name=name), [undo], "note")
        self._changed()

    @Slot(QPoint)
    def _on_menu_wanted(self, where: QPoint) -> None:
        these, card = self.buttons, self.card
        pop_up(self, where, (these.verify, these.compare, these.remove, card.use, card.folder,
                             card.papers))  # fmt: skip

    @Slot()
    def _refresh(self) -> None:
        """Enable and tell everything as things stand now."""
        chosen, these = self.view.chosen, self.buttons
        is_busy = self.is_busy
        these.take_in.setEnabled(not is_busy)
        these.verify.setEnabled(any(row.entry is not None for row in chosen) and not is_busy)
        these.verify_all.setEnabled(bool(self.table.rows) and not is_busy)
        these.compare.setEnabled(any(row.entry is not None for row in chosen))
        these.remove.setEnabled(len(chosen) == 1 and chosen[0].can_be_removed and not is_busy)
        for button in (self.card.locate, self.card.use):
            button.setEnabled(len(chosen) == 1 and not is_busy)
        for widget in (self.bar, self.cancel):
            widget.setVisible(is_busy)
        count = sum(row.entry is not None for row in self.table.rows)
        whole = sum(row.soundness is Soundness.WHOLE for row in self.table.rows)
        self._told.setText(
            self.tr("Models: {count}; verified and whole: {whole}.").format(
                count=count, whole=whole
            )
        )

    @Slot()
    def _on_help(self) -> None:
        self.help_wanted.emit("training.md#the-models-that-ship")

    @Slot()
    def _on_theme_changed(self) -> None:
        for banner in (self.banner, self.importing.banner):
            banner.set_icon(self._theme.icon("close"))

    # Qt.

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        files = [Path(each.toLocalFile()) for each in event.mimeData().urls() if each.isLocalFile()]
        if files and not self.is_busy:
            event.acceptProposedAction()
            self.import_file(files[0])

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        self._session.settings.set(keys.models_geometry, self.saveGeometry())
        super().closeEvent(event)
