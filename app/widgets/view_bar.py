"""View bar: what the spectrogram shows and how bright, in one slim row above it.

Everything in it stands in the View menu too, so what has no room in a narrow window is hidden.
"""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLayout, QSlider, QWidget
from typing_extensions import override

from app import settings as keys
from app.language import translated
from app.settings import Setting, Settings
from app.widgets.colours import COLOUR_MAPS
from engine.cqt_picture import BINS_PER_OCTAVE
from engine.spectrogram import N_FFTS

TOPS_DB = (-70, 10)
"""Where the brightest colour may lie."""
RANGES_DB = (20, 120)
_GAP, _RIM = 6, 8
_SLIDER = 84


class Choice(QComboBox):
    """One setting as a list of its values; follows it when it is changed elsewhere."""

    def __init__(
        self, settings: Settings, setting: Setting[Any], values: Mapping[Any, str], name: str
    ) -> None:
        super().__init__()
        self._settings, self._setting = settings, setting
        for value, text in values.items():
            self.addItem(text, value)
        self.setAccessibleName(name)
        self.setToolTip(name)
        # chosen with the mouse, it leaves the keys to the views
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._follow()
        self.activated.connect(self._on_activated)
        settings.changed.connect(self._on_changed)

    def _follow(self) -> None:
        self.setCurrentIndex(max(0, self.findData(self._settings.get(self._setting))))

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the wheel zooms in the pictures around; a slip must not change them

    @Slot()
    def _on_activated(self) -> None:
        self._settings.set(self._setting, self.currentData())

    @Slot(str)
    def _on_changed(self, key: str) -> None:
        if key == self._setting.key:
            self._follow()


class _Bar(QSlider):
    """A slider that tells of a double click."""

    double_clicked = Signal()

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.double_clicked.emit()


class LevelSlider(QWidget):
    """A level in dB, set while it is dragged; a double click brings the usual one back.

    sign: -1 where the level falls to the right.
    """

    def __init__(
        self,
        settings: Settings,
        setting: Setting[float],
        ends_db: tuple[int, int],
        words: tuple[str, str],
        sign: int = 1,
    ) -> None:
        super().__init__()
        self._settings, self._setting, self._sign = settings, setting, sign
        label, name = words
        self.bar = _Bar(Qt.Orientation.Horizontal)
        self.bar.setRange(*sorted(sign * end for end in ends_db))
        self.bar.setSingleStep(1)
        self.bar.setPageStep(5)
        self.bar.setFixedWidth(_SLIDER)
        self.bar.setAccessibleName(name)
        self.bar.setToolTip(name)
        self.bar.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        title, self._told = QLabel(label), QLabel()
        title.setObjectName("muted")
        self._told.setMinimumWidth(self._told.fontMetrics().horizontalAdvance("-100 dB "))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_GAP)
        for widget in (title, self.bar, self._told):
            row.addWidget(widget)
        self._follow()
        self.bar.valueChanged.connect(self._on_moved)
        self.bar.double_clicked.connect(self.reset)
        settings.changed.connect(self._on_changed)

    @Slot()
    def reset(self) -> None:
        """Bring the usual level back."""
        self._settings.set(self._setting, self._setting.default)

    def _follow(self) -> None:
        level_db = self._settings.get(self._setting)
        self.bar.blockSignals(True)
        self.bar.setValue(round(self._sign * level_db))
        self.bar.blockSignals(False)
        told = self.tr("{level:.0f} dB").format(level=level_db)
        self._told.setText(told)
        self.bar.setAccessibleDescription(told)

    @Slot(int)
    def _on_moved(self, value: int) -> None:
        self._settings.set(self._setting, float(self._sign * value))

    @Slot(str)
    def _on_changed(self, key: str) -> None:
        if key == self._setting.key:
            self._follow()


class ViewBar(QWidget):
    """Transform, window or bins, scale, colours, brightness and range.

    Attributes:
        choices: the lists by the names of what they choose.
        brightness: slider of the level that has the last colour; the right end is the brightest.
        range: slider of how far below that the first colour begins.
    """

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.choices = self._choices(settings)
        self.brightness = LevelSlider(
            settings,
            keys.spectrogram_top_db,
            TOPS_DB,
            (self.tr("Brightness"), self.tr("Level of the brightest colour")),
            sign=-1,
        )
        self.range = LevelSlider(
            settings,
            keys.spectrogram_range_db,
            RANGES_DB,
            (self.tr("Range"), self.tr("Levels from the darkest colour to the brightest")),
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(_RIM, 2, _RIM, 2)
        row.setSpacing(_GAP)
        row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        for choice in self.choices.values():
            row.addWidget(choice)
        row.addStretch(1)
        row.addWidget(self.brightness)
        row.addWidget(self.range)
        settings.changed.connect(self._on_setting_changed)

    def set_stereo(self, is_stereo: bool) -> None:
        """Offer channels, or grey them."""
        self.choices["channels"].setEnabled(is_stereo)

    def _choices(self, settings: Settings) -> dict[str, Choice]:
        def choice(setting: Setting[Any], values: Mapping[Any, str], name: str) -> Choice:
            return Choice(settings, setting, values, name)

        transforms = {"stft": self.tr("STFT"), "cqt": self.tr("CQT")}
        shapes = {
            "hann": self.tr("Hann"),
            "blackman-harris": self.tr("Blackman-Harris"),
            "kaiser": self.tr("Kaiser"),
            "gaussian": self.tr("Gaussian"),
        }
        bins = {n: self.tr("{count} per octave").format(count=n) for n in BINS_PER_OCTAVE}
        scales = {
            "log": self.tr("Logarithmic"),
            "linear": self.tr("Linear"),
            "mel": self.tr("Mel"),
        }
        channels = {
            "all": self.tr("All channels"),
            "left": self.tr("Left"),
            "right": self.tr("Right"),
            "mid": self.tr("Mid (L+R)/2"),
            "side": self.tr("Side (L−R)/2"),
        }
        maps = {name: translated(name.capitalize()) for name in COLOUR_MAPS}
        return {
            "transform": choice(keys.transform, transforms, self.tr("Transform")),
            "n_fft": choice(
                keys.n_fft, {n: f"{n}" for n in N_FFTS}, self.tr("Length of the window in samples")
            ),
            "window": choice(keys.window, shapes, self.tr("Shape of the window")),
            "bins": choice(keys.bins_per_octave, bins, self.tr("Bins per octave")),
            "scale": choice(keys.frequency_scale, scales, self.tr("Frequency scale")),
            "channels": choice(keys.channels, channels, self.tr("Channels")),
            "colours": choice(keys.colour_map, maps, self.tr("Colour map")),
        }

    def _make_room(self) -> None:
        """Show as much as has room, the most wanted first."""
        is_cqt = self._settings.get(keys.transform) == "cqt"
        of_transform = ["bins"] if is_cqt else ["n_fft"]
        wanted: list[QWidget] = [
            *(self.choices[name] for name in ("transform", *of_transform)),
            self.brightness,
            self.range,
            self.choices["scale"],
            self.choices["channels"],
            *([] if is_cqt else [self.choices["window"]]),
            self.choices["colours"],
        ]
        left = self.width() - 2 * _RIM
        shown: list[QWidget] = []
        for widget in wanted:
            left -= widget.sizeHint().width() + _GAP
            if left < 0:
                break
            shown.append(widget)
        for widget in (*self.choices.values(), self.brightness, self.range):
            widget.setVisible(widget in shown)

    @Slot(str)
    def _on_setting_changed(self, key: str) -> None:
        if key == keys.transform.key:
            self._make_room()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(100, self.sizeHint().height())

    @override
    def sizeHint(self) -> QSize:
        hint = self.choices["transform"].sizeHint()
        return QSize(600, hint.height() + 4)
