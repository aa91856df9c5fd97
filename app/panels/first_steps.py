"""First steps: three cards on what is settled once: sound, computing, who works and where."""

from typing import Any

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from app import settings as keys
from app.device_list import ComputeDevicesJob
from app.excerpt import Excerpt
from app.jobs import JobWorker
from app.language import translated
from app.panels import layout
from app.picture_keeper import picture_place
from app.session import Session
from app.widgets.setting_fields import ChoiceField, TextField
from engine.audio import Audio
from engine.device import CPU

TONE_HZ, TONE_S, TONE_LEVEL, TONE_RATE = 440.0, 1.0, 0.1, 48_000


class FirstSteps(QWidget):
    """Stands on the welcome page until it was closed once; hidden until it begins."""

    closed = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._settings = session, session.settings
        self._devices = session.hearing.devices
        self._excerpt = Excerpt(session.player, self)
        self.sound = ChoiceField(self._settings, keys.output_device, {})
        self.tone = QPushButton(self.tr("Play a Test Tone"))
        self._sound_told = layout.muted()
        self._compute_told = QLabel(self.tr("Looking for a device…"))
        self.operator = TextField(self._settings, keys.operator)
        self.institution = TextField(self._settings, keys.institution)
        self._close = QPushButton(self.tr("Done"))
        self._lay_out()
        self._show_devices()
        self.sound.activated.connect(self._on_sound_chosen)
        self.tone.clicked.connect(self.play_tone)
        self._close.clicked.connect(self.finish)
        self._devices.changed.connect(self._show_devices)
        self._excerpt.failed.connect(self._on_sound_failed)
        session.document_changed.connect(self._on_document_changed)
        self.hide()

    @property
    def told(self) -> str:
        """The sentence on where networks run."""
        return self._compute_told.text()

    def begin_once(self) -> None:
        """Show the cards, unless they were closed before or something is open."""
        if self._settings.get(keys.first_steps) and self._session.document is None:
            self.begin()

    def begin(self) -> None:
        """Show the cards, and look for devices."""
        self.show()
        self._devices.look()
        worker = JobWorker(ComputeDevicesJob())
        worker.succeeded.connect(self._on_computed)
        worker.failed.connect(self._on_compute_failed)
        self._session.project_runner.submit(worker)

    @Slot()
    def finish(self) -> None:
        """Hide the cards for good; the Help menu has them still."""
        self._excerpt.stop()
        self._settings.set(keys.first_steps, False)
        self.hide()
        self.closed.emit()

    def stop(self) -> None:
        """End the tone."""
        self._excerpt.stop()

    @Slot()
    def _on_document_changed(self) -> None:
        """Who has opened something has begun, and needs the cards no more."""
        if self._session.document is not None and not self.isHidden():
            self.finish()

    @Slot()
    def play_tone(self) -> None:
        """Play a second of A."""
        time_s = np.arange(round(TONE_S * TONE_RATE)) / TONE_RATE
        fade = np.minimum(1.0, np.minimum(time_s, TONE_S - time_s) / 0.02)
        wave = TONE_LEVEL * fade * np.sin(2.0 * np.pi * TONE_HZ * time_s)
        self._sound_told.setText(self.tr("A tone of {hz:.0f} Hz is played.").format(hz=TONE_HZ))
        self._excerpt.play(Audio(np.tile(wave, (2, 1)).astype(np.float32), TONE_RATE))

    def _lay_out(self) -> None:
        self.sound.setAccessibleName(self.tr("Sound goes to"))
        self.sound.setMinimumContentsLength(8)
        self.operator.setAccessibleName(self.tr("Operator"))
        self.operator.setPlaceholderText(self.tr("Operator"))
        self.institution.setAccessibleName(self.tr("Institution"))
        self.institution.setPlaceholderText(self.tr("Institution, such as DE, an archive"))
        self._compute_told.setWordWrap(True)
        where = layout.muted(
            self.tr("Work is kept by itself; a project lies beside its transfer. Pictures: {place}")
            .format(place=picture_place(self._settings)[0])
        )  # fmt: skip
        cards = QHBoxLayout()
        cards.setSpacing(10)
        for title, parts in (
            (self.tr("1  SOUND"), (self.sound, self.tone, self._sound_told)),
            (self.tr("2  COMPUTING"), (self._compute_told,)),
            (self.tr("3  WHO AND WHERE"), (self.operator, self.institution, where)),
        ):
            cards.addWidget(_card(title, parts), 1)
        row = QHBoxLayout()
        row.addWidget(layout.muted(self.tr("All of it can wait: Preferences have it too.")), 1)
        row.addWidget(self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(cards)
        column.addLayout(row)

    @Slot()
    def _on_sound_chosen(self) -> None:
        self._devices.choose(str(self.sound.currentData()))

    @Slot()
    def _show_devices(self) -> None:
        names = {name: name for name in self._devices.names}
        self.sound.offer({"": self.tr("The system's choice")} | names)
        self._sound_told.setText(self._devices.told)

    @Slot(str)
    def _on_sound_failed(self, sentence: str) -> None:
        self._sound_told.setText(translated(sentence))

    @Slot(str)
    def _on_compute_failed(self, sentence: str) -> None:
        self._compute_told.setText(translated(sentence))

    @Slot(object)
    def _on_computed(self, facts: dict[str, Any]) -> None:
        used = next(each for each in facts["compute"] if each["name"] == facts["compute_used"])
        told = self.tr("Networks run on {description}.")
        if used["name"] == CPU:
            told = self.tr(
                "No graphics processor was found, so networks run on this one, with {description}. "
                "Everything can be used; some methods take minutes for a side."
            )
        self._compute_told.setText(told.format(description=translated(used["description"])))


class FirstStepsDialog(QDialog):
    """The same cards, whenever they are asked for."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("First Steps"))
        self.setMinimumWidth(860)
        self.steps = FirstSteps(session)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 12)
        column.addWidget(self.steps)
        self.steps.closed.connect(self.accept)
        self.steps.begin()

    @override
    def done(self, result: int) -> None:
        self.steps.stop()
        super().done(result)


def _card(title: str, parts: tuple[QWidget, ...]) -> QFrame:
    card = QFrame()
    card.setObjectName("step")
    column = QVBoxLayout(card)
    column.setContentsMargins(14, 12, 14, 12)
    column.addWidget(layout.heading(title))
    for part in parts:
        column.addWidget(part)
    column.addStretch(1)
    return card
