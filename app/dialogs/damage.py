"""Damage: makes a damaged copy of the file that is open, the same one that `runout degrade` makes.

The whole file is damaged, as it lies on the disk; what was restored in the window plays no part.
"""

import os
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from app.dialogs.damage_chain import DamageChain
from app.dialogs.damage_fields import DamageFields
from app.dialogs.damage_preview import DamagePreview
from app.excerpt import Excerpt
from app.jobs import JobWorker
from app.language import translated
from app.panels import layout
from app.session import Session
from app.version import VERSION
from app.widgets.banner import Banner
from engine.audio_file import AudioFile
from engine.errors import EngineError
from engine.export_plan import writable_name
from training.chain_text import draw_chain, read_chain_text, told_chain
from training.damage_excerpt import DamageExcerpt, DamageExcerptJob
from training.degradations.base import Degradation
from training.degrade_file import (
    SUFFIX,
    Degraded,
    DegradeFileJob,
    DegradeRequest,
    check_degrade,
)
from training.ready_chains import READY_CHAINS

HEARD_S = 6.0
REST_MS = 400


class DamageDialog(QDialog):
    """The chain, its settings, a preview, and the file to write."""

    open_wanted = Signal(Path)
    """The copy that was made is to be opened."""

    def __init__(self, session: Session, source: AudioFile, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._source = session, source
        self._preview_worker: JobWorker | None = None
        self._worker: JobWorker | None = None
        self._made: Degraded | None = None
        self._problem_told = False
        self.setWindowTitle(self.tr("Make a Damaged Copy"))
        self.chain = DamageChain()
        self.fields = DamageFields()
        self._excerpt = Excerpt(session.player, self)
        self.preview = DamagePreview(self._excerpt)
        self.banner = Banner()
        self._bar = QProgressBar()
        self._make = QPushButton(self.tr("Ma&ke the Copy"))
        self._open = QPushButton(self.tr("&Open It"))
        self._close = QPushButton(self.tr("Cancel"))
        self._timer = QTimer(self, singleShot=True, interval=REST_MS)
        self._lay_out()
        self._connect()
        self.fields.path.setText(str(self._suggested()))
        self.chain.set_damage(next(iter(READY_CHAINS.values())))

    @property
    def request(self) -> DegradeRequest:
        """What would be written.

        Raises:
            SettingsError: the chain cannot be said.
        """
        return DegradeRequest(
            self._source.path,
            self._home / self.fields.path.text().strip(),
            read_chain_text(told_chain(self.chain.damage())),
            self.fields.seed.value(),
            VERSION,
        )

    @property
    def _home(self) -> Path:
        document = self._session.document
        return self._source.path.parent if document is None else document.home

    def _suggested(self) -> Path:
        plain = writable_name(Path(self._source.path.name))
        name, number = self.tr("{name} damaged").format(name=plain.stem), 1
        target = self._home / f"{name}{plain.suffix}"
        while target.exists() or target.with_name(target.stem + SUFFIX).exists():
            number += 1
            target = self._home / f"{name} {number}{plain.suffix}"
        return target

    @Slot()
    def make(self) -> None:
        """Write the copy and its report."""
        if self._worker is not None or not self._make.isEnabled():
            return
        self._excerpt.stop()
        worker = self._worker = JobWorker(DegradeFileJob(self.request))
        worker.progressed.connect(self._on_progressed)
        worker.succeeded.connect(self._on_made)
        worker.failed.connect(self._on_failed)
        worker.cancelled.connect(self._on_cancelled)
        worker.ended.connect(self._on_ended)
        self._set_writing(on=True)
        self._session.runner.submit(worker)

    def _lay_out(self) -> None:
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Progress"))
        self._make.setObjectName("primary")
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for each in (self._open, self._close, self._make):
            buttons.addWidget(each)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(10)
        told = self.tr(
            "A copy of the whole of {name} with damage of your choice, to try restorations on. "
            "The original is only read."
        ).format(name=layout.breakable(self._source.path.name))
        column.addWidget(layout.muted(told))
        column.addWidget(self.chain, 1)
        column.addWidget(layout.rule())
        column.addWidget(self.preview)
        column.addWidget(layout.rule())
        column.addWidget(self.fields)
        column.addWidget(self.banner)
        column.addWidget(self._bar)
        column.addLayout(buttons)
        self.resize(860, 760)
        for hidden in (self._bar, self._open):
            hidden.hide()
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)  # Enter in a field must not write a file

    def _connect(self) -> None:
        self.chain.changed.connect(self._on_chain_changed)
        self.fields.seed.valueChanged.connect(self._on_seed_changed)
        self.fields.text_wanted.connect(self._on_text_wanted)
        self.fields.path.textChanged.connect(self._on_path_changed)
        self._session.runner.idle.connect(self._check)
        self._timer.timeout.connect(self._listen)
        self.preview.failed.connect(self._on_failed)
        for button, slot in (
            (self._make, self.make), (self._open, self._on_open),
            (self._close, self.reject),
        ):  # fmt: skip
            button.clicked.connect(slot)

    # What is heard before anything is written.

    @Slot()
    def _listen(self) -> None:
        """Damage an excerpt."""
        if self._preview_worker is not None:
            self._preview_worker.cancel()
            self._preview_worker = None
        damage = self._damage()
        if not damage or self._worker is not None:
            self.preview.show_excerpt(None)
            return
        start, stop = self._span()
        rate = self._source.sample_rate
        self.preview.told.setText(
            self.tr(
                "{length:.0f} s from {start:.1f} s on. In the whole copy, what is random falls on "
                "other moments."
            ).format(length=(stop - start) / rate, start=start / rate)
        )
        worker = self._preview_worker = JobWorker(
            DamageExcerptJob(self._source, start, stop, damage)
        )
        worker.succeeded.connect(self._on_heard)
        worker.failed.connect(self._on_failed)
        self._session.measuring_runner.submit(worker)

    def _span(self) -> tuple[int, int]:
        """The first seconds of what is selected, else from the playhead on."""
        rate, n_samples = self._source.sample_rate, self._source.n_samples
        length = min(n_samples, round(HEARD_S * rate))
        view = self._session.view_state
        if view.selection is not None:
            start_s, length_s = view.selection.start_s, view.selection.duration_s
            length = max(1, min(length, round(length_s * rate)))
        else:
            start_s = view.playhead_s
        start = max(0, min(round(start_s * rate), n_samples - length))
        return start, start + length

    def _damage(self) -> tuple[Degradation, ...]:
        """With all that is drawn; nothing where something stands in the way."""
        try:
            return draw_chain(self.request.steps, self.fields.seed.value())
        except EngineError:
            return ()

    # What stands in the way.

    @Slot()
    def _check(self) -> None:
        if self._worker is not None or self._made is not None:
            return
        problem = self._what_is_wrong()
        if problem:
            self.banner.tell(problem, "warning")
        elif self._problem_told:
            self.banner.clear()
        self._problem_told = bool(problem)
        self._make.setEnabled(not problem)

    def _what_is_wrong(self) -> str:
        if not self.chain.list.count():
            return self.tr("Choose some damage.")
        if not self.fields.path.text().strip():
            return self.tr("Name a file for the copy.")
        try:
            request = replace(self.request, overwrite=True)
            check_degrade(request, self._source, draw_chain(request.steps, request.seed))
            for each in (request.report, request.output):
                if os.path.lexists(each) or each.exists():
                    return self.tr("{name} exists already; choose another name.").format(
                        name=each.name
                    )
            if not request.output.parent.is_dir():
                return self.tr("There is no folder {folder}; choose one that exists.").format(
                    folder=request.output.parent
                )
        except EngineError as error:
            return str(error)
        except OSError as error:  # a name longer than the file system takes, say
            reason = (error.strerror or str(error)).lower()
            return self.tr("The file cannot be written: {reason}; choose another name.").format(
                reason=reason
            )
        if self._session.is_busy:
            return self.tr("Something else is being done; wait until it has ended.")
        return ""

    # What is done.

    def _set_writing(self, *, on: bool) -> None:
        self._bar.setVisible(on)
        self._bar.setValue(0)
        for each in (self.chain, self.fields, self._make):
            each.setEnabled(not on)
        if on:
            self.banner.clear()

    @Slot()
    def _on_chain_changed(self) -> None:
        try:
            self.fields.show_chain(told_chain(self.chain.damage()))
        except EngineError:  # which is told by what follows
            self.fields.show_chain("")
        self._on_seed_changed()

    @Slot()
    def _on_seed_changed(self) -> None:
        self._on_path_changed()
        self._timer.start()

    @Slot()
    def _on_path_changed(self) -> None:
        self._made = None
        self._open.hide()
        self._check()

    @Slot(str)
    def _on_text_wanted(self, text: str) -> None:
        try:
            damage = draw_chain(read_chain_text(text), self.fields.seed.value())
        except EngineError as error:
            self.banner.tell(str(error), "warning")
            return
        self.chain.set_damage(damage)

    @Slot(object)
    def _on_heard(self, found: DamageExcerpt) -> None:
        self._preview_worker = None
        self.preview.show_excerpt(found)

    @Slot(float, str)
    def _on_progressed(self, fraction: float, message: str) -> None:
        self._bar.setValue(round(1000 * fraction))

    @Slot(object)
    def _on_made(self, made: Degraded) -> None:
        self._made = made
        told = self.tr("Written: {copy}, and what was drawn in {report}.").format(
            copy=made.outputs[0].name, report=made.outputs[1].name
        )
        self.banner.tell(" ".join([told, *map(translated, made.notes)]))
        self._close.setText(self.tr("Close"))

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self.preview.show_excerpt(None)
        self.banner.tell(sentence, "error")

    @Slot()
    def _on_cancelled(self) -> None:
        self.banner.tell(self.tr("Stopped; no file was written."))

    @Slot()
    def _on_ended(self) -> None:
        self._worker = None
        self._set_writing(on=False)
        self._open.setVisible(self._made is not None)
        self._make.setEnabled(self._made is None)

    @Slot()
    def _on_open(self) -> None:
        made = self._made
        self.accept()
        if made is not None:
            self.open_wanted.emit(made.outputs[0])

    # Qt.

    @override
    def reject(self) -> None:
        if self._worker is not None:
            self._worker.cancel()  # the dialog stays and says that nothing was written
            return
        super().reject()

    @override
    def done(self, result: int) -> None:
        self._timer.stop()
        if self._preview_worker is not None:
            self._preview_worker.cancel()
        self._excerpt.stop()
        super().done(result)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        if self._worker is not None:
            self._worker.cancel()
            event.ignore()
            return
        super().closeEvent(event)
