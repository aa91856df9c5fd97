"""Noise: what stands beneath the settings of Denoise: keeping what was learnt, for other sides."""

import contextlib
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFileDialog, QPushButton, QVBoxLayout, QWidget

from app import paths
from app.jobs import JobWorker
from app.panels import layout
from app.session import Session
from app.version import VERSION
from app.widgets.file_choice import FileChoice
from app.widgets.parameter_form import ParameterForm
from engine.jobs.learn_noise import LearnNoiseJob
from engine.noise_file import SUFFIX
from engine.region import Region
from engine.storage.profiles import Profiles
from engine.tasks.denoise import SPECTRAL


class NoisePart(QWidget):
    """Follows the form: a stretch and a profile put one another out, as only one can be used."""

    def __init__(
        self, session: Session, form: ParameterForm, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._form = session, form
        self._had_profile = form.values()["profile"] is not None
        self._asked: Path | None = None
        self._keep = QPushButton(self.tr("Keep profile…"))
        self._keep.setToolTip(
            self.tr("Keep what is learnt from the stretch in a file, for other sides")
        )
        self._keep.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._told = layout.muted()
        self._told.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._keep, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._told)
        field = form.field("profile")
        assert isinstance(field, FileChoice)
        field.offer(self._at_hand, self._filter)
        self._keep.clicked.connect(self._on_keep)
        form.changed.connect(self._on_form_changed)
        session.document_changed.connect(self._show)
        session.runner.started.connect(self._show)
        session.runner.idle.connect(self._show)
        self._show()

    @property
    def _filter(self) -> str:
        return self.tr("Noise profiles (*{suffix})").format(suffix=SUFFIX)

    def _at_hand(self) -> Sequence[Path]:
        """The profiles of the project, then the user's own."""
        document = self._session.document
        in_project = document.folder.profiles if document and document.folder else {}
        return (*in_project.values(), *Profiles(paths.profiles()).paths().values())

    def _noise(self) -> Region | None:
        noise = self._form.values()["noise"]
        return noise if isinstance(noise, Region) else None

    @Slot()
    def _on_form_changed(self) -> None:
        has_profile = self._form.values()["profile"] is not None
        is_new, self._had_profile = has_profile and not self._had_profile, has_profile
        if has_profile and self._noise() is not None:
            self._form.set_values({"noise" if is_new else "profile": None})
        self._show()

    @Slot()
    def _show(self) -> None:
        is_ready = self._session.document is not None and not self._session.is_busy
        self._keep.setEnabled(is_ready and self._noise() is not None)
        self._keep.setVisible(self._form.values()["method"] == SPECTRAL)

    @Slot()
    def _on_keep(self) -> None:
        document, noise = self._session.document, self._noise()
        if document is None or noise is None or self._session.is_busy:
            return
        folder = paths.profiles()
        with contextlib.suppress(OSError):  # then the dialog begins elsewhere
            folder.mkdir(parents=True, exist_ok=True)
        chosen, _ = QFileDialog.getSaveFileName(
            self,
            self.tr("Keep the noise profile as"),
            str(folder / f"{document.path.stem}{SUFFIX}"),
            self._filter,
        )
        if not chosen:
            return
        path = Path(chosen)
        # the dialog has asked about the name as it was typed; with the suffix it is another one
        has_suffix = path.suffix == SUFFIX
        self._asked = path if has_suffix else path.with_name(path.name + SUFFIX)
        job = LearnNoiseJob(document.state, noise, self._asked, VERSION, overwrite=has_suffix)
        worker = JobWorker(job)
        worker.failed.connect(self._session.failed)
        worker.succeeded.connect(self._on_kept)
        self._session.runner.submit(worker)

    @Slot(object)
    def _on_kept(self, profile: object) -> None:
        assert self._asked is not None
        self._told.setText(
            self.tr("Kept as {name}; other sides can choose it.").format(name=self._asked.stem)
        )
        self._told.show()
