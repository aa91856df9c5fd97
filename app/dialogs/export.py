"""Export: asks where to, tells what would go wrong before it does, writes, shows where it lies."""

from pathlib import Path

from PySide6.QtCore import QUrl, Slot
from PySide6.QtGui import QCloseEvent, QDesktopServices
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from app import settings as keys
from app.dialogs.export_format import FormatFields, told_collisions
from app.dialogs.export_level import LevelNote
from app.export_name import NUMBER, REPLACE, default_target, freed, told_name, with_suffix
from app.jobs import JobWorker
from app.language import to_translate, translated
from app.panels import layout
from app.session import Session
from app.version import VERSION
from app.widgets.banner import Banner
from app.widgets.setting_fields import ChoiceField
from engine.audio_file import AudioFile
from engine.cue_points import CuePoint
from engine.errors import EngineError
from engine.export import Exported, ExportRequest
from engine.export_plan import check_outputs, output_shape
from engine.jobs.export import ExportJob
from engine.jobs.measure import MeasureJob, Peak
from engine.project import State
from engine.storage.label_file import cue_points


class ExportDialog(QDialog):
    """Writes the state the document had when the dialog was opened."""

    def __init__(
        self,
        session: Session,
        source: AudioFile,
        state: State,
        parent: QWidget | None = None,
        only: str = "",
    ) -> None:
        """Args: only: removed or report, to be ticked alone; empty is what was ticked last."""
        super().__init__(parent)
        self._session, self._source, self._state = session, source, state
        self._peak: Peak | None = None
        self._worker: JobWorker | None = None
        self._exported: Exported | None = None
        self._is_blocked, self._only = False, only
        document = session.document
        self._home = source.path.parent if document is None else document.home
        self.setWindowTitle(self.tr("Export"))
        self.setMinimumWidth(600)
        self.path = QLineEdit()
        self.fields = FormatFields(session.settings, source, state)
        self.collision = ChoiceField(session.settings, keys.export_collision, told_collisions())
        self.removed = QCheckBox(self._told_removed())
        self.report = QCheckBox(self.tr("Re&port: every setting and measurement, as JSON"))
        self._browse = QPushButton(self.tr("&Browse…"))
        self._names = layout.muted()
        self._level = LevelNote()
        self.soften = self._level.soften
        self._problem = Banner()
        self._bar = QProgressBar()
        self._export = QPushButton(self.tr("&Export"))
        self._close = QPushButton(self.tr("Cancel"))
        self._folder = QPushButton(self.tr("Show in the &folder"))
        self._lay_out()
        self._connect()
        self.path.setText(str(self._default_target()))
        self._measure()
        self._check()

    def _default_target(self) -> Path:
        settings, name = self._session.settings, self._source.path.name
        wanted, template = settings.get(keys.export_format), settings.get(keys.export_name)
        stem = told_name(template, Path(name).stem, self._state.operations)
        place = self._home / (Path(name).with_suffix(wanted) if wanted else name)
        target = default_target(place, stem)
        if self.collision.currentData() != NUMBER:
            return target
        return freed(self._wish(target)).output

    @property
    def problem(self) -> str:
        """Why nothing can be exported as it is asked for; empty if all is well."""
        return self._problem.text if not self._problem.isHidden() else ""

    @property
    def names(self) -> str:
        """What is told of the other files."""
        return self._names.text()

    @property
    def level(self) -> str:
        """What is told of the peak."""
        return self._level.text

    @property
    def exported(self) -> Exported | None:
        """What was written, once it is."""
        return self._exported

    @Slot()
    def export(self) -> None:
        """Write the files."""
        if self._session.is_busy or not self._export.isEnabled():
            return
        if not self._only:
            self._session.settings.set(keys.export_removed, self.removed.isChecked())
            self._session.settings.set(keys.export_report, self.report.isChecked())
        self.fields.remember()
        worker = JobWorker(ExportJob(self._state, self._source, self._request()))
        self._worker = worker
        worker.progressed.connect(self._on_progressed)
        worker.succeeded.connect(self._on_exported)
        worker.failed.connect(self._on_failed)
        worker.cancelled.connect(self._on_cancelled)
        worker.ended.connect(self._on_ended)
        self._set_writing(True)
        self._session.runner.submit(worker)

    def _lay_out(self) -> None:
        settings, only = self._session.settings, self._only
        self.removed.setChecked(only == "removed" if only else settings.get(keys.export_removed))
        self.report.setChecked(only == "report" if only else settings.get(keys.export_report))
        result = QCheckBox(self.tr("Result: the restored recording"))
        result.setChecked(True)
        result.setEnabled(False)
        label = QLabel(self.tr("&File"))
        label.setBuddy(self.path)
        self.path.setAccessibleName(self.tr("File of the result"))
        where = QGridLayout()
        where.addWidget(label, 0, 0)
        where.addWidget(self.path, 0, 1)
        where.addWidget(self._browse, 0, 2)
        where.addWidget(self._names, 1, 1, 1, 2)
        where.addWidget(self.fields.label, 2, 0)
        where.addWidget(self.fields, 2, 1, 1, 2)
        where.addWidget(self.fields.note, 3, 1, 1, 2)
        taken = QLabel(self.tr("&If a file exists"))
        taken.setBuddy(self.collision)
        self.collision.setAccessibleName(self.tr("If a file exists"))
        where.addWidget(taken, 4, 0)
        where.addWidget(self.collision, 4, 1, 1, 2)
        buttons = QHBoxLayout()
        buttons.addWidget(self._folder)
        buttons.addStretch(1)
        buttons.addWidget(self._close)
        buttons.addWidget(self._export)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(9)
        column.addLayout(where)
        for box in (result, self.removed, self.report):
            column.addWidget(box)
        column.addWidget(layout.rule())
        column.addWidget(self._level)
        original = self.tr("The original, {name}, is not changed.")
        column.addWidget(layout.muted(original.format(name=self._source.path.name)))
        column.addWidget(self._problem)
        column.addWidget(self._bar)
        column.addLayout(buttons)
        self._export.setObjectName("primary")
        self._export.setDefault(True)
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Progress"))
        for hidden in (self._bar, self._folder):
            hidden.hide()

    def _connect(self) -> None:
        for signal in (self.path.textChanged, self.removed.toggled, self.report.toggled,
                       self.collision.currentIndexChanged, self._session.runner.idle):  # fmt: skip
            signal.connect(self._check)
        self.fields.format_chosen.connect(self._on_format_chosen)
        self.fields.depth_chosen.connect(self._on_depth_chosen)
        self._browse.clicked.connect(self._on_browse)
        self._export.clicked.connect(self.export)
        self._close.clicked.connect(self.reject)
        self._folder.clicked.connect(self._on_show_folder)

    def _told_removed(self) -> str:
        maker = self._state.staged_by
        if maker is None:
            return self.tr("Re&moved: what was taken out, as a file of its own")
        return self.tr("Re&moved: what was taken out since {title}, as a file of its own").format(
            title=translated(maker.title).replace("&", "&&")
        )

    def _output(self) -> Path:
        """The file named; a bare name lies where the one proposed does."""
        return self._home / self.path.text().strip()

    def _request(self) -> ExportRequest:
        request = self._wish(self._output())
        is_free = self.collision.currentData() == NUMBER and request.output != self._source.path
        return freed(request) if is_free else request

    def _wish(self, output: Path) -> ExportRequest:
        return ExportRequest(
            output=output,
            version=VERSION,
            write_removed=self.removed.isChecked(),
            write_report=self.report.isChecked(),
            overwrite=self.collision.currentData() == REPLACE,
            depth=self.fields.wanted,
            cues=self._cues(),
            headroom_db=self._level.headroom_db,
            operator=self._session.settings.get(keys.operator),
            institution=self._session.settings.get(keys.institution),
        )

    def _cues(self) -> tuple[CuePoint, ...]:
        document = self._session.document
        marks = () if document is None else document.marks.items
        return cue_points(marks, self._state.sample_rate)

    def _measure(self) -> None:
        worker = JobWorker(MeasureJob(to_translate("Measuring the peak"), self._state))
        worker.succeeded.connect(self._on_measured)
        worker.failed.connect(self._on_failed)
        self._session.runner.submit(worker)

    @Slot()
    def _check(self) -> None:
        """Say at every key what stands in the way."""
        if self._exported is not None or self._worker is not None:
            return
        self._names.clear()
        if not self.path.text().strip() or not self._output().name:
            self._tell_problem(self.tr("Name a file for the result."))
            return
        self.fields.show_name(self._output())
        try:
            request = self._request()
            self._names.setText(self._told_names(request))
            problem = self._what_is_wrong(request)
        except OSError as error:  # a name longer than the file system takes, say
            problem = self._told_by_system(self._output(), error)
        self._tell_problem(problem)

    def _told_names(self, request: ExportRequest) -> str:
        """Which files appear besides the one named, and which go."""
        lines = []
        if request.output != self._output():
            name = request.output.name
            lines.append(self.tr("That name is taken, so it will be {name}.").format(name=name))
        others = [target.name for target in request.targets[1:]]
        if others:
            lines.append(self.tr("and {names}").format(names=", ".join(others)))
        gone = [target.name for target in request.targets if target.exists()]
        if gone and request.overwrite and self._source.path.name not in gone:
            lines.append(self.tr("Replaced: {names}").format(names=", ".join(gone)))
        return "\n".join(lines)

    def _told_by_system(self, output: Path, error: OSError) -> str:
        reason = (error.strerror or str(error)).lower()
        return self.tr("{name} cannot be written: {reason}; choose another name.").format(
            name=f"{output.name[:40]}…" if len(output.name) > 40 else output.name, reason=reason
        )

    def _tell_problem(self, problem: str) -> None:
        """Show what stands in the way; what an export has told stays until there is something."""
        if problem or self._is_blocked:
            self._problem.tell(problem, "warning")
        self._is_blocked = bool(problem)
        self._make_room()
        self._export.setEnabled(not problem and not self._session.is_busy)

    def _make_room(self) -> None:
        """Grow where sentences have come to stand; a window does not so for what wraps."""
        needed = self._column.totalHeightForWidth(self.width())
        if self.isVisible() and needed > self.height():
            self.resize(self.width(), needed)

    def _what_is_wrong(self, request: ExportRequest) -> str:
        if not request.output.parent.is_dir():
            return self.tr("There is no folder {folder}; choose one that exists.").format(
                folder=request.output.parent
            )
        try:
            check_outputs(self._source, request)
        except EngineError as error:
            return str(error)
        return ""

    @Slot(object)
    def _on_measured(self, peak: Peak) -> None:
        self._peak = peak
        self._tell_level(peak)
        self._check()

    def _tell_level(self, peak: Peak) -> None:
        try:
            shape = output_shape(self._state, self._source, self._output(), self.fields.wanted)
            is_float = shape.encoding.is_float
        except EngineError:
            is_float = False
        self._level.tell(peak, is_float=is_float, is_copy=not self._state.operations)

    def _set_writing(self, writing: bool) -> None:
        self._bar.setVisible(writing)
        self._bar.setValue(0)
        self._problem.clear()
        for each in (self.path, self._browse, self.removed, self.report, self.fields,
                     self.collision):  # fmt: skip
            each.setEnabled(not writing)
        self.soften.setEnabled(not writing)
        self._export.setEnabled(not writing)

    @Slot(float, str)
    def _on_progressed(self, fraction: float, message: str) -> None:
        self._bar.setValue(round(1000 * fraction))

    @Slot(object)
    def _on_exported(self, exported: Exported) -> None:
        self._exported = exported
        if self._session.document is not None:
            self._session.document.mark_exported(self._state)
            self._session.exported.emit(exported)
        paths = "\n".join(map(str, exported.outputs))
        notes = "\n".join(map(translated, exported.notes))
        told = self.tr("Written and read back without a difference:\n{paths}").format(paths=paths)
        self._problem.tell(told + (f"\n\n{notes}" if notes else ""))
        self._close.setText(self.tr("Close"))
        self._close.setDefault(True)
        self._export.hide()
        self._folder.show()

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self._set_writing(False)
        self._problem.tell(sentence, "error")

    @Slot()
    def _on_cancelled(self) -> None:
        self._set_writing(False)
        self._problem.tell(self.tr("Stopped; no file was written."))

    @Slot()
    def _on_ended(self) -> None:
        self._worker = None
        self._bar.hide()

    @Slot()
    def _on_browse(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(
            self,
            self.tr("Export the result as"),
            self.path.text(),
            self.tr("Sound files (*.wav *.flac *.aiff *.w64 *.rf64);;All files (*)"),
            options=QFileDialog.Option.DontConfirmOverwrite,  # asked for in the dialog itself
        )
        if chosen:
            self.path.setText(chosen)

    @Slot(str)
    def _on_format_chosen(self, suffix: str) -> None:
        if self.path.text().strip():
            self.path.setText(str(with_suffix(Path(self.path.text().strip()), suffix)))

    @Slot()
    def _on_depth_chosen(self) -> None:
        if self._peak is not None:
            self._tell_level(self._peak)
        self._check()

    @Slot()
    def _on_show_folder(self) -> None:
        if self._exported is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._exported.result.parent)))

    @override
    def reject(self) -> None:
        if self._worker is not None:
            self._worker.cancel()  # the dialog stays and says that nothing was written
            return
        super().reject()

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        if self._worker is not None:
            self._worker.cancel()
            event.ignore()
            return
        super().closeEvent(event)
