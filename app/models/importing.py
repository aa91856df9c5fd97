"""Import dialog: a file is looked at, compared, named, and copied to the models of the user."""

from collections.abc import Collection, Mapping
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from app import paths
from app.jobs import JobRunner, JobWorker
from app.language import translated
from app.models.asking import choose_weights
from app.models.naming import free_name, suggested_name, suggested_tasks, suggested_text
from app.models.words import told_method
from app.panels import layout
from app.panels.numbers import told_rate
from app.settings import Settings
from app.widgets.banner import Banner
from engine.catalog import Entry
from engine.catalog_file import is_name
from engine.jobs.models import ImportModelJob, Inspected, InspectModelJob, read_sum
from engine.model_checks import purposes
from engine.model_folder import Told
from engine.tasks import TASKS


class ImportDialog(QDialog):
    """Checks what the command line checks, and asks for what the file does not say."""

    imported = Signal(object)
    """The Entry that was made."""

    def __init__(self, settings: Settings, runner: JobRunner, parent: QWidget) -> None:
        super().__init__(parent)
        self._settings, self._runner = settings, runner
        self._own: Collection[str] = ()
        self._shipped: Collection[str] = ()
        self._methods: Mapping[str, str] = {}
        self._inspected: Inspected | None = None
        self._worker: JobWorker | None = None
        self.banner = Banner()
        self._file = QLabel()
        self.choose = QPushButton(self.tr("Choose &File…"))
        self.facts, self.sha256 = layout.muted(), QLabel()
        self.expected, self._compared = QLineEdit(), QLabel()
        self.name, self.title, self.licence = QLineEdit(), QLineEdit(), QLineEdit()
        self.method = QComboBox()
        self._tasks = QWidget()
        self._task_row = QHBoxLayout(self._tasks)
        self.tasks: dict[str, QCheckBox] = {}
        self._why, self._bar = layout.muted(), QProgressBar()
        self.make = QPushButton(self.tr("&Import"))
        self._close = QPushButton(self.tr("Close"))
        self._lay_out()
        self._connect()
        self.begin()

    @property
    def why(self) -> str:
        """Why nothing can be imported now, as a sentence; empty if it can."""
        if self._inspected is None:
            return self.tr("Choose a file of weights, or drop one here: it ends in .safetensors.")
        if self.expected.text().strip() and read_sum(self.expected.text()) == "":
            return self.tr("What is pasted is no SHA-256: that has 64 digits from 0 to f.")
        if not self._is_expected:
            return self.tr("The file is not the one that the SHA-256 was told for.")
        name = self.name.text().strip()
        if not is_name(name):
            return self.tr("A name has small letters, digits, dots, hyphens and underscores.")
        if name in self._own:
            return self.tr("There is a model {name} already; {other} is free.").format(
                name=name, other=free_name(name, {*self._own, *self._shipped})
            )
        if self.method.count() == 0:
            return self.tr("No method of Runout works with this kind of network.")
        if self.method.currentData() is None:
            return self.tr("Choose the method that it is for.")
        if not any(box.isChecked() for box in self.tasks.values()):
            return self.tr("Tick a task that it is for.")
        return ""

    @property
    def told(self) -> str:
        """What stands above the buttons."""
        return self._why.text()

    @property
    def compared(self) -> str:
        """What came of comparing the hashes."""
        return self._compared.text()

    def know(
        self, own: Collection[str], shipped: Collection[str], methods: Mapping[str, str]
    ) -> None:
        """Take what is there already.

        Args:
            own: names that are taken by models of the user.
            shipped: names of models that ship.
            methods: by the networks of models that are there.
        """
        self._own, self._shipped, self._methods = own, shipped, methods
        self._refresh()

    def begin(self) -> None:
        """Begin anew, without a file."""
        self._drop_worker()
        self._inspected = None
        self.banner.clear()
        for field in (self.expected, self.name, self.title, self.licence):
            field.clear()
        self._file.setText(self.tr("No file is chosen."))
        self.facts.clear()
        self.sha256.clear()
        self.method.clear()
        self._refresh()

    def take(self, file: Path) -> None:
        """Look at a file."""
        self.begin()
        self._file.setText(layout.breakable(file.name))
        self._file.setToolTip(str(file))
        worker = JobWorker(InspectModelJob(file))
        worker.succeeded.connect(self._on_inspected)
        self._submit(worker)

    # Assembly.

    def _lay_out(self) -> None:
        self.setWindowTitle(self.tr("Import a Model"))
        self.setMinimumWidth(560)
        self.setAcceptDrops(True)
        self._file.setWordWrap(True)
        self.sha256.setWordWrap(True)
        self.sha256.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._compared.setWordWrap(True)
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Progress"))
        self.make.setObjectName("primary")
        self.make.setDefault(True)
        self._task_row.setContentsMargins(0, 0, 0, 0)
        self.expected.setPlaceholderText(self.tr("Paste it here if its maker tells one"))
        self.licence.setPlaceholderText(self.tr("As its maker tells it: CC-BY-4.0, MIT, …"))
        file = QHBoxLayout()
        file.addWidget(self._file, 1)
        file.addWidget(self.choose)
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for text, field in (
            (self.tr("SHA-256"), self.sha256),
            (self.tr("&Expected SHA-256"), self.expected),
            ("", self._compared),
            (self.tr("&Name"), self.name),
            (self.tr("&Title"), self.title),
            (self.tr("&Method"), self.method),
            (self.tr("For"), self._tasks),
            (self.tr("&Licence"), self.licence),
        ):
            form.addRow(text, field)
            field.setAccessibleName(text.replace("&", ""))
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self._close)
        buttons.addWidget(self.make)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(10)
        column.addWidget(
            layout.muted(
                self.tr(
                    "The file is only read, and nothing in it is run. It is copied to your own "
                    "models once its network was built and its numbers were checked."
                )
            )
        )
        column.addLayout(file)
        column.addWidget(self.facts)
        column.addWidget(self.banner)
        column.addLayout(form)
        column.addStretch(1)
        column.addWidget(self._why)
        column.addWidget(self._bar)
        column.addLayout(buttons)

    def _connect(self) -> None:
        self.choose.clicked.connect(self._on_choose)
        self.make.clicked.connect(self._on_make)
        self._close.clicked.connect(self.reject)
        self.method.currentIndexChanged.connect(self._on_method_changed)
        for field in (self.expected, self.name, self.title):
            field.textChanged.connect(self._refresh)

    # What is done.

    def _submit(self, worker: JobWorker) -> None:
        self._worker = worker
        worker.failed.connect(self._on_failed)
        worker.progressed.connect(self._on_progressed)
        worker.ended.connect(self._on_ended)
        self._runner.submit(worker)
        self._refresh()

    def _drop_worker(self) -> None:
        """Have nothing more to do with what runs."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.cancel()

    @property
    def _is_expected(self) -> bool:
        expected = read_sum(self.expected.text())
        return not expected or (self._inspected is not None and expected == self._inspected.sha256)

    @Slot()
    def _on_choose(self) -> None:
        file = choose_weights(self, self._settings, self.tr("Choose weights"))
        if file is not None:
            self.take(file)

    @Slot()
    def _on_make(self) -> None:
        inspected = self._inspected
        if inspected is None or self.why or self._worker is not None:
            return
        told = Told(
            name=self.name.text().strip(),
            title=self.title.text().strip(),
            tasks=tuple(name for name, box in self.tasks.items() if box.isChecked()),
            method=str(self.method.currentData()),
            licence=self.licence.text().strip(),
        )
        job = ImportModelJob(inspected.file, paths.user_models(), told, inspected.sha256)
        worker = JobWorker(job)
        worker.succeeded.connect(self._on_imported)
        self.banner.clear()
        self._submit(worker)

    # What is heard.

    @Slot(object)
    def _on_inspected(self, inspected: Inspected) -> None:
        if self.sender() is not self._worker:
            return
        self._inspected = inspected
        name, taken = suggested_name(inspected), {*self._own, *self._shipped}
        self.name.setText(free_name(name, taken))
        self.title.setText(suggested_text(inspected, "title") or inspected.file.stem)
        self.licence.setText(suggested_text(inspected, "licence"))
        self.expected.setText(inspected.told_sha256)
        self.expected.setCursorPosition(0)
        digits = inspected.sha256
        groups = (digits[at : at + 8] for at in range(0, len(digits), 8))
        self.sha256.setText(layout.breakable(" ".join(groups)))
        self.facts.setText(
            self.tr("Network {network}, trained at a sample rate of {rate}.").format(
                network=inspected.card.network, rate=told_rate(inspected.card.sample_rate)
            )
        )
        self._fill_methods(inspected)
        if name in taken:
            self.banner.tell(
                self.tr("There is a model {name} already, so another name is suggested.").format(
                    name=name
                )
            )
        self._refresh()

    def _fill_methods(self, inspected: Inspected) -> None:
        self.method.blockSignals(True)
        self.method.clear()
        for method, tasks in purposes(inspected.card, inspected.kind).items():
            self.method.addItem(told_method(method), method)
            self.method.setItemData(self.method.count() - 1, tasks, Qt.ItemDataRole.UserRole + 1)
        alike = self._methods.get(inspected.card.network)
        told = suggested_text(inspected, "method") or alike
        only = 0 if self.method.count() == 1 else -1
        self.method.setCurrentIndex(max(only, self.method.findData(told)))
        self.method.blockSignals(False)
        self._on_method_changed()

    @Slot()
    def _on_method_changed(self) -> None:
        while (item := self._task_row.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.tasks = {}
        told = () if self._inspected is None else suggested_tasks(self._inspected)
        possible = self.method.currentData(Qt.ItemDataRole.UserRole + 1) or ()
        wanted = [each for each in told if each in possible] or [
            each for each in possible if len(possible) == 1
        ]
        for task in possible:
            box = QCheckBox(translated(TASKS[task].title))
            box.setChecked(task in wanted)
            box.toggled.connect(self._refresh)
            self._task_row.addWidget(box)
            self.tasks[task] = box
        self._task_row.addStretch(1)
        self._refresh()

    @Slot(object)
    def _on_imported(self, entry: Entry) -> None:
        self.imported.emit(entry)
        self.accept()

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        if self.sender() is self._worker:
            self.banner.tell(sentence, "error")

    @Slot(float, str)
    def _on_progressed(self, fraction: float, message: str) -> None:
        if self.sender() is self._worker:
            self._bar.setValue(round(1000 * fraction))

    @Slot()
    def _on_ended(self) -> None:
        if self.sender() is self._worker:
            self._worker = None
            self._refresh()
            if self._inspected is not None:
                self.name.setFocus()

    @Slot()
    def _refresh(self) -> None:
        """Enable and tell everything as things stand now."""
        is_idle, inspected = self._worker is None, self._inspected
        self._bar.setVisible(not is_idle)
        self.choose.setEnabled(is_idle)
        for field in (self.expected, self.name, self.title, self.licence, self.method, self._tasks):
            field.setEnabled(is_idle and inspected is not None)
        why = self.why if is_idle else ""
        if is_idle and not why and self.name.text().strip() in self._shipped:
            self._why.setText(
                self.tr("It will be used in place of the {name} that ships.").format(
                    name=self.name.text().strip()
                )
            )
        else:
            self._why.setText(why)
        self.make.setEnabled(is_idle and not why)
        self._compared.setText(self._told_comparison())

    def _told_comparison(self) -> str:
        if self._inspected is None or not read_sum(self.expected.text()):
            return ""
        if not self._is_expected:
            return self.tr("✖ They differ: this is another file, or it was changed on its way.")
        return self.tr("✔ They are the same: the file is the one that was meant.")

    # Qt.

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        files = [Path(each.toLocalFile()) for each in event.mimeData().urls() if each.isLocalFile()]
        if files and self._worker is None:
            event.acceptProposedAction()
            self.take(files[0])

    @override
    def done(self, result: int) -> None:
        self._drop_worker()
        super().done(result)
