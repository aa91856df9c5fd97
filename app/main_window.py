"""Main window: assembles menus, views and panels from the tables; no logic."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QIcon,
    QPixmap,
)
from PySide6.QtWidgets import (
    QFileDialog,
    QMainWindow,
    QMenu,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from app import paths
from app import settings as keys
from app.actions import ACTIONS, preset_actions
from app.announcer import Announcer
from app.candidates import Candidates
from app.device_menu import DeviceMenu
from app.dialogs.about import AboutDialog
from app.dialogs.export import ExportDialog
from app.job_watch import JobWatch
from app.jobs import JobRunner, JobWorker
from app.key_bindings import KeyBindings
from app.key_filter import KeyFilter
from app.language import translated
from app.mark_desk import MarkDesk
from app.menus import Menus
from app.panel_docks import PanelDocks
from app.panels.events import EventsPanel
from app.panels.first_steps import FirstSteps
from app.panels.history import HistoryPanel
from app.panels.inspector import Inspector
from app.panels.open_check import OpenCheck
from app.panels.recent import Recent
from app.panels.recording import RecordingPanel
from app.panels.sides import SidesPanel
from app.panels.spectrum import SpectrumPanel
from app.panels.status import StatusLine
from app.panels.welcome import LOGO, Welcome
from app.project_desk import ProjectDesk
from app.recovery import Recovery
from app.review import Review
from app.session import Session
from app.sides import Sides
from app.theme import Theme
from app.views.stack import ViewStack
from app.widgets.banner import Banner
from app.widgets.candidate_bar import CandidateBar
from app.widgets.overlay import TopOverlay
from app.widgets.transport_bar import TransportBar
from app.windows import Windows
from engine.audio_file import AudioFile
from engine.jobs.preload import PreloadJob
from engine.presets import Preset

SIZE = QSize(1440, 900)


class MainWindow(QMainWindow):
    """The desk of the actions: lends them the session, the inspector and the dialogs."""

    _is_left = False

    def __init__(self, session: Session, theme: Theme, presets: Mapping[str, Preset]) -> None:
        super().__init__()
        self.session, self.theme = session, theme
        self.watch = JobWatch(session.runner, self)
        self.inspector = Inspector(session, self.watch, presets)
        self.review = Review(session, self)
        self.candidates = Candidates(session, self)
        self.banner = Banner()
        self.projects = ProjectDesk(session, self.banner, self)
        self.windows = Windows(session, theme, presets, self)
        self.batch, self.trainings = self.windows.batch, self.windows.trainings
        self.models, self.help = self.windows.models, self.windows.help
        rows = preset_actions(presets) | ACTIONS
        self.bindings = KeyBindings(rows, session.settings, paths.key_schemes(), self)
        self.menus = Menus(self, rows, self.bindings)
        self.actions_by_id: Mapping[str, QAction] = self.menus.actions
        self.views = ViewStack(session, events=self.review.events)
        self.events = EventsPanel(session, self.review, self.actions_by_id)
        self.history = HistoryPanel(session)
        self.marks = MarkDesk(session, self.menus, self.views.marks, self)
        self.recording = RecordingPanel(session)
        self.sides = Sides(session, self)
        self.side_list = SidesPanel(session, self.sides, self.close_recording)
        self.spectrum = SpectrumPanel(session)
        self.status = StatusLine(session, self.watch)
        self.candidate_bar = CandidateBar(self.actions_by_id)
        self.transport = TransportBar(self.actions_by_id)
        self._devices = DeviceMenu(
            self.menus.menu("Listen/Output Device"),
            self.transport.device,
            session.hearing.devices,
            self,
        )
        self.welcome = Welcome(
            *(self.actions_by_id[name] for name in ("open", "open_project", "open_demo"))
        )
        self.check = OpenCheck(session, self.actions_by_id)
        self.announcer = Announcer(session, self.banner, self.status, self.bindings, self)
        self._pages = QStackedWidget()
        self._preparing = JobRunner("preparing", self)
        card, parked = self.welcome.unclosed, self.sides.parked
        self._recovery = Recovery(session, card, self.banner, self, self.open, parked)
        self._first_steps = FirstSteps(session)
        for each in (*self.windows.cards, self._first_steps):
            self.welcome.put_first(each)
        self.welcome.put_in(Recent(session, self.open))
        self._assemble()
        self.docks = PanelDocks(
            self,
            {
                "history": (self.tr("History"), self.history),
                "recording": (self.tr("Recording"), self.recording),
                "inspector": (self.tr("Inspector"), self.inspector),
                "events": (self.tr("Events"), self.events),
                "marks": (self.tr("Marks"), self.marks.panel),
                "spectrum": (self.tr("Average Spectrum"), self.spectrum),
                "sides": (self.tr("Sides"), self.side_list),
            },
        )
        self._keys = KeyFilter(self, self.menus)
        self._connect()
        self._on_theme_changed()
        self._on_document_changed()
        self._restore_layout()
        self.welcome.setFocus()

    def open(self, path: Path) -> bool:
        """Open a recording; False, and a message, if it cannot be read or the user thinks again."""
        if self.sides.can_come_back(path):
            return self.sides.open(path)
        return self.projects.may_leave(partial(self.open, path)) and self.session.open(path)

    def close_recording(self) -> None:
        """Close the recording, unless the user thinks again."""
        if self.projects.may_leave(self.close_recording):
            self.session.close()

    def prepare(self) -> None:
        """Look for what a crash left, and load what the first heavy job would halt for."""
        self._recovery.look()
        self.windows.look()
        self._first_steps.begin_once()
        self._preparing.submit(JobWorker(PreloadJob()))

    # The desk.

    def choose_file(self) -> None:
        """Ask for a file and open it."""
        suffixes = "*.wav *.bwf *.rf64 *.w64 *.aif *.aiff *.aifc *.flac *.ogg *.oga *.mp3"
        both = f"{suffixes} {suffixes.upper()}"
        chosen, _ = QFileDialog.getOpenFileName(
            self,
            self.tr("Open a transfer"),
            self.session.settings.get(keys.last_folder),
            self.tr("Sound files ({patterns});;All files (*)").format(patterns=both),
        )
        if chosen:
            self.open(Path(chosen))

    def export(self, only: str = "") -> None:
        """Ask where to and write the restored copy; only: what alone is to come with it."""
        document = self.session.document
        if document is None or not isinstance(document.source, AudioFile):
            return
        self._show(ExportDialog(self.session, document.source, document.state, self, only))

    def show_about(self) -> None:
        """Show name, version and licence."""
        self._show(AboutDialog(self._logo(), self))

    def quit(self) -> None:
        """Close the window."""
        self.close()

    def next_panel(self, step: int) -> None:
        """Move the focus among views and panels."""
        views = (self.welcome,) if self.session.document is None else self.views.stops
        self.docks.focus_next((*views, self.transport), step)

    def focus_views(self) -> None:
        """Hand the keys to the pictures."""
        self.views.spectrogram.setFocus(Qt.FocusReason.OtherFocusReason)

    def tell(self, sentence: str) -> None:
        """A passing word in the status bar."""
        self.status.tell(sentence)

    # Assembly.

    def _assemble(self) -> None:
        self.setWindowTitle("Runout")
        self.setMinimumSize(900, 560)
        room = self.screen().availableSize() - QSize(8, 40)  # a frame and a title have room
        self.resize(SIZE.boundedTo(room))
        self.setAcceptDrops(True)
        self.setDockOptions(
            QMainWindow.DockOption.AnimatedDocks | QMainWindow.DockOption.AllowTabbedDocks
        )
        self.setMenuBar(self.menus.bar)
        self.addToolBar(self.transport)
        self.setStatusBar(self.status)
        self.status.addPermanentWidget(self.candidate_bar)
        self.status.addPermanentWidget(self.projects.saved)
        self._pages.addWidget(self.welcome)
        self._pages.addWidget(self.views)
        central = QWidget()
        column = QVBoxLayout(central)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.check)
        column.addWidget(self._pages, 1)
        TopOverlay(self.banner, central)
        self.setCentralWidget(central)
        self.setTabOrder(self.views, self.inspector)

    def _connect(self) -> None:
        session, view_state, player = self.session, self.session.view_state, self.session.player
        session.document_changed.connect(self._on_document_changed)
        session.restored.connect(self.menus.refresh)
        for told in (self.review.told, self.candidates.told, self.projects.told, self.windows.told,
                     self.marks.told):  # fmt: skip
            told.connect(self.tell)
        self.candidates.changed.connect(self._on_candidates_changed)
        self.review.events.chosen_changed.connect(self.menus.refresh)
        self.review.events.changed.connect(self.menus.refresh)
        self.views.events.chosen.connect(self.review.go_to)
        self.inspector.changed.connect(self._on_inspector_changed)
        self.inspector.noise_marked.connect(self.tell)
        self.inspector.help_wanted.connect(partial(self.menus.trigger, "guide"))
        self.inspector.operation.run_clicked.connect(self.focus_views)
        view_state.lock_changed.connect(self.menus.refresh)
        for signal in (view_state.selection_changed, view_state.monitored_changed,
                       self.watch.changed, self.theme.changed):  # fmt: skip
            signal.connect(self.menus.refresh)
        player.playing_changed.connect(self._on_playing_changed)
        player.levels_changed.connect(self.transport.meter.show_levels)
        session.hearing.match.changed.connect(self._on_match_changed)
        session.settings.changed.connect(self._on_setting_changed)
        view_state.playhead_changed.connect(self._on_playhead_changed)
        self.transport.removed_gain_chosen.connect(self._on_removed_gain_chosen)
        self.transport.show_removed_gain(player.removed_gain_db)
        self.views.hovered.connect(self.status.show_pointer)
        self.views.context_menu_requested.connect(self.menus.pop_up)
        self.theme.changed.connect(self._on_theme_changed)
        self.docks.changed.connect(self.menus.refresh)
        self.trainings.action_wanted.connect(self.menus.trigger)
        self.projects.changed.connect(self._on_name_changed)
        self.history.clean_up_wanted.connect(self.projects.clean_up)
        self.sides.counted.connect(partial(self.docks.show_for, "sides"))

    def _show(self, dialog: AboutDialog | ExportDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _logo(self) -> QPixmap:
        return QIcon(str(paths.resources() / "icons" / "runout.svg")).pixmap(LOGO, LOGO)

    def _restore_layout(self) -> None:
        settings = self.session.settings
        self.restoreGeometry(settings.get(keys.geometry))
        self.docks.restore(settings)

    # What is heard from the others.

    @Slot()
    def _on_document_changed(self) -> None:
        document = self.session.document
        self._pages.setCurrentWidget(self.welcome if document is None else self.views)
        self.banner.clear()
        self._on_name_changed()
        if document is not None:
            document.history_changed.connect(self._on_history_changed)
            document.noise_changed.connect(self.menus.refresh)
            self.projects.offer_beside()
            self.views.spectrogram.setFocus()
        self._on_playhead_changed()
        self.menus.refresh()

    @Slot()
    def _on_history_changed(self) -> None:
        self._on_name_changed()
        self.menus.refresh()

    @Slot()
    def _on_name_changed(self) -> None:
        document = self.session.document
        name = "" if document is None else f"{document.title}[*] - "
        self.setWindowTitle(f"{name}Runout")
        self.setWindowModified(document is not None and document.n_unsaved > 0)

    @Slot()
    def _on_inspector_changed(self) -> None:
        title = translated(self.inspector.title).replace("&", "&&")
        self.actions_by_id["run"].setText(self.tr("&Run {title}").format(title=title))
        self.menus.refresh()

    @Slot(bool)
    def _on_playing_changed(self, is_playing: bool) -> None:
        self.actions_by_id["play"].setIcon(self.theme.icon("stop" if is_playing else "play"))
        self.menus.refresh()

    @Slot(str)
    def _on_setting_changed(self, key: str) -> None:
        if key == keys.theme.key:
            self.theme.choose(self.session.settings.get(keys.theme))
        if not self._is_left:  # what the menus ask may be gone by then
            self.menus.refresh()

    @Slot()
    def _on_playhead_changed(self) -> None:
        view_state, is_open = self.session.view_state, self.session.document is not None
        self.transport.show_time(
            view_state.playhead_s if is_open else 0.0, view_state.duration_s if is_open else 0.0
        )

    @Slot(float)
    def _on_removed_gain_chosen(self, gain_db: float) -> None:
        self.session.player.removed_gain_db = gain_db
        self.session.settings.set(keys.removed_gain_db, gain_db)

    @Slot()
    def _on_candidates_changed(self) -> None:
        self.candidate_bar.show_text(self.candidates.text)
        self.menus.refresh()

    @Slot()
    def _on_match_changed(self) -> None:
        self.transport.show_match(self.session.hearing.match.told)

    @Slot()
    def _on_theme_changed(self) -> None:
        self.menus.dress(self.theme)
        self.banner.set_icon(self.theme.icon("close"))
        self.check.set_icon(self.theme.icon("close"))
        self.transport.device.setIcon(self.theme.icon("speaker"))
        self.welcome.set_logo(self._logo())

    # Qt.

    @override
    def focusNextPrevChild(self, next: bool) -> bool:
        return self.docks.pass_by_hidden(super().focusNextPrevChild, is_on=next)

    @override
    def createPopupMenu(self) -> QMenu | None:
        return None  # the View menu shows and hides panels

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        urls = event.mimeData().urls()
        if urls and urls[0].isLocalFile():
            event.acceptProposedAction()
            self.welcome.set_hot(True)

    @override
    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.welcome.set_hot(False)

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        self.welcome.set_hot(False)
        urls = event.mimeData().urls()
        if not urls:
            return
        event.acceptProposedAction()
        paths = [Path(each.toLocalFile()) for each in urls if each.isLocalFile()]
        if paths and self.open(paths[0]):
            self.sides.add(paths[1:])

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        may_go = self.projects.may_leave(self.close) and self.side_list.may_quit()
        if not (may_go and self.windows.may_quit()):
            event.ignore()
            return
        settings = self.session.settings
        settings.set(keys.geometry, self.saveGeometry())
        self.docks.save(settings)
        for each in (self._keys, self.recording, self.check, self.sides, self.projects, self.marks,
                     self.windows, self._preparing, self.session):  # fmt: skip
            each.stop()
        self._is_left = True
        super().closeEvent(event)
