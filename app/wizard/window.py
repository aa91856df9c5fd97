"""Window of the wizard: steps on the left, a page on the right, Back and Next below."""

import shutil
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from app import paths
from app import settings as keys
from app.jobs import JobWorker
from app.panels import layout
from app.session import Session
from app.theme import Theme
from app.widgets.banner import Banner
from app.widgets.question import STAY, STOP
from app.wizard.asking import ask_closing, ask_throwing_away
from app.wizard.found import FindTrainingsJob, Training
from app.wizard.page import Page
from app.wizard.pages import PAGES
from app.wizard.steps import Steps
from app.wizard.trainings import Begun, TrainingsPage
from app.wizard.words import (
    BEFORE_TRAINING,
    GUIDE_SECTIONS,
    page_title,
    step_titles,
    told_run,
)
from app.wizard.work import Work
from engine.errors import EngineError
from training.wizard.plan import PAGES as NAMES
from training.wizard.plan import new_folder

SIZE, SMALLEST = QSize(1180, 760), QSize(820, 480)


class WizardWindow(QWidget):
    """One training at a time; a run goes on without the window."""

    told = Signal(str)
    """A passing word for whoever does not look at this window."""
    help_wanted = Signal(str)
    """A place of the guide."""
    use_wanted = Signal(str)
    """The task that a new model is for."""

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self._session, self._theme = session, theme
        self.work: Work | None = None
        self.pages: dict[str, Page] = {}
        self._frames: dict[str, QScrollArea] = {}
        self.banner = Banner()
        self.trainings = TrainingsPage()
        self.steps = Steps(step_titles())
        self.back = QPushButton(self.tr("&Back"))
        self.next = QPushButton(self.tr("Ne&xt"))
        self.next.setObjectName("primary")
        self.all = QPushButton(self.tr("&All Trainings"))
        self.why = layout.muted()
        self.why.setAccessibleName(self.tr("What is missing on this page"))
        self._stack = QStackedWidget()
        self._foot, self._line = QWidget(), layout.rule()
        self._lay_out()
        self._connect()
        self._on_theme_changed()
        self._refresh()
        self.find_trainings()

    @property
    def page(self) -> Page | None:
        """The page that is shown."""
        return None if self.work is None else self.pages.get(self.work.plan.page)

    # What the user wants.

    def open(self, folder: Path) -> bool:
        """Show a training at the page where it was left; False, and a message, if it cannot be."""
        self.close_training()
        try:
            work = Work(self._session, self._theme, folder, self)
        except EngineError as error:
            self.banner.tell(str(error), "error")
            return False
        self.work = work
        work.problem.connect(self.banner.tell)
        work.next_wanted.connect(self._on_next)
        work.use_wanted.connect(self.use_wanted)
        work.changed.connect(self._on_changed)
        self.banner.clear()
        self._show(work.plan.page)
        return True

    def close_training(self) -> None:
        """Leave the training that is shown; what was said stays, and its run goes on."""
        if self.work is None:
            return
        if self.page is not None:
            self.page.leave()
        for frame in self._frames.values():
            self._stack.removeWidget(frame)
            frame.deleteLater()
        self._frames.clear()
        self.pages.clear()
        self.work.close()
        self.work.deleteLater()
        self.work = None
        self._stack.setCurrentWidget(self.trainings)
        self._refresh()

    @Slot()
    def find_trainings(self) -> None:
        """Look for trainings that were begun."""
        worker = JobWorker(FindTrainingsJob(paths.trainings()))
        worker.succeeded.connect(self._on_found)
        self._session.project_runner.submit(worker)

    def may_close(self) -> bool:
        """Whether no trainer is at work, or the user has said what becomes of it."""
        page = self.pages.get("run")
        if page is None or not page.is_running():
            return True
        answer = ask_closing(self)
        if answer == STOP:
            page.stop_running()
        return answer != STAY

    def stop(self) -> None:
        """End everything but a trainer, before the application quits."""
        self.close_training()
        self._session.settings.set(keys.wizard_geometry, self.saveGeometry())
        self.hide()

    # Assembly.

    def _lay_out(self) -> None:
        self.setWindowTitle(self.tr("Train a Model - Runout"))
        self.setMinimumSize(SMALLEST)
        self.resize(SIZE.boundedTo(self.screen().availableSize() - QSize(8, 40)))
        self.restoreGeometry(self._session.settings.get(keys.wizard_geometry))
        self._stack.addWidget(self.trainings)
        foot = QHBoxLayout(self._foot)
        foot.setContentsMargins(16, 10, 16, 12)
        foot.addWidget(self.all)
        foot.addWidget(self.why, 1)
        foot.addWidget(self.back)
        foot.addWidget(self.next)
        self.why.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        right = QVBoxLayout()
        right.setSpacing(0)
        for each in (self.banner, self._stack, self._line, self._foot):
            right.addWidget(each)
        right.setStretchFactor(self._stack, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.steps)
        row.addLayout(right, 1)

    def _connect(self) -> None:
        self.trainings.new_wanted.connect(self._on_new)
        self.trainings.open_wanted.connect(self.open)
        self.trainings.forget_wanted.connect(self._on_forget)
        self.steps.wanted.connect(self._on_wanted)
        self.back.clicked.connect(self._on_back)
        self.next.clicked.connect(self._on_next)
        self.all.clicked.connect(self._on_all)
        self._theme.changed.connect(self._on_theme_changed)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Close), self, self.close)
        QShortcut(QKeySequence(QKeySequence.StandardKey.HelpContents), self, self._on_help)

    def _page(self, name: str) -> Page:
        """A page, made the first time it is shown."""
        assert self.work is not None
        if name not in self.pages:
            page = self.pages[name] = PAGES[name](self.work)
            page.changed.connect(self._refresh)
            frame = self._frames[name] = QScrollArea()
            frame.setObjectName("panel")
            frame.setFrameShape(QFrame.Shape.NoFrame)
            frame.setWidgetResizable(True)
            frame.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            frame.setWidget(page)
            self._stack.addWidget(frame)
        return self.pages[name]

    def _show(self, name: str) -> None:
        assert self.work is not None
        old = self.page
        page = self._page(name)
        if old is not None and old is not page:
            old.leave()
        furthest = max(NAMES.index(self.work.plan.reached), NAMES.index(name))
        self.work.change(page=name, reached=NAMES[furthest])
        page.enter()
        self._stack.setCurrentWidget(self._frames[name])
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        work, page = self.work, self.page
        is_open = work is not None and page is not None
        for each in (self.steps, self._foot, self._line):
            each.setVisible(is_open)
        if work is None or page is None:
            self.setWindowTitle(self.tr("Train a Model - Runout"))
            return
        problem, at = page.problem(), NAMES.index(work.plan.page)
        last = at if problem else max(at, NAMES.index(work.plan.reached))
        self.steps.show_state(work.plan.page, NAMES[: last + 1])
        self.why.setText(problem)
        self.back.setEnabled(at > 0)
        self.next.setVisible(at + 1 < len(NAMES))
        self.next.setEnabled(not problem)
        title = work.plan.goal.title or self.tr("New training")
        self.setWindowTitle(self.tr("{title} - Train a Model - Runout").format(title=title))

    # Slots.

    @Slot()
    def _on_changed(self) -> None:
        self._refresh()

    @Slot(object)
    def _on_found(self, found: tuple[Training, ...]) -> None:
        titles = dict(step_titles())
        begun = [
            Begun(
                each.folder,
                each.plan.goal.title or self.tr("New training"),
                titles[each.plan.page],
                each.changed,
                each.problem or told_run(each.run),
            )
            for each in found
        ]
        self.trainings.show_trainings(begun)

    @Slot()
    def _on_new(self) -> None:
        self.open(new_folder(paths.trainings(), "training"))

    @Slot(object)
    def _on_forget(self, folder: Path) -> None:
        item = self.trainings.list.currentItem()
        if item is None or not ask_throwing_away(self, item.text().splitlines()[0]):
            return
        try:
            shutil.rmtree(folder)
        except OSError as error:
            self.banner.tell(
                self.tr("{folder} cannot be removed: {reason}").format(
                    folder=folder, reason=error.strerror or error
                ),
                "error",
            )
        self.find_trainings()

    @Slot()
    def _on_all(self) -> None:
        if self.may_close():
            self.close_training()
            self.find_trainings()

    @Slot(str)
    def _on_wanted(self, name: str) -> None:
        if self.work is not None and name != self.work.plan.page:
            self._show(name)

    @Slot()
    def _on_back(self) -> None:
        self._step(-1)

    @Slot()
    def _on_next(self) -> None:
        if self.page is not None and not self.page.problem():
            self._step(1)

    def _step(self, by: int) -> None:
        assert self.work is not None
        at = NAMES.index(self.work.plan.page) + by
        if 0 <= at < len(NAMES):
            self.banner.clear()
            self._show(NAMES[at])
            self.told.emit(page_title(NAMES[at]))

    @Slot()
    def _on_help(self) -> None:
        name = "" if self.work is None else self.work.plan.page
        self.help_wanted.emit(f"training.md#{GUIDE_SECTIONS.get(name, BEFORE_TRAINING)}")

    @Slot()
    def _on_theme_changed(self) -> None:
        self.banner.set_icon(self._theme.icon("close"))

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.may_close():
            event.ignore()
            return
        self._session.settings.set(keys.wizard_geometry, self.saveGeometry())
        self.close_training()
        self.find_trainings()
        super().closeEvent(event)
