"""Export: asks where to, tells what would go wrong before it does, writes, shows where it lies."""

import os
from collections.abc import Sequence
from datetime import datetime
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
from app.jobs import JobWorker
from app.language import to_translate, translated
from app.panels import layout
from app.session import Session
from app.version import VERSION
from app.widgets.banner import Banner
from engine.audio_file import AudioFile
from engine.errors import EngineError
from engine.export import Exported, ExportRequest
from engine.export_plan import check_outputs, output_shape, writable_name
from engine.jobs.export import ExportJob
from engine.jobs.measure import MeasureJob, Peak
from engine.project import Operation, State

LONGEST_BASE = 180
"""Bytes of the name of a transfer that go into that of its result; file systems take 255 in all."""
ROOM_DB = 0.01
"""How far below full scale a lowered result stays."""


class ExportDialog(QDialog):
    """Writes the state the document had when the dialog was opened."""

    def __init__(
        self, session: Session, source: AudioFile, state: State, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._source, self._state = session, source, state
        self._peak: Peak | None = None
        self._worker: JobWorker | None = None
        self._exported: Exported | None = None
        self._is_blocked = False
        self.setWindowTitle(self.tr("Export"))
        self.setMinimumWidth(600)
        self.path = QLineEdit(str(self._default_target()))
        self.removed = QCheckBox(self._told_removed())
        self.report = QCheckBox(self.tr("Re&port: every setting and measurement, as JSON"))
        self.overwrite = QCheckBox(self.tr("Re&place the files that exist"))
        self.soften = QCheckBox()
        self._browse = QPushButton(self.tr("&Browse…"))
        self._names = layout.muted()
        self._level = QLabel(self.tr("Measuring the peak…"))
        self._problem = Banner()
        self._bar = QProgressBar()
        self._export = QPushButton(self.tr("&Export"))
        self._close = QPushButton(self.tr("Cancel"))
        self._folder = QPushButton(self.tr("Show in the &folder"))
        self._lay_out()
        self._connect()
        self._measure()
        self._check()

    def _home(self) -> Path:
        document = self._session.document
        return self._source.path.parent if document is None else document.home

    def _default_target(self) -> Path:
        wanted = self._session.settings.get(keys.export_format)
        name = self._source.path.name
        stem = told_name(
            self._session.settings.get(keys.export_name), Path(name).stem, self._state.operations
        )
        place = self._home() / (Path(name).with_suffix(wanted) if wanted else name)
        return default_target(place, stem)

    @property
    def problem(self) -> str:
        """Why nothing can be exported as it is asked for; empty if all is well."""
        return self._problem.text if not self._problem.isHidden() else ""

    @property
    def level(self) -> str:
        """What is told of the peak."""
        return self._level.text()

    @property
    def exported(self) -> Exported | None:
        """What was written, once it is."""
        return self._exported

    @Slot()
    def export(self) -> None:
        """Write the files."""
        if self._session.is_busy or not self._export.isEnabled():
            return
        self._session.settings.set(keys.export_removed, self.removed.isChecked())
        self._session.settings.set(keys.export_report, self.report.isChecked())
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
        self.removed.setChecked(self._session.settings.get(keys.export_removed))
        self.report.setChecked(self._session.settings.get(keys.export_report))
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
        buttons = QHBoxLayout()
        buttons.addWidget(self._folder)
        buttons.addStretch(1)
        buttons.addWidget(self._close)
        buttons.addWidget(self._export)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(9)
        column.addLayout(where)
        for box in (result, self.removed, self.report):
            column.addWidget(box)
        column.addWidget(self.overwrite)
        column.addWidget(layout.rule())
        self._level.setWordWrap(True)
        column.addWidget(self._level)
        column.addWidget(self.soften)
        name = self._source.path.name
        original = self.tr("The original, {name}, is not changed.").format(name=name)
        column.addWidget(layout.muted(original))
        column.addWidget(self._problem)
        column.addWidget(self._bar)
        column.addLayout(buttons)
        self._export.setObjectName("primary")
        self._export.setDefault(True)
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Progress"))
        for hidden in (self._bar, self._folder, self.soften, self.overwrite):
            hidden.hide()

    def _connect(self) -> None:
        self.path.textChanged.connect(self._check)
        for box in (self.removed, self.report, self.overwrite):
            box.toggled.connect(self._check)
        self._browse.clicked.connect(self._on_browse)
        self._export.clicked.connect(self.export)
        self._close.clicked.connect(self.reject)
        self._folder.clicked.connect(self._on_show_folder)
        self._session.runner.idle.connect(self._check)

    def _told_removed(self) -> str:
        maker = self._state.staged_by
        if maker is None:
            return self.tr("Re&moved: what was taken out, as a file of its own")
        return self.tr("Re&moved: what was taken out since {title}, as a file of its own").format(
            title=translated(maker.title).replace("&", "&&")
        )

    def _output(self) -> Path:
        """The file named; a bare name lies beside the source."""
        return self._source.path.parent / self.path.text().strip()

    def _request(self) -> ExportRequest:
        headroom_db = 0.0
        if self.soften.isChecked() and self._peak is not None:
            headroom_db = max(0.0, self._peak.peak_dbfs + ROOM_DB)
        return ExportRequest(
            output=self._output(),
            version=VERSION,
            write_removed=self.removed.isChecked(),
            write_report=self.report.isChecked(),
            overwrite=self.overwrite.isChecked(),
            headroom_db=round(headroom_db, 2),
            operator=self._session.settings.get(keys.operator),
            institution=self._session.settings.get(keys.institution),
        )

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
        if not self.path.text().strip() or not self._output().name:
            self._tell_problem(self.tr("Name a file for the result."))
            return
        request = self._request()
        others = [target.name for target in request.targets[1:]]
        self._names.setText(
            self.tr("and {names}").format(names=", ".join(others)) if others else ""
        )
        try:
            problem = self._what_is_wrong(request)
            existing = any(target.exists() for target in request.targets)
        except OSError as error:  # a name longer than the file system takes, say
            problem, existing = self._told_by_system(request.output, error), False
        self.overwrite.setVisible(existing and request.output != self._source.path)
        self._tell_problem(problem)

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
        self._export.setEnabled(not problem and not self._session.is_busy)

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
        told = self.tr("Peak of the result: {peak:+.2f} dBFS.").format(peak=peak.peak_dbfs)
        if not self._state.operations:
            told += " " + self.tr("No operation is in force, so it is a copy of the source.")
        if peak.over:
            told = self._told_over(peak)
            self.soften.setText(
                self.tr("&Lower the whole result by {room:.2f} dB").format(
                    room=peak.peak_dbfs + ROOM_DB
                )
            )
        self.soften.setVisible(bool(peak.over))
        self._level.setText(told)
        self._check()

    def _told_over(self, peak: Peak) -> str:
        try:
            shape = output_shape(self._state, self._source, self._output())
            is_float = shape.encoding.is_float
        except EngineError:
            is_float = False
        count = f"{peak.over:,}".replace(",", " ")
        if is_float:
            return self.tr(
                "{count} samples exceed full scale by up to {over:.2f} dB; "
                "the file holds floats, so they are kept as they are."
            ).format(count=count, over=peak.peak_dbfs)
        return self.tr(
            "{count} samples exceed full scale by up to {over:.2f} dB; "
            "lower the result, or they are limited."
        ).format(count=count, over=peak.peak_dbfs)

    def _set_writing(self, writing: bool) -> None:
        self._bar.setVisible(writing)
        self._bar.setValue(0)
        self._problem.clear()
        for each in (self.path, self._browse, self.removed, self.report, self.overwrite):
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
        paths = "\n".join(str(path) for path in exported.outputs)
        notes = "\n".join(map(translated, exported.notes))
        told = self.tr("Written and read back without a difference:\n{paths}")
        text = told.format(paths=paths) + (f"\n\n{notes}" if notes else "")
        self._problem.tell(text)
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


def told_name(template: str, base: str, operations: Sequence[Operation]) -> str:
    """The name a template with {base}, {steps} and {date} asks for.

    One that names nothing is as if there was none; a base that leaves no room for the rest of a
    name is cut.
    """
    while len(base.encode()) > LONGEST_BASE:
        base = base[:-1]
    steps = "-".join(dict.fromkeys(each.task.name for each in operations))
    today = datetime.now().astimezone().date().isoformat()
    name = template
    for word, value in (("{base}", base), ("{steps}", steps), ("{date}", today)):
        name = name.replace(word, value)
    name = name.replace("/", "-").replace("\\", "-").strip(" .")
    return name or f"{base} restored"


def default_target(source: Path, stem: str) -> Path:
    """`{stem}.{ext}` beside the source, or at home where nothing can be written there.

    A name that is taken gets a number.
    """
    folder = source.parent if os.access(source.parent, os.W_OK) else Path.home()
    plain = writable_name(folder / source.name)
    target = plain.with_name(f"{stem}{plain.suffix}")
    number = 2
    while target.exists():
        target = plain.with_name(f"{stem} {number}{plain.suffix}")
        number += 1
    return target
