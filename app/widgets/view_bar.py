"""View bar: what the spectrogram shows and how bright, in one slim row above it.

What has no room in a narrow window is in the menu of a chevron at its end.
"""

from collections.abc import Mapping
from itertools import accumulate
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLayout,
    QMenu,
    QSlider,
    QWidget,
    QWidgetAction,
)
from typing_extensions import override

from app import settings as keys
from app.language import translated
from app.settings import Setting, Settings
from app.widgets.colours import COLOUR_MAPS
from app.widgets.overflow import Overflow
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

    def add_to(self, menu: QMenu) -> None:
        """Offer the same as a submenu, where the list itself has no room."""
        values = menu.addMenu(self.accessibleName())
        values.setEnabled(self.isEnabled())
        for index in range(self.count()):
            action = values.addAction(self.itemText(index))
            action.setCheckable(True)
            action.setChecked(index == self.currentIndex())
            action.setData(index)
        values.triggered.connect(self._on_triggered)

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        self._settings.set(self._setting, self.itemData(action.data()))

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
        self._ends_db, self._words = ends_db, words
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

    def add_to(self, menu: QMenu) -> None:
        """Offer another slider of the same level in a menu, where this one has no room."""
        twin = LevelSlider(self._settings, self._setting, self._ends_db, self._words, self._sign)
        twin.setContentsMargins(_RIM, 4, _RIM, 4)
        action = QWidgetAction(menu)
        action.setDefaultWidget(twin)
        menu.addAction(action)

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
        more: the chevron, seen while something has no room.
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
        self.more = Overflow(self.tr("More of what the spectrogram shows"))
        self.more.choices.aboutToShow.connect(self._on_more_wanted)
        row.addWidget(self.more)
        self._is_stereo = False
        settings.changed.connect(self._on_setting_changed)

    def set_stereo(self, is_stereo: bool) -> None:
        """Offer channels, or leave them out."""
        self._is_stereo = is_stereo
        self.choices["channels"].setEnabled(is_stereo)
        self._make_room()

    @property
    def hidden(self) -> list[Choice | LevelSlider]:
        """What has no room now, and is in the menu of the chevron."""
        return [each for each in self._wanted() if each.isHidden()]

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

    def _wanted(self) -> list[Choice | LevelSlider]:
        """What there is to choose as things stand, the most wanted first."""
        is_cqt = self._settings.get(keys.transform) == "cqt"
        names = ["transform", "bins" if is_cqt else "n_fft"]
        rest = (["channels"] if self._is_stereo else []) + ["scale"]
        rest += ["colours"] if is_cqt else ["window", "colours"]
        first, last = ([self.choices[name] for name in each] for each in (names, rest))
        return [*first, self.brightness, self.range, *last]

    def _make_room(self) -> None:
        """Show as much as has room, the most wanted first, and a chevron for the rest."""
        wanted = self._wanted()
        widths = [each.sizeHint().width() + _GAP for each in wanted]
        left = self.width() - 2 * _RIM
        has_all = sum(widths) <= left
        left -= 0 if has_all else self.more.sizeHint().width() + _GAP
        shown = [
            each for each, used in zip(wanted, accumulate(widths), strict=True) if used <= left
        ]
        for widget in (*self.choices.values(), self.brightness, self.range):
            widget.setVisible(widget in shown)
        self.more.setVisible(not has_all)

    @Slot()
    def _on_more_wanted(self) -> None:
        self.more.empty()
        for each in self.hidden:
            each.add_to(self.more.choices)

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
