"""Blind test: which version of a clip sounds best, asked without saying which is which."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.panels import layout
from app.wizard.clip_player import ClipPlayer
from app.wizard.work import Work
from training.wizard.heard import TRANSFER, HeardClip, ReadClip, ReadClipJob
from training.wizard.verdict import NONE

LETTERS = "ABCD"
_WIDTH = 110


class BlindTest(QWidget):
    """One clip after the other; versions are in another order each time."""

    voted = Signal(str)
    """The version that is preferred, or "none"."""
    ended = Signal()
    """The user wants to know now."""

    def __init__(self, work: Work) -> None:
        super().__init__()
        self._work = work
        self._clips: Sequence[HeardClip] = ()
        self._folder = Path()
        self._number = 0
        self._seed = ""
        self._heard: set[str] = set()
        self.player = ClipPlayer(work.session.player, self)
        self._told = QLabel()
        self._told.setObjectName("heading")
        self._about = layout.muted()
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("How far the clip is"))
        self._bar.setRange(0, 1000)
        self.letters = [QPushButton() for _ in LETTERS]
        self._group = QButtonGroup(self)
        self.stop = QPushButton(self.tr("&Stop"))
        self.prefer = QPushButton()
        self.prefer.setObjectName("primary")
        self.same = QPushButton(self.tr("No &difference"))
        self.end = QPushButton(self.tr("&Show the result now"))
        self._lay_out()
        self._connect()

    def show_clips(self, clips: Sequence[HeardClip], folder: Path, number: int, seed: str) -> None:
        """Go on with a clip; what the order follows from is the seed."""
        self._clips, self._folder, self._number, self._seed = clips, folder, number, seed
        self.player.stop()
        self._heard.clear()
        self._refresh()
        if number < len(clips):
            self._work.submit(ReadClipJob(clips[number], folder), self._on_read)

    @property
    def order(self) -> tuple[str, ...]:
        """What A, B, C and D are of the present clip."""
        if self._number >= len(self._clips):
            return ()
        versions = sorted(self._clips[self._number].files)
        digest = hashlib.sha256(f"{self._seed} {self._number}".encode()).digest()
        rng = np.random.default_rng(list(digest[:8]))
        return tuple(versions[int(n)] for n in rng.permutation(len(versions)))

    def hear(self, index: int) -> None:
        """Play one of A, B, C, D, where the other was."""
        if index < len(self.order):
            self.player.hear(self.order[index])

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        for index, button in enumerate(self.letters):
            button.setText(f"{LETTERS[index]}   {index + 1}")
            button.setAccessibleName(self.tr("Hear {letter}").format(letter=LETTERS[index]))
            button.setToolTip(
                self.tr("Hear this version from where you are (key {key})").format(key=index + 1)
            )
            button.setCheckable(True)
            button.setMinimumWidth(_WIDTH)
            button.setMinimumHeight(44)
            self._group.addButton(button, index)
            row.addWidget(button)
        row.addWidget(self.stop)
        row.addStretch(1)
        below = QHBoxLayout()
        for button in (self.prefer, self.same):
            below.addWidget(button)
        below.addStretch(1)
        below.addWidget(self.end)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        for part in (self._told, self._about):
            column.addWidget(part)
        column.addLayout(row)
        column.addWidget(self._bar)
        column.addLayout(below)

    def _connect(self) -> None:
        self._group.idClicked.connect(self._on_letter)
        self.stop.clicked.connect(self.player.stop)
        self.prefer.clicked.connect(self._on_prefer)
        self.same.clicked.connect(self._on_same)
        self.end.clicked.connect(self.ended)
        self.player.changed.connect(self._refresh)
        self.player.moved.connect(self._on_moved)
        self.player.failed.connect(self._work.show_problem)
        for index, key in enumerate(("1", "2", "3", "4")):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
            shortcut.activated.connect(self._keys[index])

    @property
    def _keys(self) -> tuple[object, ...]:
        return (self._on_first, self._on_second, self._on_third, self._on_fourth)

    @Slot()
    def _on_first(self) -> None:
        self.hear(0)

    @Slot()
    def _on_second(self) -> None:
        self.hear(1)

    @Slot()
    def _on_third(self) -> None:
        self.hear(2)

    @Slot()
    def _on_fourth(self) -> None:
        self.hear(3)

    @Slot(int)
    def _on_letter(self, index: int) -> None:
        self.hear(index)
        self._refresh()

    @Slot(object)
    def _on_read(self, clip: ReadClip) -> None:
        self.player.load(clip.sounds)

    @Slot(float)
    def _on_moved(self, position_s: float) -> None:
        whole_s = self.player.duration_s
        self._bar.setValue(round(1000.0 * position_s / whole_s) if whole_s else 0)

    @Slot()
    def _on_prefer(self) -> None:
        if self.player.version:
            self._vote(self.player.version)

    @Slot()
    def _on_same(self) -> None:
        self._vote(NONE)

    def _vote(self, version: str) -> None:
        self.player.stop()
        self.voted.emit(version)

    @Slot()
    def _refresh(self) -> None:
        order, playing = self.order, self.player.version
        self._heard |= {playing} - {""}
        self._told.setText(
            self.tr("Clip {number} of {count}: which do you prefer?").format(
                number=min(self._number + 1, len(self._clips)), count=len(self._clips)
            )
        )
        self._about.setText(self._origin())
        self._group.setExclusive(False)
        for index, button in enumerate(self.letters):
            button.setVisible(index < len(order))
            button.setChecked(index < len(order) and order[index] == playing)
        self._group.setExclusive(True)
        heard = order.index(playing) if playing in order else -1
        self.prefer.setText(
            self.tr("&Prefer {letter}").format(letter=LETTERS[heard])
            if heard >= 0
            else self.tr("&Prefer …")
        )
        self.prefer.setEnabled(heard >= 0)
        self.same.setEnabled(len(self._heard) > 1)
        self.stop.setEnabled(self.player.is_playing)

    def _origin(self) -> str:
        if self._number >= len(self._clips):
            return ""
        clip = self._clips[self._number]
        if clip.origin == TRANSFER:
            return self.tr(
                "From your transfer {name}. Keys 1 to 4 switch between the versions without "
                "losing the place; all are equally loud."
            ).format(name=layout.breakable(clip.name))
        return self.tr(
            "Music with damage put over it. Keys 1 to 4 switch between the versions without "
            "losing the place; all are equally loud."
        )
