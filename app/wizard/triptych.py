"""Triptych: one example degraded, restored and clean, to see and to hear, as training went on."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSlider, QVBoxLayout, QWidget

from app.panels import layout
from app.panels.numbers import counted
from app.theme import Theme
from app.wizard.level_picture import LevelPicture
from training.wizard.previews import SOUNDS, Shown


class Triptych(QWidget):
    """Hidden until there is an example; `slider` goes back to earlier ones."""

    step_wanted = Signal(int)
    """The example of a step is to be shown."""
    play_wanted = Signal(object)
    """An Audio is to be heard."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._steps: tuple[int, ...] = ()
        self._shown: Shown | None = None
        self._theme = theme
        titles = (self.tr("Degraded"), self.tr("Restored"), self.tr("Clean"))
        said = (self.tr("Play &Degraded"), self.tr("Play &Restored"), self.tr("Play &Clean"))
        self.pictures = {
            name: LevelPicture(title) for name, title in zip(SOUNDS, titles, strict=True)
        }
        self.buttons = {name: QPushButton(words) for name, words in zip(SOUNDS, said, strict=True)}
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.told = layout.muted()
        self._lay_out()
        self.slider.valueChanged.connect(self._on_slider)
        for button in self.buttons.values():
            button.clicked.connect(self._on_play)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self.hide()

    def offer(self, steps: Sequence[int]) -> None:
        """Offer the examples of some steps; the newest is shown unless an earlier one is."""
        if tuple(steps) == self._steps:
            return
        was_newest = not self._steps or self.slider.value() == len(self._steps) - 1
        chosen = self._steps[self.slider.value()] if self._steps else -1
        self._steps = tuple(steps)
        self.setVisible(bool(self._steps))
        if not self._steps:
            self._shown = None
            return
        is_kept = not was_newest and chosen in self._steps
        blocker = QSignalBlocker(self.slider)
        self.slider.setRange(0, len(self._steps) - 1)
        self.slider.setValue(self._steps.index(chosen) if is_kept else len(self._steps) - 1)
        blocker.unblock()
        self.slider.setEnabled(len(self._steps) > 1)
        self._on_slider()

    def show_example(self, shown: Shown) -> None:
        """Show an example that was read."""
        self._shown = shown
        for name, picture in self.pictures.items():
            picture.show_values(shown.pictures[name])
        self._tell()

    def _lay_out(self) -> None:
        self.slider.setAccessibleName(self.tr("Examples of earlier steps"))
        self.slider.setMinimumWidth(140)
        row = QHBoxLayout()
        row.setSpacing(12)
        for name in SOUNDS:
            column = QVBoxLayout()
            column.addWidget(self.pictures[name], 1)
            column.addWidget(self.buttons[name], 0, Qt.AlignmentFlag.AlignLeft)
            row.addLayout(column, 1)
        earlier = QHBoxLayout()
        earlier.addWidget(QLabel(self.tr("Earlier")))
        earlier.addWidget(self.slider, 1)
        earlier.addWidget(QLabel(self.tr("Newest")))
        earlier.addWidget(self.told, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(layout.heading(self.tr("An example that it does not learn from")))
        column.addLayout(row)
        column.addLayout(earlier)

    def _tell(self) -> None:
        if self._shown is not None:
            self.told.setText(self.tr("After step {n}").format(n=counted(self._shown.step)))

    @Slot()
    def _on_slider(self) -> None:
        step = self._steps[self.slider.value()]
        if self._shown is None or self._shown.step != step:
            self.step_wanted.emit(step)

    @Slot()
    def _on_play(self) -> None:
        for name, button in self.buttons.items():
            if button is self.sender() and self._shown is not None:
                self.play_wanted.emit(self._shown.sounds[name])

    @Slot()
    def _on_theme_changed(self) -> None:
        for button in self.buttons.values():
            button.setIcon(self._theme.icon("play"))
