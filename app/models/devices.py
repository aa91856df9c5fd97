"""Device dialog: where networks can run on this computer, and how much memory is free there."""

from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPushButton, QVBoxLayout, QWidget

from app import settings as keys
from app.device_list import ComputeDevicesJob
from app.jobs import JobWorker
from app.language import translated
from app.panels import layout
from app.panels.numbers import told_bytes
from app.session import Session


class DeviceDialog(QDialog):
    """Looks while one waits, as what knows the devices takes its time to load."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._settings = session.settings
        self.setWindowTitle(self.tr("Device Information"))
        self.setMinimumWidth(460)
        self._told = QLabel(self.tr("Looking for devices…"))
        self._told.setWordWrap(True)
        self._told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._copy = QPushButton(self.tr("&Copy"))
        self._copy.clicked.connect(self._on_copy)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(self._copy, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 14)
        column.setSpacing(10)
        column.addWidget(self._told)
        column.addWidget(
            layout.muted(
                self.tr(
                    "Models run and are trained there. Which device is used is chosen under "
                    "Edit > Preferences; a network that does not fit into the memory of one "
                    "goes on on the processor, and the history says so."
                )
            )
        )
        column.addWidget(buttons)
        worker = JobWorker(ComputeDevicesJob())
        worker.succeeded.connect(self._on_found)
        worker.failed.connect(self._on_failed)
        session.project_runner.submit(worker)

    @property
    def told(self) -> str:
        """What was found."""
        return self._told.text()

    @Slot(object)
    def _on_found(self, facts: dict[str, Any]) -> None:
        lines = []
        for each in facts["compute"]:
            line = self.tr("{name}: {description}; {free} of {all} free").format(
                name=each["name"],
                description=translated(each["description"]),
                free=told_bytes(each["free_bytes"]),
                all=told_bytes(each["memory_bytes"]),
            )
            lines.append(f"• {line}")
        chosen = self._settings.get(keys.compute_device)
        used = facts["compute_used"] if chosen == "auto" else chosen
        lines.append(self.tr("Networks run on: {device}").format(device=used))
        self._told.setText("\n".join(lines))

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self._told.setText(translated(sentence))

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.told)
